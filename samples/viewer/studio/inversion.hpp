// A picture that is dropped is looked for in the latent space: a search by values, a batch of candidates in
// frames.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "samples/render/status.hpp"
#include "samples/viewer/studio/facts.hpp"
#include "samples/viewer/studio/search.hpp"

#include <optional>
#include <string>
#include <vector>

namespace viewer {

class Inversion {
public:
    static constexpr int population = 32, first_draws = 256, most_generations = 400;

    struct Subject {
        vkgan::api::Handle model = 0;
        std::string latent_input;
        std::vector<float> target;
        std::string name;  // of the picture
    };
    // Between frames.
    render::Status begin(vkgan::api::Context& context, Subject subject);
    void end(vkgan::api::Context& context);
    bool goes_on() const { return generator_ != 0; }
    // Between begin_frame and record.
    render::Status ask(vkgan::api::Context& context);
    // After record.
    render::Status watch(vkgan::api::Context& context);

    // The best so far, if it is better than when it was taken last: the latent, and the other inputs' values.
    struct Found {
        std::vector<float> latent;
        std::vector<std::pair<std::string, std::vector<float>>> others;
    };
    std::optional<Found> take();
    void tell(InversionFacts& facts) const;

private:
    struct Input {
        std::string name;
        size_t first = 0, count = 0;  // entries of a candidate
    };
    std::vector<float> rows_of(const Input& input, std::span<const float> candidates) const;
    void judge(std::span<const float> pictures);

    Subject subject_;
    vkgan::api::Handle generator_ = 0, ticket_ = 0;
    std::vector<Input> inputs_;
    size_t size_ = 0;  // of a candidate
    std::vector<float> candidates_, best_;
    double best_error_ = 0;  // root of the mean square, of pixels in [-1, 1]
    int drawn_ = 0, generation_ = 0;
    std::optional<Search> search_;
    bool better_ = false;
};

}  // namespace viewer
