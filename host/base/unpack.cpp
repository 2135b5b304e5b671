// zstd's decoder. Its state is taken with `new`, so that in the plugin it is the host's memory, as all of
// ours.
// SPDX-License-Identifier: MIT
#define ZSTD_STATIC_LINKING_ONLY  // ZSTD_createDCtx_advanced
#include "host/base/unpack.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include <memory>
#include <new>

namespace vkgan {
namespace {

void* take(void*, size_t bytes) { return ::operator new(bytes, std::nothrow); }
void give(void*, void* memory) { ::operator delete(memory); }

}  // namespace

Status unpack_zstd(std::span<const std::byte> frame, std::span<std::byte> content) {
    const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> decoder(
        ZSTD_createDCtx_advanced({take, give, nullptr}), ZSTD_freeDCtx);
    if (!decoder) return Error{Code::out_of_memory, "there is no memory for zstd's decoder"};
    const size_t size =
        ZSTD_decompressDCtx(decoder.get(), content.data(), content.size(), frame.data(), frame.size());
    if (ZSTD_isError(size))
        return Error{Code::malformed, fmt::format("the zstd frame is damaged: {}", ZSTD_getErrorName(size))};
    if (size != content.size())
        return Error{Code::malformed,
                     fmt::format("the zstd frame holds {} bytes instead of {}", size, content.size())};
    return {};
}

}  // namespace vkgan
