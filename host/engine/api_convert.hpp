// Between the engine's types and those of host/api/vkgan.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vkgan.hpp"
#include "host/base/result.hpp"
#include "host/gpu/device.hpp"
#include "host/graph/tensor.hpp"
#include "host/model/model.hpp"

#include <memory>

namespace vkgan::api {

Failure to_failure(const Error& error);
Array to_array(Tensor tensor);
Result<Tensor> to_tensor(const Array& array, std::string_view name);  // checks rank, extents and count
Result<std::unique_ptr<Device>> open_device(const DeviceSettings& settings);
ControlInfo to_info(const Control& control);

// A Result as an Outcome; `convert` makes the value.
template <class T, class Convert>
auto outcome_of(Result<T>&& result, Convert convert) -> Outcome<decltype(convert(std::move(*result)))> {
    if (!result) return to_failure(result.error());
    return convert(std::move(*result));
}

inline Outcome<Done> outcome_of(const Status& status) {
    if (!status) return to_failure(status.error());
    return Done{};
}

}  // namespace vkgan::api
