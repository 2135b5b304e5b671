// The bodies of stb's decoders and encoder, compiled into us so that the plugin neither needs nor meets a
// host's copy.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>
#include <new>

namespace {

// With `new`, so that in the plugin it is the host's memory, as all of ours.
void* stb_take(size_t bytes) { return ::operator new(bytes, std::nothrow); }
void stb_give(void* memory) { ::operator delete(memory); }
void* stb_resize(void* memory, size_t bytes, size_t wanted) {
    void* const other = stb_take(wanted);
    if (!other) return nullptr;
    if (memory) std::memcpy(other, memory, std::min(bytes, wanted));
    stb_give(memory);
    return other;
}

}  // namespace

#define STBI_MALLOC(bytes) stb_take(bytes)
#define STBI_FREE(memory) stb_give(memory)
#define STBI_REALLOC_SIZED(memory, bytes, wanted) stb_resize(memory, bytes, wanted)
#define STBIW_MALLOC(bytes) stb_take(bytes)
#define STBIW_FREE(memory) stb_give(memory)
#define STBIW_REALLOC_SIZED(memory, bytes, wanted) stb_resize(memory, bytes, wanted)
#define STBI_NO_STDIO
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_TGA
#define STBI_MAX_DIMENSIONS 16384
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>
