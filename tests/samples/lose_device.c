/* A Vulkan layer for tests: after VKGAN_LOSE_AFTER submissions the device is lost, as a driver loses it: every
   submission and every wait says so at once. Where it lies and its manifest: cmake/tests.cmake.
   SPDX-License-Identifier: MIT */
#define VK_NO_PROTOTYPES
#include <vulkan/vk_layer.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* One instance and one device at a time, as the programs that are tested have. */
static PFN_vkGetInstanceProcAddr next_instance_proc;
static PFN_vkGetDeviceProcAddr next_device_proc;
static VkInstance the_instance;
static VkDevice the_device;
static atomic_long submissions;

static int lost(void) {
    const char* const after = getenv("VKGAN_LOSE_AFTER");
    return after && atomic_load(&submissions) > atol(after);
}

#define NEXT(name) ((PFN_##name)(void*)next_device_proc(the_device, #name))

static VKAPI_ATTR VkResult VKAPI_CALL queue_submit(VkQueue queue, uint32_t count, const VkSubmitInfo* infos,
                                                   VkFence fence) {
    atomic_fetch_add(&submissions, 1);
    return lost() ? VK_ERROR_DEVICE_LOST : NEXT(vkQueueSubmit)(queue, count, infos, fence);
}

static VKAPI_ATTR VkResult VKAPI_CALL wait_for_fences(VkDevice device, uint32_t count, const VkFence* fences,
                                                      VkBool32 all, uint64_t timeout) {
    return lost() ? VK_ERROR_DEVICE_LOST : NEXT(vkWaitForFences)(device, count, fences, all, timeout);
}

static VKAPI_ATTR VkResult VKAPI_CALL get_fence_status(VkDevice device, VkFence fence) {
    return lost() ? VK_ERROR_DEVICE_LOST : NEXT(vkGetFenceStatus)(device, fence);
}

static VKAPI_ATTR VkResult VKAPI_CALL wait_semaphores(VkDevice device, const VkSemaphoreWaitInfo* info,
                                                      uint64_t timeout) {
    return lost() ? VK_ERROR_DEVICE_LOST : NEXT(vkWaitSemaphores)(device, info, timeout);
}

/* What was submitted before the loss does end, so that it may be destroyed. */
static VKAPI_ATTR VkResult VKAPI_CALL queue_wait_idle(VkQueue queue) {
    const VkResult waited = NEXT(vkQueueWaitIdle)(queue);
    return lost() ? VK_ERROR_DEVICE_LOST : waited;
}

static VKAPI_ATTR VkResult VKAPI_CALL device_wait_idle(VkDevice device) {
    const VkResult waited = NEXT(vkDeviceWaitIdle)(device);
    return lost() ? VK_ERROR_DEVICE_LOST : waited;
}

static VKAPI_ATTR VkResult VKAPI_CALL acquire(VkDevice device, VkSwapchainKHR swapchain, uint64_t timeout,
                                              VkSemaphore semaphore, VkFence fence, uint32_t* image) {
    return lost() ? VK_ERROR_DEVICE_LOST
                  : NEXT(vkAcquireNextImageKHR)(device, swapchain, timeout, semaphore, fence, image);
}

static VKAPI_ATTR VkResult VKAPI_CALL present(VkQueue queue, const VkPresentInfoKHR* info) {
    return lost() ? VK_ERROR_DEVICE_LOST : NEXT(vkQueuePresentKHR)(queue, info);
}

/* The loader's chain: Vulkan-Loader's docs/LoaderLayerInterface.md. */
static VKAPI_ATTR VkResult VKAPI_CALL create_instance(const VkInstanceCreateInfo* info,
                                                      const VkAllocationCallbacks* allocator, VkInstance* instance) {
    VkLayerInstanceCreateInfo* link = (VkLayerInstanceCreateInfo*)info->pNext;
    while (link && !(link->sType == VK_STRUCTURE_TYPE_LOADER_INSTANCE_CREATE_INFO && link->function == VK_LAYER_LINK_INFO))
        link = (VkLayerInstanceCreateInfo*)link->pNext;
    if (!link) return VK_ERROR_INITIALIZATION_FAILED;
    next_instance_proc = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    const PFN_vkCreateInstance create =
        (PFN_vkCreateInstance)(void*)next_instance_proc(VK_NULL_HANDLE, "vkCreateInstance");
    const VkResult made = create(info, allocator, instance);
    if (made == VK_SUCCESS) the_instance = *instance;
    return made;
}

