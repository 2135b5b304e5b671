// Checkpoints and models as files: .vkgan is safetensors with PyTorch's names, and the model's JSON in its
// metadata.
// SPDX-License-Identifier: MIT
//
// docs/file_formats.md says what each holds. Bytes are a pure function of the training state: no clock, no
// machine.
#pragma once

#include "host/engine/session.hpp"
#include "host/io/safetensors.hpp"

#include <filesystem>
#include <string>

namespace vkgan {

// What a checkpoint says of the run besides its state; resuming asks for the same.
struct RunIdentity {
    std::string model_json;
    int batch = 0;
    uint64_t seed = 0;
    std::string data;          // as the user named it
    uint64_t fingerprint = 0;  // of the data
    Precision precision = Precision::float32;
    TuningTable tuning;  // Compiled::choices: other tiles sum in another order
};
RunIdentity identity_of(const Session& session, const std::string& data);

struct Checkpoint {
    RunIdentity run;
    TrainingState state;
};

TensorFile to_file(const Checkpoint& checkpoint);
Result<Checkpoint> read_checkpoint(const std::filesystem::path& path);
// The same from a file's content; `name` is for messages.
Result<Checkpoint> to_checkpoint(TensorFile file, const std::string& name);

// An error that names the first field that differs, with both values.
Status check_same_run(const RunIdentity& wanted, const RunIdentity& had, const std::string& path);
// Every variable of the session is there with its shape, and nothing else.
Status check_complete(const TensorMap& variables, const VariableTable& table, const std::string& path);

// Current parameters and buffers under PyTorch's names, num_batches_tracked as I64.
TensorFile weights_file(const Session& session, const TrainingState& state);
// The same with averages in the place of what they average, and the model's JSON.
TensorFile model_file(const Session& session, const TrainingState& state);

// Takes parameters and buffers from a file with PyTorch's names into `state`; averages start as their copies.
// num_batches_tracked may be missing; everything else must be there with its shape, and nothing more.
Status read_weights(const std::filesystem::path& path, const Compiled& compiled, TrainingState& state);

// A model for use, from model.vkgan or checkpoint.vkgan.
struct TrainedModel {
    Model model;
    TensorMap variables;  // parameters and buffers; averages instead where the file has them
    int64_t steps = 0;
};
Result<TrainedModel> read_trained(const std::filesystem::path& path);
Result<TrainedModel> to_trained(const TensorFile& file, const std::string& name);
// Training goes on from the weights of a model; averages start as their copies.
Status take_weights(const TrainedModel& trained, const Compiled& compiled, TrainingState& state);

}  // namespace vkgan
