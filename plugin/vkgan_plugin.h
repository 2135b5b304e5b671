// clang-format off
/* VkGAN as a plugin: generate and train inside somebody else's renderer, within its frame budget. C11; this header is
   all that a host needs. Guide, tables of threads and layouts, notes for engines: docs/plugin.md.
   SPDX-License-Identifier: MIT

   The library exports one function, vkgan_get_api. Everything else is reached through the table that it fills.

   Structs. Every struct begins with {struct_size, struct_type, next}: start from VKGAN_MAKE. `next` must be null or
   chain structs that this header names as extensions; others are refused. A larger struct_size of a newer header is
   taken if what is beyond ours is zero. What you pass is copied before a call returns, but for VkImages, which must live
   until their ticket has ended, and what a context was made on.

   Handles are numbers, 0 is none. Those of released objects and of other contexts are refused, never followed.

   Threads. [any]: any thread, at any time. [context]: one thread at a time for each context, whichever it is; a second
   one is refused with VKGAN_ERROR_CONCURRENT_CALL. [queue]: as [context], and the host's VkQueue is used during the call,
   on the calling thread: nobody else may use it then, unless lock/unlock or submit callbacks see to that. No other
   function, and no thread of the plugin's own, ever touches the queue.

   Waiting. No function waits for the device, but warm_up (as long as you allow), training_finish_step and
   context_destroy. Units: time in nanoseconds, memory in bytes. Text is UTF-8. Images of networks are in [-1, 1].

   Errors. A negative status is an error, and last_message says what is wrong and what would be right. Nothing is lost
   and nothing half done by a call that fails. Nothing throws, aborts, prints or exits. */
#ifndef VKGAN_PLUGIN_H
#define VKGAN_PLUGIN_H
#include <stddef.h>
#include <stdint.h>

/* Hosts without Vulkan define VKGAN_NO_VULKAN and let the plugin make its own device. */
#ifndef VKGAN_NO_VULKAN
#include <vulkan/vulkan_core.h>
#else
typedef void *VkInstance, *VkPhysicalDevice, *VkDevice, *VkQueue, *VkCommandBuffer;
typedef uint64_t VkImage, VkSemaphore, VkFence;
typedef int32_t VkFormat, VkImageLayout, VkResult;
typedef uint32_t VkPipelineStageFlags;
typedef struct VkPhysicalDeviceFeatures2 VkPhysicalDeviceFeatures2;
typedef struct VkSubmitInfo VkSubmitInfo;
typedef void (*PFN_vkGetInstanceProcAddr)(void);
#endif
#ifdef __cplusplus
extern "C" {
#endif
#define VKGAN_PLUGIN_VERSION 1u
typedef int32_t vkgan_status;
enum {
    VKGAN_OK = 0,
    VKGAN_NOT_READY = 1,                   /* no error: ask again later */
    VKGAN_ERROR_INVALID_ARGUMENT = -1,     /* a value is wrong: the message names the field and both values */
    VKGAN_ERROR_INVALID_HANDLE = -2,       /* released, of another kind or of another context */
    VKGAN_ERROR_UNKNOWN_STRUCT = -3,       /* struct_type or struct_size of a struct or of one in its next chain */
    VKGAN_ERROR_WRONG_ORDER = -4,          /* right in itself, but not now: submit without begin_frame */
    VKGAN_ERROR_CONCURRENT_CALL = -5,      /* another thread is in a call of this context; nothing was done */
    VKGAN_ERROR_NOT_FOUND = -6,            /* no such file, control, recipe, device, data set */
    VKGAN_ERROR_MALFORMED = -7,            /* a file or data set does not hold what its format asks for */
    VKGAN_ERROR_UNSUPPORTED = -8,          /* this device, format or model cannot do it */
    VKGAN_ERROR_OUT_OF_MEMORY = -9,        /* the host's allocator, the device or the memory limit */
    VKGAN_ERROR_IO = -10,
    VKGAN_ERROR_DEVICE_LOST = -11,         /* sticky: destroy the context; a snapshot goes on in another */
    VKGAN_ERROR_DIVERGED = -12,            /* training met a NaN or infinity three times at one place */
    VKGAN_ERROR_BUSY = -13,                /* work is in flight: frames that were recorded and not reported complete */
    VKGAN_ERROR_BUFFER_TOO_SMALL = -14,    /* the needed size was written */
    VKGAN_ERROR_INCOMPATIBLE_VERSION = -15,
    VKGAN_ERROR_INTERNAL = -16
};
typedef uint64_t vkgan_context, vkgan_model, vkgan_generator, vkgan_training, vkgan_ticket;
enum {  /* struct_type */
    VKGAN_TYPE_device = 1, VKGAN_TYPE_context_info = 2, VKGAN_TYPE_model_info = 3, VKGAN_TYPE_generator_info = 4,
    VKGAN_TYPE_training_info = 5, VKGAN_TYPE_images_in_memory = 6, VKGAN_TYPE_frame_info = 7, VKGAN_TYPE_generate_info = 8,
    VKGAN_TYPE_image_target = 9, VKGAN_TYPE_submit_info = 10, VKGAN_TYPE_model_description = 11, VKGAN_TYPE_control = 12,
    VKGAN_TYPE_plan = 13, VKGAN_TYPE_progress = 14, VKGAN_TYPE_frame_report = 15, VKGAN_TYPE_ticket_state = 16,
    VKGAN_TYPE_training_state = 17, VKGAN_TYPE_statistics = 18, VKGAN_TYPE_shared_image = 19
};
/* vkgan_frame_info frame = VKGAN_MAKE(frame_info); the rest is zero, which every comment below gives a meaning. */
#ifdef __cplusplus
#define VKGAN_MAKE(name) [] { vkgan_##name made = {}; made.struct_size = sizeof made; made.struct_type = VKGAN_TYPE_##name; \
                              return made; }()
