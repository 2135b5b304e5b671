// Images of a context's own device, which others import.
// SPDX-License-Identifier: MIT
#include "host/engine/context.hpp"

#include <algorithm>

namespace vkgan {

Result<api::SharedImage> HostContext::create_shared_image(const api::SharedImageQuery& query) {
    VKGAN_TRY(check_device());
    return shared_images_->create(query);
}

Status HostContext::destroy_shared_image(ImageHandle image) {
    if (shared_images_->has(image) && is_written(image))
        return Error{Code::busy,
                     "image: requests that write it are not done: send frames until their tickets are"};
    return shared_images_->destroy(image);
}

// What released generators have not sent they never will.
bool HostContext::is_written(ImageHandle image) const {
    if (!check_device()) return false;  // a lost device has nothing running
    const auto writes = [&](const auto& entry) {
        const GeneratorObject& object = *entry.second;
        return object.making == Making::made &&
               (object.generator->will_write(image) || object.generator->is_writing(image));
    };
    const auto ends_writing = [&](const auto& object) {
        return object->making == Making::made && object->generator->is_writing(image);
    };
    return std::ranges::any_of(generators_, writes) || std::ranges::any_of(ended_generators_, ends_writing);
}

}  // namespace vkgan
