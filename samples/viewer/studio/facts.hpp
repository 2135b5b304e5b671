// What panels may show: plain data that the studio and the program fill each frame.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/draw/picture_id.hpp"
#include "samples/viewer/lab/lab_facts.hpp"
#include "samples/viewer/studio/series.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace viewer {

struct ControlFact {
    std::string name, kind, help;
    double value = 0, low = 0, high = 1;
    int entries = 0;
    bool live = false;  // of training
    double drawn = 0;   // what the seed gives it
};

struct ModelFacts {
    bool loaded = false, trained = false;
    std::string title, path, recipe, network;
    int width = 0, height = 0, channels = 0, latent_size = 0;
    std::string encoder;  // the network that makes latents of pictures; empty: none
    bool has_k = false;   // its recipe says how many steps D does for each of G
    int64_t parameters = 0, steps = -1;
    std::vector<ControlFact> controls;
    // Of sampling, one for each slider: attributes and classes by name where they have names.
    std::vector<ControlFact> sliders;
};

struct Notice {
    int64_t step = 0;
    std::string text;
    bool alarm = false;
};

struct TrainingFacts {
    bool begun = false, ready = false, paused = false, between_steps = true;
    int64_t steps = 0, published_steps = -1;
    double part_done = 0, step_ms = 0, images_per_s = 0;
    int batch = 0;
    std::string data;
    std::vector<Series> series;
    std::vector<Notice> notices;
    std::vector<int64_t> history;   // steps of the pictures that were kept, oldest first
    PictureId history_picture = 0;  // that the scrub bar points to: a grid
    int history_width = 0, history_height = 0;
};

struct DataFacts {
    bool known = false;
    std::string name, error;
    int64_t size = 0;
    std::vector<int64_t> shape;
    std::vector<std::pair<std::string, double>> attributes;  // and their share
    PictureId picture = 0;                                   // a grid of the first samples
    int columns = 0, rows = 0;
};

struct LayerFact {
    std::string name;
    std::vector<int64_t> shape;  // of one sample
};
struct NetworkFact {
    std::string name;
    int64_t parameters = 0;
    std::vector<LayerFact> layers;
    bool draws = false;  // the pictures that are shown
};
struct Moments {
    double mean = 0, deviation = 0, low = 0, high = 0;
};
struct InspectFacts {
    std::vector<NetworkFact> networks;
    std::string error;
    PictureId picture = 0;  // of the channels, as tiles
    int width = 0, height = 0;
    int channels = 0, shown_channels = 0, layer_width = 0, layer_height = 0;
    Moments all, shown;
    bool has_scores = false, has_real = false;
    double fake_score = 0, real_score = 0;
    std::vector<std::pair<std::string, double>> slices;  // of what draws: name, microseconds
};

struct InversionFacts {
    bool goes_on = false;
    std::string name;  // of the picture that is looked for
    double error = 0;  // of the best, root mean square of pixels in [-1, 1]
    double progress = 0;
};

struct AnalysisFacts {
    bool goes_on = false;
    double progress = 0;
    std::string name;
};

struct FrameFacts {
    static constexpr size_t kept = 120;
    std::array<float, kept> frame_ms{}, device_ms{};  // the oldest at `next`
    size_t next = 0;
    double fps = 0, measured_ms = 0, host_us = 0;
    bool waits_for_data = false;
};

struct Facts {
    ModelFacts model, second;
    TrainingFacts training;
    DataFacts data;
    InspectFacts inspect;
    AnalysisFacts analysis;
    InversionFacts inversion;
    std::string classifier;  // a file that tells attributes of these pictures; empty: none
    LabFacts lab;
    FrameFacts frames;
    std::string device;
    int64_t device_bytes = 0;
    std::map<std::string, int64_t> bytes_by_class;  // what they are for
    std::string doing;  // "compiling the generator", while something is made; else empty
    std::string error;  // the last, until it is dismissed
    std::string said;   // the last thing that went well: "saved window-00001.png"

    PictureId picture = 0, second_picture = 0, material_picture = 0;
    std::vector<PictureId> grid;  // columns x rows
    bool picture_is_of_training = false;

    bool can_undo = false, can_redo = false;
    std::vector<std::string> recent;              // models, newest first
    std::vector<std::string> model_files;         // that were found
    std::map<std::string, PictureId> thumbnails;  // of both, by path: those that are known by now
    std::vector<std::string> recipes;
    std::string session_path;
    std::vector<std::string> presets;         // names of sessions that were kept
    std::vector<std::string> direction_sets;  // names of files of directions
    double rest_ms = 8;                       // what frames leave for VkGAN, as it was found so far
    double usual_fps = 60;                    // that are kept where the state names none
};

}  // namespace viewer
