// For programs that have a Vulkan device already: VkGAN works on it, inside their frames, and writes their
// images. Include it beside vkgan.hpp. The plugin's C interface (plugin/vkgan_plugin.h) is a skin over this.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vkgan.hpp"

#include <vulkan/vulkan_core.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

// The host's device, lent: VkGAN never destroys any of it, and uses only what is declared here as enabled.
// The handles must outlive everything made on them.
struct AdoptedDevice {
    VkInstance instance = VK_NULL_HANDLE;
    VkPhysicalDevice physical_device = VK_NULL_HANDLE;
    VkDevice device = VK_NULL_HANDLE;
    PFN_vkGetInstanceProcAddr get_instance_proc_addr = nullptr;
    uint32_t api_version = VK_API_VERSION_1_1;  // VkApplicationInfo::apiVersion of the instance; at least 1.1

    uint32_t queue_family = 0;  // must have VK_QUEUE_COMPUTE_BIT
    VkQueue queue = VK_NULL_HANDLE;
    // Called around every use of the queue, on the thread that uses it. Leave both empty if nobody else
    // submits to it.
    std::function<void()> lock_queue;
    std::function<void()> unlock_queue;
    // Instead of all three above: calls vkQueueSubmit on the queue with one VkSubmitInfo.
    std::function<VkResult(const VkSubmitInfo&, VkFence)> submit;

    // As passed to vkCreateInstance and vkCreateDevice. Features not in the chain count as off.
    std::vector<std::string> enabled_instance_extensions;
    std::vector<std::string> enabled_extensions;
    const VkPhysicalDeviceFeatures2* enabled_features = nullptr;  // read during the call only
};

// A host's image, and how a batch of a network's images goes into it.
enum class Colour : uint8_t {
    encoded,  // as the network gives it
    linear,   // sRGB decoded
    data      // no colour: mips are means of the values
};
struct ImageTarget {
    static constexpr uint8_t one = 0xFF, zero = 0xFE;  // of channels: constants

    VkImage image = VK_NULL_HANDLE;         // 2-D, optimal tiling
    VkImageUsageFlags usage = 0;            // as it was made with; VK_IMAGE_USAGE_TRANSFER_DST_BIT is needed
    VkFormat format = VK_FORMAT_UNDEFINED;  // R8G8B8A8 or B8G8R8A8, UNORM or SRGB; R16G16B16A16_SFLOAT
    uint32_t width = 0, height = 0;         // the network's
    uint32_t mip_levels = 1;                // that are written, from the largest on
    uint32_t first_layer = 0, layers = 1;   // that are written, an image of the batch each
    uint32_t first_image = 0;               // of the batch
    VkImageLayout layout_in = VK_IMAGE_LAYOUT_UNDEFINED, layout_out = VK_IMAGE_LAYOUT_UNDEFINED;
    bool transfer = false;  // taken from queue family `family`, and given back to it
    uint32_t family = 0;
    Colour colour = Colour::encoded;
    std::array<uint8_t, 4> channels{};  // r, g, b, a: the network's channel; all 0: colour or grey, opaque
};

// Semaphores of a submission. Value: of timeline semaphores, if the host enabled them.
struct QueueSemaphore {
    VkSemaphore semaphore = VK_NULL_HANDLE;
    uint64_t value = 0;
    VkPipelineStageFlags stages = 0;  // that wait; of waits only
};

