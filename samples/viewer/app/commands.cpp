// What panels ask for.
// SPDX-License-Identifier: MIT
#include "samples/viewer/app/app.hpp"

#include "samples/render/picture_file.hpp"
#include "samples/viewer/panels/theme.hpp"
#include "samples/viewer/state/session_file.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>

namespace viewer {

namespace fs = std::filesystem;
using namespace render;
using Kind = Command::Kind;

namespace {

std::string numbered(const std::string& folder, const char* start, int number) {
    char name[64];
    std::snprintf(name, sizeof(name), "%s-%05d", start, number);
    return (fs::path(folder) / name).string();
}

// Beside the session, so that one finds it again.
std::string checkpoint_path(const std::string& session) {
    const fs::path folder = session.empty() ? fs::path(".") : fs::path(session).parent_path();
    return (folder / "checkpoint.vkgan").string();
}

}  // namespace

Status App::obey(const Command& command) {
    switch (command.kind) {
        case Kind::open_model: return open({.model = command.text});
        case Kind::open_recipe: return open({.recipe = command.text});
        case Kind::open_second: {
            const Source source{.model = command.text};
            RENDER_TRY(studio_->open_second(source));
            state_.second = source;
            return {};
        }
        case Kind::start_training: return studio_->start_training(state_.training);
        case Kind::load_checkpoint:
            return studio_->start_training(
                state_.training, command.text.empty() ? checkpoint_path(facts_.session_path) : command.text);
        case Kind::stop_training: studio_->stop_training(); return {};
        case Kind::pause: studio_->learning().pause(true); return {};
        case Kind::resume: studio_->learning().pause(false); return {};
        case Kind::step_both: studio_->learning().step_once(Learning::Steps::all); return {};
        case Kind::step_discriminator: studio_->learning().step_once(Learning::Steps::others); return {};
        case Kind::step_generator: studio_->learning().step_once(Learning::Steps::generator); return {};
        case Kind::save_checkpoint:
            studio_->learning().save(command.text.empty() ? checkpoint_path(facts_.session_path)
                                                          : command.text);
            return {};
        case Kind::look_at_data:
            studio_->data().look(state_.training.data, facts_.model.width, facts_.model.channels);
            return {};
        case Kind::lab_start:
        case Kind::lab_pause:
        case Kind::lab_step_both:
        case Kind::lab_step_judge:
        case Kind::lab_step_generator:
        case Kind::lab_reset: studio_->lab().obey(command.kind); return {};
        case Kind::find_sefa: return studio_->find_directions(Analysis::Kind::sefa, {}, {});
        case Kind::find_pca: return studio_->find_directions(Analysis::Kind::pca, {}, {});
        case Kind::find_attributes: return find_attributes();
        case Kind::find_labels: return studio_->find_label_directions(state_.training.data);
        case Kind::save_directions:
            RENDER_TRY(save_directions(state_.directions, kept_path("directions", command.text)));
            say("saved " + kept_path("directions", command.text));
            find_kept();
            return {};
        case Kind::load_directions: {
            const bool file = fs::path(command.text).extension() == ".json";
            RENDER_ASSIGN(const std::vector<Direction> loaded,
                          load_directions(file ? command.text : kept_path("directions", command.text),
                                          facts_.model.latent_size));
            state_.directions.insert(state_.directions.end(), loaded.begin(), loaded.end());
            return {};
        }
        case Kind::see_models: {
            std::vector<std::string> models = facts_.recent;
            models.insert(models.end(), facts_.model_files.begin(), facts_.model_files.end());
            studio_->thumbnails().see(models, thumbnails_folder());
            return {};
        }
        case Kind::invert: return studio_->invert(command.text);
        case Kind::stop_inversion: studio_->stop_inversion(); return {};
        case Kind::save_preset:
            RENDER_TRY(save_to(kept_path("presets", command.text)));
            find_kept();
            return {};
        case Kind::load_preset: return load_from(kept_path("presets", command.text));
        case Kind::undo: history_.undo(state_); return follow_source();
        case Kind::redo: history_.redo(state_); return follow_source();
        case Kind::new_session: {
            const Source source = state_.source;
            const Look look = state_.look;
            state_ = {};
            state_.source = source;
            state_.look = look;
            return {};
        }
        case Kind::save_session:
        case Kind::load_session: {
            const std::string path = command.text.empty() ? facts_.session_path : command.text;
            RENDER_TRY(command.kind == Kind::save_session ? save_to(path) : load_from(path));
            facts_.session_path = path;
            return {};
        }
        case Kind::save_image: return save_picture(command.text.empty() ? free_name("vkgan") : command.text);
        case Kind::save_window: window_shot_ = true; return {};
        case Kind::write_timeline: begin_timeline(); return {};
        case Kind::dismiss_error: facts_.error.clear(); return {};
        case Kind::add_pin: {
            const Pin pin{.name = "pin " + std::to_string(state_.pins.size() + 1),
                          .latent = latent_of(state_, studio_->seed_latent()),
                          .controls = state_.controls};
            state_.pins.push_back(pin);
            return {};
        }
        case Kind::quit: quits_ = true; return {};
    }
    return {};
}

// Which attributes it tells, by the names of the data that it learned.
Status App::find_attributes() {
    if (facts_.classifier.empty())
        return Error{"There is no classifier of attributes for these pictures.", 2};
    std::vector<std::string> names;
    if (auto data = vkgan::api::describe_data({.data = "faces"}))
        for (const vkgan::api::DataAttribute& attribute : data->attributes) names.push_back(attribute.name);
    return studio_->find_directions(Analysis::Kind::attributes, facts_.classifier, names);
}

Status App::open(const Source& source) {
    ViewerState before = state_;
    const auto was = std::exchange(opened_, {});  // the file may have changed
    state_.source = source;
    // What belongs to another latent space would be refused.
    state_.controls.clear();
    state_.directions.clear();
    state_.pins.clear();
    state_.plane.origin.clear();
    state_.timeline = {};
    state_.training.live.clear();
    if (const Status opened = follow_source(); !opened) {
        state_ = std::move(before);
        opened_ = was;
        return opened;
    }
    facts_.error.clear();
    return {};
}

// Opens what the state names, if that is not what is open. If it cannot be opened, the state names what is.
Status App::follow_source() {
    if (opened_ == state_.source) return {};
    Source source = state_.source;
    if (source.model.empty() && source.recipe.empty()) source.model = shipped_model();
    if (source.model.empty() && source.recipe.empty())
        source.recipe = "dcgan";  // learns the faces that are built in
    if (const Status opened = studio_->open(source); !opened) {
        if (opened_) state_.source = *opened_;
        return opened;
    }
    opened_ = state_.source;
    material_source_ = 0;
    writing_.reset();
    if (!state_.source.model.empty()) settings_.note_recent(state_.source.model);
    facts_.recent = settings_.recent;
    return {};
}

Status App::save_to(const std::string& path) {
    if (path.empty()) return Error{"There is no home folder for sessions; start with --session FILE."};
    RENDER_TRY(save_session(state_, path));
    say("saved " + path);
    return {};
}

Status App::load_from(const std::string& path) {
    RENDER_ASSIGN(ViewerState loaded, load_session(path));
    std::swap(state_, loaded);
    if (const Status opened = follow_source(); !opened) {
        state_ = std::move(loaded);
        return opened;
    }
    say("loaded " + path);
    return {};
}

// In a folder beside the session; empty: there is no place for it. Letters, digits, spaces and - of the name
// count.
std::string App::kept_path(const char* folder_name, const std::string& name) const {
    if (facts_.session_path.empty()) return {};
    std::string file;
    for (const char letter : name)
        if (std::isalnum(static_cast<unsigned char>(letter)) || letter == ' ' || letter == '-')
            file += letter;
    const fs::path folder = fs::path(facts_.session_path).parent_path() / folder_name;
    return (folder / ((file.empty() ? "unnamed" : file) + ".json")).string();
}

// Presets and files of directions, by name.
void App::find_kept() {
    const auto find = [&](const char* folder_name, std::vector<std::string>& names) {
        names.clear();
        if (facts_.session_path.empty()) return;
        std::error_code error;
        fs::directory_iterator it(fs::path(facts_.session_path).parent_path() / folder_name, error);
        for (; !error && it != fs::directory_iterator(); it.increment(error))
            if (it->path().extension() == ".json") names.push_back(it->path().stem().string());
        std::ranges::sort(names);
    };
    find("presets", facts_.presets);
    find("directions", facts_.direction_sets);
}

std::string App::free_name(const char* start) const {
    std::error_code error;
    for (int number = 1; number < 100000; ++number)
        if (const std::string path = numbered(options_.captures, start, number) + ".png";
            !fs::exists(path, error))
            return path;
    return numbered(options_.captures, start, 99999) + ".png";
}

Status App::save_picture(const std::string& path) {
    const Shown& picture = studio_->picture();
    if (!picture.drawn()) return Error{"There is no picture yet."};
    std::error_code error;
    if (const fs::path folder = fs::path(path).parent_path(); !folder.empty())
        fs::create_directories(folder, error);
    const Image& image = textures_->image(picture.texture());
    constexpr VkImageLayout usual = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
                            source = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
    RENDER_TRY(
        run_once(*gpu_, [&](VkCommandBuffer commands) { change_layout(commands, image, usual, source); }));
    const Status saved = save_png(*gpu_, image, path);
    RENDER_TRY(
        run_once(*gpu_, [&](VkCommandBuffer commands) { change_layout(commands, image, source, usual); }));
    RENDER_TRY(saved);
    say("saved " + path);
    return {};
}

// Drawn once more, into an image that can be read.
Status App::save_window(const std::string& path) {
    RENDER_VK(vkDeviceWaitIdle(gpu_->device));
    std::error_code error;
    if (const fs::path folder = fs::path(path).parent_path(); !folder.empty())
        fs::create_directories(folder, error);
    ImageInfo info{.format = format_, .extent = target_->extent()};
    info.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT;
    RENDER_ASSIGN(const Image image, make_image(*gpu_, info));
    RENDER_ASSIGN(const OwnedRenderPass pass,
                  make_screen_pass(*gpu_, format_, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL));
    RENDER_ASSIGN(const ScreenTarget target, ScreenTarget::create(*gpu_, pass, info.extent, {image.view}));
    Status recorded;
    RENDER_TRY(run_once(*gpu_, [&](VkCommandBuffer commands) {
        recorded = target.record(commands, 0, accents().canvas,
                                 [&] { return gui_renderer_->record(commands, 0, *drawn_); });
    }));
    RENDER_TRY(recorded);
    RENDER_TRY(save_png(*gpu_, image, path));
    say("saved " + path);
    return {};
}

void App::begin_timeline() {
    const std::vector<Keyframe>& keys = state_.timeline.keys;
    if (keys.size() < 2) return fail("A timeline needs two keys.");
    std::error_code error;
    int number = 1;
    while (number < 99999 && fs::exists(numbered(options_.captures, "vkgan-frames", number), error)) ++number;
    writing_ = Writing{.folder = numbered(options_.captures, "vkgan-frames", number), .before = state_};
    const double seconds = keys.back().seconds - keys.front().seconds;
    writing_->count = int(seconds * state_.timeline.frames_per_second + 0.5) + 1;
}

// A picture is asked for in one frame, and written once it is drawn.
Status App::go_on_with_timeline() {
    if (!writing_) return {};
    if (writing_->waits) {
        if (studio_->drawing()) return {};
        char name[32];
        std::snprintf(name, sizeof(name), "/%05d.png", writing_->next++);
        if (const Status saved = save_picture(writing_->folder + name); !saved) {
            state_ = std::exchange(writing_, {})->before;
            return survive(saved);
        }
        if (writing_->next == writing_->count) {
            say(std::to_string(writing_->count) + " pictures are in " + writing_->folder);
            state_ = std::exchange(writing_, {})->before;
            return {};
        }
    }
    // The keys as they were: they may be edited meanwhile.
    state_.timeline = writing_->before.timeline;
    state_.timeline.playing = false;
    state_.timeline.seconds =
        state_.timeline.keys.front().seconds + double(writing_->next) / state_.timeline.frames_per_second;
    apply_timeline(state_);
    writing_->waits = true;
    return {};
}

}  // namespace viewer
