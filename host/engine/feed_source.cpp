// A feed: reals and noise from a safetensors file, step by step.
// SPDX-License-Identifier: MIT
#include "host/base/hash.hpp"
#include "host/engine/inputs.hpp"
#include "host/engine/program.hpp"
#include "host/graph/layout.hpp"
#include "host/io/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace vkgan {

namespace {

constexpr float largest_label = 1e9f;

// Where a source's rows come from, and how many of them one step takes.
struct FedSource {
    const Source* source = nullptr;
    Tensor tensor;            // [rows, B, ...]
    std::vector<bool> reads;  // whether each phase takes a row whenever it runs
};

int64_t rows_before(const FedSource& fed, const Compiled& compiled, int64_t step) {
    int64_t rows = 0;
    for (size_t i = 0; i < fed.reads.size(); ++i)
        if (fed.reads[i]) rows += runs_before(compiled.phases[i], step);
    return rows;
}

// Whole steps that the rows last for.
int64_t steps_of(const FedSource& fed, const Compiled& compiled) {
    int64_t low = 0, high = fed.tensor.shape[0] + 1;
    for (const CompiledPhase& phase : compiled.phases)
        high = std::max<int64_t>(high, high * phase.timing.every);
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        (rows_before(fed, compiled, middle) <= fed.tensor.shape[0] ? low : high) = middle;
    }
    return low;
}

// The tensor's name: the source's, or "real" or "noise" where it is the only one of its kind.
std::string name_in_feed(const Model& model, const Source& source, const TensorFile& file) {
    if (file.tensors.contains(source.name)) return source.name;
    const auto same_kind = [&](const Source& other) {
        return is_noise(source) ? is_noise(other) : other.kind == source.kind;
    };
    const bool only = std::ranges::count_if(model.sources, same_kind) == 1;
    const std::string common = is_noise(source) ? "noise" : source.kind == "image" ? "real" : "";
    return only && file.tensors.contains(common) ? common : std::string{};
}

Result<std::string> find_in_feed(const Model& model, const Source& source, const TensorFile& file,
                                 const std::string& path) {
    const std::string name = name_in_feed(model, source, file);
    if (!name.empty()) return name;
    std::vector<std::string> had;
    for (const auto& [key, tensor] : file.tensors) had.push_back(key);
    return Error{Code::not_found, fmt::format("{}: no tensor \"{}\" for source {} ({}); it has {}", path,
                                              is_noise(source) ? "noise" : source.name, source.name,
                                              source.kind, fmt::join(had, ", "))};
}

Status check_shape(const FedSource& fed, const std::string& name, int64_t batch, const std::string& path) {
    std::vector<int64_t> wanted{0, batch};
    wanted.insert(wanted.end(), fed.source->shape.begin(), fed.source->shape.end());
    const Shape& shape = fed.tensor.shape;
    if (shape.rank() > 0) wanted[0] = shape[0];
    if (std::ranges::equal(wanted, std::span(shape.begin(), shape.end())) && wanted[0] >= 1) return {};
    const Shape sample{std::span<const int64_t>(fed.source->shape)};
    return Error{
        Code::shape_mismatch,
        fmt::format("{}: tensor \"{}\" has shape {}, but [steps, {}, ...] with {} a sample is needed", path,
                    name, shape.to_string(), batch, sample.to_string())};
}

// What statements draw is an input of their own in a feed: "<result>.share" of a gradient penalty, where its
// points lie, "<result>.noise" and "<result>.chance".
bool is_drawn(const std::string& input) {
    return input.ends_with(".share") || input.ends_with(".noise") || input.ends_with(".chance");
}

// The model's sources, and what its statements draw.
std::vector<Source> fed_by(const SourceQuery& query) {
    std::vector<Source> result = query.model.sources;
    for (const CompiledPhase& phase : query.compiled.phases) {
        for (const auto& [name, shape] : phase.plan.input_shapes) {
            if (!is_drawn(name) || std::ranges::find(result, name, &Source::name) != result.end()) continue;
            result.push_back({.name = name, .kind = "share", .shape = {shape.begin() + 1, shape.end()}});
        }
    }
    return result;
}

class FeedSource : public BatchSource {
public:
    FeedSource(const SourceQuery& query, std::string path)
        : compiled_(query.compiled), batch_(query.batch), path_(std::move(path)) {}