#else
#define VKGAN_MAKE(name) {.struct_size = sizeof(vkgan_##name), .struct_type = VKGAN_TYPE_##name}
#endif
#define VKGAN_HEAD uint32_t struct_size; uint32_t struct_type; const void *next

/* --- what a device should have, before the host makes it --- */
enum { VKGAN_REQUIREMENT_EXTENSION = 1 /* of the device */, VKGAN_REQUIREMENT_FEATURE = 2, VKGAN_REQUIREMENT_QUEUE = 3,
       VKGAN_REQUIREMENT_INSTANCE_EXTENSION = 4 };
typedef struct vkgan_requirement {
    char name[96];          /* "VK_KHR_cooperative_matrix", "VkPhysicalDeviceFeatures.shaderInt64", "compute queue" */
    char buys[192];         /* what is quicker or possible with it */
    uint32_t kind;          /* VKGAN_REQUIREMENT_* */
    uint32_t required;      /* 1 of a queue that can compute only: without it VkGAN does not run */
    uint32_t available;     /* the device has it */
} vkgan_requirement;

/* --- context --- */
typedef struct vkgan_device { VKGAN_HEAD;    /* the host's, lent */
    VkInstance instance;
    VkPhysicalDevice physical_device;
    VkDevice device;
    PFN_vkGetInstanceProcAddr get_instance_proc_addr;
    uint32_t api_version;               /* VkApplicationInfo.apiVersion, at least VK_API_VERSION_1_1 */
    uint32_t queue_family;              /* with VK_QUEUE_COMPUTE_BIT */
    VkQueue queue;
    /* Either both of lock and unlock, or submit, or none if nobody else uses the queue while a [queue] function runs.
       submit is to call vkQueueSubmit(queue, 1, info, fence). Called during [queue] functions only. */
    void (*lock)(void *user);
    void (*unlock)(void *user);
    VkResult (*submit)(void *user, const VkSubmitInfo *info, VkFence fence);
    void *queue_user;
    /* As passed to vkCreateInstance and vkCreateDevice. What is not named here counts as off. */
    const char *const *instance_extensions;
    uint32_t instance_extension_count;
    uint32_t device_extension_count;
    const char *const *device_extensions;
    const VkPhysicalDeviceFeatures2 *enabled_features;  /* with its chain; null: none */
} vkgan_device;

