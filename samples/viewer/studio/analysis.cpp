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

constexpr const char* kind_names[]{"SeFa", "PCA", "attributes", "labels"};

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
    if (kind_ == Kind::labels) {
        RENDER_ASSIGN(network_, network_of(context, subject_.model, subject_.encoder));
        query.batch = batch_ = chunk;
        query.network = subject_.encoder;
        RENDER_ASSIGN(generator_, result_of(context.create_generator(query)));
        subject_.data.samples = samples;
        reading_ =
            std::async(std::launch::async, [data = subject_.data] { return api::describe_data(data); });
        wanted_ = samples;
        stage_ = Stage::read;
        return {};
    }
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
    if (reading_.valid()) reading_.wait();
    fitting_ = {};
    reading_ = {};
    images_ = labels_ = {};
}

Status Analysis::ask(api::Context& context) {
    if (ticket_) return {};
    if (stage_ == Stage::run) return ask_network(context);
    if (stage_ == Stage::judge) return ask_judge(context);
    return {};
}

// The pictures that were read, and what is known of each; of classes one that is 1.
Status Analysis::take_data() {
    api::Outcome<api::DataInfo> data = reading_.get();
    if (!data) return error_of(data.failure());
    images_ = std::move(data->images);
    labels_ = std::move(data->values);
    const int64_t had = images_.shape.empty() ? 0 : images_.shape[0];
    wanted_ = int(had / chunk) * chunk;
    if (labels_.values.empty() || data->attributes.empty())
        return Error{subject_.data.data + " has no labels or attributes.", 2};
    if (wanted_ == 0)
        return Error{subject_.data.data + " has " + std::to_string(had) + " samples; at least " +
                         std::to_string(chunk) + " are needed.",
                     2};
    verdicts_.columns = int(labels_.values.size() / size_t(had));
    subject_.names.clear();
    for (const api::DataAttribute& attribute : data->attributes) subject_.names.push_back(attribute.name);
    stage_ = Stage::run;
    return {};
}

Result<api::Handle> Analysis::ask_encoder(api::Context& context) {
    const size_t each = images_.values.size() / size_t(images_.shape[0]);
    const api::GenerateQuery::Input input{
        network_.inputs[0].name,
        std::span(images_.values).subspan(size_t(done_) * each, size_t(batch_) * each)};
    api::Outcome<api::Handle> ticket =
        context.generate(generator_, {.inputs = {&input, 1}, .readback = true});
    if (!ticket && ticket.failure().reason == api::Reason::not_ready) return api::Handle(0);
    return result_of(std::move(ticket));
}

// Latents of a chunk of pictures: of encoders that give means and variances the means, which come first.
void Analysis::note_codes(std::span<const float> codes) {
    const size_t each = codes.size() / size_t(batch_), columns = size_t(verdicts_.columns);
    for (size_t i = 0; i < size_t(batch_); ++i) {
        const std::span<const float> row = codes.subspan(i * each, size_t(latents_.columns));
        latents_.values.insert(latents_.values.end(), row.begin(), row.end());
        const auto label = labels_.values.begin() + long((size_t(done_) + i) * columns);
        verdicts_.values.insert(verdicts_.values.end(), label, label + long(columns));
    }
    latents_.rows += batch_;
    verdicts_.rows += batch_;
    done_ += batch_;
}

Status Analysis::ask_network(api::Context& context) {
    if (kind_ == Kind::labels) {
        RENDER_ASSIGN(ticket_, ask_encoder(context));
        return {};
    }
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
    if (stage_ == Stage::read && reading_.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
        return take_data();
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
    if (kind_ == Kind::labels) {
        note_codes(values);
        return done_ >= wanted_ ? fit() : Status();
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
    fitting_ =
        std::async(std::launch::async, [kind = kind_, word = kind_ == Kind::labels ? "labels" : "classifier",
                                        latents = std::move(latents_), outputs = std::move(outputs_),
                                        verdicts = std::move(verdicts_), names = subject_.names] {
            if (kind == Kind::sefa) return sefa_directions(outputs, most_directions);
            if (kind == Kind::pca) return pca_directions(latents, outputs, most_directions);
            return attribute_directions(latents, verdicts, names, word);
        });
    return {};
}

void Analysis::tell(AnalysisFacts& facts) const {
    facts.goes_on = goes_on();
    facts.progress = wanted_ > 0 ? std::min(double(done_) / wanted_, 1.0) : 0;
    facts.name = kind_names[size_t(kind_)];
}

}  // namespace viewer
