/* A renderer as the programs of docs/plugin.md see it; tests/plugin/guide_test.cpp is one.
   SPDX-License-Identifier: MIT */
#ifndef VKGAN_TESTS_RENDERER_H
#define VKGAN_TESTS_RENDERER_H

#include "plugin/vkgan_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct renderer {
    vkgan_device device;        /* what it made, lent */
    vkgan_image_target texture; /* an image of its own, of the network's size */
    uint64_t seed;              /* of the image that it wants next */
    vkgan_ticket ticket;        /* of the last that was asked for */
    vkgan_frame_report report;  /* of the last frame */
    char text[512];             /* what went wrong */
    void *user;
} renderer;

int renderer_begins_frame(renderer *r); /* 0: there is none */
int renderer_wants_image(renderer *r);
void renderer_draws(renderer *r); /* records and submits */

/* frame_loop.c. Null, or what went wrong. */
const char *show_images(renderer *r, const char *library, const char *path);
vkgan_status record_frame(const vkgan_api *api, vkgan_context context, uint64_t frame, uint64_t finished,
                          VkCommandBuffer commands, vkgan_frame_report *report);
vkgan_status begin_learning(const vkgan_api *api, vkgan_context context,
                            const vkgan_images_in_memory *pictures, const void *snapshot, size_t bytes,
                            vkgan_training *training, vkgan_generator *artist);
vkgan_status learn_in_frame(const vkgan_api *api, vkgan_context context, vkgan_training training,
                            uint64_t frame, int64_t due, vkgan_ticket *snapshot);

#ifdef __cplusplus
}
#endif
#endif
