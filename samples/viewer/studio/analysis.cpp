// Chunks of samples through a network, one after another.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/analysis.hpp"

#include "samples/viewer/studio/shown.hpp"

#include <algorithm>
#include <utility>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

namespace {

constexpr const char* kind_names[]{"SeFa", "PCA", "attributes"};

int64_t count_of(const std::vector<int64_t>& shape) {
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    return count;
}

Result<api::NetworkDescription> network_of(api::Context& context, api::Handle model,
                                           const std::string& name) {
    RENDER_ASSIGN(const std::vector<api::NetworkDescription> networks, result_of(context.networks(model)));
    for (const api::NetworkDescription& network : networks)
        if (name.empty() || network.name == name) return network;
    return Error{"The model has no network " + name + "."};
}

}  // namespace

Status Analysis::begin(api::Context& context, Kind kind, const Subject& subject) {
    if (goes_on()) return Error{"Directions are being looked for already.", 2};
    if (subject.latent_size < 1) return Error{"This model has no latent to find directions in.", 2};
    kind_ = kind;
    subject_ = subject;
    done_ = 0;
    latents_ = outputs_ = verdicts_ = {};
    const Status made = make(context);
    if (!made) end(context);
    return made;
}

// The first layer that is neither the latent in another shape nor all inputs beside each other: the affine
// one that SeFa reads; of PCA what follows it.
Status Analysis::choose_layer(api::Context& context) {
    RENDER_ASSIGN(network_, network_of(context, subject_.model, subject_.network));
    int64_t inputs = 0;
    for (const api::NetworkShape& input : network_.inputs) inputs += count_of(input.shape);
    for (size_t i = 0; i < network_.layers.size(); ++i) {
        const int64_t size = count_of(network_.layers[i].shape);
        if (size == subject_.latent_size || size == inputs) continue;
        const size_t chosen = kind_ == Kind::pca ? std::min(i + 1, network_.layers.size() - 1) : i;
        layer_ = network_.layers[chosen].name;
        outputs_.columns = int(count_of(network_.layers[chosen].shape));
        return {};
    }
    return Error{"The network has no layer that changes the latent.", 2};
}

Status Analysis::make(api::Context& context) {
    latents_.columns = subject_.latent_size;
    api::GeneratorQuery query{.model = subject_.model, .targets = 0};
    if (kind_ == Kind::attributes) {
        query.batch = batch_ = chunk;
        wanted_ = samples;
        RENDER_ASSIGN(judge_model_, result_of(context.load_model({.path = subject_.classifier})));
        RENDER_ASSIGN(judge_, network_of(context, judge_model_, ""));
        api::GeneratorQuery judging{.model = judge_model_, .batch = chunk, .targets = 0};
        judging.network = judge_.name;
        verdicts_.columns = int(count_of(judge_.layers.back().shape));
        RENDER_ASSIGN(judge_generator_, result_of(context.create_generator(judging)));
    } else {
        RENDER_TRY(choose_layer(context));
        wanted_ = kind_ == Kind::sefa ? subject_.latent_size + 2 : samples;
        query.batch = batch_ = kind_ == Kind::sefa ? wanted_ : chunk;
        query.network = subject_.network;
        query.layer = layer_;
    }
    RENDER_ASSIGN(generator_, result_of(context.create_generator(query)));
    stage_ = Stage::run;
    return {};
}

void Analysis::end(api::Context& context) {
    for (api::Handle* const handle : {&ticket_, &generator_, &judge_generator_, &judge_model_})
        if (*handle) (void)context.release(std::exchange(*handle, 0));
    stage_ = Stage::idle;
    if (fitting_.valid()) fitting_.wait();
    fitting_ = {};
}

Status Analysis::ask(api::Context& context) {
    if (ticket_) return {};
    if (stage_ == Stage::run) return ask_network(context);
    if (stage_ == Stage::judge) return ask_judge(context);
    return {};
}