    Status load(const SourceQuery& query) {
        VKGAN_ASSIGN(const TensorFile file, read_safetensors(path_));
        wanted_ = fed_by(query);
        for (const Source& source : wanted_) {
            FedSource fed{&source, {}, {}};
            for (const CompiledPhase& phase : compiled_.phases)
                fed.reads.push_back(phase.plan.inputs.contains(source.name));
            if (std::ranges::find(fed.reads, true) == fed.reads.end()) continue;
            VKGAN_ASSIGN(const std::string name, find_in_feed(query.model, source, file, path_));
            const StoredTensor& stored = file.tensors.find(name)->second;
            fingerprint_ = fnv1a64(stored.bytes, fnv1a64(name, fingerprint_));
            VKGAN_ASSIGN(fed.tensor, stored.to_f32());
            VKGAN_TRY(check_shape(fed, name, batch_, path_));
            const int64_t steps = steps_of(fed, compiled_);
            steps_ = steps_ < 0 ? steps : std::min(steps_, steps);
            sources_.push_back(std::move(fed));
        }
        return {};
    }

    Result<const StagedInputs*> inputs(int64_t step, size_t index) override {
        if (steps_ >= 0 && step >= steps_)
            return Error{Code::invalid_argument,
                         fmt::format("{} holds {} steps, so there is none after them", path_, steps_)};
        staged_.clear();
        const std::vector<Execution> executions = executions_of(compiled_, step);
        for (const FedSource& fed : sources_) {
            if (!fed.reads[executions[index].phase]) continue;
            int64_t row = rows_before(fed, compiled_, step);
            for (size_t i = 0; i < index; ++i) row += fed.reads[executions[i].phase];
            stage(fed, size_t(row));
        }
        return &staged_;
    }

    Result<Tensor> mean_image() const override {
        const auto fed =
            std::ranges::find_if(sources_, [](const FedSource& x) { return x.source->kind == "image"; });
        if (fed == sources_.end())
            return Error{Code::not_found, path_ + " holds no images to take a mean of"};
        Tensor mean(Shape{std::span<const int64_t>(fed->source->shape)});
        const std::vector<float>& values = fed->tensor.values;
        std::vector<double> sums(mean.values.size());
        for (size_t i = 0; i < values.size(); ++i) sums[i % sums.size()] += double(values[i]);
        const double count = double(values.size()) / double(sums.size());
        for (size_t k = 0; k < sums.size(); ++k) mean.values[k] = float(sums[k] / count);
        return mean;
    }

    int64_t steps() const override { return steps_; }
    std::string description() const override { return fmt::format("{}: {} steps", path_, steps_); }
    uint64_t fingerprint() const override { return fingerprint_; }

private:
    void stage(const FedSource& fed, size_t row) {
        const Shape& whole = fed.tensor.shape;
        const Shape shape{std::span<const int64_t>(whole.begin() + 1, whole.end())};
        const auto count = size_t(shape.element_count());
        std::vector<float> values(fed.tensor.values.begin() + ptrdiff_t(row * count),
                                  fed.tensor.values.begin() + ptrdiff_t((row + 1) * count));
        if (fed.source->kind == "labels") {
            for (float& x : values) x = std::bit_cast<float>(x >= 0 && x < largest_label ? int32_t(x) : 0);
        }
        std::vector<std::byte>& bytes = staged_[fed.source->name];
        bytes.resize(size_t(byte_count(shape)));
        write_quads(shape, values, bytes);
    }

    const Compiled& compiled_;
    int batch_;
    std::string path_;
    std::vector<Source> wanted_;
    std::vector<FedSource> sources_;  // borrow from wanted_
    StagedInputs staged_;
    int64_t steps_ = -1;
    uint64_t fingerprint_ = fnv1a64_start;
};

}  // namespace

Result<std::unique_ptr<BatchSource>> open_feed(const SourceQuery& query, const std::string& path) {
    auto source = std::make_unique<FeedSource>(query, path);
    VKGAN_TRY(source->load(query));
    return std::unique_ptr<BatchSource>(std::move(source));
}

Result<int> feed_batch(const Model& model, const std::string& path) {
    VKGAN_ASSIGN(const TensorFile file, read_safetensors(path));
    if (model.sources.empty())
        return Error{Code::invalid_argument, "the model has no sources, so there is nothing to feed"};
    for (const Source& source : model.sources) {
        const std::string name = name_in_feed(model, source, file);
        if (name.empty()) continue;
        const Shape& shape = file.tensors.find(name)->second.shape;
        if (shape.rank() >= 2 && shape[1] >= 1 && shape[1] <= 65536) return int(shape[1]);
        return Error{Code::shape_mismatch,
                     fmt::format("{}: tensor \"{}\" has shape {}, but [steps, batch, ...] is needed", path,
                                 name, shape.to_string())};
    }
    return find_in_feed(model, model.sources.front(), file, path).error();
}

}  // namespace vkgan
