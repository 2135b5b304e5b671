// Header {magic, driver, device, size, hash} before the driver's blob, so that damage never reaches the
// driver.
// SPDX-License-Identifier: MIT
#include "host/gpu/pipeline_cache.hpp"

#include "generated/shader_table.hpp"
#include "host/base/file.hpp"
#include "host/base/hash.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace vkgan {
namespace {

constexpr uint64_t max_file_bytes = uint64_t{256} << 20;

struct Header {
    char magic[8] = {'V', 'k', 'G', 'A', 'N', 'p', 'c', '1'};
    uint32_t vendor = 0, device = 0, driver_version = 0, subgroup_size = 0;
    uint8_t device_uuid[VK_UUID_SIZE] = {};
    uint8_t cache_uuid[VK_UUID_SIZE] = {};
    uint64_t blob_bytes = 0;
    uint64_t blob_hash = 0;
};
static_assert(sizeof(Header) == 72);

Header header_for(const PhysicalRecord& record, std::span<const std::byte> blob) {
    Header h;
    h.vendor = record.properties.vendorID;
    h.device = record.properties.deviceID;
    h.driver_version = record.properties.driverVersion;
    h.subgroup_size = record.subgroup.subgroupSize;  // software drivers compile for their vectors' width
    std::memcpy(h.device_uuid, record.device_uuid.data(), VK_UUID_SIZE);
    std::memcpy(h.cache_uuid, record.properties.pipelineCacheUUID, VK_UUID_SIZE);
    h.blob_bytes = blob.size();
    h.blob_hash = fnv1a64(blob);
    return h;
}

}  // namespace

std::string user_cache_folder() {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache && cache[0] == '/') return std::string(cache) + "/vkgan";
    const char* home = std::getenv("HOME");
    return home && home[0] == '/' ? std::string(home) + "/.cache/vkgan" : "";
}

uint64_t kernel_version() {
    uint64_t hash = fnv1a64_start;
    for (const EmbeddedShader& shader : embedded_shaders()) {
        hash = fnv1a64(shader.name, hash);
        hash = fnv1a64(std::as_bytes(std::span(&shader.hash, 1)), hash);
    }
    return hash;
}

std::string pipeline_cache_name(const PhysicalRecord& record) {
    std::string uuid;
    for (const uint8_t byte : record.device_uuid) uuid += fmt::format("{:02x}", byte);
    // lavapipe has other vectors in instances that VkGAN makes than in a host's: a file for each.
    return fmt::format("pipelines-{}-{:08x}-{}.bin", uuid, record.properties.driverVersion,
                       record.subgroup.subgroupSize);
}

std::string pipeline_cache_file(const PhysicalRecord& record, const std::string& folder) {
    return folder.empty() ? "" : folder + "/" + pipeline_cache_name(record);
}

std::vector<std::byte> read_pipeline_cache(const std::string& file, const PhysicalRecord& record,
                                           std::string* ignored) {
    std::error_code error;
    if (file.empty() || !std::filesystem::exists(file, error)) return {};
    const auto bytes = read_file(file, max_file_bytes);
    if (bytes && !bytes->empty()) return open_pipeline_cache(*bytes, record, ignored);
    if (ignored) *ignored = bytes ? "it is empty" : bytes.error().message;
    return {};
}

std::vector<std::byte> open_pipeline_cache(std::span<const std::byte> kept, const PhysicalRecord& record,
                                           std::string* ignored) {
    const auto ignore = [&](std::string why) -> std::vector<std::byte> {
        if (ignored) *ignored = std::move(why);
        return {};
    };
    if (kept.empty()) return {};
    if (kept.size() < sizeof(Header))
        return ignore(fmt::format("it has {} bytes, but its header takes {}", kept.size(), sizeof(Header)));
    const auto blob = kept.subspan(sizeof(Header));
    const Header expected = header_for(record, blob);
    if (std::memcmp(kept.data(), &expected, sizeof(Header)) != 0)
        return ignore("it is damaged, or was written for another device, driver or subgroup size");
    return {blob.begin(), blob.end()};
}

std::vector<std::byte> close_pipeline_cache(const PhysicalRecord& record, std::span<const std::byte> blob) {
    if (blob.size() > max_file_bytes - sizeof(Header)) return {};
    const Header header = header_for(record, blob);
    const auto bytes = std::as_bytes(std::span(&header, 1));
    std::vector<std::byte> kept(bytes.begin(), bytes.end());
    kept.insert(kept.end(), blob.begin(), blob.end());
    return kept;
}

void write_pipeline_cache(const std::string& file, const PhysicalRecord& record,
                          std::span<const std::byte> blob) {
    if (file.empty() || blob.size() > max_file_bytes - sizeof(Header)) return;
    if (!ensure_folder(std::filesystem::path(file).parent_path())) return;
    const Header header = header_for(record, blob);
    const std::array parts{std::as_bytes(std::span(&header, 1)), blob};
    (void)write_file_atomic(file, std::span<const std::span<const std::byte>>(parts)).ok();
}

}  // namespace vkgan
