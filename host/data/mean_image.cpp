// The mean of a data set's images.
// SPDX-License-Identifier: MIT
#include "host/data/dataset.hpp"

#include <algorithm>

namespace vkgan {

Result<Tensor> mean_image(const Dataset& dataset) {
    constexpr int64_t most = 16384;
    const int64_t count = std::min(dataset.size(), most);
    Tensor image(dataset.image_shape());
    std::vector<double> sums(image.values.size());
    for (int64_t i = 0; i < count; ++i) {
        VKGAN_TRY(dataset.read(i * dataset.size() / count, image.values, {}));
        for (size_t k = 0; k < sums.size(); ++k) sums[k] += double(image.values[k]);
    }
    for (size_t k = 0; k < sums.size(); ++k) image.values[k] = float(sums[k] / double(count));
    return image;
}

}  // namespace vkgan
