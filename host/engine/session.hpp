// Session: a model in training on a device: its state, its steps, and samples of it.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/thread_pool.hpp"
#include "host/engine/inputs.hpp"
#include "host/engine/program.hpp"
#include "host/engine/scalars.hpp"
#include "host/engine/variables.hpp"

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

struct SessionOptions {
    int batch = 0;  // 0: the feed's, else the model's
    uint64_t seed = 1;
    std::string data = "faces";
    OpenDataset dataset;     // not empty: opens the data instead, which `data` then only names
    std::string feed;        // instead of data and noise
    bool gradients = false;  // keep the first step's
    // Steps between copies on the host of all that training changes, for it to go back to after a NaN.
    // 0: none is kept, and a NaN ends training.
    int64_t snapshot_every = 100;
    Recompute recompute = Recompute::automatic;  // `automatic`: as far as it takes to fit the device's memory
    Precision precision = Precision::float32;
    std::optional<TuningTable> tuning;  // of the checkpoint that is resumed; absent: the device's
    int in_flight = 2;                  // runs of each phase that may be: sets of memory for its inputs
};

// What a NaN guard must remember so that a resumed run does as an uninterrupted one.
struct Progress {
    int64_t steps = 0;         // done
    int64_t retries = 0;       // times that training went back; part of every random key
    int64_t failed_step = -1;  // where it last failed, until it gets past that
    int64_t failures = 0;      // in a row, there
    friend bool operator==(const Progress&, const Progress&) = default;
};

// All that training goes on from, as plain data.
struct TrainingState {
    Progress progress;
    Controls controls;
    std::map<std::string, int64_t, std::less<>>
        batches_tracked;  // "G.main.1" -> PyTorch's num_batches_tracked
    TensorMap variables;  // parameters, buffers, moments, averages
};

struct StepResult {
    int64_t step = 0;                                   // steps done
    std::map<std::string, double, std::less<>> values;  // reports; empty when the step was undone
    double images_per_s = 0, device_ms = 0, host_ms = 0;
    std::string notice;               // why training went back
    std::vector<std::string> alarms;  // what the collapse watch begins to see, one sentence each
};

class Session {
    friend class FrameTraining;

public:
    static constexpr int largest_failures = 3;

    // Plans everything, opens the data and checks that memory suffices; start takes it. The device must
    // outlive the session.
    static Result<std::unique_ptr<Session>> create(Device& device, Model model,
                                                   const SessionOptions& options);

    const Model& model() const { return model_; }
    const Compiled& compiled() const { return compiled_; }
    RegionSet& regions() { return regions_; }  // with the variables
    const BatchSource& source() const { return *source_; }
    int batch() const { return batch_; }
    uint64_t seed() const { return options_.seed; }
    Precision precision() const { return options_.precision; }
    const Progress& progress() const { return progress_; }
    const Controls& controls() const { return controls_; }
    const std::map<std::string, int64_t, std::less<>>& batches_tracked() const { return tracked_; }
    std::vector<Control> live_controls() const { return vkgan::live_controls(model_, compiled_); }

    Result<TensorMap> initial_values() const;
    // Must precede all that follows. Takes over a state; variables must be complete (checked by the readers
    // of files).
    // The state is taken apart as it goes to the device, so that it is in memory only once: move it here.
    Status start(TrainingState state);
    Result<TrainingState> state();

    Status set_control(std::string_view name, double value);
    // Neither step nor state nor sample while FrameTraining has a step in flight: an error says so.
    // A step that meets a NaN or an infinity is undone: training goes back to the last snapshot and `notice`
    // says so. The third failure at one place in a row is Code::diverged.
    Result<StepResult> step();
    Status keep_snapshot();                                    // where training would go back to, if it may
    const TensorMap& gradients() const { return gradients_; }  // of the first step, by parameter name

    // The first makes the sampler. `given`: SampleQuery's.
    Result<Tensor> sample(int count, uint64_t seed, const Controls& controls = {},
                          const TensorMap* given = nullptr);

private:
    Session(Device& device, Model model, const SessionOptions& options)
        : device_(device), options_(options), model_(std::move(model)), regions_(device) {}
    Status compile();
    Status open_source();
    Status name_entries(const std::vector<std::string>& names);
    void make_pipelines();
    Status upload_variables(TensorMap variables);
    Status make_programs();
    struct Place {  // an execution of a step
        int64_t step = -1;
        size_t index = 0;
        int64_t retries = 0;  // before it
        friend bool operator==(const Place&, const Place&) = default;
    };
    RandomKey key_of(const Place& place) const;
    Status write_inputs(const Place& place, Program& program, int slot);
    Status write_classes(Program& program, int slot, const Place& place);
    void stage_after(size_t index);
    Status submit(size_t index);
    Status finish(size_t index, StepResult& result);
    Status write_scalars(Program& program, int slot, size_t phase, const Place& place);
    void read_outputs(size_t phase, StepResult& result);
    void count_execution(size_t phase);
    void count_step(StepResult& result);
    Result<StepResult> go_back(const std::string& what);
    Result<StepResult> count_failure(const std::string& what, int64_t kept_steps);
    Status check_between_steps(std::string_view what) const;
    Result<std::string> after_step(StepResult& result);

    Device& device_;
    SessionOptions options_;
    Model model_;
    int batch_ = 0;
    Compiled compiled_;
    std::vector<Execution> executions_;  // of the running step
    std::unique_ptr<BatchSource> source_;
    RegionSet regions_;
    std::vector<std::unique_ptr<Program>> programs_;  // of each phase
    std::unique_ptr<Program> sampler_;
    std::vector<int> slots_;  // of each execution in flight
    bool mid_step_ = false;   // FrameTraining has a step in flight
    std::string not_finite_;  // what the running step found
    Progress progress_;
    Controls controls_;
    std::map<std::string, int64_t, std::less<>> tracked_;
    struct Kept {
        Snapshot variables;
        int64_t steps = 0;
        std::map<std::string, int64_t, std::less<>> tracked;
    } kept_;
    bool collects_gradients_ = options_.gradients;
    TensorMap gradients_;
    Place staged_;  // whose inputs lie in their slot or are on their way there
    Status staging_;
    // Last, so that they end before what they use.
    std::future<void> pipelines_;
    ThreadPool stager_{1};
};

}  // namespace vkgan
