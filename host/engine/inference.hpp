// Inference: a trained model's networks on a device, compiled for the batches that are asked for.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/checkpoint.hpp"
#include "host/engine/sampling.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace vkgan {

std::string describe(const TrainedModel& trained);  // recipe, steps, networks: a few lines

// Rows first ... first + count - 1 of a batch; those past its end are zero.
Tensor rows_of(const Tensor& tensor, int64_t first, int64_t count);

// A network in inference form at one batch, with memory of its own: another batch then never moves it.
struct NetworkQuery {
    std::string network, layer;  // layer: not empty: what it gives instead of the network's output
    int batch = 1;
    Precision precision = Precision::float32;
};
struct NetworkProgram {
    std::unique_ptr<RegionSet> regions;
    std::unique_ptr<Program> program;
    VariableTable table;  // of what it reads
};
// With the model's variables on the device, and set up.
Result<NetworkProgram> compile_network(Device& device, const TrainedModel& trained,
                                       const NetworkQuery& query);

class Inference {
public:
    // The device must outlive it.
    static Result<std::unique_ptr<Inference>> create(Device& device, TrainedModel trained,
                                                     Precision precision = Precision::float32);

    const TrainedModel& trained() const { return trained_; }
    // Samples `first` ... first + count - 1 of the seed.
    Result<Tensor> sample(int count, uint64_t seed, const Controls& controls, uint64_t first = 0);
    // Inputs by their names in the network, with one batch in front of all. `layer`: not empty: what it gives
    // instead of the network's output.
    Result<Tensor> run(std::string_view network, const TensorMap& inputs, std::string_view layer = {});
    // The same for any number of samples: chunks of one size, the last filled up, by one program.
    Result<Tensor> run_all(std::string_view network, const TensorMap& inputs, std::string_view layer = {},
                           int64_t chunk = 200);

    // What run executes for a batch, and what sample executes for a chunk of `wanted` images. Valid until the
    // next call of any other member.
    Result<const Plan*> plan(std::string_view network, int batch);
    Result<const Plan*> sampling_plan(int wanted);

private:
    Inference(Device& device, TrainedModel trained, Precision precision)
        : device_(device), trained_(std::move(trained)), precision_(precision) {}
    struct Wanted {
        std::string network, layer;
        int batch = 0;
        auto operator<=>(const Wanted&) const = default;
    };
    Result<Program*> program(const Wanted& wanted);

    Device& device_;
    TrainedModel trained_;
    Precision precision_;
    std::map<Wanted, NetworkProgram> programs_;
};

}  // namespace vkgan
