// One fed DCGAN step on the device against PyTorch's, from the fixture that tools/reference_dcgan.py wrote.
// SPDX-License-Identifier: MIT
#include "tests/engine/tiny_run.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>

namespace vkgan::test {

namespace {

// The entries of a file whose names start with `kind`, without that start.
TensorFile part(const TensorFile& file, std::string_view kind) {
    TensorFile result;
    for (const auto& [name, tensor] : file.tensors)
        if (name.starts_with(kind)) result.tensors.emplace(name.substr(kind.size()), tensor);
    return result;
}

std::vector<double> doubles(const StoredTensor& stored) {
    std::vector<double> values(stored.bytes.size() / sizeof(double));
    std::memcpy(values.data(), stored.bytes.data(), stored.bytes.size());
    return values;
}

}  // namespace

TEST_CASE("the gradients of a DCGAN step on the device are PyTorch's") {
    const TinyRun tiny;
    const auto path = [&](const char* name) { return (tiny.temporary.path / name).string(); };
    const auto fixture =
        read_safetensors(std::string(VKGAN_SOURCE_DIR) + "/tests/lower/dcgan_step.safetensors");
    REQUIRE_MESSAGE(fixture.ok(), fixture.error().message);
    REQUIRE(write_safetensors(path("weights.safetensors"), part(*fixture, "init.")).ok());
    REQUIRE(write_safetensors(path("feed.safetensors"), part(*fixture, "feed.")).ok());

    RunOptions options = tiny.options("run");
    options.session.feed = path("feed.safetensors");
    options.weights = path("weights.safetensors");
    options.gradients = path("gradients.safetensors");
    const auto run = tiny.open(options);
    steps(*run, 1);

    const auto gradients = read_safetensors(path("gradients.safetensors"));
    REQUIRE(gradients.ok());
    const TensorFile expected = part(*fixture, "grad.");
    REQUIRE(gradients->tensors.size() == expected.tensors.size());
    for (const auto& [name, stored] : expected.tensors) {
        const std::vector<double> wanted = doubles(stored);
        const Tensor had = *gradients->tensors.at(name).to_f32();
        REQUIRE(had.values.size() == wanted.size());
        double worst = 0;
        for (size_t i = 0; i < wanted.size(); ++i)
            worst = std::max(worst, std::abs(double(had.values[i]) - wanted[i]));
        // PyTorch's own float32 lies this far from its float64; another order of summation may lie ten times
        // as far.
        const double own = std::strtod(fixture->metadata.at("grad." + name).c_str(), nullptr);
        CHECK_MESSAGE(worst <= 10 * own, name, " is off by ", worst, ", PyTorch's float32 by ", own);
    }
}

}  // namespace vkgan::test
