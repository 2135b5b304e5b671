// What the studio tells panels; starting and ending of training.
// SPDX-License-Identifier: MIT
#include "samples/viewer/state/session_file.hpp"
#include "samples/viewer/studio/model_file.hpp"
#include "samples/viewer/studio/pictures.hpp"
#include "samples/viewer/studio/studio.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

namespace {

constexpr size_t most_checkpoint_bytes = size_t{2} << 30;

// A slider for each thing that can be set of a sample: attributes and classes by name where they have names.
std::vector<ControlFact> sliders_of(const std::vector<ControlFact>& controls) {
    const bool named = std::ranges::any_of(
        controls, [](const ControlFact& fact) { return fact.kind == "attribute" && fact.entries == 0; });
    std::vector<ControlFact> sliders;
    for (const ControlFact& control : controls) {
        if (control.live || control.kind == "latent") continue;
        if (control.entries == 0 || control.kind == "label") sliders.push_back(control);
        if (control.kind != "attribute" && control.kind != "label") continue;
        for (int i = 0; i < control.entries && !(named && control.kind == "attribute"); ++i) {
            ControlFact entry = control;
            entry.name += "." + std::to_string(i);
            if (control.kind == "label") {
                entry.kind = "class";
                entry.low = 0;
                entry.high = 1;
            }
            sliders.push_back(entry);
        }
    }
    return sliders;
}

}  // namespace

ModelFacts model_facts(api::Context& context, api::Handle model, Status& status) {
    ModelFacts facts;
    api::Outcome<api::ModelDescription> description = context.describe(model);
    if (!description) {
        status = error_of(description.failure());
        return facts;
    }
    facts.loaded = true;
    facts.recipe = description->recipe;
    facts.network = description->network;
    facts.width = description->width;
    facts.height = description->height;
    facts.channels = description->channels;
    facts.latent_size = description->latent_size;
    facts.parameters = description->parameters;
    facts.has_k = has_k(facts.recipe);
    facts.steps = description->steps;
    facts.trained = description->steps >= 0;
    for (int i = 0; i < description->controls; ++i) {
        api::Outcome<api::ModelControl> of = context.control(model, i);
        if (!of) continue;
        facts.controls.push_back(
            {of->name, of->kind, of->help, of->value, of->low, of->high, of->entries, of->live});
    }
    facts.sliders = sliders_of(facts.controls);
    return facts;
}

std::vector<ControlRange> Studio::ranges() const {
    std::vector<ControlRange> ranges;
    for (const ControlFact& slider : main_.facts.sliders)
        ranges.push_back({slider.name, std::max(slider.low, -1.0), std::min(slider.high, 1.0)});
    return ranges;
}

Status Studio::start_training(const Training& settings, const std::string& checkpoint) {
    LearningInfo info{.network = main_.facts.network, .data = settings.data};
    OpenModel learned;
    if (!checkpoint.empty()) {
        RENDER_ASSIGN(const std::string bytes, read_file(checkpoint, most_checkpoint_bytes));
        const auto* const data = reinterpret_cast<const std::byte*>(bytes.data());
        info.snapshot.assign(data, data + bytes.size());
    }
    const std::string name = source_.model.empty() ? source_.recipe : source_.model;
    RENDER_ASSIGN(const std::string json,
                  result_of(api::model_json(name, {source_.settings.begin(), source_.settings.end()})));
    const bool from_start = checkpoint.empty() && !settings.from_weights && main_.facts.trained;
    int k = 0;
    if (!checkpoint.empty()) {
        RENDER_ASSIGN(learned.handle, load_checkpoint(info.snapshot, checkpoint));
        RENDER_ASSIGN(const std::string had, model_of(info.snapshot));
        if (settings.k > 0 && main_.facts.has_k)
            if (const Result<std::string> same = with_k(json, settings.k); same && *same == had)
                k = settings.k;
    } else if (from_start) {
        // Its description alone has no weights.
        api::ModelQuery query;
        query.data = std::as_bytes(std::span(json));
        RENDER_ASSIGN(learned.handle, result_of(context_->load_model(query)));
    } else {
        RENDER_ASSIGN(OpenModel again, load(source_));
        learned.handle = again.handle;
    }
    learned.facts = main_.facts;
    learned.latent_input = main_.latent_input;
    stop_training();
    learned_ = std::move(learned);
    info.model = learned_.handle;
    info.batch = settings.batch;
    info.images_a_step = settings.batch > 0 ? settings.batch : batch_of(json);
    info.seed = settings.seed;
    info.publish_every = settings.publish_every;
    info.extent = {uint32_t(main_.facts.width), uint32_t(main_.facts.height)};
    for (const ControlFact& control : main_.facts.controls)
        if (control.live) info.live[control.name] = control.value;
    const Status begun = learning_.begin(*context_, textures_, info);
    const Status made = begun ? make_shown(learned_, learning_.handle()) : begun;
    if (!made) stop_training();
    training_json_ = json;
    k_ = {.now = k, .wanted = k};
    return made;
}

