// VkGAN's public C++ interface: train a GAN, sample it, run its networks. Standard library only.
// SPDX-License-Identifier: MIT
//
// Errors come back as Outcome<T>: nothing here throws, prints, exits or keeps global state. Every function
// and object is for one thread at a time; different objects may be used from different threads. Tensors are
// row-major, images N, C, H, W in [-1, 1].
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#if defined(__GNUC__)
#define VKGAN_API __attribute__((visibility("default")))
#else
#define VKGAN_API
#endif

namespace vkgan::api {

enum class Reason : uint8_t {
    invalid_argument,
    not_found,  // file, recipe, parameter, control, device, data set
    malformed,  // a file or data set does not hold what its format asks for
    unsupported,
    out_of_memory,
    io,
    device_lost,  // for ever: begin anew from the last checkpoint
    diverged,     // a NaN or infinity was met while training
    // Of vulkan_interop.hpp's Context:
    invalid_handle,
    wrong_order,
    not_ready,  // no failure: ask again later
    busy,
    internal
};
struct Failure {
    std::string message;     // one sentence: what is wrong, with both values, and what would be right
    bool bad_input = false;  // wrong usage or bad input (the command line's exit code 2) rather than a
                             // run-time failure (1)
    Reason reason = Reason::internal;
};

template <class T>
class [[nodiscard]] Outcome {
public:
    Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}
    explicit operator bool() const { return state_.index() == 0; }
    T& operator*() { return *std::get_if<0>(&state_); }
    T* operator->() { return std::get_if<0>(&state_); }
    const Failure& failure() const { return *std::get_if<1>(&state_); }

private:
    std::variant<T, Failure> state_;
};
struct Done {};  // success without a value

struct Array {
    std::vector<int64_t> shape;
    std::vector<float> values;
};
using Arrays = std::map<std::string, Array, std::less<>>;
using Texts = std::map<std::string, std::string, std::less<>>;

// --- devices ---
struct DeviceSettings {
    std::string device;  // number or part of a name as listed; empty: VKGAN_DEVICE, else the best
    uint64_t memory_limit_bytes = 0;  // 0: what the device has
    bool validation = false;  // Vulkan's validation layers, with synchronisation (also VKGAN_VALIDATION=1)
    // Kernels by the built-in rules only, not by what `tune` found on this machine, so that they are the same
    // everywhere (also VKGAN_TUNING=fixed). A resumed run keeps the choices of its checkpoint.
    bool fixed_tuning = false;
    std::function<void(std::string_view)> log;  // warnings and notes, one line each; empty: nowhere
};
struct CapabilityInfo {
    std::string name;
    bool available = false, used = false;
    std::string reason;  // why it is not used; empty if it is
    std::string detail;  // what there is of it: sizes of matrices, "16x16x16, 16x8x8", m x n x k
};
struct DeviceInfo {
    int number = 0;
    std::string name, kind, driver, vulkan_version;
    uint64_t memory_bytes = 0;
    std::string refused;  // why it cannot be used; empty if it can
    bool chosen = false;  // what empty DeviceSettings::device picks
    std::vector<CapabilityInfo> capabilities;
};
VKGAN_API Outcome<std::vector<DeviceInfo>> list_devices(const DeviceSettings& settings = {});

// --- recipes and models ---
struct ParameterInfo {
    std::string name, help;
    double value = 0, low = 0, high = 0;
    bool integer = true;
    std::vector<std::string> choices;
};
struct RecipeInfo {
    std::string name, summary, source;
    std::vector<ParameterInfo> parameters;
};
VKGAN_API std::vector<RecipeInfo> list_recipes();
// All recipes as a page of Markdown: parameters, networks, step programs, controls (docs/recipes.md).
VKGAN_API std::string describe_recipes();
// A model as JSON. `model`: a recipe's name, or the path of a model's .json or .vkgan file. `settings` are
// the recipe's parameters.
VKGAN_API Outcome<std::string> model_json(std::string_view model, const Texts& settings = {});
struct PlanOptions {
    Texts settings;
    int batch = 0;         // 0: the model's own
    bool measure = false;  // run the step, too, and time each of its dispatches; needs the memory of training
    bool json = false;
    std::string recompute = "auto";     // as TrainOptions
    std::string precision = "float32";  // as in TrainOptions
    DeviceSettings device;
};
// The training step dispatch by dispatch: kernel, FLOPs, bytes, least possible, predicted and measured time;
// then the step by class of dispatch, what takes most of it, and memory by class. Runs some small kernels
// for the device's rates.
VKGAN_API Outcome<std::string> describe_plan(std::string_view model, const PlanOptions& options = {});

