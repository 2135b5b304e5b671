// Each step is a few frames of input: over the widget, pressed, moved, let go.
// SPDX-License-Identifier: MIT
#include "samples/viewer/app/script.hpp"

#include "samples/viewer/lab/lab_run.hpp"
#include "samples/viewer/state/session_file.hpp"

#include <imgui.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

namespace viewer {

using nlohmann::json;
using render::Error;
using render::Result;

namespace {

constexpr int most_frames = 6000;  // that something is waited for

struct KeyRow {
    const char* name;
    int glfw;
};
constexpr std::array keys{
    KeyRow{"F1", 290},   KeyRow{"F2", 291},     KeyRow{"F3", 292},   KeyRow{"F5", 294},
    KeyRow{"F6", 295},   KeyRow{"F7", 296},     KeyRow{"F8", 297},   KeyRow{"F9", 298},
    KeyRow{"F10", 299},  KeyRow{"Escape", 256}, KeyRow{"Space", 32}, KeyRow{"Right", 262},
    KeyRow{"Left", 263}, KeyRow{"Enter", 257},  KeyRow{"Ctrl", 341}, KeyRow{"Shift", 340}};

int key_number(const std::string& name) {
    for (const KeyRow& row : keys)
        if (name == row.name) return row.glfw;
    return name.size() == 1 ? name[0] : -1;
}

Error step_error(size_t step, const std::string& text) {
    return {"script, step " + std::to_string(step + 1) + ": " + text, 2};
}

Result<ScriptStep> read_step(const json& in, size_t number) {
    using Kind = ScriptStep::Kind;
    static constexpr std::array<std::pair<const char*, Kind>, 8> named{{{"click", Kind::click},
                                                                        {"hover", Kind::hover},
                                                                        {"drag", Kind::drag},
                                                                        {"key", Kind::key},
                                                                        {"type", Kind::type},
                                                                        {"drop", Kind::drop},
                                                                        {"wait_for", Kind::wait_for},
                                                                        {"save", Kind::save}}};
    ScriptStep step;
    if (!in.is_object()) return step_error(number, "is no object.");
    for (const auto& [name, kind] : named)
        if (in.contains(name) && in[name].is_string()) {
            step.kind = kind;
            step.what = in[name].get<std::string>();
            if (in.contains("x") && in["x"].is_number()) step.x = in["x"].get<float>();
            if (in.contains("y") && in["y"].is_number()) step.y = in["y"].get<float>();
            if (in.contains("button") && in["button"].is_number_integer())
                step.button = std::clamp(in["button"].get<int>(), 0, 2);
            return step;
        }
    if (!in.contains("wait") || !in["wait"].is_number_integer() || in["wait"] < 1)
        return step_error(number,
                          "there are click, hover, drag, key, type, drop, wait, wait_for and save, but not " +
                              in.dump() + ".");
    step.frames = in["wait"].get<int>();
    return step;
}

// Whether what is waited for is there; nothing: there is no such thing.
std::optional<bool> is_there(const std::string& what, const Facts& facts, bool drawing) {
    if (what == "picture") return facts.picture != 0 && !drawing;
    if (what == "training") return facts.training.ready && facts.training.published_steps >= 0;
    if (what == "history") return facts.training.history.size() > 1;
    if (what == "data") return facts.data.known;
    if (what == "lab") {
        const auto shown = [](const LabView& view) { return view.ready && !view.divergences.empty(); };
        return !facts.lab.views.empty() && std::ranges::all_of(facts.lab.views, shown);
    }
    if (what.starts_with("lab step ")) {
        const int64_t steps = std::atoll(what.c_str() + 9);
        const auto done = [&](const LabView& view) { return view.shown_steps >= steps; };
        return !facts.lab.views.empty() && std::ranges::all_of(facts.lab.views, done);
    }
    if (what.starts_with("lab loss "))
        return !facts.lab.views.empty() &&
               lab_settings(facts.lab.views[0].experiment).at("loss") == what.substr(9);
    if (what.starts_with("step ")) return facts.training.steps >= std::atoll(what.c_str() + 5);
    return {};
}

}  // namespace

Result<Script> Script::load(const std::string& path) {
    RENDER_ASSIGN(const std::string text, read_file(path, 1 << 20));
    return parse(text, path);
}

Result<Script> Script::parse(std::string_view text, const std::string& what) {
    const json in = json::parse(text, nullptr, false);
    if (!in.is_array()) return Error{what + " is no list of steps in JSON.", 2};
    Script script;
    for (size_t i = 0; i < in.size(); ++i) {
        RENDER_ASSIGN(ScriptStep step, read_step(in[i], i));
        script.steps_.push_back(std::move(step));
    }
    return script;
}

Result<bool> Script::step(const Places& places, const Facts& facts, bool drawing) {
    ImGuiIO& io = ImGui::GetIO();
    for (bool& down : io.MouseDown) down = false;
    for (bool& down : io.KeysDown) down = false;
    io.KeyCtrl = io.KeyShift = false;
    if (next_ >= steps_.size()) return false;
    RENDER_ASSIGN(const bool ended, act(steps_[next_], places, facts, drawing));
    ++phase_;
    if (ended) {
        ++next_;
        phase_ = 0;
    }
    return true;
}

Result<bool> Script::act(const ScriptStep& now, const Places& places, const Facts& facts, bool drawing) {
    using Kind = ScriptStep::Kind;
    ImGuiIO& io = ImGui::GetIO();
    if (now.kind == Kind::wait) return phase_ + 1 >= now.frames;
    if (now.kind == Kind::save) {
        save_ = now.what;
        return true;
    }
    if (now.kind == Kind::drop) {
        drop_ = now.what;
        return true;
    }
    if (now.kind == Kind::wait_for) {
        const std::optional<bool> there = is_there(now.what, facts, drawing);
        if (!there) return step_error(next_, "nobody knows how to wait for \"" + now.what + "\".");
        if (!*there && phase_ > most_frames) return step_error(next_, now.what + " did not come.");
        return *there;
    }
    if (now.kind == Kind::type) {
        for (const char letter : now.what) io.AddInputCharacter(unsigned(letter));
        return true;
    }
    if (now.kind == Kind::key) {
        std::string name = now.what;
        if (name.starts_with("Ctrl+")) {
            io.KeyCtrl = true;
            name = name.substr(5);
        }
        const int key = key_number(name);
        if (key < 0) return step_error(next_, "there is no key \"" + now.what + "\".");
        io.KeysDown[key] = phase_ == 0;
        return phase_ == 1;
    }
    const auto place = places.find(now.what);
    if (place == places.end())
        return step_error(next_, "there is no widget \"" + now.what + "\" in the window.");
    if (phase_ == 0) {
        from_x_ = place->second.x + place->second.width / 2;
        from_y_ = place->second.y + place->second.height / 2;
        io.MousePos = {from_x_, from_y_};
        return now.kind == Kind::hover;
    }
    constexpr int moves = 8;
    const float part = now.kind == Kind::drag ? std::clamp(float(phase_ - 1) / moves, 0.0f, 1.0f) : 0;
    io.MousePos = {from_x_ + now.x * part, from_y_ + now.y * part};
    const int last = now.kind == Kind::drag ? moves + 1 : 1;
    io.MouseDown[now.button] = phase_ <= last;
    return phase_ > last;
}

}  // namespace viewer
