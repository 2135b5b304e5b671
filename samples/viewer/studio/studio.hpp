// VkGAN in the viewer: one context on the viewer's device, with a model, what draws it, and its training. All
// calls come from one thread; what takes long is made in slices by warm_up, or read on a thread of its own.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/lab/lab.hpp"
#include "samples/viewer/studio/analysis.hpp"
#include "samples/viewer/studio/data_browser.hpp"
#include "samples/viewer/studio/inspector.hpp"
#include "samples/viewer/studio/inversion.hpp"
#include "samples/viewer/studio/learning.hpp"
#include "samples/viewer/studio/shown.hpp"
#include "samples/viewer/studio/thumbnails.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace viewer {

// A model in the context, and what draws it.
struct OpenModel {
    vkgan::api::Handle handle = 0;
    ModelFacts facts;
    std::string latent_input;
    Shown picture, grid;
};

class Studio {
public:
    static constexpr int grid_batch = 8;

    static render::Result<std::unique_ptr<Studio>> create(const render::Instance& instance,
                                                          const render::Gpu& gpu, Textures& textures);
    ~Studio();

    // Replaces what was open, with its training; if it fails, that stays. Between frames.
    render::Status open(const Source& source);
    render::Status open_second(const Source& source);
    // From the start, from the model's weights, or from a checkpoint's file.
    render::Status start_training(const Training& settings, const std::string& checkpoint = {});
    void stop_training();
    Learning& learning() { return learning_; }
    DataBrowser& data() { return data_; }
    Lab& lab() { return lab_; }
    Thumbnails& thumbnails() { return thumbnails_; }

    // Directions of the open model; of attributes by the classifier's file.
    render::Status find_directions(Analysis::Kind kind, const std::string& classifier,
                                   const std::vector<std::string>& names);
    // By an encoder's latents of labelled pictures.
    render::Status find_label_directions(const std::string& data);
    std::vector<Direction> take_directions() { return analysis_.take(); }

    // Looks for a picture in the open model's latent space.
    render::Status invert(const std::string& path);
    void stop_inversion() { inversion_.end(*context_); }
    // Latent and controls of the best so far go into the state, if there is a better one than before.
    void take_inversion(ViewerState& state);

    // Makes what was asked for, for about `ms`. An error is of that: it is given up.
    render::Status warm_up(double ms);
    bool making() const { return making_; }
    // Asks for what the state shows and records it, with training, into commands that are being recorded
    // outside of a render pass.
    render::Status frame(VkCommandBuffer commands, uint64_t frame, uint64_t completed,
                         const ViewerState& state);
    // What frames leave, where the state takes the rest.
    void set_rest(double ms) { rest_ms_ = ms; }
    // Something that the state shows is not drawn yet.
    bool drawing() const;

    render::Status tell(Facts& facts, const ViewerState& state);
    // Of the sliders that are set together: what randomise and animations go through.
    std::vector<ControlRange> ranges() const;
    SeedLatent seed_latent();  // while this lives
    const Shown& picture() const { return shows_training() ? learned_.picture : main_.picture; }

private:
    Studio(const render::Gpu& gpu, Textures& textures) : gpu_(gpu), textures_(textures) {}
    render::Result<OpenModel> load(const Source& source);
    render::Status make_shown(OpenModel& model, vkgan::api::Handle training);
    void close(OpenModel& model);
    render::Status follow_k(const Training& settings);
    render::Result<vkgan::api::Handle> load_checkpoint(std::span<const std::byte> bytes,
                                                       const std::string& path);
    render::Status ask(const ViewerState& state);
    render::Status ask_lab(const LabState& state);
    render::Status ask_picture(const ViewerState& state, OpenModel& model);
    render::Status ask_inside(const ViewerState& state, OpenModel& model);
    render::Status ask_grid(const ViewerState& state, OpenModel& model);
    void note_drawn(int64_t seed);
    // What the picture is drawn with beside its latent: as the seed has it, where nothing is set.
    std::map<std::string, std::vector<float>> conditions(const ViewerState& state, OpenModel& model);
    void note_slices(InspectFacts& facts);
    bool shows_training() const { return learning_.shows() && learned_.picture.open(); }
    const OpenModel& shown_model() const { return shows_training() ? learned_ : main_; }

    const render::Gpu& gpu_;
    Textures& textures_;
    std::optional<vkgan::api::Context> context_;
    std::vector<std::string> log_;  // lines that were not read yet
    OpenModel main_, second_, learned_;
    Learning learning_;
    DataBrowser data_;
    Inspector inspector_;
    Analysis analysis_;
    Inversion inversion_;
    Thumbnails thumbnails_;
    Lab lab_;  // empty until its page is shown
    Source source_;
    std::string training_json_;  // the model that was begun to be trained, with its own k
    struct {
        int now = 0, wanted = 0;  // 0: the model's
        std::chrono::steady_clock::time_point changed{};
        bool asked = false;  // for the snapshot from which it goes on
    } k_;
    std::map<int64_t, Latent> latents_;  // of seeds
    int64_t drawn_seed_ = -1;            // whose values the sliders have
    vkgan::api::WarmUp progress_;
    bool making_ = false;
    double rest_ms_ = 8;
    vkgan::api::ContextFrame report_;
};

ModelFacts model_facts(vkgan::api::Context& context, vkgan::api::Handle model, render::Status& status);

}  // namespace viewer
