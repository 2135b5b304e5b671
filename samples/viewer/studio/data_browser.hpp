// The first samples of a data set with what it knows of them, read on a thread of its own.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/draw/textures.hpp"
#include "samples/viewer/studio/facts.hpp"

#include <future>
#include <string>

namespace viewer {

class DataBrowser {
public:
    static constexpr int columns = 8, rows = 6;

    void look(const std::string& data, int image_size, int channels);
    // Once a frame: what was read, if anything.
    render::Status watch(const render::Gpu& gpu, Textures& textures);
    const DataFacts& facts() const { return facts_; }
    // The first sample as networks read it, and its attributes; empty: nothing was read.
    const std::vector<float>& sample() const { return sample_; }
    const std::vector<float>& attributes() const { return attributes_; }

private:
    struct Read {
        DataFacts facts;
        int width = 0, height = 0;
        std::vector<uint8_t> rgba;  // a grid
        std::vector<float> sample, attributes;
    };
    static Read read(const std::string& data, int image_size, int channels);

    std::future<Read> reading_;
    DataFacts facts_;
    std::vector<float> sample_, attributes_;
    uint32_t texture_ = 0;
};

}  // namespace viewer
