// VkGAN in this renderer: everything that is asked of the plugin, in the order in which a renderer asks it.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/library.hpp"
#include "samples/embed/options.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace embed {

// What the plugin is to do in a frame.
struct FrameOrder {
    uint64_t frame = 0;
    uint64_t completed_frame = 0;  // newest that the renderer's fences have seen end
    double budget_ms = 0;

    bool generate = false;
    uint64_t seed = 0;
    std::span<const float> latent;  // batch x latent_size
    std::span<const vkgan_image_target> targets;
    bool train = false;
    double training_share = 0;  // of the budget, while pictures are asked for

    // One of both. Record mode: being recorded, outside of a render pass. Submit mode: signalled by the
    // plugin's submission, waited for by the renderer's.
    VkCommandBuffer commands = VK_NULL_HANDLE;
    VkSemaphore written = VK_NULL_HANDLE;
};

struct NamedNumber {
    std::string name;
    double value = 0;
};
struct TrainingView {
    bool begun = false, ready = false;
    vkgan_training_state state{};
    std::vector<NamedNumber> values;  // losses of the last step
};

class Plugin {
public:
    explicit Plugin(const vkgan_api& api) : api_(api) {}
    Plugin(const Plugin&) = delete;
    Plugin& operator=(const Plugin&) = delete;
    // The device must be idle, if anything was made.
    ~Plugin();

    // 1. Once: adopts the renderer's device.
    Status create_context(const Instance& instance, const Gpu& gpu);
    // 2. Once: the model, and a generator of its weights, if it has any.
    Status load_model(const Options& options);
    // 3. At any time: training of the model, and a second generator, which shows what it has learned.
    Status begin_training(const Options& options);
    Status end_training();
    // 4. Each frame until it says true: compiles pipelines, uploads weights.
    Result<bool> warm_up(double for_ms);
    // 5. Each frame.
    Result<vkgan_frame_report> frame(const FrameOrder& order);

    Status set_control(const std::string& name, double value);
    Status reset_control(const std::string& name);
    Status pause(bool paused);
    Status cancel_step();

    bool trained() const { return description_.steps >= 0; }  // else it draws only what training publishes
    uint64_t images() const { return sent_images_; }
    const vkgan_model_description& description() const { return description_; }
    const std::vector<vkgan_control>& controls() const { return controls_; }
    const vkgan_progress& progress() const { return progress_; }
    const TrainingView& training() const { return training_view_; }
    const std::string& last_note() const { return last_note_; }
    Result<vkgan_statistics> statistics();

private:
    Result<vkgan_generator> create_generator(vkgan_training training);
    Status generate(const FrameOrder& order);
    Status watch_tickets();
    Status watch_training();
    Status check(vkgan_status status, const char* call);
    vkgan_generator shown_generator() const;
    static void on_message(void* user, int32_t severity, const char* text);

    const vkgan_api& api_;
    vkgan_context context_ = 0;
    vkgan_model model_ = 0;
    vkgan_generator generator_ = 0, learning_generator_ = 0;
    vkgan_training training_ = 0;
    uint32_t batch_ = 0;
    vkgan_model_description description_{};
    std::vector<vkgan_control> controls_;
    std::string latent_name_;
    vkgan_progress progress_{};
    std::vector<vkgan_ticket> tickets_;  // not sent yet
    uint64_t sent_images_ = 0;
    TrainingView training_view_;
    uint64_t frames_trained_ = 0;
    std::string last_note_;
};

}  // namespace embed
