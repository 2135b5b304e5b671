// Pipelines are shared, their cache survives damage, and reflection survives anything.
// SPDX-License-Identifier: MIT
#include "host/gpu/pipelines.hpp"
#include "generated/shader_table.hpp"
#include "host/gpu/device.hpp"
#include "host/gpu/pipeline_cache.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <map>

using namespace vkgan;

namespace {

struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("vkgan-pipelines-" + std::to_string(getpid()));
    Folder() { std::filesystem::remove_all(path); }
    ~Folder() { std::filesystem::remove_all(path); }
};

// Makes a pipeline on a fresh device with that cache folder; the device saves its cache when it ends.
std::string use_cache(const std::string& folder) {
    auto made = Device::create({.validation = true, .cache_folder = folder});
    REQUIRE(made.ok());
    REQUIRE((*made)->pipelines().make({{"assign:ssbo", {}}}, 1).ok());
    CHECK((*made)->validation_messages().empty());
    return (*made)->pipelines().cache_file();
}

}  // namespace

TEST_CASE("equal shader and constants give the same pipeline, whatever their order") {
    Pipelines& pipelines = test_device().pipelines();
    const auto first =
        pipelines.make({{"assign:ssbo", {{200, 1}, {201, 2}}}, {"assign:ssbo", {{201, 2}, {200, 1}}}}, 2);
    REQUIRE(first.ok());
    CHECK((*first)[0] == (*first)[1]);
    const size_t count = pipelines.count();
    const auto other = pipelines.make({{"assign:ssbo", {{200, 1}, {201, 3}}}}, 1);
    REQUIRE(other.ok());
    CHECK((*other)[0] != (*first)[0]);
    CHECK(pipelines.count() == count + 1);
}

TEST_CASE("an unknown shader is named") {
    const auto made = test_device().pipelines().make({{"nothing:at_all", {}}}, 1);
    REQUIRE(!made.ok());
    CHECK(made.error().message.find("nothing:at_all") != std::string::npos);
}

TEST_CASE("the pipeline cache is written, used again, and rebuilt when it is damaged") {
    const Folder folder;
    const std::string file = use_cache(folder.path.string());
    REQUIRE(std::filesystem::exists(file));
    CHECK(!read_pipeline_cache(file, test_device().record()).empty());
    CHECK(use_cache(folder.path.string()) == file);

    {
        std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
        damage.seekp(-1, std::ios::end);
        damage.put('\x5a');
    }
    CHECK(read_pipeline_cache(file, test_device().record()).empty());
    use_cache(folder.path.string());
    CHECK(!read_pipeline_cache(file, test_device().record()).empty());

    std::ofstream(file, std::ios::trunc) << "short";
    CHECK(read_pipeline_cache(file, test_device().record()).empty());
    use_cache(folder.path.string());
    CHECK(!read_pipeline_cache(file, test_device().record()).empty());
}

TEST_CASE("a pipeline cache that is ignored is named once, and no word is lost on one that is not there") {
    const Folder folder;
    const auto notices = [&] {
        auto made = Device::create({.validation = true, .cache_folder = folder.path.string()});
        REQUIRE(made.ok());
        REQUIRE((*made)->pipelines().make({{"assign:ssbo", {}}}, 1).ok());
        return (*made)->notices();
    };
    CHECK(notices().empty());
    CHECK(notices().empty());
    const std::string file = pipeline_cache_file(test_device().record(), folder.path.string());
    std::ofstream(file, std::ios::trunc) << "short";
    const std::vector<std::string> told = notices();
    REQUIRE(told.size() == 1);
    CHECK(told[0].find(file) != std::string::npos);
    CHECK(told[0].find("5 bytes") != std::string::npos);
    CHECK(notices().empty());
}

TEST_CASE("a cache of another driver is not used") {
    const Folder folder;
    const std::string file = use_cache(folder.path.string());
    PhysicalRecord other = test_device().record();
    other.properties.driverVersion += 1;
    CHECK(read_pipeline_cache(file, other).empty());
    CHECK(pipeline_cache_file(other, folder.path.string()) != file);
    // Two programs whose lavapipe has vectors of other widths keep a file each.
    other = test_device().record();
    other.subgroup.subgroupSize *= 2;
    CHECK(read_pipeline_cache(file, other).empty());
    CHECK(pipeline_cache_file(other, folder.path.string()) != file);
}