Status Analysis::ask_network(api::Context& context) {
    constexpr uint64_t seed = 20200916;  // any: the same directions each time
    const auto size = size_t(subject_.latent_size);
    std::vector<float> latents(size_t(batch_) * size);
    if (kind_ == Kind::sefa) {
        for (size_t i = 0; i < size; ++i) latents[(i + 1) * size + i] = 1;
        latents[(size + 1) * size] = 2;
    } else {
        RENDER_ASSIGN(const api::Arrays drawn,
                      result_of(context.drawn_inputs(subject_.model, batch_, seed, uint64_t(done_))));
        const auto found = drawn.find(subject_.latent_input);
        if (found != drawn.end()) latents = found->second.values;
    }
    std::vector<std::vector<float>> others;
    std::vector<api::GenerateQuery::Input> inputs{{subject_.latent_input, latents}};
    if (kind_ != Kind::attributes)
        for (const api::NetworkShape& input : network_.inputs) {
            if (input.name == subject_.latent_input) continue;
            others.emplace_back(size_t(batch_) * size_t(count_of(input.shape)));
            inputs.push_back({input.name, others.back()});
        }
    api::Outcome<api::Handle> ticket = context.generate(
        generator_, {.seed = seed, .first = uint64_t(done_), .inputs = inputs, .readback = true});
    if (!ticket && ticket.failure().reason == api::Reason::not_ready) return {};
    RENDER_ASSIGN(ticket_, result_of(std::move(ticket)));
    latents_.values.insert(latents_.values.end(), latents.begin(), latents.end());
    latents_.rows += batch_;
    return {};
}

Status Analysis::ask_judge(api::Context& context) {
    const api::GenerateQuery::Input input{judge_.inputs[0].name, pictures_};
    api::Outcome<api::Handle> ticket =
        context.generate(judge_generator_, {.inputs = {&input, 1}, .readback = true});
    if (!ticket && ticket.failure().reason == api::Reason::not_ready) return {};
    RENDER_ASSIGN(ticket_, result_of(std::move(ticket)));
    return {};
}

Status Analysis::watch(api::Context& context) {
    if (stage_ == Stage::fit && fitting_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
        found_ = fitting_.get();
        end(context);
        if (found_.empty()) return Error{"No direction was found: the samples are all alike in it."};
        return {};
    }
    if (!ticket_) return {};
    RENDER_ASSIGN(const api::TicketInfo info, result_of(context.poll(ticket_)));
    if (info.state < api::TicketState::done) return {};
    std::vector<float> values(info.bytes / sizeof(float));
    const auto read = context.read(ticket_, api::ReadAs::float32, std::as_writable_bytes(std::span(values)));
    (void)context.release(std::exchange(ticket_, 0));
    if (!read) return error_of(read.failure());
    if (kind_ == Kind::attributes && stage_ == Stage::run) {
        pictures_ = std::move(values);
        stage_ = Stage::judge;
        return {};
    }
    Table& table = stage_ == Stage::judge ? verdicts_ : outputs_;
    table.values.insert(table.values.end(), values.begin(), values.end());
    table.rows += batch_;
    done_ += batch_;
    stage_ = Stage::run;
    return done_ >= wanted_ ? fit() : Status();
}

Status Analysis::fit() {
    if (kind_ == Kind::sefa && !is_linear(outputs_)) {
        return Error{"SeFa needs a first layer that is linear; " + layer_ + " is not.", 2};
    }
    stage_ = Stage::fit;
    fitting_ = std::async(std::launch::async,
                          [kind = kind_, latents = std::move(latents_), outputs = std::move(outputs_),
                           verdicts = std::move(verdicts_), names = subject_.names] {
                              if (kind == Kind::sefa) return sefa_directions(outputs, most_directions);
                              if (kind == Kind::pca) return pca_directions(latents, outputs, most_directions);
                              return attribute_directions(latents, verdicts, names);
                          });
    return {};
}

void Analysis::tell(AnalysisFacts& facts) const {
    facts.goes_on = goes_on();
    facts.progress = wanted_ > 0 ? std::min(double(done_) / wanted_, 1.0) : 0;
    facts.name = kind_names[size_t(kind_)];
}

}  // namespace viewer
