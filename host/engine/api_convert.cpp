// Conversions for the public interface.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"

#include "host/base/checked.hpp"
#include "host/engine/tuning.hpp"

#include <fmt/format.h>

namespace vkgan::api {

namespace {

Reason reason_of(Code code) {
    switch (code) {
        case Code::invalid_argument:
        case Code::shape_mismatch: return Reason::invalid_argument;
        case Code::not_found: return Reason::not_found;
        case Code::malformed: return Reason::malformed;
        case Code::unsupported: return Reason::unsupported;
        case Code::out_of_memory: return Reason::out_of_memory;
        case Code::io: return Reason::io;
        case Code::device_lost: return Reason::device_lost;
        case Code::diverged: return Reason::diverged;
        case Code::invalid_handle: return Reason::invalid_handle;
        case Code::wrong_order: return Reason::wrong_order;
        case Code::not_ready: return Reason::not_ready;
        case Code::busy: return Reason::busy;
        case Code::cancelled:
        case Code::internal: break;
    }
    return Reason::internal;
}

}  // namespace

Failure to_failure(const Error& error) {
    return {error.message, is_bad_input(error.code), reason_of(error.code)};
}

Array to_array(Tensor tensor) {
    return {std::vector<int64_t>(tensor.shape.begin(), tensor.shape.end()), std::move(tensor.values)};
}

Result<Tensor> to_tensor(const Array& array, std::string_view name) {
    if (array.shape.size() > size_t(max_rank))
        return Error{Code::shape_mismatch,
                     fmt::format("{} has {} dimensions; at most {}", name, array.shape.size(), max_rank)};
    uint64_t count = 1;
    for (const int64_t extent : array.shape) {
        if (extent < 0 || !checked_multiply(count, uint64_t(extent), count))
            return Error{Code::shape_mismatch, fmt::format("{} has an extent of {}", name, extent)};
    }
    const Shape shape{std::span<const int64_t>(array.shape)};
    if (count != array.values.size())
        return Error{Code::shape_mismatch, fmt::format("{} has shape {} but {} values", name,
                                                       shape.to_string(), array.values.size())};
    return Tensor(shape, array.values);
}

Result<std::unique_ptr<Device>> open_device(const DeviceSettings& settings) {
    DeviceOptions options;
    options.select = settings.device;
    if (settings.validation) options.validation = true;
    options.memory_limit_bytes = int64_t(std::min<uint64_t>(settings.memory_limit_bytes, uint64_t(1) << 60));
    VKGAN_ASSIGN(const TuningOptions tuning, tuning_options(settings.fixed_tuning));
    VKGAN_ASSIGN(std::unique_ptr<Device> device, Device::create(options));
    prepare_tuning(*device, tuning);
    if (settings.log) {
        for (const std::string& notice : device->notices()) settings.log(notice);
        for (const std::string& message : device->validation_messages()) settings.log(message);
    }
    return device;
}

ControlInfo to_info(const Control& control) {
    return {control.name, control.kind, control.help, control.value, control.low, control.high, control.live};
}

}  // namespace vkgan::api