// Of the open model: as large, and of the same recipe.
Result<api::Handle> Studio::load_checkpoint(std::span<const std::byte> bytes, const std::string& path) {
    api::ModelQuery query;
    query.data = bytes;
    RENDER_ASSIGN(const api::Handle handle, result_of(context_->load_model(query)));
    const auto size = [](const std::string& recipe, int width, int height) {
        return recipe + " of " + std::to_string(width) + " x " + std::to_string(height);
    };
    auto had = context_->describe(handle);
    const ModelFacts& open = main_.facts;
    if (had && had->recipe == open.recipe && had->width == open.width && had->height == open.height)
        return handle;
    (void)context_->release(handle);
    if (!had) return error_of(had.failure());
    return Error{path + " is a " + size(had->recipe, had->width, had->height) + "; the open model is a " +
                     size(open.recipe, open.width, open.height) + ".",
                 2};
}

// k was changed: training goes on as the model of the other k, with weights, moments and counters, once the
// slider rests. Whatever comes of that, it is tried once.
Status Studio::follow_k(const Training& settings) {
    constexpr auto rests = std::chrono::milliseconds(400);
    const auto now = std::chrono::steady_clock::now();
    if (k_.wanted != settings.k) {
        k_.wanted = settings.k;
        k_.changed = now;
    }
    if (!learning_.ready() || !main_.facts.has_k) return {};
    if (!k_.asked) {
        if (k_.wanted == k_.now || now - k_.changed < rests) return {};
        learning_.ask_snapshot();
        k_.asked = true;
        return {};
    }
    const std::optional<std::vector<std::byte>> snapshot = learning_.take_snapshot();
    if (!snapshot) {
        k_.asked = learning_.holds();  // else it could not be made, which was told
        return {};
    }
    k_.asked = false;
    k_.now = k_.wanted;
    std::string json = training_json_;
    if (k_.now > 0) {
        RENDER_ASSIGN(json, with_k(training_json_, k_.now));
    }
    LearningInfo info = learning_.info();
    RENDER_ASSIGN(info.snapshot, with_model(*snapshot, json));
    OpenModel next{.facts = learned_.facts, .latent_input = learned_.latent_input};
    api::ModelQuery query;
    query.data = info.snapshot;
    RENDER_ASSIGN(next.handle, result_of(context_->load_model(query)));
    info.model = next.handle;
    inspector_.close(*context_);
    if (const Status became = learning_.become(*context_, info); !became) {
        (void)context_->release(next.handle);
        return became;
    }
    close(learned_);
    learned_ = std::move(next);
    return make_shown(learned_, learning_.handle());
}

void Studio::stop_training() {
    if (learning_.begun() || learned_.handle) {
        inspector_.close(*context_);
        close(learned_);
        learning_.end(*context_, gpu_, textures_);
    }
}

// What the device is expected to take for each piece of drawing the picture.
void Studio::note_slices(InspectFacts& facts) {
    const OpenModel& shown = shown_model();
    if (!shown.picture.open()) return;
    api::Outcome<std::vector<api::SliceInfo>> slices = context_->slices(shown.picture.handle());
    if (!slices) return;
    for (const api::SliceInfo& slice : *slices)
        facts.slices.emplace_back(slice.name, slice.expected_ns / 1e3);
}

namespace {

// The sliders of an input's entries, in the order of the entries: by number, or where attributes have names,
// by these.
std::vector<ControlFact*> entry_sliders(ModelFacts& facts, const std::string& input) {
    const auto control = std::ranges::find(facts.controls, input, &ControlFact::name);
    const bool attributes = control != facts.controls.end() && control->kind == "attribute";
    std::vector<ControlFact*> sliders;
    for (ControlFact& slider : facts.sliders) {
        const bool named = attributes && slider.kind == "attribute" && slider.entries == 0;
        if (named || slider.name.starts_with(input + ".")) sliders.push_back(&slider);
    }
    return sliders;
}

}  // namespace

