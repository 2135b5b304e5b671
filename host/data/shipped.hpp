// Where the data that come with VkGAN lie.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <filesystem>
#include <string_view>

namespace vkgan {

// `name` is relative to the project's data/ folder. Looks, in this order, into $VKGAN_DATA_DIR, the source
// tree that this was built from, and the installation's share/vkgan, which is found from the running program.
Result<std::filesystem::path> find_shipped(std::string_view name);
// The same for models/, which is beside data/ in the source tree and in share/vkgan/models where installed;
// in $VKGAN_DATA_DIR it is the folder models.
Result<std::filesystem::path> find_shipped_model(std::string_view name);

}  // namespace vkgan
