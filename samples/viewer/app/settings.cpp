// A small JSON file, and searches for models.
// SPDX-License-Identifier: MIT
#include "samples/viewer/app/settings.hpp"

#include "samples/viewer/state/session_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace viewer {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

// XDG Base Directory Specification: relative values of the variables are to be ignored.
std::string xdg_folder(const char* variable, const char* below_home) {
    const char* const value = std::getenv(variable);
    if (value && *value == '/') return std::string(value) + "/vkgan";
    const char* const home = std::getenv("HOME");
    return home && *home == '/' ? std::string(home) + "/" + below_home + "/vkgan" : std::string();
}

}  // namespace

void Settings::note_recent(const std::string& path) {
    std::error_code error;
    const std::string whole = fs::absolute(path, error).lexically_normal().string();
    std::erase(recent, whole);
    recent.insert(recent.begin(), whole);
    if (recent.size() > most_recent) recent.resize(most_recent);
}

std::string settings_path() {
    const std::string folder = xdg_folder("XDG_CONFIG_HOME", ".config");
    return folder.empty() ? folder : folder + "/viewer.json";
}

std::string usual_session_path() {
    const std::string folder = xdg_folder("XDG_DATA_HOME", ".local/share");
    return folder.empty() ? folder : folder + "/session.json";
}

std::string thumbnails_folder() {
    const std::string folder = xdg_folder("XDG_CACHE_HOME", ".cache");
    return folder.empty() ? folder : folder + "/thumbnails";
}

Settings load_settings(std::string& note) {
    Settings settings;
    const std::string path = settings_path();
    std::error_code error;
    if (path.empty() || !fs::exists(path, error)) return settings;
    render::Result<std::string> text = read_file(path, 1 << 20);
    const json in = text ? json::parse(*text, nullptr, false) : json();
    if (!in.is_object()) {
        note = path + " cannot be read as settings; they are as at the start.";
        return settings;
    }
    if (in.contains("recent") && in["recent"].is_array())
        for (const json& entry : in["recent"])
            if (entry.is_string() && settings.recent.size() < Settings::most_recent)
                settings.recent.push_back(entry.get<std::string>());
    std::erase_if(settings.recent, [&](const std::string& file) { return !fs::exists(file, error); });
    if (in.contains("scale") && in["scale"].is_number())
        settings.look.scale = std::clamp(in["scale"].get<double>(), 0.5, 4.0);
    if (in.contains("palette") && in["palette"].is_string())
        settings.look.palette = in["palette"].get<std::string>();
    return settings;
}

render::Status save_settings(const Settings& settings) {
    const std::string path = settings_path();
    if (path.empty()) return {};
    const json out{
        {"recent", settings.recent}, {"scale", settings.look.scale}, {"palette", settings.look.palette}};
    return replace_file(path, out.dump(1) + "\n");
}

std::vector<std::string> find_models(const std::vector<std::string>& folders) {
    constexpr size_t most = 200;
    std::vector<std::string> found;
    for (const std::string& folder : folders) {
        std::error_code error;
        fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error);
        for (; !error && it != fs::recursive_directory_iterator() && found.size() < most;
             it.increment(error)) {
            if (it.depth() > 2) it.disable_recursion_pending();
            if (it->path().extension() == ".vkgan")
                found.push_back(fs::absolute(it->path(), error).lexically_normal().string());
        }
    }
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

std::string shipped_model() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (const fs::path& path : {program / "../share/vkgan/models/faces.vkgan",
                                 fs::path(VIEWER_SOURCE_FOLDER) / "models/faces.vkgan"})
        if (fs::exists(path, error)) return path.lexically_normal().string();
    return {};
}

}  // namespace viewer
