// A tiny DCGAN on tiny random pictures, for tests of the engine.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/file.hpp"
#include "host/engine/training_run.hpp"
#include "host/graph/random.hpp"
#include "host/io/npy.hpp"
#include "tests/data/temporary_folder.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <string>

namespace vkgan::test {

using Settings = std::map<std::string, std::string, std::less<>>;

inline Settings tiny_settings() {
    return {{"image", "16"}, {"ngf", "4"}, {"ndf", "4"}, {"nz", "8"}, {"batch", "4"}};
}

struct TinyRun {
    TemporaryFolder temporary;
    std::string data = pictures("pictures.npy", 1);

    std::string pictures(const std::string& name, uint32_t stream) const {
        Tensor images(Shape{12, 3, 16, 16});
        fill_uniform({}, stream, images.values);
        for (float& x : images.values) x = x * 2 - 1;
        REQUIRE(write_npy(temporary.path / name, images).ok());
        return "npy:" + (temporary.path / name).string();
    }

    RunOptions options(const std::string& folder) const {
        RunOptions options{
            .folder = temporary.path / folder, .checkpoint_every = 0, .sample_every = 0, .session = {}};
        options.session.data = data;
        options.session.seed = 7;
        return options;
    }

    Result<std::unique_ptr<TrainingRun>> try_open(const RunOptions& options,
                                                  const Settings& settings = tiny_settings()) const {
        VKGAN_ASSIGN(ModelChoice choice, choose_model("dcgan", settings));
        return TrainingRun::open(test_device(), std::move(choice), options);
    }

    std::unique_ptr<TrainingRun> open(const RunOptions& options,
                                      const Settings& settings = tiny_settings()) const {
        auto run = try_open(options, settings);
        if (!run) FAIL(run.error().message);
        return std::move(*run);
    }

    std::vector<std::byte> bytes(const std::string& name) const {
        auto read = read_file(temporary.path / name, uint64_t(1) << 30);
        REQUIRE(read.ok());
        return std::move(*read);
    }
    std::string text(const std::string& name) const {
        const auto all = bytes(name);
        return {reinterpret_cast<const char*>(all.data()), all.size()};
    }
};

inline void steps(TrainingRun& run, int count) {
    for (int i = 0; i < count; ++i) {
        const auto result = run.step();
        if (!result) FAIL(result.error().message);
        REQUIRE(result->notice == "");
    }
}

}  // namespace vkgan::test
