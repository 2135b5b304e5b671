// Models, generators and trainings that a host asks for.
// SPDX-License-Identifier: MIT
#include "plugin/convert.hpp"

#include <string>

namespace vkgan::plugin {
namespace {

constexpr size_t most_path = 4096;
constexpr uint32_t most_settings = 1024, most_attributes = 1024, most_extent = 16384;
constexpr uint64_t most_bytes = uint64_t(1) << 40;

bool convert_settings(const vkgan_model_info& info, api::Texts& settings, Checks& check) {
    if (!check.array(info.settings, info.setting_count, most_settings, "info.settings")) return false;
    if (info.setting_count > 0 && !info.recipe)
        return check.fail(VKGAN_ERROR_INVALID_ARGUMENT,
                          "info.setting_count is " + std::to_string(info.setting_count) +
                              ", but info.recipe is null; settings are those of a recipe");
    for (uint32_t i = 0; i < info.setting_count; ++i) {
        const vkgan_setting& setting = info.settings[i];
        if (!check.needed_text(setting.name, {"info.settings", i, "name"}) ||
            !check.needed_text(setting.value, {"info.settings", i, "value"}, most_path))
            return false;
        if (!settings.emplace(setting.name, setting.value).second)
            return check.fail(VKGAN_ERROR_INVALID_ARGUMENT,
                              Field("info.settings", i, "name").text() + " is \"" + setting.name +
                                  "\", which an earlier one is, too; give each setting once");
    }
    return true;
}

bool convert_images(const vkgan_images_in_memory* from, api::ImagesInMemory& to, Checks& check) {
    constexpr const char* field = "info.images";
    const bool right = check.structure(from, field) &&
                       check.in_range(from->count, 1, INT32_MAX, {field, "count"}) &&
                       check.in_range(from->width, 1, most_extent, {field, "width"}) &&
                       check.in_range(from->height, 1, most_extent, {field, "height"});
    if (!right) return false;
    if (from->channels != 1 && from->channels != 3 && from->channels != 4)
        return check.fail(
            VKGAN_ERROR_INVALID_ARGUMENT,
            "info.images.channels is " + std::to_string(from->channels) + "; it must be 1, 3 or 4");
    const uint64_t bytes = uint64_t(from->count) * from->width * from->height * from->channels;
    const uint64_t values = uint64_t(from->count) * from->attribute_count;
    if (!check.array(from->pixels, bytes, most_bytes, {field, "pixels"}) ||
        !check.array(from->attribute_names, from->attribute_count, most_attributes,
                     {field, "attribute_names"}) ||
        !check.array(from->attributes, values, most_bytes, {field, "attributes"}))
        return false;
    for (uint32_t i = 0; i < from->attribute_count; ++i) {
        if (!check.needed_text(from->attribute_names[i], {"info.images.attribute_names", i})) return false;
        to.attribute_names.emplace_back(from->attribute_names[i]);
    }
    for (uint64_t i = 0; i < values; ++i)
        if (from->attributes[i] != 1 && from->attributes[i] != -1)
            return check.fail(VKGAN_ERROR_INVALID_ARGUMENT,
                              Field("info.images.attributes", int64_t(i)).text() + " is " +
                                  std::to_string(from->attributes[i]) + "; it must be -1 or 1");
    to.count = int(from->count);
    to.width = int(from->width);
    to.height = int(from->height);
    to.channels = int(from->channels);
    to.pixels = {from->pixels, bytes};
    to.attributes = {from->attributes, values};
    return true;
}

}  // namespace

bool convert(const vkgan_model_info* info, api::ModelQuery& query, Checks& check) {
    const bool right = check.structure(info, "info") && check.text(info->path, "info.path", most_path) &&
                       check.text(info->recipe, "info.recipe") &&
                       check.array(info->data, info->bytes, most_bytes, "info.data") &&
                       convert_settings(*info, query.settings, check);
    if (!right) return false;
    const int given = (info->path != nullptr) + (info->data != nullptr) + (info->recipe != nullptr);
    if (given != 1)
        return check.fail(
            VKGAN_ERROR_INVALID_ARGUMENT,
            "of info.path, data and recipe " + std::to_string(given) + " are given; give exactly one");
    if (info->data && info->bytes == 0)
        return check.fail(VKGAN_ERROR_INVALID_ARGUMENT, "info.bytes is 0, but info.data is not null");
    if (info->path) query.path = info->path;
    if (info->recipe) query.recipe = info->recipe;
    query.data = {static_cast<const std::byte*>(info->data), info->bytes};
    return true;
}

bool convert(const vkgan_generator_info* info, api::GeneratorQuery& query, Checks& check) {
    const bool right = check.structure(info, "info") && check.in_range(info->batch, 1, 64, "info.batch") &&
                       check.in_range(info->targets, 0, GenerateRequest::most_targets, "info.targets") &&
                       check.is_flag(info->half, "info.half");
    if (!right) return false;
    query.model = info->model;
    query.training = info->training;
    query.batch = int(info->batch);
    query.targets = int(info->targets);
    query.half = info->half != 0;
    query.slice_ns = double(info->slice_ns);
    return true;
}

bool convert(const vkgan_training_info* info, TrainingRequest& request, Checks& check) {
    const bool right = check.structure(info, "info") && check.text(info->data, "info.data", most_path) &&
                       check.is_int(info->batch, "info.batch") && check.is_flag(info->half, "info.half") &&
                       check.array(info->snapshot, info->snapshot_bytes, most_bytes, "info.snapshot");
    if (!right) return false;
    if ((info->data != nullptr) == (info->images != nullptr))
        return check.fail(VKGAN_ERROR_INVALID_ARGUMENT, std::string("info.data and images are both ") +
                                                            (info->data ? "given" : "null") +
                                                            "; give one of them");
    if (info->snapshot && info->snapshot_bytes == 0)
        return check.fail(VKGAN_ERROR_INVALID_ARGUMENT,
                          "info.snapshot_bytes is 0, but info.snapshot is not null");
    api::TrainingQuery& query = request.query;
    if (info->images) {
        if (!convert_images(info->images, request.images, check)) return false;
        query.images = &request.images;
    }
    if (info->data) query.data = info->data;
    query.model = info->model;
    query.batch = int(info->batch);
    query.half = info->half != 0;
    query.seed = info->seed;
    query.snapshot = {static_cast<const std::byte*>(info->snapshot), info->snapshot_bytes};
    if (info->keep_every != 0) query.keep_every = info->keep_every;
    query.publish_every = info->publish_every;
    query.slice_ns = double(info->slice_ns);
    return true;
}

}  // namespace vkgan::plugin
