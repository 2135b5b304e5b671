/* What docs/plugin.md shows to programs without Vulkan, quoted there verbatim.
   SPDX-License-Identifier: MIT */
#define VKGAN_NO_VULKAN
#include "plugin/vkgan_plugin.h"

vkgan_status open_artist(const vkgan_api *api, const char *path, vkgan_context *context,
                         vkgan_generator *artist);
vkgan_status draw_image(const vkgan_api *api, vkgan_context context, vkgan_generator artist, uint64_t seed,
                        uint64_t *frame, uint8_t *rgba, size_t bytes);

/* begin: readback */
vkgan_status open_artist(const vkgan_api *api, const char *path, vkgan_context *context,
                         vkgan_generator *artist) {
    vkgan_context_info info = VKGAN_MAKE(context_info); /* no device: the plugin makes its own */
    vkgan_status status = api->context_create(&info, context, NULL, 0);
    if (status != VKGAN_OK) return status;
    vkgan_model_info model = VKGAN_MAKE(model_info);
    model.path = path;
    vkgan_generator_info wanted = VKGAN_MAKE(generator_info);
    wanted.batch = 1; /* targets stay 0: it only reads back */
    status = api->model_load(*context, &model, &wanted.model);
    if (status == VKGAN_OK) status = api->generator_create(*context, &wanted, artist);
    if (status == VKGAN_OK)
        do status = api->warm_up(*context, 20000000, NULL); /* a loading screen draws in between */
        while (status == VKGAN_NOT_READY);
    return status;
}

/* Waits for the image. A program that does not want to do one round of the loop in each of its frames. */
vkgan_status draw_image(const vkgan_api *api, vkgan_context context, vkgan_generator artist, uint64_t seed,
                        uint64_t *frame, uint8_t *rgba, size_t bytes) {
    vkgan_generate_info ask = VKGAN_MAKE(generate_info);
    ask.seed = seed;
    ask.readback = 1;
    vkgan_ticket ticket = 0;
    vkgan_ticket_state state = VKGAN_MAKE(ticket_state);
    vkgan_status status = api->generate(context, artist, &ask, &ticket);
    while (status == VKGAN_OK && state.state < VKGAN_TICKET_DONE) {
        vkgan_frame_info begin = VKGAN_MAKE(frame_info);
        begin.frame = ++*frame;
        begin.budget_ns = 4000000;
        status = api->begin_frame(context, &begin);
        if (status == VKGAN_OK) status = api->submit(context, NULL, NULL);
        if (status == VKGAN_OK) status = api->poll(context, ticket, &state);
    }
    if (status == VKGAN_OK) status = api->read(context, ticket, VKGAN_READ_RGBA8, rgba, &bytes);
    api->release(context, ticket);
    return status; /* glTexSubImage2D, UpdateSubresource, or characters, from rgba: top row first */
}
/* end */
