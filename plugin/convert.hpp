// The C interface's structs as those of the C++ interface, checked; and results the other way.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "plugin/checks.hpp"
#include "plugin/vkgan_plugin.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace vkgan::plugin {

// Each is false, with the fault in `check`, where the host's struct is wrong. What is made borrows from it.
struct ContextRequest {
    api::ContextSettings settings;
    AdoptedDevice adopted;
};
bool check_head(const vkgan_context_info* info,
                Checks& check);  // what must be right before memory can be had
bool convert(const vkgan_context_info& info, ContextRequest& request, Checks& check);

bool convert(const vkgan_model_info* info, api::ModelQuery& query, Checks& check);
bool convert(const vkgan_generator_info* info, api::GeneratorQuery& query, Checks& check);

struct TrainingRequest {
    api::TrainingQuery query;
    api::ImagesInMemory images;
};
bool convert(const vkgan_training_info* info, TrainingRequest& request, Checks& check);

// Of fixed size: frames need no memory for it.
struct GenerateRequest {
    static constexpr size_t most_inputs = 64, most_targets = 8;
    std::array<api::GenerateQuery::Input, most_inputs> inputs;
    std::array<ImageTarget, most_targets> targets;
    api::GenerateQuery query;
};
bool convert(const vkgan_generate_info* info, GenerateRequest& request, Checks& check);

struct SubmitRequest {
    static constexpr size_t most_semaphores = 8;
    std::array<QueueSemaphore, most_semaphores> wait_list, signal_list;
    std::span<const QueueSemaphore> waits, signals;
};
bool convert(const vkgan_submit_info* info, SubmitRequest& request, Checks& check);

bool convert(const vkgan_shared_image* image, api::SharedImageQuery& query, Checks& check);

// Heads stay as the host made them.
void fill(vkgan_model_description& to, const api::ModelDescription& from);
void fill(vkgan_control& to, const api::ModelControl& from);
void fill(vkgan_plan& to, const api::ContextPlan& from);
void fill(vkgan_progress& to, const api::WarmUp& from);
void fill(vkgan_frame_report& to, const api::ContextFrame& from);
void fill(vkgan_ticket_state& to, const api::TicketInfo& from);
void fill(vkgan_training_state& to, const api::TrainingInfo& from);
void fill(vkgan_statistics& to, const api::ContextStatistics& from);
void fill(vkgan_shared_image& to, const api::SharedImage& from);
void fill(vkgan_slice& to, const api::SliceInfo& from);
void fill(vkgan_requirement& to, const api::Requirement& from);

}  // namespace vkgan::plugin
