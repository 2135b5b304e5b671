// Small generators that are read back: of a layer, of the picture, of the judge.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/inspector.hpp"

#include <algorithm>
#include <utility>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

namespace {

int64_t count_of(const std::vector<int64_t>& shape) {
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    return count;
}

// 0: the generator is not made yet, or has no weights.
Result<api::Handle> sent(api::Outcome<api::Handle> ticket) {
    if (!ticket && ticket.failure().reason == api::Reason::not_ready) return api::Handle(0);
    return result_of(std::move(ticket));
}

// Reads pictures: its first input is one.
bool reads_pictures(const api::NetworkDescription& network) {
    return !network.inputs.empty() && network.inputs[0].shape.size() == 3 && network.inputs[0].shape[1] > 1;
}

}  // namespace

void Inspector::close(api::Context& context) {
    for (api::Handle* const handle : {&ticket_, &picture_ticket_, &score_ticket_, &layer_generator_,
                                      &picture_generator_, &score_generator_})
        if (*handle) (void)context.release(std::exchange(*handle, 0));
    set_.clear();
    network_.clear();
    asked_once_ = false;
    picture_.clear();
}

Status Inspector::begin(api::Context& context, const Subject& subject) {
    close(context);
    subject_ = subject;
    facts_ = {};
    RENDER_ASSIGN(networks_, result_of(context.networks(subject.model)));
    for (const api::NetworkDescription& network : networks_) {
        NetworkFact fact{.name = network.name, .parameters = network.parameters};
        for (const api::NetworkShape& layer : network.layers)
            fact.layers.push_back({layer.name, layer.shape});
        fact.draws = network.name == subject.drawing;
        facts_.networks.push_back(std::move(fact));
    }
    return {};
}

// The generators of what is looked at.
Status Inspector::choose(api::Context& context, const Inspect& how) {
    const std::string wanted = how.network.empty() ? subject_.drawing : how.network;
    const auto network = std::ranges::find(networks_, wanted, &api::NetworkDescription::name);
    if (network == networks_.end()) return Error{"The model has no network " + wanted + ".", 2};
    const std::string last = network->layers.empty() ? std::string() : network->layers.back().name;
    const auto layer =
        std::ranges::find(network->layers, how.layer.empty() ? last : how.layer, &api::NetworkShape::name);
    if (layer == network->layers.end()) return Error{wanted + " has no layer " + how.layer + ".", 2};
    if (network_ == wanted && layer_ == layer->name) return {};
    const Subject subject = subject_;
    close(context);
    subject_ = subject;
    network_ = wanted;
    layer_ = layer->name;
    shape_ = layer->shape;
    facts_.error.clear();
    facts_.has_scores = false;
    judges_ = wanted != subject_.drawing;
    if (judges_ && !reads_pictures(*network)) {
        facts_.error = wanted + " reads no pictures: there is nothing to show it.";
        return {};
    }
    api::GeneratorQuery query{.model = subject_.model, .training = subject_.training, .targets = 0};
    query.network = judges_ ? wanted : "";
    query.layer = layer_;
    RENDER_ASSIGN(layer_generator_, result_of(context.create_generator(query)));
    if (!judges_) return {};
    query.layer.clear();
    query.network.clear();
    RENDER_ASSIGN(picture_generator_, result_of(context.create_generator(query)));
    query.network = wanted;
    query.batch = 2;
    RENDER_ASSIGN(score_generator_, result_of(context.create_generator(query)));
    return {};
}

Result<api::Handle> Inspector::generate(api::Context& context, api::Handle generator,
                                        const ShownOrder& order) {
    ControlValues& set = set_[std::to_string(generator)];
    for (const auto& [name, value] : set)
        if (!order.controls.contains(name)) RENDER_TRY(status_of(context.reset_control(generator, name)));
    for (const auto& [name, value] : order.controls)
        RENDER_TRY(status_of(context.set_control(generator, name, value)));
    set = order.controls;
    const api::GenerateQuery::Input input{order.input, order.latents};
    api::GenerateQuery query{.seed = uint64_t(order.seed), .readback = true};
    if (!order.latents.empty()) query.inputs = {&input, 1};
    return sent(context.generate(generator, query));
}

Result<bool> Inspector::ask(api::Context& context, const Subject& subject, const Inspect& how,
                            const Sample& sample) {
    const bool begins = !(subject == subject_);
    if (begins) RENDER_TRY(begin(context, subject));
    const api::Handle before = layer_generator_;
    RENDER_TRY(choose(context, how));
    if (layer_generator_ != before) return true;
    const Asked wanted{{sample.order.latents.begin(), sample.order.latents.end()},
                       sample.order.controls,
                       sample.order.seed,
                       sample.order.steps,
                       how.real,
                       sample.real,
                       sample.real_attributes};
    if (!layer_generator_ || ticket_ || picture_ticket_ || (asked_once_ && wanted == asked_)) return false;
    const Status asked = ask_layer(context, sample);
    if (!asked) return Error(asked.error());
    if (ticket_ || picture_ticket_) {
        asked_ = wanted;
        asked_once_ = true;
    }
    return false;
}

