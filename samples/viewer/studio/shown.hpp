// What is drawn of a model: a generator, the textures it writes, and what was asked of it last.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "samples/viewer/draw/textures.hpp"
#include "samples/viewer/state/latents.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace viewer {

// Values of the model's controls, by name: those that are set.
using ControlValues = std::map<std::string, double>;

struct ShownInfo {
    vkgan::api::Handle model = 0;
    vkgan::api::Handle training = 0;  // not 0: draws with what this one publishes
    int batch = 1;
    uint32_t layers = 1;    // images that it keeps; the batch at least
    bool material = false;  // also as sRGB with mips, for surfaces
    VkExtent2D extent{};
};

// Some images of those that are kept, as many as the batch or fewer.
struct ShownOrder {
    std::string input;               // of the latents
    std::span<const float> latents;  // batch x size
    ControlValues controls;
    int64_t seed = 0;  // of what is neither latent nor set
    uint32_t first = 0, count = 1;
    int64_t steps = -1;  // of the weights: others make it worth asking again
};

class Shown {
public:
    static render::Result<Shown> create(vkgan::api::Context& context, Textures& textures,
                                        const ShownInfo& info);

    // Between begin_frame and record. Nothing happens if that is what was asked last.
    render::Status ask(vkgan::api::Context& context, const Textures& textures, const ShownOrder& order);
    // What became of the requests; once a frame.
    void watch(vkgan::api::Context& context);
    // Nothing is recorded and not submitted; waits for the device.
    void close(vkgan::api::Context& context, const render::Gpu& gpu, Textures& textures);

    vkgan::api::Handle handle() const { return generator_; }
    bool open() const { return generator_ != 0; }
    bool drawn() const { return drawn_; }             // at least once
    bool waits() const { return !tickets_.empty(); }  // something that was asked for is not drawn yet
    uint32_t texture() const { return texture_; }
    uint32_t material() const { return material_; }
    int batch() const { return info_.batch; }
    int64_t steps() const { return steps_; }  // of training, of the weights that drew last

private:
    struct Asked {
        std::vector<float> latents;
        ControlValues controls;
        int64_t seed = 0, steps = -1;
        uint32_t count = 0;
        bool operator==(const Asked&) const = default;
    };
    render::Status set_controls(vkgan::api::Context& context, const ControlValues& controls);
    std::vector<vkgan::ImageTarget> targets(const Textures& textures, const ShownOrder& order) const;

    ShownInfo info_;
    vkgan::api::Handle generator_ = 0;
    uint32_t texture_ = 0, material_ = 0;
    ControlValues set_;                // in the generator
    std::map<uint32_t, Asked> asked_;  // by the first image
    std::vector<vkgan::api::Handle> tickets_;
    bool drawn_ = false;
    int64_t steps_ = -1;
};

render::Error error_of(const vkgan::api::Failure& failure);

// What a call of the API gave; its failure becomes an error.
template <class T>
render::Result<T> result_of(vkgan::api::Outcome<T> outcome) {
    if (!outcome) return error_of(outcome.failure());
    return std::move(*outcome);
}
inline render::Status status_of(const vkgan::api::Outcome<vkgan::api::Done>& outcome) {
    if (!outcome) return error_of(outcome.failure());
    return {};
}

}  // namespace viewer
