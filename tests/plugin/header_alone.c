/* The plugin's header and nothing else, compiled as C11 and as C++20, with and without Vulkan's header; tells what it sees.
   SPDX-License-Identifier: MIT */
#include "plugin/vkgan_plugin.h"

#ifdef __cplusplus
extern "C"
#endif
    const size_t *
    VKGAN_LAYOUT(size_t *count);

const size_t *VKGAN_LAYOUT(size_t *count) {
    static const size_t layout[] = {sizeof(vkgan_requirement), sizeof(vkgan_device), sizeof(vkgan_context_info),
                                    sizeof(vkgan_model_info), sizeof(vkgan_model_description), sizeof(vkgan_control),
                                    sizeof(vkgan_generator_info), sizeof(vkgan_images_in_memory),
                                    sizeof(vkgan_training_info), sizeof(vkgan_plan), sizeof(vkgan_progress),
                                    sizeof(vkgan_frame_info), sizeof(vkgan_image_target), sizeof(vkgan_generate_info),
                                    sizeof(vkgan_submit_info), sizeof(vkgan_frame_report), sizeof(vkgan_ticket_state),
                                    sizeof(vkgan_training_state), sizeof(vkgan_statistics), sizeof(vkgan_semaphore),
                                    offsetof(vkgan_device, queue_user), offsetof(vkgan_image_target, channels),
                                    offsetof(vkgan_submit_info, signal_count), sizeof(vkgan_api),
                                    sizeof(vkgan_shared_image), sizeof(vkgan_shared_image_api)};
    /* As hosts begin. */
    vkgan_frame_info frame = VKGAN_MAKE(frame_info);
    vkgan_training_info training = VKGAN_MAKE(training_info);
    *count = sizeof(layout) / sizeof(layout[0]);
    return frame.struct_size == sizeof(frame) && frame.budget_ns == 0 && !frame.next && !training.data &&
                   training.struct_type == VKGAN_TYPE_training_info
               ? layout
               : NULL;
}