Status Inspector::ask_layer(api::Context& context, const Sample& sample) {
    const api::Handle generator = judges_ ? picture_generator_ : layer_generator_;
    RENDER_ASSIGN(const api::Handle ticket, generate(context, generator, sample.order));
    (judges_ ? picture_ticket_ : ticket_) = ticket;
    conditions_ = sample.conditions;
    return {};
}

// The picture has come: what the judge makes of it, and of a real one.
Status Inspector::ask_judge(api::Context& context) {
    const auto network = std::ranges::find(networks_, network_, &api::NetworkDescription::name);
    if (network == networks_.end()) return {};
    const bool has_real = asked_.real.size() == picture_.size();
    facts_.has_real = has_real;
    std::vector<std::vector<float>> one, two;
    for (const api::NetworkShape& input : network->inputs) {
        const auto count = size_t(count_of(input.shape));
        std::vector<float> fake(count), real(count);
        if (&input == &network->inputs[0]) {
            if (picture_.size() != count) return Error{network_ + " reads pictures of another size.", 2};
            fake = picture_;
            real = has_real ? asked_.real : picture_;
        } else {
            const auto condition = conditions_.find(input.name);
            if (condition != conditions_.end() && condition->second.size() == count) fake = condition->second;
            real = has_real && asked_.real_attributes.size() == count ? asked_.real_attributes : fake;
        }
        one.push_back(asked_.shows_real && has_real ? real : fake);
        fake.insert(fake.end(), real.begin(), real.end());
        two.push_back(std::move(fake));
    }
    const auto send = [&](api::Handle generator, const std::vector<std::vector<float>>& values) {
        std::vector<api::GenerateQuery::Input> inputs;
        for (size_t i = 0; i < values.size(); ++i) inputs.push_back({network->inputs[i].name, values[i]});
        return sent(context.generate(generator, {.inputs = inputs, .readback = true}));
    };
    RENDER_ASSIGN(ticket_, send(layer_generator_, one));
    RENDER_ASSIGN(score_ticket_, send(score_generator_, two));
    if (!ticket_ || !score_ticket_) asked_once_ = false;  // again
    return {};
}

// True: the ticket's values are there. A dropped or failed one is forgotten.
bool Inspector::take(api::Context& context, api::Handle& ticket, std::vector<float>& values) {
    if (!ticket) return false;
    api::Outcome<api::TicketInfo> info = context.poll(ticket);
    if (info && info->state < api::TicketState::done) return false;
    bool taken = false;
    if (info && info->state == api::TicketState::done) {
        values.resize(info->bytes / sizeof(float));
        taken = bool(context.read(ticket, api::ReadAs::float32, std::as_writable_bytes(std::span(values))));
    }
    (void)context.release(std::exchange(ticket, 0));
    return taken;
}

Status Inspector::watch(api::Context& context, const Gpu& gpu, Textures& textures, const Inspect& how) {
    if (take(context, picture_ticket_, picture_)) RENDER_TRY(ask_judge(context));
    if (take(context, score_ticket_, scores_) && scores_.size() >= 2) {
        // Of a map: its mean.
        const size_t each = scores_.size() / 2;
        double sums[2]{};
        for (size_t i = 0; i < scores_.size(); ++i) sums[i / each] += double(scores_[i]) / double(each);
        facts_.has_scores = true;
        facts_.fake_score = sums[0];
        facts_.real_score = sums[1];
    }
    const bool came = take(context, ticket_, values_);
    if (values_.empty() || (!came && how == shown_)) return {};
    shown_ = how;
    return show(gpu, textures, how);
}

Status Inspector::show(const Gpu& gpu, Textures& textures, const Inspect& how) {
    const TileShape shape = tile_shape(shape_);
    const Tiles tiles = make_tiles(values_, shape, how);
    if (tiles.rgba.empty()) return {};
    facts_.channels = shape.channels;
    facts_.layer_width = shape.width;
    facts_.layer_height = shape.height;
    facts_.shown_channels = tiles.shown_channels;
    facts_.all = tiles.all;
    facts_.shown = tiles.shown;
    if (!texture_ || facts_.width != tiles.width || facts_.height != tiles.height) {
        vkDeviceWaitIdle(gpu.device);
        textures.remove(texture_);
        TextureInfo info;
        info.extent = {uint32_t(tiles.width), uint32_t(tiles.height)};
        RENDER_ASSIGN(texture_, textures.make(info));
        facts_.width = tiles.width;
        facts_.height = tiles.height;
    }
    facts_.picture = picture_id(texture_, 0, {.nearest = true});
    return textures.fill(texture_, 0, tiles.rgba);
}

}  // namespace viewer
