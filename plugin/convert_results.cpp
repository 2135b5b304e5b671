// Results into the host's structs.
// SPDX-License-Identifier: MIT
#include "plugin/convert.hpp"
#include "plugin/text.hpp"

#include <algorithm>

namespace vkgan::plugin {
namespace {

uint64_t nanoseconds(double ns) { return ns > 0 && ns < 1e18 ? uint64_t(ns + 0.5) : 0; }

}  // namespace

void fill(vkgan_model_description& to, const api::ModelDescription& from) {
    copy_text(from.recipe, to.recipe);
    copy_text(from.network, to.network);
    to.channels = uint32_t(from.channels);
    to.height = uint32_t(from.height);
    to.width = uint32_t(from.width);
    to.latent_size = uint32_t(from.latent_size);
    to.parameters = uint64_t(from.parameters);
    to.steps = from.steps;
    to.controls = uint32_t(from.controls);
}

void fill(vkgan_control& to, const api::ModelControl& from) {
    copy_text(from.name, to.name);
    copy_text(from.kind, to.kind);
    copy_text(from.help, to.help);
    to.value = from.value;
    to.low = from.low;
    to.high = from.high;
    to.entries = uint32_t(from.entries);
    to.live = from.live;
}

void fill(vkgan_plan& to, const api::ContextPlan& from) {
    to.weights = uint64_t(from.weights);
    to.activations = uint64_t(from.activations);
    to.staging = uint64_t(from.staging);
    to.total = uint64_t(from.total);
    to.flops = uint64_t(from.flops);
    to.dispatches = uint32_t(from.dispatches);
    to.slices = uint32_t(from.slices);
    to.expected_ns = nanoseconds(from.expected_ns);
    to.measured = from.measured;
}

void fill(vkgan_progress& to, const api::WarmUp& from) {
    to.done = uint32_t(from.done);
    to.total = uint32_t(from.total);
    copy_text(from.doing, to.doing);
}

void fill(vkgan_frame_report& to, const api::ContextFrame& from) {
    to.frame = from.frame;
    to.pieces = uint32_t(from.pieces);
    to.images_written = uint32_t(from.images_written);
    to.planned_ns = nanoseconds(from.planned_ns);
    to.measured_frame = from.measured_frame;
    to.measured_ns = nanoseconds(from.measured_ns);
    to.measured_budget_ns = nanoseconds(from.measured_budget_ns);
    to.host_ns = nanoseconds(from.host_ns);
    to.waits_for_data = from.waits_for_data;
    to.waits_for_completion = from.waits_for_completion;
}

void fill(vkgan_ticket_state& to, const api::TicketInfo& from) {
    to.state = uint32_t(from.state);
    to.frame = from.frame;
    to.steps = from.steps;
    to.bytes = from.bytes;
}

void fill(vkgan_training_state& to, const api::TrainingInfo& from) {
    to.steps = from.steps;
    to.part_done = from.part_done;
    to.paused = from.paused;
    to.between_steps = from.between_steps;
    to.published_steps = from.published_steps;
    to.step_ns = nanoseconds(from.step_ns);
    to.values = uint32_t(from.values);
    to.notices = uint32_t(from.notices);
}

void fill(vkgan_statistics& to, const api::ContextStatistics& from) {
    copy_text(from.device, to.device);
    to.device_bytes = uint64_t(from.device_bytes);
    to.device_peak_bytes = uint64_t(from.device_peak_bytes);
    to.device_reserved_bytes = uint64_t(from.device_reserved_bytes);
    to.frames = from.frames;
    to.frames_over_budget = from.frames_over_budget;
    to.device_ns = nanoseconds(from.device_ns);
    to.pipelines = uint32_t(from.pipelines);
    to.tuned_kernels = uint32_t(from.tuned_kernels);
}

void fill(vkgan_shared_image& to, const api::SharedImage& from) {
    to.image = from.image;
    to.usage = from.usage;
    to.memory_type = from.memory_type;
    to.memory_fd = from.memory_fd;
    to.memory_bytes = from.memory_bytes;
    std::ranges::copy(from.device_uuid, to.device_uuid);
    std::ranges::copy(from.driver_uuid, to.driver_uuid);
}

void fill(vkgan_slice& to, const api::SliceInfo& from) {
    copy_text(from.name, to.name);
    to.expected_ns = nanoseconds(from.expected_ns);
}

void fill(vkgan_requirement& to, const api::Requirement& from) {
    copy_text(from.name, to.name);
    copy_text(from.buys, to.buys);
    to.kind = uint32_t(from.kind);
    to.required = from.required;
    to.available = from.available;
}

static_assert(uint32_t(api::TicketState::failed) == VKGAN_TICKET_FAILED);
static_assert(uint32_t(api::Requirement::Kind::extension) == VKGAN_REQUIREMENT_EXTENSION &&
              uint32_t(api::Requirement::Kind::feature) == VKGAN_REQUIREMENT_FEATURE &&
              uint32_t(api::Requirement::Kind::queue) == VKGAN_REQUIREMENT_QUEUE &&
              uint32_t(api::Requirement::Kind::instance_extension) == VKGAN_REQUIREMENT_INSTANCE_EXTENSION);
static_assert(uint32_t(Colour::data) == VKGAN_COLOUR_DATA && uint32_t(Colour::linear) == VKGAN_COLOUR_LINEAR);
static_assert(ImageTarget::one == VKGAN_CHANNEL_ONE && ImageTarget::zero == VKGAN_CHANNEL_ZERO);

}  // namespace vkgan::plugin