// Sliders that are not set stand where the seed has them.
void Studio::note_drawn(int64_t seed) {
    if (seed == drawn_seed_ || !main_.handle) return;
    drawn_seed_ = seed;
    auto drawn = context_->drawn_inputs(main_.handle, 1, uint64_t(seed));
    if (!drawn) return;
    for (const auto& [name, array] : *drawn) {
        const std::vector<ControlFact*> sliders = entry_sliders(main_.facts, name);
        for (size_t i = 0; i < sliders.size() && i < array.values.size(); ++i)
            sliders[i]->drawn = double(array.values[i]);
        const auto label = std::ranges::find(main_.facts.sliders, name, &ControlFact::name);
        if (label == main_.facts.sliders.end() || label->kind != "label") continue;
        const auto most = std::ranges::max_element(array.values);  // of a class's places the one that is 1
        label->drawn = array.values.size() == 1 ? double(*most) : double(most - array.values.begin());
    }
}

std::map<std::string, std::vector<float>> Studio::conditions(const ViewerState& state, OpenModel& model) {
    std::map<std::string, std::vector<float>> all;
    auto drawn = context_->drawn_inputs(model.handle, 1, uint64_t(state.plane.seed));
    if (!drawn) return all;
    for (const auto& [name, array] : *drawn) {
        std::vector<float>& values = all[name] = array.values;
        const ControlSetting* const label = find_setting(state.controls, name);
        if (label && label->set && values.size() > 1)
            for (size_t i = 0; i < values.size(); ++i) values[i] = double(i) == label->value ? 1.0f : 0.0f;
        const std::vector<ControlFact*> sliders = entry_sliders(model.facts, name);
        for (size_t i = 0; i < sliders.size() && i < values.size(); ++i) {
            const ControlSetting* const setting = find_setting(state.controls, sliders[i]->name);
            if (setting && setting->set) values[i] = float(setting->value);
        }
    }
    return all;
}

Status Studio::invert(const std::string& path) {
    const ModelFacts& facts = main_.facts;
    if (!facts.trained || main_.latent_input.empty())
        return Error{"An untrained network, or one without a latent, cannot draw " + path + ".", 2};
    Inversion::Subject subject{.model = main_.handle, .latent_input = main_.latent_input};
    RENDER_ASSIGN(subject.target, read_picture(path, facts.channels, facts.height, facts.width));
    subject.name = std::filesystem::path(path).filename().string();
    RENDER_TRY(inversion_.begin(*context_, std::move(subject)));
    making_ = true;
    return {};
}

void Studio::take_inversion(ViewerState& state) {
    const std::optional<Inversion::Found> found = inversion_.take();
    if (!found) return;
    state.plane.origin = found->latent;
    state.plane.x = state.plane.y = 0;
    state.truncation = 1;
    for (const auto& [name, values] : found->others) {
        const std::vector<ControlFact*> sliders = entry_sliders(main_.facts, name);
        for (size_t i = 0; i < sliders.size() && i < values.size(); ++i) {
            ControlSetting& setting = setting_of(state.controls, sliders[i]->name);
            setting.value = double(values[i]);
            setting.set = true;
        }
    }
}

Status Studio::tell(Facts& facts, const ViewerState& state) {
    note_drawn(state.plane.seed);
    facts.model = main_.facts;
    facts.second = second_.facts;
    facts.doing = making_ ? progress_.doing : "";
    const OpenModel& shown = shown_model();
    facts.picture_is_of_training = shows_training();
    facts.picture =
        shown.picture.drawn() ? picture_id(shown.picture.texture(), 0, {.nearest = !state.canvas.smooth}) : 0;
    const OpenModel& second = second_.picture.open() ? second_ : main_;
    facts.second_picture = second.picture.drawn()
                               ? picture_id(second.picture.texture(), 0, {.nearest = !state.canvas.smooth})
                               : 0;
    facts.grid.clear();
    for (int i = 0; shown.grid.drawn() && i < state.canvas.columns * state.canvas.rows; ++i)
        facts.grid.push_back(
            picture_id(shown.grid.texture(), uint32_t(i), {.nearest = !state.canvas.smooth}));
    facts.frames.measured_ms = report_.measured_ns / 1e6;
    facts.frames.host_us = report_.host_ns / 1e3;
    facts.frames.waits_for_data = report_.waits_for_data;
    const api::ContextStatistics statistics = context_->statistics();
    facts.device = statistics.device;
    facts.device_bytes = statistics.device_bytes;
    facts.bytes_by_class = statistics.bytes_by_class;
    thumbnails_.tell(facts.thumbnails);
    facts.data = data_.facts();
    analysis_.tell(facts.analysis);
    inversion_.tell(facts.inversion);
    facts.inspect = inspector_.facts();
    if (state.page == Page::lab) lab_.tell(facts.lab, state.lab);
    if (state.page == Page::inspect) note_slices(facts.inspect);
    return learning_.tell(facts.training, state.training.history, textures_);
}

}  // namespace viewer