enum { VKGAN_MESSAGE_NOTE = 0, VKGAN_MESSAGE_WARNING = 1, VKGAN_MESSAGE_ERROR = 2 };
enum {
    VKGAN_CONTEXT_FIXED_TUNING = 1,     /* kernels by built-in rules only: the same numbers on equal devices everywhere */
    VKGAN_CONTEXT_VALIDATION = 2,       /* own device: with Vulkan's validation layers; their messages are errors */
    VKGAN_CONTEXT_LOW_PRIORITY = 4      /* own device: its queue yields to other programs, where the driver can */
};
typedef struct vkgan_context_info { VKGAN_HEAD;
    const vkgan_device *device;         /* null: the plugin makes its own */
    const char *device_name;            /* own: number or part of the name; null: the best */
    uint64_t memory_limit;              /* of everything on the device; 0: what it has */
    uint32_t flags;                     /* VKGAN_CONTEXT_* */
    /* All memory of the plugin's own in the process, from any of its threads. Both or neither. allocate returns memory
       aligned to `alignment`, a power of two up to 64, or null: functions that make things then give OUT_OF_MEMORY; frames,
       warm_up and threads take the system's instead, and `message` tells it: no frame fails for want of host memory. What
       is freed is kept for reuse, and all of it given back by context_destroy. Not used by the Vulkan driver. */
    void *(*allocate)(void *user, size_t bytes, size_t alignment);
    void (*deallocate)(void *user, void *memory);
    void *allocator_user;
    /* During [context] and [queue] calls, on the calling thread. Do not call back into this context. */
    void (*message)(void *user, int32_t severity, const char *text);
    void *message_user;
    /* Compiled pipelines are kept by the host instead of in the user's cache folder: both or neither. cache_read returns
       the blob's size (0: none) and copies it if `capacity` suffices. From any of the plugin's threads. */
    size_t (*cache_read)(void *user, const char *key, void *data, size_t capacity);
    void (*cache_write)(void *user, const char *key, const void *data, size_t bytes);
    void *cache_user;
} vkgan_context_info;

/* --- models --- */
typedef struct vkgan_setting { const char *name, *value; } vkgan_setting;  /* {"ngf", "32"} */
typedef struct vkgan_model_info { VKGAN_HEAD;    /* exactly one of path, data, recipe */
    const char *path;                   /* .vkgan or .json */
    const void *data;                   /* a .vkgan file or a model as JSON in memory */
    size_t bytes;
    const char *recipe;                 /* docs/recipes.md: untrained, for training_begin */
    const vkgan_setting *settings;      /* of the recipe */
    uint32_t setting_count;
} vkgan_model_info;
typedef struct vkgan_model_description { VKGAN_HEAD;
    char recipe[64], network[64];       /* network: that draws samples */
    uint32_t channels, height, width;   /* of a sample */
    uint32_t latent_size;               /* values of the first input that is drawn at random */
    uint64_t parameters;                /* of the drawing network */
    int64_t steps;                      /* of training that it has had; -1: untrained */
    uint32_t controls;
} vkgan_model_description;

typedef struct vkgan_control { VKGAN_HEAD;
    char name[96], kind[32], help[256]; /* kind: latent, label, attribute, style, truncation, noise, learning_rate,
                                           loss_weight, number */
    double value, low, high;            /* as the model has it; range */
    uint32_t entries;                   /* of latent, label, attribute: "NAME.0" ... are controls of their own */
    uint32_t live;                      /* of trainings; others are of generators */
} vkgan_control;

/* --- generators and trainings: made by warm_up, in the order in which they were asked for --- */
typedef struct vkgan_generator_info { VKGAN_HEAD;
    vkgan_model model;
    vkgan_training training;            /* not 0: uses the weights that this one publishes */
    uint32_t batch;                     /* images of a call, 1 to 64 */
    uint32_t targets;                   /* images that one call writes at most, 1 to 8; 0: readback only */
    uint32_t half;                      /* 1: activations and packed weights as float16 */
    uint64_t slice_ns;                  /* no piece of work is to be longer; 0: 500,000 */
} vkgan_generator_info;
typedef struct vkgan_images_in_memory { VKGAN_HEAD;
    uint32_t count, width, height, channels;        /* channels: 1, 3 or 4 */
    const uint8_t *pixels;                          /* count x height x width x channels */
    uint32_t attribute_count;
    const char *const *attribute_names;
    const float *attributes;                        /* count x attribute_count, each -1 or 1 */
} vkgan_images_in_memory;