namespace api {

// What a device should have, before a host makes it.
struct Requirement {
    std::string name, buys;
    enum class Kind : uint8_t { extension = 1, feature, queue, instance_extension } kind = Kind::extension;
    bool required = false, available = false;
};
VKGAN_API Outcome<std::vector<Requirement>> query_requirements(VkInstance instance, VkPhysicalDevice device,
                                                               PFN_vkGetInstanceProcAddr get_proc,
                                                               uint32_t api_version);

// Numbers of a context's models, generators, trainings and tickets. 0 is none; those of another context or of
// something that was released are refused.
using Handle = uint64_t;

// Where compiled pipelines are kept instead of in the user's cache folder. From any thread.
struct CacheStore {
    std::function<std::vector<std::byte>(std::string_view key)> read;
    std::function<void(std::string_view key, std::span<const std::byte>)> write;
};

struct ContextSettings {
    const AdoptedDevice* adopted = nullptr;  // read during the call only; null: a device of its own
    DeviceSettings device;                   // own: which, validation; both: memory limit, fixed tuning, log
    bool low_priority = false;               // own: its queue yields to other programs, where the driver can
    CacheStore cache;                        // both functions or neither
    uint16_t tag = 1;  // of handles; give each context of a process another, from 1 to 4095
};

struct ModelQuery {  // exactly one of path, data, recipe
    std::string path;
    std::span<const std::byte> data;  // read during the call only
    std::string recipe;
    Texts settings;
};
struct ModelDescription {
    std::string recipe, network;
    int channels = 0, height = 0, width = 0, latent_size = 0, controls = 0;
    int64_t parameters = 0, steps = -1;
};
// A network as Context's generators run it. Shapes are of one sample, without the batch.
struct NetworkShape {
    std::string name;
    std::vector<int64_t> shape;
};
struct NetworkDescription {
    std::string name;
    int64_t parameters = 0;
    std::vector<NetworkShape> inputs, layers;  // layers in the order of the model, the last: its output
};
struct ModelControl : ControlInfo {
    int entries = 0;
};
struct GeneratorQuery {
    Handle model = 0, training = 0;
    int batch = 1, targets = 1;
    bool half = false;
    double slice_ns = 0;  // 0: half a millisecond
    // Empty: draws samples. Else runs this network of the model in inference form, from inputs that each
    // generate names, all of them; `layer`, not empty: gives what this layer of it gives instead of the
    // network's output. Only read back: targets must be 0, and batch may be up to 4096.
    std::string network, layer;
};
struct ImagesInMemory {
    int count = 0, width = 0, height = 0, channels = 0;
    std::span<const uint8_t> pixels;
    std::vector<std::string> attribute_names;
    std::span<const float> attributes;
};
struct TrainingQuery {
    Handle model = 0;
    std::string data;
    const ImagesInMemory* images = nullptr;  // read during the call only; instead of data
    int batch = 0;
    bool half = false;
    uint64_t seed = 1;
    std::span<const std::byte> snapshot;  // read during the call only
    int64_t keep_every = 100, publish_every = 0;
    double slice_ns = 0;
};
struct ContextPlan {
    int64_t weights = 0, activations = 0, staging = 0, total = 0, flops = 0;
    int dispatches = 0, slices = 0;
    double expected_ns = 0;
    bool measured = false;
};
struct WarmUp {
    int done = 0, total = 0;
    std::string doing;
};
struct GenerateQuery {
    uint64_t seed = 0, first = 0;
    struct Input {
        std::string_view name;
        std::span<const float> values;
    };
    std::span<const Input> inputs;
    std::span<const ImageTarget> targets;
    bool readback = false;
    uint32_t replaces = 0;
};
struct ContextFrame {  // what a frame sent, and what is known of earlier ones
    uint64_t frame = 0, measured_frame = 0;
    int pieces = 0, images_written = 0;
    double planned_ns = 0, measured_ns = 0, measured_budget_ns = 0, host_ns = 0;
    bool waits_for_data = false, waits_for_completion = false;
};
enum class TicketState : uint8_t { waiting, running, sent, done, dropped, failed };
struct TicketInfo {
    TicketState state = TicketState::waiting;
    uint64_t frame = 0;
    int64_t steps = 0;
    size_t bytes = 0;
};
enum class ReadAs : uint8_t { float32, rgba8, bytes };
struct TrainingInfo {
    int64_t steps = 0, published_steps = -1;
    double part_done = 0, step_ns = 0;
    bool paused = false, between_steps = true;
    int values = 0, notices = 0;
};
// An image of the context's own device that other programs and interfaces (OpenGL's GL_EXT_memory_object_fd,
// another VkDevice) share, by a file descriptor of its memory. A target as any other.
struct SharedImageQuery {
    uint32_t width = 0, height = 0, mip_levels = 1, layers = 1;
    VkFormat format = VK_FORMAT_R8G8B8A8_SRGB;  // one of ImageTarget's
};
struct SharedImage {
    VkImage image = VK_NULL_HANDLE;
    VkImageUsageFlags usage = 0;  // of it, as an importer must make it: optimal tiling, 2-D, one sample
    int memory_fd = -1;           // VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT; the caller's to close
    uint64_t memory_bytes = 0;    // dedicated to the image, from offset 0
    uint32_t memory_type = 0;     // of the exporting device
    std::array<uint8_t, 16> device_uuid{}, driver_uuid{};  // which importers must have
};
struct NamedValue {
    std::string_view name;  // valid until the next call
    double value = 0;
};
struct ContextStatistics {
    std::string device;
    int64_t device_bytes = 0, device_peak_bytes = 0, device_reserved_bytes = 0;
    // device_bytes by what they are for: parameters, packed (weights as kernels read them), buffers
    // (statistics of norms), averages of weights, moments of optimisers, inputs, workspace (activations and
    // gradients), staging, copies (of trainings: to go back to), images.
    std::map<std::string, int64_t> bytes_by_class;
    uint64_t frames = 0, frames_over_budget = 0;
    double device_ns = 0;
    int pipelines = 0, tuned_kernels = 0;
};
struct SliceInfo {
    std::string name;
    double expected_ns = 0;
};

// Generation and training inside a host's frames. What each function does, waits for and refuses stands in
// plugin/vkgan_plugin.h beside its twin. One thread at a time; the queue is used in create's twin functions
// only that are marked [queue] there, on the calling thread.
class VKGAN_API Context {
public:
    static Outcome<Context> create(const ContextSettings& settings);
    Context(Context&&) noexcept;
    Context& operator=(Context&&) noexcept;
    ~Context();  // as close(true)

