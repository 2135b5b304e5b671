// Drawing samples: Philox keyed by (seed, sample number), one stream for each input of the network.
// SPDX-License-Identifier: MIT
#include "host/engine/sampling.hpp"

#include "host/base/text.hpp"
#include "host/graph/random.hpp"
#include "host/lower/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

namespace vkgan {

namespace {

struct InputPlan {
    const NetworkInput* input = nullptr;
    const Source* source = nullptr;  // whose distribution it has; null: standard normal
    std::map<size_t, float> fixed;   // entries that a control sets
    int label = -1;                  // the class of all; -1: any
    bool blend = false;              // of classes: entries that no control sets are 0
    int64_t classes = 1;             // of an index
    const Tensor* given = nullptr;   // rows of a data set
    const Tensor* rows = nullptr;    // of the samples themselves
};

std::string shape_text(const std::vector<int64_t>& shape) {
    return Shape(std::span<const int64_t>(shape)).to_string();
}

const Control* find_control(const Model& model, std::string_view name) {
    const auto found = std::ranges::find(model.controls, name, &Control::name);
    return found == model.controls.end() ? nullptr : &*found;
}

Status check_range(const Control& control, std::string_view name, double value) {
    if (value >= control.low && value <= control.high) return {};
    return Error{Code::invalid_argument,
                 fmt::format("{}: {} is not from {} to {}", name, value, control.low, control.high)};
}

Error unknown_control(const Model& model, std::span<const InputPlan> plans, std::string_view name) {
    std::vector<std::string> known;
    for (const Control& control : model.controls) {
        const bool entries = control.kind == "latent" || control.kind == "attribute";
        if (!control.live) known.push_back(entries ? control.name + ".0" : control.name);
    }
    for (const InputPlan& plan : plans) {
        if (plan.source) known.insert(known.end(), plan.source->names.begin(), plan.source->names.end());
    }
    const std::string near = did_you_mean(name, known);
    return {Code::not_found,
            fmt::format("there is no control \"{}\" for sampling{}", name,
                        near.empty() ? fmt::format("; there are {}", fmt::join(known, ", ")) : near)};
}

bool has_entries(const Control& control) {
    return control.kind == "latent" || control.kind == "label" || control.kind == "attribute";
}

// "z.3" -> entry 3 of latent z.
Status set_entry(const SampleQuery& query, std::vector<InputPlan>& plans, std::string_view name,
                 double value) {
    const size_t dot = name.rfind('.');
    const Control* const control =
        dot == std::string_view::npos ? nullptr : find_control(query.model, name.substr(0, dot));
    if (!control || !has_entries(*control)) return unknown_control(query.model, plans, name);
    for (InputPlan& plan : plans) {
        const bool reads =
            plan.source ? plan.source->name == control->name : plan.input->name == control->name;
        if (!reads) continue;
        const int64_t count = Shape(std::span<const int64_t>(plan.input->shape)).element_count();
        const std::string_view digits = name.substr(dot + 1);
        int64_t entry = -1;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), entry);
        if (error != std::errc() || end != digits.data() + digits.size() || entry < 0 || entry >= count)
            return Error{Code::invalid_argument,
                         fmt::format("{}: the entries of {} are {}.0 to {}.{}", name, control->name,
                                     control->name, control->name, count - 1)};
        if (control->kind == "label" && (value < 0 || value > 1))
            return Error{Code::invalid_argument, fmt::format("{}: {} is not from 0 to 1", name, value)};
        if (control->kind != "label") VKGAN_TRY(check_range(*control, name, value));
        plan.fixed[size_t(entry)] = float(value);
        plan.blend = control->kind == "label";
        return {};
    }
    return unknown_control(query.model, plans, name);
}

// "Smiling" -> "y.4", by the names of what the network reads; else the name itself.
std::string entry_name(const std::vector<InputPlan>& plans, const std::string& name) {
    for (const InputPlan& plan : plans) {
        if (!plan.source) continue;
        const auto found = std::ranges::find(plan.source->names, name);
        if (found != plan.source->names.end())
            return fmt::format("{}.{}", plan.source->name, found - plan.source->names.begin());
    }
    return name;
}