typedef struct vkgan_training_info { VKGAN_HEAD;
    vkgan_model model;                  /* trained: goes on from its weights */
    const char *data;                   /* docs/data.md: "faces", "folder:photos"; or images */
    const vkgan_images_in_memory *images;
    uint32_t batch;                     /* 0: the model's own */
    uint32_t half;                      /* 1: mixed precision */
    uint64_t seed;
    const void *snapshot;               /* of training_snapshot: goes on to the bit; null: from the start */
    size_t snapshot_bytes;
    uint32_t keep_every;                /* steps between copies to go back to after a NaN; 0: 100 */
    uint32_t publish_every;             /* steps between weights for generators; 0: only when asked */
    uint64_t slice_ns;
} vkgan_training_info;
typedef struct vkgan_plan { VKGAN_HEAD;    /* what a generator or training would take; nothing is made */
    uint64_t weights, activations, staging, total;  /* bytes on the device; of a training weights hold optimisers, too */
    uint64_t flops;                     /* of a batch; of a training step */
    uint32_t dispatches, slices;
    uint64_t expected_ns;               /* of the device, for a batch or a step */
    uint32_t measured;                  /* 1: by rates measured on this device; 0: guessed from its kind, before warm_up */
} vkgan_plan;
typedef struct vkgan_progress { VKGAN_HEAD;
    uint32_t done, total;               /* generators and trainings asked for so far */
    char doing[128];                    /* "compiling the generator of faces.vkgan" */
} vkgan_progress;

/* --- frames --- */
typedef struct vkgan_frame_info { VKGAN_HEAD;
    uint64_t frame;                     /* larger than that of every earlier begin_frame, from 1 */
    /* Newest frame whose recorded commands are known to be complete on the device (by a fence or semaphore that you
       looked at); 0: none. Only of record: submit knows by itself. */
    uint64_t completed_frame;
    uint64_t budget_ns;                 /* of the device's time, above 0 */
    float training_share;               /* 0 to 1: of the budget that trainings get even while requests wait */
} vkgan_frame_info;

enum {
    VKGAN_COLOUR_ENCODED = 0,           /* as the network gives it: for sRGB formats, and UNORM that is shown as it is */
    VKGAN_COLOUR_LINEAR = 1,            /* sRGB decoded: for float formats that light is computed with */
    VKGAN_COLOUR_DATA = 2               /* no colour: normals, roughness; mips are means of the values */
};
#define VKGAN_CHANNEL_ONE  0xFFu        /* 1.0 */
#define VKGAN_CHANNEL_ZERO 0xFEu
typedef struct vkgan_image_target { VKGAN_HEAD;
    VkImage image;                      /* 2-D, optimal tiling, with VK_IMAGE_USAGE_TRANSFER_DST_BIT */
    uint32_t usage;                     /* as it was made with, VkImageUsageFlags: checked */
    VkFormat format;                    /* R8G8B8A8_UNORM or _SRGB, B8G8R8A8_UNORM or _SRGB, R16G16B16A16_SFLOAT */
    uint32_t width, height;             /* the network's */
    uint32_t mip_levels;                /* that are written, from the largest on, box filtered in linear light; 0: 1 */
    uint32_t first_layer, layers;       /* array layers that are written, an image of the batch each; 0 layers: 1 */
    uint32_t first_image;               /* of the batch: goes to first_layer */
    VkImageLayout layout_in;            /* before, of what is written; UNDEFINED drops what that held */
    VkImageLayout layout_out;           /* after */
    uint32_t transfer, family;          /* transfer 1: taken from queue family `family`, and given back to it */
    uint32_t colour;                    /* VKGAN_COLOUR_* */
    uint8_t channels[4];                /* r, g, b, a: the network's channel, or VKGAN_CHANNEL_*; all 0: colour or grey,
                                           opaque */
} vkgan_image_target;
typedef struct vkgan_input {            /* instead of what is drawn from the seed */
    const char *name;                   /* a control of kind latent, label or attribute: "z" */
    const float *values;                /* batch x its entries */
    size_t count;
} vkgan_input;