static VKAPI_ATTR VkResult VKAPI_CALL create_device(VkPhysicalDevice physical, const VkDeviceCreateInfo* info,
                                                    const VkAllocationCallbacks* allocator, VkDevice* device) {
    VkLayerDeviceCreateInfo* link = (VkLayerDeviceCreateInfo*)info->pNext;
    while (link && !(link->sType == VK_STRUCTURE_TYPE_LOADER_DEVICE_CREATE_INFO && link->function == VK_LAYER_LINK_INFO))
        link = (VkLayerDeviceCreateInfo*)link->pNext;
    if (!link) return VK_ERROR_INITIALIZATION_FAILED;
    const PFN_vkGetInstanceProcAddr instance_proc = link->u.pLayerInfo->pfnNextGetInstanceProcAddr;
    next_device_proc = link->u.pLayerInfo->pfnNextGetDeviceProcAddr;
    link->u.pLayerInfo = link->u.pLayerInfo->pNext;
    const PFN_vkCreateDevice create = (PFN_vkCreateDevice)(void*)instance_proc(the_instance, "vkCreateDevice");
    const VkResult made = create(physical, info, allocator, device);
    if (made == VK_SUCCESS) the_device = *device;
    return made;
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL device_proc(VkDevice device, const char* name);
static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL instance_proc(VkInstance instance, const char* name);

static PFN_vkVoidFunction own(const char* name) {
    static const struct {
        const char* name;
        PFN_vkVoidFunction function;
    } all[] = {{"vkQueueSubmit", (PFN_vkVoidFunction)queue_submit},
               {"vkWaitForFences", (PFN_vkVoidFunction)wait_for_fences},
               {"vkGetFenceStatus", (PFN_vkVoidFunction)get_fence_status},
               {"vkWaitSemaphores", (PFN_vkVoidFunction)wait_semaphores},
               {"vkQueueWaitIdle", (PFN_vkVoidFunction)queue_wait_idle},
               {"vkDeviceWaitIdle", (PFN_vkVoidFunction)device_wait_idle},
               {"vkAcquireNextImageKHR", (PFN_vkVoidFunction)acquire},
               {"vkQueuePresentKHR", (PFN_vkVoidFunction)present},
               {"vkGetDeviceProcAddr", (PFN_vkVoidFunction)device_proc},
               {"vkGetInstanceProcAddr", (PFN_vkVoidFunction)instance_proc},
               {"vkCreateInstance", (PFN_vkVoidFunction)create_instance},
               {"vkCreateDevice", (PFN_vkVoidFunction)create_device}};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); ++i)
        if (strcmp(all[i].name, name) == 0) return all[i].function;
    return NULL;
}

/* Only what the driver has, too: programs ask for functions to learn of extensions. */
static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL device_proc(VkDevice device, const char* name) {
    const PFN_vkVoidFunction next = next_device_proc(device, name), mine = own(name);
    return next && mine ? mine : next;
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL instance_proc(VkInstance instance, const char* name) {
    const PFN_vkVoidFunction mine = own(name);
    if (mine && (!instance || !next_instance_proc)) return mine;
    const PFN_vkVoidFunction next = next_instance_proc ? next_instance_proc(instance, name) : NULL;
    return next && mine ? mine : next;
}

VKAPI_ATTR __attribute__((visibility("default"))) VkResult VKAPI_CALL
vkNegotiateLoaderLayerInterfaceVersion(VkNegotiateLayerInterface* version) {
    if (version->loaderLayerInterfaceVersion < 2) return VK_ERROR_INITIALIZATION_FAILED;
    version->loaderLayerInterfaceVersion = 2;
    version->pfnGetInstanceProcAddr = instance_proc;
    version->pfnGetDeviceProcAddr = device_proc;
    version->pfnGetPhysicalDeviceProcAddr = NULL;
    return VK_SUCCESS;
}