Status apply_control(const SampleQuery& query, std::vector<InputPlan>& plans, const std::string& name,
                     double value) {
    const Control* const control = find_control(query.model, name);
    if (!control) return set_entry(query, plans, entry_name(plans, name), value);
    if (control->kind == "latent" || control->kind == "attribute")
        return Error{Code::invalid_argument,
                     fmt::format("{} has many entries: set one by its number, as in {}.0", name, name)};
    if (control->kind != "label") {
        if (control->live)
            return Error{Code::invalid_argument,
                         fmt::format("{} is a control of training, not of sampling", name)};
        return unknown_control(query.model, plans, name);
    }
    VKGAN_TRY(check_range(*control, name, value));
    if (value != std::floor(value))
        return Error{Code::invalid_argument,
                     fmt::format("{}: {} is no class, which are whole numbers", name, value)};
    for (InputPlan& plan : plans) {
        const bool named = plan.source && plan.source->name == name;
        if (named || plan.input->type == "index") plan.label = int(value);
    }
    return {};
}

const Source* source_of(const Model& model, const NetworkInput& input, size_t index) {
    const auto named = std::ranges::find(model.sources, input.name, &Source::name);
    if (named != model.sources.end()) return &*named;
    if (index != 0) return nullptr;
    const auto sampled = std::ranges::find(model.sources, model.sample_source, &Source::name);
    return sampled == model.sources.end() ? nullptr : &*sampled;
}

bool is_given(const Source* source) {
    return source && (source->kind == "image" || source->kind == "attributes");
}

Error not_drawn(const Network& network, const NetworkInput& input) {
    return {
        Code::unsupported,
        fmt::format("network {} reads {} {}, which are not drawn: give it your own, as in vkgan run MODEL "
                    "--network {} --in {}=FILE.npy --out output=FILE.npy",
                    network.name, input.name, shape_text(input.shape), network.name, input.name)};
}

// As the control says, else as many as an embedding has entries for.
int64_t class_count(const Model& model, const Network& network, const NetworkInput& input,
                    const Source* source) {
    for (const Control& control : model.controls)
        if (control.kind == "label" &&
            (control.name == input.name || (source && control.name == source->name)))
            return int64_t(control.high) + 1;
    for (const Layer& layer : network.layers) {
        // The first layer reads the first input where it names none.
        const bool reads = layer.from.empty()
                               ? &layer == &network.layers.front() && &input == &network.inputs.front()
                               : std::ranges::find(layer.from, input.name) != layer.from.end();
        if (layer.type != "embedding" || !reads) continue;
        const auto count = layer.options.find("count");
        const auto* const number =
            count == layer.options.end() ? nullptr : std::get_if<double>(&count->second);
        if (number) return int64_t(*number);
    }
    return 1;
}

// Index rows travel as the bits of integers.
Status check_rows(const Network& network, const InputPlan& plan, int count) {
    const Shape wanted = with_batch(count, plan.input->shape);
    if (plan.rows->shape != wanted)
        return Error{Code::shape_mismatch,
                     fmt::format("network {} reads {} {} but is given {}", network.name, plan.input->name,
                                 wanted.to_string(), plan.rows->shape.to_string())};
    for (const float x : plan.rows->values) {
        if (!std::isfinite(x))
            return Error{Code::invalid_argument,
                         fmt::format("{}: {} is not a finite number", plan.input->name, x)};
        if (plan.input->type == "index" && (x < 0 || x >= float(plan.classes) || x != std::floor(x)))
            return Error{Code::invalid_argument, fmt::format("{}: {} is no class: whole numbers from 0 to {}",
                                                             plan.input->name, x, plan.classes - 1)};
    }
    return {};
}

// Every name is one that the network reads.
Status find_rows(const SampleQuery& query, const Network& network, std::vector<InputPlan>& plans) {
    if (!query.rows) return {};
    for (const auto& [name, tensor] : *query.rows) {
        const auto reads = [&](const InputPlan& plan) {
            return plan.input->name == name || (plan.source && plan.source->name == name);
        };
        const auto plan = std::ranges::find_if(plans, reads);
        if (plan == plans.end()) {
            std::vector<std::string> known;
            for (const InputPlan& p : plans) known.push_back(p.source ? p.source->name : p.input->name);
            return Error{Code::not_found, fmt::format("network {} reads no \"{}\"; it reads {}", network.name,
                                                      name, fmt::join(known, ", "))};
        }
        plan->rows = &tensor;
        VKGAN_TRY(check_rows(network, *plan, query.count));
    }
    return {};
}