    // Fails with Reason::busy while recorded frames are not reported complete, unless the device is idle.
    Outcome<Done> close(bool device_idle);

    Outcome<Handle> load_model(const ModelQuery& query);
    Outcome<ModelDescription> describe(Handle model);
    Outcome<ModelControl> control(Handle model, int index);
    Outcome<std::vector<NetworkDescription>> networks(Handle model);
    // What sampling draws where nothing is given or set: the inputs of images `first` and those after it, by
    // their controls' names, [count, ...]. Classes of an index are whole numbers. `count`: 1 to 4096.
    Outcome<Arrays> drawn_inputs(Handle model, int count, uint64_t seed, uint64_t first = 0);
    Outcome<ContextPlan> plan(const GeneratorQuery& query);
    Outcome<ContextPlan> plan(const TrainingQuery& query);
    Outcome<Handle> create_generator(const GeneratorQuery& query);
    Outcome<Handle> begin_training(const TrainingQuery& query);
    // Reason::not_ready until all is made; `progress` (or null) is told either way.
    Outcome<Done> warm_up(double most_ns, WarmUp* progress);
    Outcome<Done> release(Handle handle);
    Outcome<Done> set_control(Handle generator_or_training, std::string_view name, double value);
    Outcome<Done> reset_control(Handle generator, std::string_view name);  // empty: all

    // `training_share`: of the budget, from 0 to 1, that trainings which advance get even while requests
    // wait.
    Outcome<Done> begin_frame(uint64_t frame, uint64_t completed_frame, double budget_ns,
                              double training_share = 0);
    Outcome<Handle> generate(Handle generator, const GenerateQuery& query);
    Outcome<Done> advance(Handle training, int64_t last_step);
    Outcome<ContextFrame> record(VkCommandBuffer commands);
    Outcome<ContextFrame> submit(std::span<const QueueSemaphore> waits,
                                 std::span<const QueueSemaphore> signals);

    Outcome<Done> pause(Handle training, bool paused);
    Outcome<Done> cancel_step(Handle training);
    Outcome<Done> finish_step(Handle training);
    Outcome<Done> publish(Handle training);
    Outcome<Handle> snapshot(Handle training);
    Outcome<TrainingInfo> training(Handle training);
    Outcome<NamedValue> training_value(Handle training, int index);

    Outcome<TicketInfo> poll(Handle ticket);
    // Writes to `data` if it is large enough; returns how many bytes it takes.
    Outcome<size_t> read(Handle ticket, ReadAs as, std::span<std::byte> data);

    // Own devices with VK_KHR_external_memory_fd only; else Reason::unsupported.
    Outcome<SharedImage> create_shared_image(const SharedImageQuery& query);
    Outcome<Done> destroy_shared_image(VkImage image);  // busy while requests that write it are not done

    ContextStatistics statistics() const;
    Outcome<std::vector<SliceInfo>> slices(Handle generator_or_training);

private:
    struct State;
    explicit Context(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace api
}  // namespace vkgan
