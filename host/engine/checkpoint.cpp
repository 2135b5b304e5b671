// Writing and reading checkpoint.vkgan.
// SPDX-License-Identifier: MIT
#include "host/engine/checkpoint.hpp"

#include "host/engine/metadata.hpp"
#include "host/io/strict_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstring>

namespace vkgan {

namespace {

constexpr std::string_view format_name = "checkpoint 1";
constexpr std::string_view tracked_suffix = ".num_batches_tracked";

std::string controls_text(const Controls& controls) {
    nlohmann::json json = nlohmann::json::object();
    for (const auto& [name, value] : controls) json[name] = value;
    return json.dump();
}

Result<Controls> parse_controls(const std::string& text, const std::string& path) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    const auto wrong = [&] {
        return Error{Code::malformed, fmt::format("{}: controls are not an object of numbers", path)};
    };
    if (!json.is_object()) return wrong();
    Controls controls;
    for (const auto& [name, value] : json.items()) {
        if (!value.is_number()) return wrong();
        controls.emplace(name, value.get<double>());
    }
    return controls;
}

// Absent: every kernel was chosen by the built-in rules.
Result<TuningTable> read_choices(const TensorFile& file, const std::string& path) {
    const auto found = file.metadata.find("tuning");
    if (found == file.metadata.end()) return TuningTable{};
    const auto json = parse_strict_json(found->second);
    const auto wrong = [&] {
        return Error{Code::malformed, fmt::format("{}: tuning is not an object of texts", path)};
    };
    if (!json || !json->is_object()) return wrong();
    TuningTable choices;
    for (const auto& [problem, choice] : json->items()) {
        if (!choice.is_string()) return wrong();
        choices.emplace(problem, choice.get<std::string>());
    }
    return choices;
}

// The first few differing characters tell people more than two whole models.
std::string difference(const std::string& a, const std::string& b) {
    const nlohmann::json x = nlohmann::json::parse(a, nullptr, false),
                         y = nlohmann::json::parse(b, nullptr, false);
    if (x.is_discarded() || y.is_discarded()) return "model: the JSON differs";
    for (const auto& change : nlohmann::json::diff(x, y)) {
        const nlohmann::json::json_pointer place(change.at("path").get<std::string>());
        const auto value = [&](const nlohmann::json& json) {
            const std::string text = json.contains(place) ? json.at(place).dump() : "nothing";
            return text.size() > 60 ? text.substr(0, 57) + "..." : text;
        };
        return fmt::format("model{}: the checkpoint has {}, this run has {}", place.to_string(), value(x),
                           value(y));
    }
    return "model: the JSON differs";
}

}  // namespace

RunIdentity identity_of(const Session& session, const std::string& data) {
    return {to_json(session.model()),
            session.batch(),
            session.seed(),
            data,
            session.source().fingerprint(),
            session.precision(),
            session.compiled().choices};
}

TensorFile to_file(const Checkpoint& checkpoint) {
    TensorFile file;
    const auto& [run, state] = checkpoint;
    for (const auto& [name, tensor] : state.variables) file.tensors.emplace(name, StoredTensor::from(tensor));
    for (const auto& [layer, count] : state.batches_tracked)
        file.tensors.emplace(layer + std::string(tracked_suffix), stored_integer(count));
    file.metadata = {{"vkgan", std::string(format_name)},
                     {"model", run.model_json},
                     {"steps", std::to_string(state.progress.steps)},
                     {"retries", std::to_string(state.progress.retries)},
                     {"failed_step", std::to_string(state.progress.failed_step)},
                     {"failures", std::to_string(state.progress.failures)},
                     {"controls", controls_text(state.controls)},
                     {"batch", std::to_string(run.batch)},
                     {"precision", std::string(name_of(run.precision))},
                     {"seed", std::to_string(run.seed)},
                     {"data", run.data},
                     {"data_fingerprint", fmt::format("{:016x}", run.fingerprint)}};
    if (!run.tuning.empty()) file.metadata["tuning"] = nlohmann::json(run.tuning).dump();
    return file;
}

Result<Checkpoint> read_checkpoint(const std::filesystem::path& path) {
    VKGAN_ASSIGN(TensorFile file, read_safetensors(path));
    return to_checkpoint(std::move(file), path.string());
}

