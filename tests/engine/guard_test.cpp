// What goes wrong: NaNs, full disks, wrong weights, too little memory.
// SPDX-License-Identifier: MIT
#include "tests/engine/tiny_run.hpp"

#include <sys/resource.h>
#include <csignal>
#include <limits>

namespace vkgan::test {

namespace {

std::string saved_weights(const TinyRun& tiny, const std::string& name) {
    const std::string path = (tiny.temporary.path / name).string();
    const auto run = tiny.open(tiny.options("source"));
    REQUIRE(run->save_weights(path).ok());
    return path;
}

void edit(const std::string& path, const std::function<void(TensorFile&)>& change) {
    auto file = read_safetensors(path);
    REQUIRE(file.ok());
    change(*file);
    REQUIRE(write_safetensors(path, *file).ok());
}

}  // namespace

TEST_CASE("a value that is not finite undoes the step, three times, and then ends training") {
    const TinyRun tiny;
    const std::string path = saved_weights(tiny, "weights.safetensors");
    edit(path, [](TensorFile& file) {
        Tensor tensor = *file.tensors["D.main.0.weight"].to_f32();
        tensor.values[0] = std::numeric_limits<float>::infinity();
        file.tensors["D.main.0.weight"] = StoredTensor::from(tensor);
    });
    RunOptions options = tiny.options("run");
    options.weights = path;
    const auto run = tiny.open(options);
    for (int attempt = 1; attempt <= 2; ++attempt) {
        const auto result = run->step();
        REQUIRE(result.ok());
        CHECK(contains(result->notice, "step 1: "));
        CHECK(contains(result->notice, " of D is not finite; went back to step 0"));
        CHECK(result->step == 0);
    }
    const auto last = run->step();
    REQUIRE_FALSE(last.ok());
    CHECK(last.error().code == Code::diverged);
    CHECK(contains(last.error().message, "step 1: "));
    CHECK(tiny.text("run/log.jsonl").empty());
    CHECK_FALSE(run->save().ok());
    CHECK_FALSE(std::filesystem::exists(tiny.temporary.path / "run/checkpoint.vkgan"));
}

TEST_CASE("without snapshots a value that is not finite ends training at once") {
    const TinyRun tiny;
    RunOptions options = tiny.options("run");
    options.session.snapshot_every = 0;
    const auto run = tiny.open(options);
    steps(*run, 2);
    REQUIRE(run->save().ok());
    TrainingState state = *run->session().state();
    state.variables["G.main.0.weight"].values[0] = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(run->session().start(state).ok());
    const auto result = run->step();
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == Code::diverged);
    CHECK(contains(result.error().message, "step 3: "));
    CHECK(contains(result.error().message, "snapshot_every is 0"));
    options.session.snapshot_every = -1;
    const auto refused = tiny.try_open(options);
    REQUIRE_FALSE(refused.ok());
    CHECK(contains(refused.error().message, "snapshot_every is -1"));
}

TEST_CASE("a state is the same after its way to the device and back; what it lacks becomes zeros") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    steps(*run, 2);
    const TrainingState state = *run->session().state();
    REQUIRE(run->session().start(state).ok());
    const TrainingState again = *run->session().state();
    REQUIRE(again.variables.size() == state.variables.size());
    for (const auto& [name, tensor] : state.variables) {
        INFO(name);
        CHECK(again.variables.at(name).values == tensor.values);
    }
    TrainingState less = state;
    less.variables.erase("G.main.0.weight");
    REQUIRE(run->session().start(less).ok());
    const Tensor missing = run->session().state()->variables.at("G.main.0.weight");
    CHECK(missing.values == std::vector<float>(missing.values.size()));
}

TEST_CASE("after going back training goes on from the snapshot, and forgets the failure once past it") {
    const TinyRun tiny;
    RunOptions options = tiny.options("run");
    options.session.snapshot_every = 2;
    const auto run = tiny.open(options);
    steps(*run, 3);
    REQUIRE(run->session().set_control("D.learning_rate", 1).ok());
    TrainingState state = *run->session().state();
    Tensor& weight = state.variables["G.main.0.weight"];
    weight.values[0] = std::numeric_limits<float>::quiet_NaN();
    // The device now holds a NaN, but so does the snapshot that start() keeps: it can only fail.
    REQUIRE(run->session().start(state).ok());
    const auto result = run->step();
    REQUIRE(result.ok());
    CHECK(contains(result->notice, "went back to step 3"));
    CHECK(run->session().progress() == Progress{3, 1, 4, 1});
    weight.values[0] = 0;
    state.progress = run->session().progress();
    REQUIRE(run->session().start(state).ok());
    steps(*run, 1);
    CHECK(run->session().progress() == Progress{4, 1, -1, 0});
}

