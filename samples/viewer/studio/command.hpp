// What a panel asks for that is not a change of the state.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace viewer {

struct Command {
    enum class Kind : uint8_t {
        open_model,   // text: a path
        open_second,  // text: a path; empty: what training learns
        open_recipe,  // text: its name
        start_training,
        stop_training,
        pause,
        resume,
        step_both,
        step_discriminator,
        step_generator,
        save_checkpoint,  // text: a path
        load_checkpoint,  // text: a path
        look_at_data,
        find_sefa,
        find_pca,
        find_attributes,
        find_labels,
        save_directions,  // text: a name
        load_directions,  // text: a name, or a file's path
        see_models,       // the list of models is open: their thumbnails are wanted
        invert,           // text: a picture's path
        stop_inversion,
        save_preset,  // text: a name
        load_preset,  // text: a name
        lab_start,
        lab_pause,
        lab_step_both,
        lab_step_judge,
        lab_step_generator,
        lab_reset,
        undo,
        redo,
        save_session,  // text: a path
        load_session,  // text: a path
        new_session,
        save_image,  // text: a path; empty: the next free number
        save_window,
        write_timeline,  // text: a folder
        dismiss_error,
        add_pin,
        quit,
    };
    Kind kind;
    std::string text = {};
};
using Commands = std::vector<Command>;

}  // namespace viewer
