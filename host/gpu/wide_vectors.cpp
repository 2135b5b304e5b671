// Mesa 22's llvmpipe in 512-bit vectors, by environment variables.
// SPDX-License-Identifier: MIT
#include "host/gpu/wide_vectors.hpp"

#include "host/base/file.hpp"

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace vkgan {
namespace {

constexpr const char* width_variable = "LP_NATIVE_VECTOR_WIDTH";
constexpr uint32_t wide_lanes = 16;  // 32-bit lanes of 512 bits

bool cpu_has_avx512() {
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#else
    return false;
#endif
}

}  // namespace

bool can_widen(const PhysicalRecord& record) {
    return std::string_view(record.driver).starts_with("llvmpipe (Mesa 22.") && cpu_has_avx512() &&
           (WideVectors::taken(record) || !std::getenv(width_variable));
}

bool wants_wide_vectors() {
    const char* const value = std::getenv("VKGAN_WIDE_VECTORS");
    return !value || std::string_view(value) != "0";
}

bool WideVectors::taken(const PhysicalRecord& record) { return record.subgroup.subgroupSize == wide_lanes; }

WideVectors::WideVectors(const std::string& cache_folder) {
    set(width_variable, "512");
    const std::filesystem::path folder = std::filesystem::path(cache_folder) / "mesa-512";
    if (!cache_folder.empty() && ensure_folder(folder))
        set("MESA_SHADER_CACHE_DIR", folder.string());
    else
        set("MESA_SHADER_CACHE_DISABLE", "true");
}

WideVectors::~WideVectors() {
    for (const Kept& kept : kept_) {
        if (kept.value)
            ::setenv(kept.name.c_str(), kept.value->c_str(), 1);
        else
            ::unsetenv(kept.name.c_str());
    }
}

void WideVectors::set(const char* name, const std::string& value) {
    const char* const before = std::getenv(name);
    kept_.push_back({name, before ? std::optional<std::string>(before) : std::nullopt});
    ::setenv(name, value.c_str(), 1);
}

}  // namespace vkgan