TEST_CASE("weights of the wrong shape, missing and unexpected ones are refused by name") {
    const TinyRun tiny;
    const std::string path = saved_weights(tiny, "weights.safetensors");
    RunOptions options = tiny.options("run");
    options.weights = path;
    const auto refused = [&](std::string_view text) {
        const auto run = tiny.try_open(options);
        REQUIRE_FALSE(run.ok());
        CHECK(is_bad_input(run.error().code));
        CHECK_MESSAGE(contains(run.error().message, text), run.error().message);
    };
    const StoredTensor first = read_safetensors(path)->tensors["G.main.0.weight"];
    edit(path, [](TensorFile& file) {
        file.tensors["G.main.0.weight"] = StoredTensor::from(Tensor(Shape{8, 8, 4, 3}));
    });
    refused("\"G.main.0.weight\" has shape [8, 8, 4, 3], but this model needs [8, 8, 4, 4]");
    edit(path, [](TensorFile& file) { file.tensors.erase("G.main.0.weight"); });
    refused("\"G.main.0.weight\" [8, 8, 4, 4] is missing");
    edit(path,
         [&](TensorFile& file) { file.tensors["G.main.0.weigh"] = file.tensors["G.main.0.weight"] = first; });
    refused("\"G.main.0.weigh\" belongs to nothing in this model; did you mean \"G.main.0.weight\"");
    CHECK_FALSE(std::filesystem::exists(tiny.temporary.path / "run"));
}

TEST_CASE("a disk that fills while a checkpoint is written leaves the old one") {
    const TinyRun tiny;
    const auto run = tiny.open(tiny.options("run"));
    steps(*run, 1);
    REQUIRE(run->save().ok());
    const auto before = tiny.bytes("run/checkpoint.vkgan");
    steps(*run, 1);
    rlimit old{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{8192, old.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const Status saved = run->save();
    ::setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(saved.ok());
    CHECK(saved.error().code == Code::io);
    CHECK(tiny.bytes("run/checkpoint.vkgan") == before);
    CHECK_FALSE(std::filesystem::exists(tiny.temporary.path / "run/checkpoint.vkgan.part"));
    CHECK(run->save().ok());
}

TEST_CASE("too little memory, a bad batch and an unwritable folder are found before training") {
    const TinyRun tiny;
    CHECK_FALSE(check_memory({{"parameters", 100}, {"workspace", 1000}}, 1099, "training").ok());
    CHECK(check_memory({{"parameters", 100}, {"workspace", 1000}}, 1100, "training").ok());
    RunOptions options = tiny.options("run");
    options.session.batch = -3;
    CHECK(contains(tiny.try_open(options).error().message, "batch: -3 is not from 1 to 65536"));
    tiny.temporary.write("file", "text");
    const auto run = tiny.try_open(tiny.options("file"));
    REQUIRE_FALSE(run.ok());
    CHECK(is_bad_input(run.error().code));
}

TEST_CASE("a checkpoint cut short or changed at any byte of its head is refused without harm") {
    const TinyRun tiny;
    RunOptions options = tiny.options("run");
    {
        const auto run = tiny.open(options);
        REQUIRE(run->save().ok());
    }
    const std::filesystem::path path = tiny.temporary.path / "run/checkpoint.vkgan";
    const std::vector<std::byte> whole = tiny.bytes("run/checkpoint.vkgan");
    for (size_t i = 0; i < 3000; i += 7) {
        std::vector<std::byte> damaged = whole;
        damaged[i] ^= std::byte(1 << i % 8);
        REQUIRE(write_file_atomic(path, damaged).ok());
        (void)read_checkpoint(path).ok();
        (void)read_trained(path).ok();
    }
    REQUIRE(write_file_atomic(path, std::span(whole).first(whole.size() / 2)).ok());
    CHECK(read_checkpoint(path).error().code == Code::malformed);
}

}  // namespace vkgan::test
