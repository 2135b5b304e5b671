// Sessions as JSON: the whole state. Strict: what is unknown, of the wrong kind or out of range is an error
// that names it; what is missing keeps its default.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/status.hpp"
#include "samples/viewer/state/state.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace viewer {

inline constexpr int session_format = 1;

std::string session_text(const ViewerState& state);
// `what`: names it in errors, a file's path.
render::Result<ViewerState> parse_session(std::string_view text, const std::string& what);

render::Result<ViewerState> load_session(const std::string& path);
// Replaces the file as a whole or not at all.
render::Status save_session(const ViewerState& state, const std::string& path);

// Directions in a latent space as a file of their own, for other sessions of the same network. Those of
// another latent's size are refused; amounts come as they were saved.
render::Status save_directions(const std::vector<Direction>& directions, const std::string& path);
render::Result<std::vector<Direction>> load_directions(const std::string& path, int latent_size);

// What a JSON file holds, by its root's mark.
enum class JsonKind : uint8_t { other, session, directions };
JsonKind kind_of(const std::string& path);  // other: it may also not be readable

// As save_session, of any text; also makes missing folders.
render::Status replace_file(const std::string& path, std::string_view text);
render::Result<std::string> read_file(const std::string& path, size_t most_bytes);

}  // namespace viewer
