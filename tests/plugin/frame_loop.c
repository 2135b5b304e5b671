/* What docs/plugin.md shows of frames. It quotes every part between "begin" and "end" verbatim.
   SPDX-License-Identifier: MIT */
#include "tests/plugin/renderer.h"

#include <dlfcn.h>

/* begin: frame loop */
const char *show_images(renderer *r, const char *library, const char *path) {
    vkgan_api api;
    vkgan_get_api_function get_api = NULL;
    void *file = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (file) *(void **)&get_api = dlsym(file, "vkgan_get_api");
    if (!get_api || get_api(VKGAN_PLUGIN_VERSION, &api, sizeof(api)) != VKGAN_OK) return "no such plugin";

    vkgan_context_info info = VKGAN_MAKE(context_info);
    info.device = &r->device; /* the renderer's own, lent */
    vkgan_context context = 0;
    if (api.context_create(&info, &context, r->text, sizeof(r->text)) != VKGAN_OK) return r->text;
    vkgan_model_info model = VKGAN_MAKE(model_info);
    model.path = path;
    vkgan_generator_info wanted = VKGAN_MAKE(generator_info);
    wanted.batch = wanted.targets = 1;
    vkgan_generator artist = 0;
    vkgan_status status = api.model_load(context, &model, &wanted.model);
    if (status == VKGAN_OK) status = api.generator_create(context, &wanted, &artist);

    for (uint64_t frame = 1, made = 0; status >= 0 && renderer_begins_frame(r); ++frame) {
        if (!made) made = (status = api.warm_up(context, 2000000, NULL)) == VKGAN_OK;
        vkgan_frame_info begin = VKGAN_MAKE(frame_info);
        begin.frame = frame;
        begin.budget_ns = 2000000; /* two milliseconds of the device's time */
        if (status >= 0) status = api.begin_frame(context, &begin);
        if (status >= 0 && made && renderer_wants_image(r)) {
            vkgan_generate_info ask = VKGAN_MAKE(generate_info);
            ask.seed = r->seed;
            ask.targets = &r->texture;
            ask.target_count = 1;
            status = api.generate(context, artist, &ask, &r->ticket);
        }
        if (status >= 0) status = api.submit(context, NULL, &r->report);
        renderer_draws(r); /* on the same queue: it sees what was written */
    }
    if (status < 0) api.last_message(context, r->text, sizeof(r->text));
    api.context_destroy(context, 0);
    dlclose(file);
    return status < 0 ? r->text : NULL;
}
/* end */

/* begin: recorded frame */
/* `finished`: the newest frame whose fence or semaphore the renderer has seen signalled; 0: none yet. */
vkgan_status record_frame(const vkgan_api *api, vkgan_context context, uint64_t frame, uint64_t finished,
                          VkCommandBuffer commands, vkgan_frame_report *report) {
    vkgan_frame_info begin = VKGAN_MAKE(frame_info);
    begin.frame = frame;
    begin.completed_frame = finished;
    begin.budget_ns = 2000000;
    const vkgan_status status = api->begin_frame(context, &begin);
    if (status < 0) return status;
    /* generate and training_advance stand here, as with submit. */
    return api->record(context, commands, report); /* commands: recording, outside of a render pass */
}
/* end */

/* begin: training */
/* A GAN that learns the pictures, and a generator that draws with what it has learned; warm_up makes both. */
vkgan_status begin_learning(const vkgan_api *api, vkgan_context context,
                            const vkgan_images_in_memory *pictures, const void *snapshot, size_t bytes,
                            vkgan_training *training, vkgan_generator *artist) {
    const vkgan_setting settings[] = {
        {"image", "16"}, {"ngf", "4"}, {"ndf", "4"}, {"nz", "8"}, {"batch", "4"}};
    vkgan_model_info recipe = VKGAN_MAKE(model_info);
    recipe.recipe = "dcgan"; /* docs/recipes.md */
    recipe.settings = settings;
    recipe.setting_count = 5;
    vkgan_training_info run = VKGAN_MAKE(training_info);
    run.images = pictures;
    run.publish_every = 2;   /* steps */
    run.snapshot = snapshot; /* null: from the start */
    run.snapshot_bytes = bytes;
    vkgan_status status = api->model_load(context, &recipe, &run.model);
    if (status == VKGAN_OK) status = api->training_begin(context, &run, training);
    if (status != VKGAN_OK) return status;
    vkgan_generator_info drawn = VKGAN_MAKE(generator_info);
    drawn.model = run.model;
    drawn.training = *training;
    drawn.batch = 1; /* targets stay 0: its images are read back */
    status = api->generator_create(context, &drawn, artist);
    api->release(context, run.model);
    return status;
}

/* Once a frame. When `due` steps are done it asks for a snapshot: *snapshot is its ticket, 0 before. */
vkgan_status learn_in_frame(const vkgan_api *api, vkgan_context context, vkgan_training training,
                            uint64_t frame, int64_t due, vkgan_ticket *snapshot) {
    vkgan_training_state state = VKGAN_MAKE(training_state);
    vkgan_frame_info begin = VKGAN_MAKE(frame_info);
    begin.frame = frame;
    begin.budget_ns = 4000000;
    vkgan_status status = api->begin_frame(context, &begin);
    if (status < 0) return status;
    status = api->training_advance(context, training, -1);
    if (status == VKGAN_OK) status = api->training_state(context, training, &state);
    if (status == VKGAN_OK && state.steps >= due && *snapshot == 0)
        status = api->training_snapshot(context, training, snapshot);
    const vkgan_status sent = api->submit(context, NULL, NULL);
    return status < 0 ? status : sent;
}
/* end */