Result<std::vector<InputPlan>> plan_inputs(const SampleQuery& query) {
    const auto network = std::ranges::find(query.model.networks, query.model.sample_network, &Network::name);
    if (network == query.model.networks.end())
        return Error{
            Code::not_found,
            query.model.sample_network == "none"
                ? fmt::format("{} has no network that draws samples", query.model.recipe)
                : fmt::format("the model has no network \"{}\" to sample", query.model.sample_network)};
    std::vector<InputPlan> plans;
    for (size_t i = 0; i < network->inputs.size(); ++i) {
        const NetworkInput& input = network->inputs[i];
        const Source* const source = source_of(query.model, input, i);
        InputPlan& plan = plans.emplace_back(InputPlan{&input, source});
        if (input.type == "index") plan.classes = class_count(query.model, *network, input, source);
        const bool has_rows = query.rows && (query.rows->contains(input.name) ||
                                             (source && query.rows->contains(source->name)));
        if (!is_given(source) || has_rows) continue;
        const auto found = query.given ? query.given->find(source->name) : TensorMap::const_iterator{};
        if (!query.given || found == query.given->end()) return not_drawn(*network, input);
        const Shape row = with_batch(1, input.shape);
        const Shape& rows = found->second.shape;
        if (rows.rank() != row.rank() || rows[0] < 1 ||
            !std::equal(rows.begin() + 1, rows.end(), row.begin() + 1))
            return Error{Code::shape_mismatch,
                         fmt::format("network {} reads {} {} but is given {}", network->name, input.name,
                                     row.to_string(), rows.to_string())};
        plan.given = &found->second;
    }
    VKGAN_TRY(find_rows(query, *network, plans));
    for (const auto& [name, value] : query.controls) VKGAN_TRY(apply_control(query, plans, name, value));
    return plans;
}

void draw(const InputPlan& plan, uint64_t seed, uint64_t sample, uint32_t stream, std::span<float> values) {
    const RandomKey key{uint32_t(seed), uint32_t(seed >> 32), uint32_t(sample), uint32_t(sample >> 32)};
    if (plan.given) {
        const auto row = size_t(sample % uint64_t(plan.given->shape[0]));
        std::copy_n(plan.given->values.begin() + ptrdiff_t(row * values.size()), values.size(),
                    values.begin());
        return;
    }
    if (plan.input->type == "index") {
        fill_uniform(key, stream, values);
        for (float& x : values)
            x = std::bit_cast<float>(plan.label < 0 ? class_of(x, plan.classes) : int32_t(plan.label));
        return;
    }
    const std::string_view kind = plan.source ? std::string_view(plan.source->kind) : "normal";
    if (kind == "categorical") {
        float chance = 0;
        fill_uniform(key, stream, std::span(&chance, 1));
        const int32_t any = class_of(chance, int64_t(values.size()));
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = !plan.blend && int64_t(i) == (plan.label < 0 ? any : plan.label);
    } else if (kind == "signs") {
        fill_uniform(key, stream, values);
        const std::vector<double>& patterns = plan.source->patterns;
        if (patterns.empty()) {
            for (float& x : values) x = x > 0.5f ? 1.0f : -1.0f;
        } else {
            const auto pattern = uint64_t(patterns[size_t(class_of(values[0], int64_t(patterns.size())))]);
            for (size_t i = 0; i < values.size(); ++i) values[i] = (pattern >> i & 1) != 0 ? 1.0f : -1.0f;
        }
    } else if (kind == "uniform") {
        fill_uniform(key, stream, values);
        for (float& x : values)
            x = float(plan.source->low + (plan.source->high - plan.source->low) * double(x));
    } else {
        fill_normal(key, stream, values);
    }
    for (const auto& [entry, value] : plan.fixed) values[entry] = value;
}

}  // namespace

std::vector<std::string> sampled_data(const Model& model) {
    std::vector<std::string> names;
    const auto network = std::ranges::find(model.networks, model.sample_network, &Network::name);
    if (network == model.networks.end()) return names;
    for (size_t i = 0; i < network->inputs.size(); ++i) {
        const Source* const source = source_of(model, network->inputs[i], i);
        if (is_given(source)) names.push_back(source->name);
    }
    return names;
}

