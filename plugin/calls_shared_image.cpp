// Functions of the extension "vkgan.shared_image.1".
// SPDX-License-Identifier: MIT
#include "plugin/calls.hpp"
#include "plugin/contexts.hpp"
#include "plugin/results.hpp"

#include <unistd.h>

#include <utility>

namespace vkgan::plugin {

vkgan_status shared_image_create(vkgan_context handle, vkgan_shared_image* image) {
    return in_context(handle, Memory::may_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        api::SharedImageQuery query;
        if (!convert(image, query, check)) return check.fault();
        auto made = context.engine->create_shared_image(query);
        if (made && WorksFor::refused()) {
            const WorksFor undoing(context.pool, false);
            (void)::close(made->memory_fd);
            (void)context.engine->destroy_shared_image(made->image);
            return refused_memory();
        }
        return give(std::move(made), image);
    });
}

vkgan_status shared_image_destroy(vkgan_context handle, VkImage image) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        if (image == VK_NULL_HANDLE)
            return {VKGAN_ERROR_INVALID_ARGUMENT, "image is null; it must be that of a vkgan_shared_image"};
        return give(context.engine->destroy_shared_image(image));
    });
}

}  // namespace vkgan::plugin
