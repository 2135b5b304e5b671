// Checked conversions of metadata.
// SPDX-License-Identifier: MIT
#include "host/engine/metadata.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

namespace vkgan {

namespace {

constexpr int64_t largest_count = 1'000'000'000'000'000;

template <class Integer>
bool parse(const std::string& text, int base, Integer& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

Result<std::string> Metadata::text(const std::string& key) const {
    const auto found = entries.find(key);
    if (found != entries.end()) return found->second;
    return Error{
        Code::malformed,
        fmt::format("{}: the metadata has no \"{}\", so it is not a VkGAN file of this kind", path, key)};
}

Result<int64_t> Metadata::integer(const std::string& key, int64_t least) const {
    VKGAN_ASSIGN(const std::string found, text(key));
    int64_t value = 0;
    if (parse(found, 10, value) && value >= least && value <= largest_count) return value;
    return Error{Code::malformed, fmt::format("{}: {} is \"{}\", but a whole number from {} to {} is needed",
                                              path, key, found.substr(0, 40), least, largest_count)};
}

Result<uint64_t> Metadata::unsigned_integer(const std::string& key, int base) const {
    VKGAN_ASSIGN(const std::string found, text(key));
    uint64_t value = 0;
    if (parse(found, base, value)) return value;
    return Error{Code::malformed,
                 fmt::format("{}: {} is \"{}\", but a number of 64 bits to base {} is needed", path, key,
                             found.substr(0, 40), base)};
}

StoredTensor stored_integer(int64_t value) {
    StoredTensor tensor{StoredType::i64, Shape{}, std::vector<std::byte>(sizeof value)};
    std::memcpy(tensor.bytes.data(), &value, sizeof value);
    return tensor;
}

Result<int64_t> integer_of(const StoredTensor& tensor, const std::string& name, const std::string& path) {
    int64_t value = -1;
    if (tensor.type == StoredType::i64 && tensor.bytes.size() == sizeof value)
        std::memcpy(&value, tensor.bytes.data(), sizeof value);
    if (value >= 0 && value <= largest_count) return value;
    return Error{Code::malformed,
                 fmt::format("{}: tensor \"{}\" is {} {}, but one I64 from 0 to {} is needed", path, name,
                             safetensors_name(tensor.type), tensor.shape.to_string(), largest_count)};
}

Status check_tensor_shape(const std::string& path, std::string_view name, const Shape& had,
                          const Shape& wanted) {
    if (had == wanted) return {};
    return Error{Code::shape_mismatch, fmt::format("{}: tensor \"{}\" has shape {}, but this model needs {}",
                                                   path, name, had.to_string(), wanted.to_string())};
}

}  // namespace vkgan
