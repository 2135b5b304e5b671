// A small picture of what each model in a list draws: from the cache folder, or drawn once, in frames, one
// after another, while the list is seen.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "samples/viewer/draw/textures.hpp"
#include "samples/viewer/studio/pictures.hpp"

#include <map>
#include <string>
#include <vector>

namespace viewer {

class Thumbnails {
public:
    static constexpr int side = 64;
    static constexpr uint32_t most = 224;
    static constexpr uint64_t seed = 9;  // of the picture, as a new session shows it

    // In each frame in which the list is seen. `folder`: where they are kept; empty: nowhere.
    void see(const std::vector<std::string>& models, const std::string& folder);
    // Between frames; true: warm_up has something to make. A model that draws nothing has no
    // thumbnail, nor has a file of more than 128 MiB.
    render::Result<bool> begin(vkgan::api::Context& context, Textures& textures);
    void end(vkgan::api::Context& context);  // gives up the one that is made
    bool goes_on() const { return model_ != 0; }
    // Between begin_frame and record.
    void ask(vkgan::api::Context& context);
    // After record.
    render::Status watch(vkgan::api::Context& context, Textures& textures);
    void tell(std::map<std::string, PictureId>& pictures) const;

private:
    enum class Known : uint8_t { nothing, drawn, none };
    struct Entry {
        uint32_t layer = 0;
        Known known = Known::nothing;
        int64_t written = 0;  // when the model's file was
    };
    std::string cached(const std::string& model) const;
    render::Result<bool> from_cache(const std::string& model, Entry& entry, Textures& textures);
    render::Status show(Entry& entry, const Pixels& pixels, Textures& textures);

    std::string folder_;
    std::map<std::string, Entry> entries_;  // by the model's path
    bool seen_ = false, was_seen_ = false;  // in this frame, in the last
    uint32_t texture_ = 0;
    std::string drawing_;  // whose it is
    VkExtent2D extent_{};
    vkgan::api::Handle model_ = 0, generator_ = 0, ticket_ = 0;
};

}  // namespace viewer