Result<Checkpoint> to_checkpoint(TensorFile file, const std::string& path) {
    const Metadata metadata{file.metadata, path};
    VKGAN_ASSIGN(const std::string format, metadata.text("vkgan"));
    if (format != format_name)
        return Error{Code::malformed, fmt::format("{}: vkgan is \"{}\", but \"{}\" is needed to resume", path,
                                                  format, format_name)};
    Checkpoint checkpoint;
    auto& [run, state] = checkpoint;
    VKGAN_ASSIGN(run.model_json, metadata.text("model"));
    VKGAN_ASSIGN(state.progress.steps, metadata.integer("steps", 0));
    VKGAN_ASSIGN(state.progress.retries, metadata.integer("retries", 0));
    VKGAN_ASSIGN(state.progress.failed_step, metadata.integer("failed_step", -1));
    VKGAN_ASSIGN(state.progress.failures, metadata.integer("failures", 0));
    VKGAN_ASSIGN(const int64_t batch, metadata.integer("batch", 1));
    run.batch = int(std::min<int64_t>(batch, 1 << 30));
    if (file.metadata.contains("precision")) {  // of before mixed precision: float32
        VKGAN_ASSIGN(const std::string precision, metadata.text("precision"));
        VKGAN_ASSIGN(run.precision, precision_of(precision));
    }
    VKGAN_ASSIGN(run.seed, metadata.unsigned_integer("seed", 10));
    VKGAN_ASSIGN(run.data, metadata.text("data"));
    VKGAN_ASSIGN(run.fingerprint, metadata.unsigned_integer("data_fingerprint", 16));
    VKGAN_ASSIGN(run.tuning, read_choices(file, path));
    VKGAN_ASSIGN(const std::string controls, metadata.text("controls"));
    VKGAN_ASSIGN(state.controls, parse_controls(controls, path));
    for (auto& [name, stored] : file.tensors) {
        if (name.ends_with(tracked_suffix)) {
            const std::string layer = name.substr(0, name.size() - tracked_suffix.size());
            VKGAN_ASSIGN(state.batches_tracked[layer], integer_of(stored, name, path));
            continue;
        }
        VKGAN_ASSIGN(Tensor tensor, stored.to_f32());
        state.variables.emplace(name, std::move(tensor));
        stored.bytes = {};
    }
    return checkpoint;
}

Status check_same_run(const RunIdentity& wanted, const RunIdentity& had, const std::string& path) {
    const auto differs = [&](const std::string& text) {
        return Error{Code::invalid_argument, fmt::format("cannot resume from {}: {}", path, text)};
    };
    if (wanted.model_json != had.model_json) return differs(difference(had.model_json, wanted.model_json));
    const auto check = [&](std::string_view field, auto had_value, auto wanted_value) -> Status {
        if (had_value == wanted_value) return {};
        return differs(
            fmt::format("{}: the checkpoint has {}, this run has {}", field, had_value, wanted_value));
    };
    VKGAN_TRY(check("precision", name_of(had.precision), name_of(wanted.precision)));
    VKGAN_TRY(check("batch", had.batch, wanted.batch));
    VKGAN_TRY(check("seed", had.seed, wanted.seed));
    if (had.fingerprint != wanted.fingerprint)
        return differs(
            fmt::format("data: the checkpoint has {} (fingerprint {:016x}), this run has {} ({:016x})",
                        had.data, had.fingerprint, wanted.data, wanted.fingerprint));
    return {};
}

Status check_complete(const TensorMap& variables, const VariableTable& table, const std::string& path) {
    for (const auto& [name, place] : table.places) {
        const auto found = variables.find(name);
        if (found == variables.end())
            return Error{Code::malformed, fmt::format("{}: tensor \"{}\" is missing", path, name)};
        VKGAN_TRY(check_tensor_shape(path, name, found->second.shape, table.shapes.find(name)->second));
    }
    for (const auto& [name, tensor] : variables) {
        if (!table.places.contains(name))
            return Error{Code::malformed,
                         fmt::format("{}: tensor \"{}\" belongs to nothing in this model", path, name)};
    }
    return {};
}

}  // namespace vkgan