struct TuneOptions {
    Texts settings;
    int batch = 0;            // 0: the model's own
    double time_limit_s = 0;  // no new problem is begun after so many seconds; 0: no limit
    bool json = false;
    DeviceSettings device;
};
// Chooses the tiles of every contraction of a model's training step and of its sampling network: candidates
// are checked for right numbers, then timed in turns; what clearly beats the built-in rule is kept in the
// user's cache folder, for all later runs on this device and driver. Returns a table of what was found.
VKGAN_API Outcome<std::string> tune(std::string_view model, const TuneOptions& options = {});

// --- training ---
struct TrainOptions {
    std::string model = "dcgan";  // as in model_json
    Texts settings;  // recipe parameters and live controls: {"ngf", "32"}, {"G.learning_rate", "0.0001"}
    std::string data = "faces";  // docs/data.md: faces, digits, toy:ring, folder:DIR, ...
    // Of the run: model.json, log.jsonl, samples/, checkpoint.vkgan, model.vkgan. Made if missing.
    std::string folder;
    int batch = 0;  // 0: the model's own
    uint64_t seed = 1;
    // float32; or mixed: activations, their gradients and packed weights are stored as float16, everything
    // that is added up or kept stays float32, and losses are scaled (docs/performance.md). A run is resumed
    // with its own.
    std::string precision = "float32";
    bool resume = false;             // go on from the folder's checkpoint.vkgan
    std::string weights;             // start from a .safetensors file with PyTorch's names
    std::string feed;                // reals and noise from a .safetensors file instead of data and generator
    std::string gradients;           // write the first step's gradients here
    int64_t checkpoint_every = 500;  // steps; 0: only at the end
    int64_t sample_every = 250;      // steps; 0: only at the end
    int64_t watch_every = 100;       // steps between looks at samples for mode collapse; 0: none are watched
    // Steps between copies in the host's memory of parameters, moments and averages, which training goes back
    // to after a NaN. 0: none are kept, which saves as many bytes as those have, and a NaN ends training.
    int64_t snapshot_every = 100;
    // What is computed again instead of kept for gradients, to save memory on the device; the numbers are the
    // same. "never"; "pointwise": activations and normalised values whose operands are kept anyway;
    // "segments": also contractions, with about sqrt(n) of n kept (Chen et al. 2016), which runs them
    // twice; "auto": the first of these that fits the device's free memory or
    // DeviceSettings::memory_limit_bytes. describe() says what was chosen, with the bytes.
    std::string recompute = "auto";
    DeviceSettings device;
};
struct StepReport {
    int64_t step = 0;  // steps done
    // What the model reports (of a GAN loss_d, loss_g, d_real, d_fake) and grad_norm_d, grad_norm_g and so on
    // of each network that is stepped; in mixed precision loss_scale_d and skipped_steps_d, too: updates left
    // out so far since a gradient overflowed float16. The norm of such a gradient is not finite.
    std::map<std::string, double, std::less<>> values;
    double images_per_s = 0, gpu_ms = 0, host_ms = 0;
    // In plain words, when something happened, a line each: a NaN was caught and undone; samples have become
    // alike or repeat one another (mode collapse); the discriminator wins.
    std::string notice;
};

// What one frame of training in slices did.
struct FrameReport {
    std::vector<StepReport> steps;  // that ended since the last call
    bool waits_for_data = false;    // there was room, but the next batch was not ready
    double planned_ms = 0;          // of the device's time, for what this call sent
    double measured_ms = 0;         // of earlier frames whose work has ended since the last call
};

class VKGAN_API Trainer {
public:
    static Outcome<Trainer> open(const TrainOptions& options);
    Trainer(Trainer&&) noexcept;
    Trainer& operator=(Trainer&&) noexcept;
    ~Trainer();

