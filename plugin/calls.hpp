// The functions of the table: vkgan_plugin.h says what each does.
// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/vkgan_plugin.h"

namespace vkgan::plugin {

vkgan_status model_load(vkgan_context, const vkgan_model_info*, vkgan_model*);
vkgan_status model_describe(vkgan_context, vkgan_model, vkgan_model_description*);
vkgan_status model_control(vkgan_context, vkgan_model, uint32_t, vkgan_control*);
vkgan_status plan_generator(vkgan_context, const vkgan_generator_info*, vkgan_plan*);
vkgan_status plan_training(vkgan_context, const vkgan_training_info*, vkgan_plan*);
vkgan_status generator_create(vkgan_context, const vkgan_generator_info*, vkgan_generator*);
vkgan_status training_begin(vkgan_context, const vkgan_training_info*, vkgan_training*);
vkgan_status warm_up(vkgan_context, uint64_t, vkgan_progress*);
vkgan_status release(vkgan_context, uint64_t);
vkgan_status control_set(vkgan_context, uint64_t, const char*, double);
vkgan_status control_reset(vkgan_context, vkgan_generator, const char*);
vkgan_status statistics(vkgan_context, vkgan_statistics*);
vkgan_status slices(vkgan_context, uint64_t, uint32_t*, vkgan_slice*);

vkgan_status begin_frame(vkgan_context, const vkgan_frame_info*);
vkgan_status generate(vkgan_context, vkgan_generator, const vkgan_generate_info*, vkgan_ticket*);
vkgan_status training_advance(vkgan_context, vkgan_training, int64_t);
vkgan_status record(vkgan_context, VkCommandBuffer, vkgan_frame_report*);
vkgan_status submit(vkgan_context, const vkgan_submit_info*, vkgan_frame_report*);
vkgan_status poll(vkgan_context, vkgan_ticket, vkgan_ticket_state*);
vkgan_status read(vkgan_context, vkgan_ticket, uint32_t, void*, size_t*);

vkgan_status training_pause(vkgan_context, vkgan_training, uint32_t);
vkgan_status training_cancel_step(vkgan_context, vkgan_training);
vkgan_status training_finish_step(vkgan_context, vkgan_training);
vkgan_status training_publish(vkgan_context, vkgan_training);
vkgan_status training_snapshot(vkgan_context, vkgan_training, vkgan_ticket*);
vkgan_status training_state(vkgan_context, vkgan_training, vkgan_training_state*);
vkgan_status training_value(vkgan_context, vkgan_training, uint32_t, char*, double*);

vkgan_status shared_image_create(vkgan_context, vkgan_shared_image*);
vkgan_status shared_image_destroy(vkgan_context, VkImage);

}  // namespace vkgan::plugin