typedef struct vkgan_generate_info { VKGAN_HEAD;
    uint64_t seed;                      /* image i of (seed, first) is image 0 of (seed, first + i), in every batch */
    uint64_t first;
    const vkgan_input *inputs;          /* others come from the seed and the generator's controls, as they are now */
    uint32_t input_count;
    uint32_t target_count;
    const vkgan_image_target *targets;
    uint32_t readback;                  /* 1: the images can be read from the ticket */
    /* Requests wait in order. Not 0: one that waits with the same key is dropped: of a slider only the last matters. */
    uint32_t replaces;
} vkgan_generate_info;
typedef struct vkgan_semaphore { VkSemaphore semaphore; uint64_t value; VkPipelineStageFlags stages; } vkgan_semaphore;
typedef struct vkgan_submit_info { VKGAN_HEAD;
    const vkgan_semaphore *waits, *signals;     /* value: of timeline semaphores, if the host enabled them; else 0 */
    uint32_t wait_count, signal_count;          /* up to 8 each; with any there is a submission even if there is no work */
} vkgan_submit_info;

typedef struct vkgan_frame_report { VKGAN_HEAD;
    uint64_t frame;
    uint32_t pieces;                    /* of work sent in this frame */
    uint32_t images_written;            /* targets whose writing is among it */
    uint64_t planned_ns;                /* expected of it */
    uint64_t measured_frame;            /* newest frame whose time is known; 0: none yet */
    uint64_t measured_ns, measured_budget_ns;
    uint64_t host_ns;                   /* of your thread, in calls since the last report, this one too, warm_up not */
    uint32_t waits_for_data;            /* 1: there was room, but the next batch was not ready */
    uint32_t waits_for_completion;      /* 1: too many frames are in flight; the budget was not used */
} vkgan_frame_report;

enum {
    VKGAN_TICKET_WAITING = 0, VKGAN_TICKET_RUNNING = 1,
    VKGAN_TICKET_SENT = 2,              /* the images' writing is in frame `frame`: later commands on the queue see it */
    VKGAN_TICKET_DONE = 3, VKGAN_TICKET_DROPPED = 4, VKGAN_TICKET_FAILED = 5
};
typedef struct vkgan_ticket_state { VKGAN_HEAD;
    uint32_t state;                     /* VKGAN_TICKET_* */
    uint64_t frame;                     /* that sent it, from SENT on */
    int64_t steps;                      /* of training that its weights have had */
    size_t bytes;                       /* to read, once DONE: of ticket_read with VKGAN_READ_FLOAT32 or of a snapshot */
} vkgan_ticket_state;
enum {
    VKGAN_READ_FLOAT32 = 0,             /* batch x channels x height x width in [-1, 1] */
    VKGAN_READ_RGBA8 = 1,               /* batch x height x width x 4, encoded */
    VKGAN_READ_BYTES = 2                /* a snapshot: a checkpoint as .vkgan file */
};

typedef struct vkgan_training_state { VKGAN_HEAD;
    int64_t steps;                      /* done */
    double part_done;                   /* of the step in flight */
    uint32_t paused, between_steps;
    int64_t published_steps;            /* of the weights that generators have; -1: none yet */
    uint64_t step_ns;                   /* device time of the last step */
    uint32_t values;                    /* that training_value tells: losses and norms */
    uint32_t notices;                   /* told through `message` so far: NaNs undone, alarms */
} vkgan_training_state;
typedef struct vkgan_slice { char name[96]; uint64_t expected_ns; } vkgan_slice;
typedef struct vkgan_statistics { VKGAN_HEAD;
    char device[256];
    uint64_t device_bytes, device_peak_bytes, device_reserved_bytes;   /* in buffers; at most; taken from the driver */
    uint64_t frames, frames_over_budget;            /* measured; of these by more than a tenth of the budget */
    uint64_t device_ns;                             /* that all frames took */
    uint32_t pipelines, tuned_kernels;              /* compiled; chosen by `vkgan tune` */
    uint64_t host_allocations, host_bytes;          /* of the plugin's own so far; in use now */
} vkgan_statistics;

