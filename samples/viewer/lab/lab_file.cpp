// Settings as the recipe "toy" takes them, and models that keep their weights.
// SPDX-License-Identifier: MIT
#include "samples/viewer/lab/lab_run.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstring>
#include <sstream>

namespace viewer {

using nlohmann::json;
using render::Error;
using render::Result;

// safetensors: the length of the header as 8 bytes, least first; the header as JSON; the numbers.
Result<std::vector<std::byte>> with_model(std::span<const std::byte> snapshot,
                                          const std::string& model_json) {
    const Error broken{"The snapshot of the weights cannot be read; the experiment begins anew."};
    if (snapshot.size() < 8) return broken;
    uint64_t length = 0;
    for (size_t i = 8; i-- > 0;) length = length << 8 | std::to_integer<uint64_t>(snapshot[i]);
    if (length > snapshot.size() - 8) return broken;
    const auto* const text = reinterpret_cast<const char*>(snapshot.data()) + 8;
    nlohmann::ordered_json header = nlohmann::ordered_json::parse(text, text + length, nullptr, false);
    if (!header.is_object() || !header.contains("__metadata__")) return broken;
    header["__metadata__"]["model"] = model_json;
    std::string changed = header.dump();
    changed.append((8 - changed.size() % 8) % 8, ' ');
    std::vector<std::byte> file(8 + changed.size());
    for (size_t i = 0; i < 8; ++i) file[i] = std::byte(changed.size() >> (8 * i) & 0xFF);
    std::memcpy(file.data() + 8, changed.data(), changed.size());
    file.insert(file.end(), snapshot.begin() + 8 + long(length), snapshot.end());
    return file;
}

vkgan::api::Texts lab_settings(const LabExperiment& experiment) {
    static constexpr std::array<const char*, 2> noises{"uniform", "normal"};
    static constexpr std::array<const char*, 3> activations{"relu", "leaky_relu", "tanh"};
    static constexpr std::array<const char*, 5> losses{"non_saturating", "minimax", "least_squares", "hinge",
                                                       "wasserstein"};
    const auto number = [](double value) {
        std::ostringstream text;
        text << value;
        return text.str();
    };
    return {{"dims", on_line(experiment) ? "1" : "2"},
            {"nz", number(experiment.noise_size)},
            {"z", noises[size_t(experiment.noise)]},
            {"hidden", number(experiment.hidden)},
            {"hidden_d", number(experiment.hidden_d)},
            {"depth", number(experiment.depth)},
            {"activation", activations[size_t(experiment.activation)]},
            {"loss", losses[size_t(experiment.loss)]},
            {"k", number(experiment.k)},
            {"penalty", number(experiment.penalty)},
            {"r1", number(experiment.r1)},
            {"lr", number(experiment.rate_g)},
            {"lr_d", number(experiment.rate_d)},
            {"batch", number(experiment.batch)}};
}

bool keeps_weights(const LabExperiment& before, const LabExperiment& now) {
    LabExperiment same = now;
    same.loss = before.loss;
    same.k = before.k;
    same.penalty = before.penalty;
    same.r1 = before.r1;
    same.batch = before.batch;
    same.rate_g = before.rate_g;
    same.rate_d = before.rate_d;
    // What belongs to other data.
    if (now.data != LabData::histogram) same.bars = before.bars;
    if (now.data != LabData::drawn) same.points = before.points;
    return same == before;
}

}  // namespace viewer
