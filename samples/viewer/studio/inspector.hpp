// What is inside of a network: a layer's activations for the picture that is shown, and D's verdict on it.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "samples/viewer/draw/textures.hpp"
#include "samples/viewer/state/latents.hpp"
#include "samples/viewer/studio/facts.hpp"
#include "samples/viewer/studio/shown.hpp"
#include "samples/viewer/studio/tiles.hpp"

#include <map>
#include <string>
#include <vector>

namespace viewer {

class Inspector {
public:
    // Of which networks, in which state. Anything else than before begins anew.
    struct Subject {
        vkgan::api::Handle model = 0, training = 0;  // training: its weights
        std::string drawing;                         // the network that draws
        bool operator==(const Subject&) const = default;
    };
    // What the picture is drawn from, and a real one to compare with (empty: none).
    struct Sample {
        ShownOrder order;
        std::map<std::string, std::vector<float>> conditions;  // of the picture, by the judge's inputs
        std::vector<float> real, real_attributes;
    };

    void close(vkgan::api::Context& context);
    // Between begin_frame and record. True: something is to be made by warm_up.
    render::Result<bool> ask(vkgan::api::Context& context, const Subject& subject, const Inspect& how,
                             const Sample& sample);
    // After record: what has come.
    render::Status watch(vkgan::api::Context& context, const render::Gpu& gpu, Textures& textures,
                         const Inspect& how);
    const InspectFacts& facts() const { return facts_; }
    bool waits() const { return ticket_ != 0; }

private:
    struct Asked {
        std::vector<float> latents;
        ControlValues controls;
        int64_t seed = 0, steps = 0;
        bool shows_real = false;
        std::vector<float> real, real_attributes;  // that were there
        bool operator==(const Asked&) const = default;
    };
    render::Status begin(vkgan::api::Context& context, const Subject& subject);
    render::Status choose(vkgan::api::Context& context, const Inspect& how);
    render::Status ask_layer(vkgan::api::Context& context, const Sample& sample);
    render::Status ask_judge(vkgan::api::Context& context);
    render::Result<vkgan::api::Handle> generate(vkgan::api::Context& context, vkgan::api::Handle generator,
                                                const ShownOrder& order);
    bool take(vkgan::api::Context& context, vkgan::api::Handle& ticket, std::vector<float>& values);
    render::Status show(const render::Gpu& gpu, Textures& textures, const Inspect& how);

    Subject subject_;
    InspectFacts facts_;
    std::vector<vkgan::api::NetworkDescription> networks_;
    std::string network_, layer_;
    std::vector<int64_t> shape_;  // of the layer
    bool judges_ = false;         // the network reads pictures instead of drawing them
    vkgan::api::Handle layer_generator_ = 0, picture_generator_ = 0, score_generator_ = 0;
    vkgan::api::Handle ticket_ = 0, picture_ticket_ = 0, score_ticket_ = 0;
    Asked asked_;
    bool asked_once_ = false;
    std::map<std::string, ControlValues> set_;  // of generators, by what they are
    std::map<std::string, std::vector<float>> conditions_;
    std::vector<float> picture_, values_, scores_;
    Inspect shown_;
    uint32_t texture_ = 0;
};

}  // namespace viewer
