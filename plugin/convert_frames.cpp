// Requests for images, shared ones too, and submissions, without memory of their own.
// SPDX-License-Identifier: MIT
#include "plugin/convert.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace vkgan::plugin {
namespace {

// Of an enumeration, whatever a host has put into it.
template <class Enum>
bool is_enum(const Enum& value, const Field& field, Checks& check) {
    uint32_t bits = 0;
    static_assert(sizeof bits == sizeof value);
    std::memcpy(&bits, &value, sizeof bits);
    return check.in_range(bits, 0, INT32_MAX, field);
}

constexpr uint64_t most_values = uint64_t(1) << 28;

bool convert_target(const vkgan_image_target* from, int64_t index, ImageTarget& to, Checks& check) {
    constexpr const char* field = "info.targets";
    const bool right = check.structure(from, {field, index}) &&
                       check.is_flag(from->transfer, {field, index, "transfer"}) &&
                       check.in_range(from->colour, 0, VKGAN_COLOUR_DATA, {field, index, "colour"}) &&
                       is_enum(from->format, {field, index, "format"}, check) &&
                       is_enum(from->layout_in, {field, index, "layout_in"}, check) &&
                       is_enum(from->layout_out, {field, index, "layout_out"}, check);
    if (!right) return false;
    to.image = from->image;
    to.usage = from->usage;
    to.format = from->format;
    to.width = from->width;
    to.height = from->height;
    to.mip_levels = std::max(from->mip_levels, 1u);
    to.first_layer = from->first_layer;
    to.layers = std::max(from->layers, 1u);
    to.first_image = from->first_image;
    to.layout_in = from->layout_in;
    to.layout_out = from->layout_out;
    to.transfer = from->transfer != 0;
    to.family = from->family;
    to.colour = Colour(from->colour);
    std::copy_n(from->channels, to.channels.size(), to.channels.begin());
    return true;
}

// Structs of a newer header are larger: the first one's size is the way to the next.
bool convert_targets(const vkgan_generate_info& info, GenerateRequest& request, Checks& check) {
    if (!check.array(info.targets, info.target_count, GenerateRequest::most_targets, "info.targets"))
        return false;
    const auto* at = reinterpret_cast<const std::byte*>(info.targets);
    for (uint32_t i = 0; i < info.target_count; ++i) {
        const auto* const target = reinterpret_cast<const vkgan_image_target*>(at);
        if (i > 0 && target->struct_size != info.targets->struct_size)
            return check.fail(VKGAN_ERROR_UNKNOWN_STRUCT, Field("info.targets", i, "struct_size").text() +
                                                              " is " + std::to_string(target->struct_size) +
                                                              ", but that of the first is " +
                                                              std::to_string(info.targets->struct_size));
        if (!convert_target(target, i, request.targets[i], check)) return false;
        at += target->struct_size;
    }
    request.query.targets = std::span(request.targets).first(info.target_count);
    return true;
}

bool convert_inputs(const vkgan_generate_info& info, GenerateRequest& request, Checks& check) {
    constexpr const char* field = "info.inputs";
    if (!check.array(info.inputs, info.input_count, GenerateRequest::most_inputs, field)) return false;
    for (uint32_t i = 0; i < info.input_count; ++i) {
        const vkgan_input& input = info.inputs[i];
        if (!check.needed_text(input.name, {field, i, "name"}) ||
            !check.array(input.values, input.count, most_values, {field, i, "values"}))
            return false;
        request.inputs[i] = {input.name, {input.values, input.count}};
    }
    request.query.inputs = std::span(request.inputs).first(info.input_count);
    return true;
}

bool convert_semaphores(const vkgan_semaphore* from, uint32_t count, const char* field,
                        std::array<QueueSemaphore, SubmitRequest::most_semaphores>& to, Checks& check) {
    if (!check.array(from, count, to.size(), field)) return false;
    for (uint32_t i = 0; i < count; ++i) {
        if (from[i].semaphore == VK_NULL_HANDLE)
            return check.fail(VKGAN_ERROR_INVALID_ARGUMENT,
                              Field(field, i, "semaphore").text() + " is null; it must be a VkSemaphore");
        to[i] = {from[i].semaphore, from[i].value, from[i].stages};
    }
    return true;
}

}  // namespace

bool convert(const vkgan_generate_info* info, GenerateRequest& request, Checks& check) {
    const bool right = check.structure(info, "info") && check.is_flag(info->readback, "info.readback") &&
                       convert_inputs(*info, request, check) && convert_targets(*info, request, check);
    if (!right) return false;
    request.query.seed = info->seed;
    request.query.first = info->first;
    request.query.readback = info->readback != 0;
    request.query.replaces = info->replaces;
    return true;
}

bool convert(const vkgan_shared_image* image, api::SharedImageQuery& query, Checks& check) {
    if (!check.structure(image, "image") || !is_enum(image->format, {"image", "format"}, check)) return false;
    query.width = image->width;
    query.height = image->height;
    query.mip_levels = std::max(image->mip_levels, 1u);
    query.layers = std::max(image->layers, 1u);
    query.format = image->format;
    return true;
}

bool convert(const vkgan_submit_info* info, SubmitRequest& request, Checks& check) {
    if (!info) return true;
    if (!check.structure(info, "info") ||
        !convert_semaphores(info->waits, info->wait_count, "info.waits", request.wait_list, check) ||
        !convert_semaphores(info->signals, info->signal_count, "info.signals", request.signal_list, check))
        return false;
    request.waits = std::span(request.wait_list).first(info->wait_count);
    request.signals = std::span(request.signal_list).first(info->signal_count);
    return true;
}

}  // namespace vkgan::plugin
