// Finds directions: asks the networks within frames, then fits on a thread of its own.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "samples/render/status.hpp"
#include "samples/viewer/studio/directions.hpp"
#include "samples/viewer/studio/facts.hpp"

#include <future>
#include <string>
#include <vector>

namespace viewer {

class Analysis {
public:
    enum class Kind : uint8_t { sefa, pca, attributes, labels };
    static constexpr int samples = 1024, chunk = 64, most_directions = 8;

    struct Subject {
        vkgan::api::Handle model = 0;
        std::string network, latent_input;
        int latent_size = 0;
        std::string classifier;  // of attributes: a .vkgan file
        std::vector<std::string> names;
        // Of labels: the network that makes latents of pictures, and the labelled pictures.
        std::string encoder;
        vkgan::api::DataQuery data;
    };

    // Between frames; a second one while one goes on is refused.
    render::Status begin(vkgan::api::Context& context, Kind kind, const Subject& subject);
    void end(vkgan::api::Context& context);  // gives up what goes on
    bool goes_on() const { return stage_ != Stage::idle; }
    // Between begin_frame and record.
    render::Status ask(vkgan::api::Context& context);
    // After record.
    render::Status watch(vkgan::api::Context& context);
    // What was found since it was asked last.
    std::vector<Direction> take() { return std::exchange(found_, {}); }
    void tell(AnalysisFacts& facts) const;

private:
    enum class Stage : uint8_t { idle, read, run, judge, fit };
    render::Status choose_layer(vkgan::api::Context& context);
    render::Status make(vkgan::api::Context& context);
    render::Status ask_network(vkgan::api::Context& context);
    render::Status ask_judge(vkgan::api::Context& context);
    render::Result<vkgan::api::Handle> ask_encoder(vkgan::api::Context& context);
    render::Status take_data();
    void note_codes(std::span<const float> codes);
    render::Status fit();

    Kind kind_ = Kind::sefa;
    Subject subject_;
    Stage stage_ = Stage::idle;
    vkgan::api::NetworkDescription network_, judge_;
    std::string layer_;
    vkgan::api::Handle generator_ = 0, judge_model_ = 0, judge_generator_ = 0, ticket_ = 0;
    int batch_ = 0, done_ = 0, wanted_ = 0;
    Table latents_, outputs_, verdicts_;
    std::vector<float> pictures_;
    std::future<vkgan::api::Outcome<vkgan::api::DataInfo>> reading_;
    vkgan::api::Array images_, labels_;
    std::future<std::vector<Direction>> fitting_;
    std::vector<Direction> found_;
};

}  // namespace viewer