    // One training step, waited for; its report is appended to log.jsonl. Checkpoints and samples are written
    // when due.
    Outcome<StepReport> step();
    // For programs that draw: sends as many slices of training as are expected to take the device at most
    // budget_ms (milliseconds, above 0), and does not wait for them; call it once a frame. Steps are to the
    // bit those of step(). The first call cuts the steps into slices of half a millisecond, which takes as
    // long as some steps; checkpoints, samples and the watch for mode collapse are made when due, which
    // waits.
    Outcome<FrameReport> advance(double budget_ms);
    bool between_steps() const;  // nothing is in flight: sample, save and save_weights may be called
    // The step in flight is given up: training goes back to the last complete one within the next calls of
    // advance, until between_steps.
    void cancel_step();
    Outcome<Done> finish_step();  // completes what is in flight, whatever it takes; waits
    int64_t steps_done() const;
    int64_t feed_steps() const;  // steps that the feed holds; -1 without a feed
    Outcome<Done> set_control(std::string_view name, double value);
    Outcome<Array> sample(int count, uint64_t seed);  // with the averaged weights, where the model keeps them
    Outcome<Done> save();  // checkpoint.vkgan, model.vkgan and a sample grid, each replaced atomically
    // Current weights and buffers as safetensors, with PyTorch's names.
    Outcome<Done> save_weights(const std::string& path);
    std::string describe() const;  // device, network sizes, memory by class: a few lines for people

private:
    struct State;
    explicit Trainer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// --- use ---
struct ControlInfo {
    std::string name, kind, help;
    double value = 0, low = 0, high = 1;
    bool live = false;
};

class VKGAN_API Network {
public:
    // A .vkgan file (model.vkgan or checkpoint.vkgan).
    // `precision`: float32, or mixed, which stores activations and packed weights as float16.
    static Outcome<Network> load(const std::string& path, const DeviceSettings& device = {},
                                 std::string_view precision = "float32");
    Network(Network&&) noexcept;
    Network& operator=(Network&&) noexcept;
    ~Network();