namespace {

void copy_row(const InputPlan& plan, int row, std::span<float> values) {
    const auto from = plan.rows->values.begin() + ptrdiff_t(size_t(row) * values.size());
    std::copy_n(from, values.size(), values.begin());
    if (plan.input->type != "index") return;
    for (float& x : values) x = std::bit_cast<float>(int32_t(x));
}

// Inputs of samples first, first + 1, ... for the program's batch.
Status write_inputs(const SampleQuery& query, std::span<const InputPlan> plans, Program& program,
                    uint64_t first, int slot) {
    const int batch = int(program.plan().output_shapes.at("output")[0]);
    for (size_t i = 0; i < plans.size(); ++i) {
        const auto each = size_t(Shape(std::span<const int64_t>(plans[i].input->shape)).element_count());
        std::vector<float> values(each * size_t(batch));
        for (int k = 0; k < batch; ++k) {
            const std::span<float> row = std::span(values).subspan(each * size_t(k), each);
            if (plans[i].rows)
                copy_row(plans[i], k, row);
            else
                draw(plans[i], query.seed, first + uint64_t(k), uint32_t(i), row);
        }
        VKGAN_TRY(program.write(plans[i].input->name, values, slot));
    }
    return {};
}

}  // namespace

Result<Shape> rows_shape(const Model& model, std::string_view name, int64_t rows, int64_t values) {
    const auto network = std::ranges::find(model.networks, model.sample_network, &Network::name);
    std::vector<std::string> known;
    for (size_t i = 0; network != model.networks.end() && i < network->inputs.size(); ++i) {
        const NetworkInput& input = network->inputs[i];
        const Source* const source = source_of(model, input, i);
        known.push_back(source ? source->name : input.name);
        if (input.name != name && known.back() != name) continue;
        const Shape shape = with_batch(int(rows), input.shape);
        if (shape.element_count() == values) return shape;
        return Error{Code::shape_mismatch, fmt::format("{}: {} values, but {} samples have {}", name, values,
                                                       rows, shape.element_count())};
    }
    return Error{Code::not_found, fmt::format("network {} reads no \"{}\"; it reads {}", model.sample_network,
                                              name, fmt::join(known, ", "))};
}

Status check_sample_query(const SampleQuery& query) {
    const auto plans = plan_inputs(query);
    return plans ? Status() : Status(plans.error());
}

Result<TensorMap> drawn_inputs(const SampleQuery& query) {
    VKGAN_ASSIGN(const std::vector<InputPlan> plans, plan_inputs(query));
    TensorMap drawn;
    for (size_t i = 0; i < plans.size(); ++i) {
        Tensor values(with_batch(query.count, plans[i].input->shape));
        const size_t each = values.values.size() / size_t(query.count);
        for (size_t k = 0; k < size_t(query.count); ++k)
            draw(plans[i], query.seed, query.first + k, uint32_t(i),
                 std::span(values.values).subspan(each * k, each));
        if (plans[i].input->type == "index")
            for (float& x : values.values) x = float(std::bit_cast<int32_t>(x));
        drawn.emplace(plans[i].source ? plans[i].source->name : plans[i].input->name, std::move(values));
    }
    return drawn;
}

Status write_sample_inputs(const SampleQuery& query, Program& program, int slot) {
    VKGAN_ASSIGN(const std::vector<InputPlan> plans, plan_inputs(query));
    return write_inputs(query, plans, program, query.first, slot);
}

Result<Tensor> draw_samples(const SampleQuery& query, const SamplerOf& sampler) {
    if (query.count < 1 || query.count > largest_sample_count)
        return Error{Code::invalid_argument,
                     fmt::format("count: {} is not from 1 to {}", query.count, largest_sample_count)};
    VKGAN_ASSIGN(const std::vector<InputPlan> plans, plan_inputs(query));
    Tensor all;
    for (int done = 0; done < query.count;) {
        VKGAN_ASSIGN(Program* const program, sampler(std::min(query.count - done, largest_sample_batch)));
        const Shape shape = program->plan().output_shapes.at("output");
        const int batch = int(shape[0]), taken = std::min(batch, query.count - done);
        program->begin();
        VKGAN_TRY(write_inputs(query, plans, *program, query.first + uint64_t(done), Program::begun));
        VKGAN_TRY(program->submit());
        VKGAN_TRY(program->finish(program->slot()));
        const Tensor images = program->tensor("output");
        if (done == 0) {
            Shape whole = shape;
            whole[0] = query.count;
            all = Tensor(whole);
        }
        const size_t each = images.values.size() / size_t(batch);
        std::copy_n(images.values.begin(), each * size_t(taken),
                    all.values.begin() + ptrdiff_t(each * size_t(done)));
        done += taken;
    }
    return all;
}

}  // namespace vkgan