TEST_CASE("without a folder, or with one that cannot be made, no cache is kept and nothing fails") {
    CHECK(use_cache("").empty());
    use_cache("/proc/no/such/folder");
}

TEST_CASE("a host keeps the pipeline cache instead of a folder, and what it damages is ignored with a note") {
    const Folder folder;
    std::map<std::string, std::vector<std::byte>, std::less<>> kept;
    const CacheFunctions functions{[&](std::string_view key) {
                                       const auto found = kept.find(key);
                                       return found == kept.end() ? std::vector<std::byte>{} : found->second;
                                   },
                                   [&](std::string_view key, std::span<const std::byte> bytes) {
                                       kept[std::string(key)] = {bytes.begin(), bytes.end()};
                                   }};
    const auto notices = [&] {
        auto made =
            Device::create({.validation = true, .cache_folder = folder.path.string(), .cache = functions});
        REQUIRE(made.ok());
        REQUIRE((*made)->pipelines().make({{"assign:ssbo", {}}}, 1).ok());
        CHECK((*made)->validation_messages().empty());
        CHECK((*made)->pipelines().cache_file().empty());
        return (*made)->notices();
    };
    CHECK(notices().empty());
    REQUIRE(kept.size() == 1);
    const PhysicalRecord& record = test_device().record();
    const auto& [key, blob] = *kept.begin();
    CHECK(key == pipeline_cache_name(record));
    CHECK(!open_pipeline_cache(blob, record).empty());
    CHECK(!std::filesystem::exists(pipeline_cache_file(record, folder.path.string())));
    CHECK(notices().empty());

    kept.begin()->second.back() ^= std::byte{1};
    const std::vector<std::string> told = notices();
    REQUIRE(told.size() == 1);
    CHECK(told[0].find(key) != std::string::npos);
    CHECK(told[0].find("damaged") != std::string::npos);
    CHECK(notices().empty());
    kept.begin()->second.resize(5);
    CHECK(notices().size() == 1);
    PhysicalRecord other = record;
    other.properties.driverVersion += 1;
    CHECK(open_pipeline_cache(kept.begin()->second, other).empty());
}

TEST_CASE("half of a host's cache is refused by the name of what is missing") {
    DeviceOptions options{.validation = true};
    options.cache.read = [](std::string_view) { return std::vector<std::byte>{}; };
    const auto made = Device::create(options);
    REQUIRE(!made.ok());
    CHECK(made.error().code == Code::invalid_argument);
    CHECK(made.error().message.find("cache.write is not") != std::string::npos);
}

TEST_CASE("reflection finds bindings, push constants and workgroup size") {
    const EmbeddedShader* shader = find_shader("assign:ssbo");
    REQUIRE(shader);
    const auto found = reflect(*unpack(*shader), shader->name);
    REQUIRE(found.ok());
    REQUIRE(found->bindings.size() == 2);
    CHECK(found->bindings[0].binding == 0);
    CHECK(found->bindings[0].writable);
    CHECK(found->bindings[1].binding == 13);
    CHECK(!found->bindings[1].writable);
    CHECK(!found->bindings[1].texel);
    CHECK(found->push_bytes == 4);
    CHECK(local_size(*found, {}) == std::array<uint32_t, 3>{64, 1, 1});
}

TEST_CASE("reflection of every embedded shader succeeds, and of every truncation of one it does not crash") {
    for (const EmbeddedShader& shader : embedded_shaders()) {
        CAPTURE(shader.name);
        CHECK(reflect(*unpack(shader), shader.name).ok());
    }
    const std::vector<uint32_t> whole = *unpack(*find_shader("assign:ssbo"));
    const std::span<const uint32_t> code = whole;
    CHECK(!reflect({}, "nothing").ok());
    for (size_t length = 1; length < code.size(); ++length) (void)reflect(code.first(length), "cut").ok();
    std::vector<uint32_t> changed(code.begin(), code.end());
    for (size_t i = 0; i < changed.size(); ++i) {
        const uint32_t was = changed[i];
        for (const uint32_t value : {0u, 1u, 0xffffffffu, was ^ 0x10000u}) {
            changed[i] = value;
            (void)reflect(changed, "changed").ok();
        }
        changed[i] = was;
    }
}