/* Extension "vkgan.shared_image.1", for contexts with a device of their own: images whose memory other programs and
   interfaces import by file descriptor (OpenGL: GL_EXT_memory_object_fd; another VkDevice of the same UUIDs). */
typedef struct vkgan_shared_image {
    VKGAN_HEAD;
    uint32_t width, height, mip_levels, layers;     /* wanted; 0 levels or layers: 1 */
    VkFormat format;                                /* wanted: one of vkgan_image_target's */
    /* Given: a target of generate; how importers make it: optimal tiling, 2-D, one sample, this usage, memory dedicated. */
    VkImage image;
    uint32_t usage, memory_type;
    int32_t memory_fd;                              /* OPAQUE_FD; yours to close */
    uint64_t memory_bytes;
    uint8_t device_uuid[16], driver_uuid[16];
} vkgan_shared_image;
typedef struct vkgan_shared_image_api {
    uint32_t struct_size, version;
    /* UNSUPPORTED where device or driver cannot. [context] */
    vkgan_status (*create)(vkgan_context, vkgan_shared_image *);
    /* BUSY while requests that write it are not done. [context] */
    vkgan_status (*destroy)(vkgan_context, VkImage);
} vkgan_shared_image_api;

/* Null results are refused but where a comment says "or null". Contexts come first everywhere. */
typedef struct vkgan_api {
    uint32_t struct_size, version;
    const char *engine_version;                                 /* "0.1.0" */
    const char *(*status_name)(vkgan_status status);            /* "VKGAN_ERROR_BUSY" [any] */
    /* More functions by name, as "vkgan.shared_image.1"; null: unknown. [any] */
    const void *(*get_extension)(const char *name);
    /* `items` null: writes the count; else up to *count of them. Makes no device. Only an error of the arguments or of
       Vulkan; `message` (or null) then gets text. [any] */
    vkgan_status (*query_requirements)(VkInstance instance, VkPhysicalDevice physical_device,
        PFN_vkGetInstanceProcAddr get_instance_proc_addr, uint32_t api_version, uint32_t *count,
        vkgan_requirement *items, char *message, size_t message_bytes);
    /* Does no work on the device yet. `message` (or null) gets the text of an error. [any] */
    vkgan_status (*context_create)(const vkgan_context_info *info, vkgan_context *context, char *message,
        size_t message_bytes);
    /* Ends all that the context has; waits for what it submitted. BUSY while recorded frames are not reported complete,
       unless device_idle is 1: you have waited for the device, or it is lost. [queue] */
    vkgan_status (*context_destroy)(vkgan_context context, uint32_t device_idle);
    /* Of the last call of this context that failed; cut to `bytes`, always ends in 0. [context] */
    vkgan_status (*last_message)(vkgan_context context, char *text, size_t bytes);
    vkgan_status (*model_load)(vkgan_context, const vkgan_model_info *, vkgan_model *);                 /* [context] */
    vkgan_status (*model_describe)(vkgan_context, vkgan_model, vkgan_model_description *);              /* [context] */
    /* Control `index`, of the description's count: sliders are made from these. [context] */
    vkgan_status (*model_control)(vkgan_context, vkgan_model, uint32_t index, vkgan_control *);
    vkgan_status (*plan_generator)(vkgan_context, const vkgan_generator_info *, vkgan_plan *);          /* [context] */
    vkgan_status (*plan_training)(vkgan_context, const vkgan_training_info *, vkgan_plan *);            /* [context] */
    /* Only notes what is to be made: NOT_READY until warm_up has made it. Its model may be released. [context] */
    vkgan_status (*generator_create)(vkgan_context, const vkgan_generator_info *, vkgan_generator *);
    vkgan_status (*training_begin)(vkgan_context, const vkgan_training_info *, vkgan_training *);       /* [context] */
    /* progress may be null. Works on what was asked for, for about max_ns, and on a thread of the plugin's own between calls. OK when all is
       made, NOT_READY before; an error when one could not be made: that one then gives it, too. [queue] */
    vkgan_status (*warm_up)(vkgan_context, uint64_t max_ns, vkgan_progress *);
    /* Models, generators, trainings, tickets. What the device is still working on ends first, in later frames; generators
       of a training keep its last weights. [context] */
    vkgan_status (*release)(vkgan_context, uint64_t handle);
    /* Of a generator for later generate calls ("Smiling", "y.3", "z.0"), of a training for later steps
       ("G.learning_rate"). NOT_FOUND names the nearest, INVALID_ARGUMENT the range. [context] */
    vkgan_status (*control_set)(vkgan_context, uint64_t generator_or_training, const char *name, double value);
    vkgan_status (*control_reset)(vkgan_context, vkgan_generator, const char *name);    /* null: all [context] */

    /* A frame: begin_frame; generate, training_advance in any order of calls (generation goes first on the device); then
       record or submit. [context] */
    vkgan_status (*begin_frame)(vkgan_context, const vkgan_frame_info *);
    /* May also be called outside of a frame. NOT_READY while the generator is not made, or has no weights yet. [context] */
    vkgan_status (*generate)(vkgan_context, vkgan_generator, const vkgan_generate_info *, vkgan_ticket *);
    /* Training may use what generation leaves of this frame; begins no step when `last_step` are done (< 0: no limit).
       NOT_READY while it is not made. [context] */
    vkgan_status (*training_advance)(vkgan_context, vkgan_training, int64_t last_step);
    /* Ends the frame with commands into `commands`, which is recording, outside of a render pass, on the context's queue
       family. It must be submitted once, in the order of frames. Clobbers compute state: pipeline, descriptor sets, push
       constants. The report may be null. [context] */
    vkgan_status (*record)(vkgan_context, VkCommandBuffer commands, vkgan_frame_report *);
    /* Ends the frame with at most one submission. Both structs may be null. [queue] */
    vkgan_status (*submit)(vkgan_context, const vkgan_submit_info *, vkgan_frame_report *);
    vkgan_status (*training_pause)(vkgan_context, vkgan_training, uint32_t paused);     /* at a slice's border [context] */
    /* Gives up the step in flight, within the next frames: weights are those before it. [context] */
    vkgan_status (*training_cancel_step)(vkgan_context, vkgan_training);
    /* Completes the step in flight, whatever it takes; waits. Not while recorded frames are in flight: BUSY. [queue] */
    vkgan_status (*training_finish_step)(vkgan_context, vkgan_training);
    /* Weights of the next step's end go to the generators of this training, whole or not at all. [context] */
    vkgan_status (*training_publish)(vkgan_context, vkgan_training);
    /* All of training at the next step's end, or now between steps, as bytes of a ticket. [context] */
    vkgan_status (*training_snapshot)(vkgan_context, vkgan_training, vkgan_ticket *);
    vkgan_status (*training_state)(vkgan_context, vkgan_training, vkgan_training_state *);              /* [context] */
    /* Value `index` of the last step, "loss_d": name gets up to 64 bytes. [context] */
    vkgan_status (*training_value)(vkgan_context, vkgan_training, uint32_t index, char *name, double *value);
    vkgan_status (*poll)(vkgan_context, vkgan_ticket, vkgan_ticket_state *);                            /* [context] */
    /* What a ticket that is DONE brought, as VKGAN_READ_*. *bytes: of `data` (null: only asks); gets what is needed. [context] */
    vkgan_status (*read)(vkgan_context, vkgan_ticket, uint32_t as, void *data, size_t *bytes);
    vkgan_status (*statistics)(vkgan_context, vkgan_statistics *);                                      /* [context] */
    /* Slices of a generator's run or a training's step, in order. `items` null: writes the count. [context] */
    vkgan_status (*slices)(vkgan_context, uint64_t generator_or_training, uint32_t *count, vkgan_slice *items);
} vkgan_api;

/* Fills the table: as many functions as `api_bytes` (sizeof(vkgan_api) of the host's header) has room for.
   INCOMPATIBLE_VERSION if the library is older than `version` (VKGAN_PLUGIN_VERSION). The library's only export. [any] */
#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
vkgan_status vkgan_get_api(uint32_t version, vkgan_api *api, size_t api_bytes);
typedef vkgan_status (*vkgan_get_api_function)(uint32_t version, vkgan_api *api, size_t api_bytes);
#ifdef __cplusplus
}
#endif
#endif