    // `count` images of the sampling network; the same seed gives the same images. Controls by name.
    Outcome<Array> sample(int count, uint64_t seed,
                          const std::map<std::string, double, std::less<>>& controls = {});
    // Any network of the file in inference form: its inputs by name, with the batch in front -> {"output":
    // ...}.
    Outcome<Arrays> run(std::string_view network, const Arrays& inputs);
    std::vector<ControlInfo> controls() const;
    std::string describe() const;  // recipe, networks, parameters, steps trained: for `vkgan info`

private:
    struct State;
    explicit Network(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// --- quality ---
struct EvaluateOptions {
    std::string data = "faces";  // what samples are compared with; as TrainOptions::data
    // Comma separated (docs/metrics.md): is, fid, kid, prdc, swd, ms-ssim, diversity, modes, conditional,
    // reconstruction, jsd. One that model or data cannot give is a failure that says why. "all": those that
    // they can give; what is left out is told.
    std::string metrics = "all";
    int count = 2000;  // samples, 2 to 65536
    uint64_t seed = 1;
    std::string evaluator;  // a .vkgan of recipe classifier; empty: the shipped one for the data
    std::map<std::string, double, std::less<>> controls;  // of all samples
    bool json = false;
    DeviceSettings device;
};
// Measures samples of a .vkgan file (model.vkgan or checkpoint.vkgan) against a data set, each beside its
// floor: what real images of the test split give. As a table or JSON; the same bytes for the same seed,
// device and driver.
VKGAN_API Outcome<std::string> evaluate(const std::string& model, const EvaluateOptions& options);

// --- data sets ---
struct DataQuery {
    std::string data = "faces";   // docs/data.md: faces, digits, toy:ring, folder:DIR, ...
    std::string split = "train";  // train, validation, test, all: those that the set has
    int image_size = 0;           // 0: as stored
    int channels = 0;             // 0: as stored; 1 grey, 3 RGB, 4 RGBA
    int samples = 0;              // how many to read into DataInfo
};
struct DataAttribute {
    std::string name;
    double share = 0;  // of the samples that are positive or of this class
};
struct DataInfo {
    int64_t size = 0;
    std::vector<int64_t> shape;  // of a sample: channels, height, width
    std::vector<DataAttribute> attributes;
    bool classes = false;                                 // attributes are exclusive classes
    int64_t counted = 0;                                  // shares are of so many, evenly spread
    std::vector<std::pair<std::string, int64_t>> splits;  // name and size of each; empty: has none
    Array images;  // the first DataQuery::samples, N, C, H, W; points of toys: N, D, 1, 1
    Array values;  // their attributes: -1 or 1, or 0 or 1 for classes
};
// Opens a data set as training does, and its other splits to tell their sizes.
VKGAN_API Outcome<DataInfo> describe_data(const DataQuery& query);

// --- files ---
VKGAN_API Outcome<Array> read_npy(const std::string& path);
VKGAN_API Outcome<Done> write_npy(const std::string& path, const Array& array);
// Images N, C, H, W in [-1, 1] as one PNG, `columns` in a row (0: about as many rows as columns).
VKGAN_API Outcome<Done> write_png_grid(const std::string& path, const Array& images, int columns = 0);
// GFLOP/s of every contraction of a model's training step beside the machine's measured peak, as text or
// JSON.
VKGAN_API Outcome<std::string> bench_ops(std::string_view model, const Texts& settings, int batch, bool json,
                                         const DeviceSettings& device);
struct BenchOptions {
    Texts settings;
    int batch = 0;         // 0: the model's own; 1 for bench_infer; 32 for the images of bench_growth
    int repetitions = 10;  // bench_growth: at least 5
    bool json = false;
    std::string data = "faces";      // where steps are trained
    std::string network;             // of bench_infer: runs this one on random inputs; empty: draws samples
    std::string recompute = "auto";  // of bench_train and bench_memory: as TrainOptions
    std::string precision = "float32";  // as in TrainOptions; bench_growth and bench_budget take float32 only
    // Of bench_growth. Neither: batches 8 to 128 and, where the recipe has sizes, images of 16 to 128.
    std::vector<int> batches, images;
    std::vector<double> budgets_ms;  // of bench_budget; empty: 8, 16, 33, on a GPU 1, 2, 4, 8
    int frames = 300, steps = 200;   // of bench_budget: frames of each budget, steps that are compared
    DeviceSettings device;
};
// Whole training steps, and whole calls of a network: medians as the caller sees them.
VKGAN_API Outcome<std::string> bench_train(std::string_view model, const BenchOptions& options);
VKGAN_API Outcome<std::string> bench_infer(std::string_view model, const BenchOptions& options);
// Bytes that training takes: planned by class, measured on the device, and of the process after some steps.
VKGAN_API Outcome<std::string> bench_memory(std::string_view model, const BenchOptions& options);
// Time of a training step as the batch grows and as the image grows.
VKGAN_API Outcome<std::string> bench_growth(std::string_view model, const BenchOptions& options);
// Training in slices within frame budgets: device and host time of frames, throughput, equality with whole
// steps.
VKGAN_API Outcome<std::string> bench_budget(std::string_view model, const BenchOptions& options);

// --- the zoo: every system with what it must reach (docs/zoo.md) ---
struct ZooSettings {
    std::string tier = "S";  // S: minutes on a CPU; M: what the system is judged by
    int seeds = 0;           // 0: as many as the entry's criterion asks
    bool json = false;
    std::string folder = "runs/zoo";  // of trainings, pictures and NAME-TIER.json; made if missing
    DeviceSettings device;            // its log also gets progress
};
struct ZooResult {
    bool passed = false;
    std::string text;  // figures, thresholds and verdict; or JSON
};
VKGAN_API std::vector<std::string> zoo_names();
VKGAN_API std::string describe_zoo(bool json = false);
// Trains and measures; takes minutes to hours.
VKGAN_API Outcome<ZooResult> verify_zoo(std::string_view name, const ZooSettings& settings = {});
// A page of Markdown from a folder of results and pictures, which it names `link`.
VKGAN_API Outcome<std::string> zoo_page(const std::string& results, const std::string& link);

// --- demonstrations: what the lectures say, as pictures and numbers of real trainings (docs/lectures.md) ---
struct DemoSettings {
    std::string folder = "runs/demos";  // of pictures and NAME.json; made if missing
    uint64_t seed = 1;
    bool quick = false;  // few steps: seconds, for tests
    bool json = false;
    DeviceSettings device;  // its log also gets progress
};
VKGAN_API std::vector<std::string> demo_names();
VKGAN_API std::string describe_demos(bool json = false);
// What is seen, with numbers, and the files written; or NAME.json's text.
VKGAN_API Outcome<std::string> run_demo(std::string_view name, const DemoSettings& settings = {});
VKGAN_API std::string version();

}  // namespace vkgan::api
