// The loops around App::draw_frame: with a window until it is closed, without one for a number of frames.
// SPDX-License-Identifier: MIT
#include "samples/embed/app.hpp"
#include "samples/render/picture_file.hpp"

#include <algorithm>

namespace embed {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

}  // namespace

Status App::run() {
    RENDER_TRY(window_ ? run_window() : run_headless());
    RENDER_VK(vkDeviceWaitIdle(gpu_->device));
    if (!options_.json.empty()) RENDER_TRY(save_text(statistics_.json(run_facts()), options_.json));
    if (!options_.out.empty()) RENDER_TRY(save_png(*gpu_, screen_, options_.out));
    plugin_.reset();
    if (instance_->messages() > 0)
        return Error{"The validation layers had " + std::to_string(instance_->messages()) + " messages."};
    return {};
}

Status App::run_headless() {
    // Time goes on evenly, so that the same arguments draw the same scene.
    while (!warm_ || (options_.train && !plugin_->training().ready)) RENDER_TRY(draw_frame(0));
    if (!plugin_->trained()) {  // what is measured are frames with pictures
        steering_.train = true;
        while (plugin_->images() == 0) RENDER_TRY(draw_frame(0));
        steering_.train = false;
    }
    const int first = options_.train ? options_.frames / 2 : options_.frames;
    RENDER_TRY(measure("generation", first));
    if (options_.train) {
        steering_.train = true;
        RENDER_TRY(measure("generation and training", options_.frames - first));
    }
    return {};
}

Status App::measure(const char* phase, int frames) {
    RENDER_ASSIGN(const Totals before, totals());
    statistics_.begin_phase(phase, frame_ + 1, size_t(frames), before);
    for (int i = 0; i < frames; ++i) RENDER_TRY(draw_timed_frame(1.0 / 60));
    RENDER_ASSIGN(const Totals after, totals());
    statistics_.end_phase(after);
    return {};
}

Status App::draw_timed_frame(double seconds) {
    const Clock::time_point start = Clock::now();
    RENDER_TRY(draw_frame(seconds));
    frame_ms_ = ms_since(start);
    // Of the mean time of frames: the mean of their rates would be that of the few quickest.
    const double mean_ms = fps_ == 0 ? frame_ms_ : 1000 / fps_ + (frame_ms_ - 1000 / fps_) * 0.05;
    fps_ = 1000 / std::max(mean_ms, 1e-3);
    if (!warm_) return {};
    times_.add(frame_ms_, double(report_.measured_ns) / 1e6);
    statistics_.add(frame_ms_, plugin_us_, report_);
    return {};
}

Status App::run_window() {
    Clock::time_point last = Clock::now(), titled{};
    uint64_t drawn = 0;
    while (options_.frames == 0 || drawn < uint64_t(options_.frames)) {
        input_->poll(has_screen_ ? 0 : 0.05);
        const VkExtent2D size = window_->size();
        const bool has_area = size.width > 0 && size.height > 0;
        if (window_->take_resized() || has_area != has_screen_) RENDER_TRY(resize());
        if (window_->closed() || steering_.quit) break;
        if (!has_screen_) continue;  // minimised: nothing is drawn, and nothing is asked of the plugin

        const double seconds = std::min(ms_since(last) / 1000, 0.1);
        last = Clock::now();
        if (warm_ && statistics_.phases().empty()) {
            RENDER_ASSIGN(const Totals now, totals());
            statistics_.begin_phase("window", frame_ + 1, size_t(options_.frames), now);
        }
        RENDER_TRY(draw_timed_frame(seconds));
        if (warm_) ++drawn;
        if (ms_since(titled) > 500) {
            titled = Clock::now();
            const std::string doing =
                warm_ ? std::to_string(int(fps_ + 0.5)) + " fps (F1: keys)" : "warming up";
            window_->set_title("vkgan-embed - " + doing);
        }
    }
    if (statistics_.phases().empty()) return {};
    RENDER_ASSIGN(const Totals now, totals());
    statistics_.end_phase(now);
    return {};
}

Result<Totals> App::totals() {
    RENDER_ASSIGN(const vkgan_statistics statistics, plugin_->statistics());
    const vkgan_training_state& training = plugin_->training().state;
    return Totals{plugin_->images(), statistics.host_allocations,
                  double(training.steps) + training.part_done};
}

RunFacts App::run_facts() const {
    return {.model = options_.recipe.empty() ? options_.model : options_.recipe,
            .device = gpu_->name,
            .driver = gpu_->driver,
            .engine_version = library_->api().engine_version,
            .mode = options_.mode == Mode::record ? "record" : "submit",
            .width = swapchain_ ? swapchain_->extent().width : options_.width,
            .height = swapchain_ ? swapchain_->extent().height : options_.height,
            .samples = uint32_t(gpu_->samples),
            .batch = options_.batch,
            .budget_ms = steering_.budget_ms,
            .warm_up_ms = warm_up_ms_,
            .validation = instance_->validated()};
}

}  // namespace embed
