// Weights and models for use: what other programs read and write.
// SPDX-License-Identifier: MIT
#include "host/base/text.hpp"
#include "host/engine/checkpoint.hpp"
#include "host/engine/metadata.hpp"
#include "host/lower/network.hpp"

#include <fmt/format.h>

namespace vkgan {

namespace {

constexpr std::string_view format_name = "model 1";
constexpr std::string_view tracked_suffix = ".num_batches_tracked";
constexpr std::string_view average_prefix = "ema/";

// Parameters and buffers are named "<network>.<layer>.<kind>"; what training keeps beside them has a '/' in
// front.
bool is_weight(std::string_view name) { return name.find('/') == std::string_view::npos; }

void add_tracked(TensorFile& file, const TrainingState& state) {
    for (const auto& [layer, count] : state.batches_tracked)
        file.tensors.emplace(layer + std::string(tracked_suffix), stored_integer(count));
}

Error unexpected(const std::string& path, const std::string& name, const TensorMap& wanted) {
    std::vector<std::string> known;
    for (const auto& [key, tensor] : wanted) known.push_back(key);
    return {Code::malformed, fmt::format("{}: tensor \"{}\" belongs to nothing in this model{}", path, name,
                                         did_you_mean(name, known))};
}

// Averages start as copies.
void start_copies(const Compiled& compiled, TrainingState& state) {
    for (const VariableStart& start : compiled.starts) {
        const auto source = state.variables.find(start.copy_of);
        if (!start.copy_of.empty() && source != state.variables.end())
            state.variables[start.name] = source->second;
    }
}

}  // namespace

TensorFile weights_file(const Session&, const TrainingState& state) {
    TensorFile file;
    for (const auto& [name, tensor] : state.variables) {
        if (is_weight(name)) file.tensors.emplace(name, StoredTensor::from(tensor));
    }
    add_tracked(file, state);
    return file;
}

TensorFile model_file(const Session& session, const TrainingState& state) {
    TensorFile file;
    for (const auto& [name, tensor] : state.variables) {
        if (!is_weight(name)) continue;
        const auto average = state.variables.find(ema_name(name));
        file.tensors.emplace(name,
                             StoredTensor::from(average == state.variables.end() ? tensor : average->second));
    }
    add_tracked(file, state);
    file.metadata = {{"vkgan", std::string(format_name)},
                     {"model", to_json(session.model())},
                     {"steps", std::to_string(state.progress.steps)}};
    return file;
}

Status read_weights(const std::filesystem::path& path, const Compiled& compiled, TrainingState& state) {
    VKGAN_ASSIGN(const TensorFile file, read_safetensors(path));
    const std::string name_of_file = path.string();
    for (const auto& [name, stored] : file.tensors) {
        if (name.ends_with(tracked_suffix)) {
            const std::string layer = name.substr(0, name.size() - tracked_suffix.size());
            const bool known = state.variables.contains(layer + ".running_mean");
            if (!known) return unexpected(name_of_file, name, state.variables);
            VKGAN_ASSIGN(state.batches_tracked[layer], integer_of(stored, name, name_of_file));
            continue;
        }
        const auto variable = is_weight(name) ? state.variables.find(name) : state.variables.end();
        if (variable == state.variables.end()) return unexpected(name_of_file, name, state.variables);
        VKGAN_TRY(check_tensor_shape(name_of_file, name, stored.shape, variable->second.shape));
        VKGAN_ASSIGN(variable->second, stored.to_f32());
    }
    for (const VariableStart& start : compiled.starts) {
        const auto variable = state.variables.find(start.name);
        if (variable == state.variables.end()) continue;
        if (is_weight(start.name) && !file.tensors.contains(start.name))
            return Error{Code::malformed, fmt::format("{}: tensor \"{}\" {} is missing", name_of_file,
                                                      start.name, variable->second.shape.to_string())};
    }
    start_copies(compiled, state);
    return {};
}

Status take_weights(const TrainedModel& trained, const Compiled& compiled, TrainingState& state) {
    for (auto& [name, tensor] : state.variables) {
        if (!is_weight(name)) continue;
        const auto weight = trained.variables.find(name);
        if (weight == trained.variables.end())
            return Error{Code::malformed,
                         fmt::format("the model has no tensor \"{}\" {}, which training needs", name,
                                     tensor.shape.to_string())};
        VKGAN_TRY(check_tensor_shape("the model", name, weight->second.shape, tensor.shape));
        tensor = weight->second;
    }
    start_copies(compiled, state);
    return {};
}

Result<TrainedModel> read_trained(const std::filesystem::path& path) {
    VKGAN_ASSIGN(const TensorFile file, read_safetensors(path));
    return to_trained(file, path.string());
}

Result<TrainedModel> to_trained(const TensorFile& file, const std::string& file_name) {
    const Metadata metadata{file.metadata, file_name};
    VKGAN_ASSIGN(const std::string json, metadata.text("model"));
    TrainedModel trained;
    VKGAN_ASSIGN(trained.model, model_from_json(json, file_name + ": model"));
    VKGAN_TRY(check(trained.model));
    VKGAN_ASSIGN(trained.steps, metadata.integer("steps", 0));
    for (const auto& [name, stored] : file.tensors) {
        const bool average = name.starts_with(average_prefix);
        if (!average && (!is_weight(name) || name.ends_with(tracked_suffix))) continue;
        VKGAN_ASSIGN(Tensor tensor, stored.to_f32());
        const std::string weight = average ? name.substr(average_prefix.size()) : name;
        if (average || !file.tensors.contains(ema_name(name)))
            trained.variables.insert_or_assign(weight, std::move(tensor));
    }
    return trained;
}

}  // namespace vkgan
