// What is kept between runs, below the user's XDG folders: recent models, letters and colours.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/status.hpp"
#include "samples/viewer/state/state.hpp"

#include <string>
#include <vector>

namespace viewer {

struct Settings {
    static constexpr size_t most_recent = 12;
    std::vector<std::string> recent;  // newest first, absolute paths
    Look look;

    void note_recent(const std::string& path);
};

std::string settings_path();       // $XDG_CONFIG_HOME/vkgan/viewer.json; empty: there is no place for it
std::string usual_session_path();  // $XDG_DATA_HOME/vkgan/session.json; empty likewise
std::string thumbnails_folder();   // $XDG_CACHE_HOME/vkgan/thumbnails; empty likewise
// Never fails: what cannot be read is as at the start, and `note` says so.
Settings load_settings(std::string& note);
render::Status save_settings(const Settings& settings);

// Model files beside the program, in models/ and runs/ below the working folder; sorted, at most 200.
std::vector<std::string> find_models(const std::vector<std::string>& folders);
std::string shipped_model();  // models/faces.vkgan, installed or in the source; empty: it is not there

}  // namespace viewer
