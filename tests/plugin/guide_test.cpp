// docs/plugin.md: the programs that it shows are run as a renderer would, and its tables hold all that the
// header has.
// SPDX-License-Identifier: MIT
#include "tests/data/temporary_folder.hpp"
#include "tests/gpu/host_image.hpp"
#include "tests/house/source_tree.hpp"
#include "tests/plugin/plugin_host.hpp"
#include "tests/plugin/renderer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

extern "C" {
vkgan_status open_artist(const vkgan_api* api, const char* path, vkgan_context* context,
                         vkgan_generator* artist);
vkgan_status draw_image(const vkgan_api* api, vkgan_context context, vkgan_generator artist, uint64_t seed,
                        uint64_t* frame, uint8_t* rgba, size_t bytes);
}

using namespace vkgan;
using namespace vkgan::test;

namespace {

using Clock = std::chrono::steady_clock;
using Texels = std::vector<uint8_t>;

constexpr uint64_t first_seed = 7, second_seed = 8;
constexpr VkImageLayout shown = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;

std::string read_source(const char* path) {
    return house::read_text(std::string(VKGAN_SOURCE_DIR) + "/" + path);
}
std::string guide() { return read_source("docs/plugin.md"); }

// What stands between each `begin` and the next `end`.
std::vector<std::string> parts(const std::string& text, std::string_view begin, std::string_view end) {
    std::vector<std::string> result;
    for (size_t at = text.find(begin); at != text.npos; at = text.find(begin, at)) {
        at = text.find('\n', at) + 1;
        const size_t stop = text.find(end, at);
        REQUIRE(stop != text.npos);
        result.push_back(text.substr(at, stop - at));
        at = stop;
    }
    return result;
}

// What the tiny model draws of a seed, by readback: R8G8B8A8.
Texels drawn(uint64_t seed) {
    const Plugin plugin;
    PluginHost host(plugin);
    const vkgan_generator generator = host.generator(host.load(tiny_model()), 1, 0);
    host.must(host.try_warm_up());
    const vkgan_ticket ticket = host.ask(generator, seed);
    host.frames_until_done(ticket);
    const std::vector<std::byte> bytes = host.read(ticket, VKGAN_READ_RGBA8);
    const auto* const first = reinterpret_cast<const uint8_t*>(bytes.data());
    return {first, first + bytes.size()};
}

struct TinyFile {
    TemporaryFolder folder;
    std::string path = folder.write("tiny.vkgan", tiny_model()).string();
};

// A device without any feature, an image of 16 x 16, and nothing of VkGAN but what C hands over.
struct Renderer {
    HostDevice host;
    std::unique_ptr<Device> device = std::move(*Device::adopt(host.lend_without_locks()));
    HostImage image{*device, {.format = VK_FORMAT_R8G8B8A8_UNORM, .width = 16, .height = 16}};
    Clock::time_point deadline = Clock::now() + std::chrono::minutes(3);
    renderer shared{};
    uint32_t written = 0;
    Texels first;

    Renderer() {
        image.fill(shown);
        const AdoptedDevice lent = host.lend_without_locks();
        shared.device = VKGAN_MAKE(device);
        shared.device.instance = lent.instance;
        shared.device.physical_device = lent.physical_device;
        shared.device.device = lent.device;
        shared.device.get_instance_proc_addr = lent.get_instance_proc_addr;
        shared.device.api_version = lent.api_version;
        shared.device.queue_family = lent.queue_family;
        shared.device.queue = lent.queue;
        shared.device.enabled_features = lent.enabled_features;
        shared.texture = VKGAN_MAKE(image_target);
        shared.texture.image = image.handle();
        shared.texture.usage = image.info().usage;
        shared.texture.format = image.info().format;
        shared.texture.width = shared.texture.height = 16;
        shared.texture.layout_in = shared.texture.layout_out = shown;
        shared.report = VKGAN_MAKE(frame_report);
        shared.user = this;
    }
    ~Renderer() {
        for (const std::string& message : host.messages()) FAIL_CHECK(message);
    }
    Texels texels() {
        Texels result = image.read(0, 0, shown);
        run_commands(*device, [&](VkCommandBuffer to) {
            auto back = vk_struct<VkImageMemoryBarrier>(VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER);
            back.oldLayout = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
            back.newLayout = shown;
            back.srcQueueFamilyIndex = back.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
            back.image = image.handle();
            back.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
            device->vk().vkCmdPipelineBarrier(to, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                              VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, nullptr, 0, nullptr,
                                              1, &back);
        });
        return result;
    }
};

Renderer& self(renderer* r) { return *static_cast<Renderer*>(r->user); }

}  // namespace

// It wants one image, looks at it, wants another, and ends.
int renderer_begins_frame(renderer* r) { return self(r).written < 2 && Clock::now() < self(r).deadline; }

int renderer_wants_image(renderer* r) {
    const uint64_t wanted = self(r).written == 0 ? first_seed : second_seed;
    if (r->seed == wanted) return 0;
    r->seed = wanted;
    return 1;
}

void renderer_draws(renderer* r) {
    Renderer& own = self(r);
    own.written += r->report.images_written;
    if (own.written == 1 && own.first.empty()) own.first = own.texels();
}

TEST_CASE("the guide shows the programs that are compiled, verbatim and each") {
    std::vector<std::string> compiled;
    for (const char* path : {"tests/plugin/frame_loop.c", "tests/plugin/readback.c"})
        for (std::string& part : parts(read_source(path), "/* begin: ", "/* end */"))
            compiled.push_back(std::move(part));
    CHECK(compiled.size() == 4);
    CHECK(parts(guide(), "```c\n", "```") == compiled);
    CHECK(std::ranges::count(compiled.at(0), '\n') <= 40);
}

namespace {

// The functions of a table of the header with their tags of threads.
std::map<std::string, std::string> tags_of(const std::string& table) {
    const std::string header = read_source("plugin/vkgan_plugin.h");
    const std::string text = parts(header, "typedef struct " + table + " {", "} " + table + ";").at(0);
    // A comment on the line of a function's end is of that function, any other of the one that follows.
    const std::regex piece(R"(/\*([\s\S]*?)\*/|\(\*(\w+)\)|(;)|(\n))"), tag(R"(\[(any|context|queue)\])");
    std::map<std::string, std::string> tags;
    std::string name, before;
    bool ended = false;
    for (std::sregex_iterator at(text.begin(), text.end(), piece), end; at != end; ++at) {
        const std::smatch& found = *at;
        std::smatch tagged;
        const std::string comment = found[1];
        if (found[1].matched && std::regex_search(comment, tagged, tag)) {
            (ended ? tags[name] : before) += tagged[0];
        } else if (found[2].matched) {
            name = found[2];
            tags[name] += std::exchange(before, {});
        }
        ended = !name.empty() && (found[3].matched || (ended && !found[4].matched));
    }
    return tags;
}

}  // namespace

TEST_CASE("the guide's table of threads has every function of the header, with its tag") {
    const std::string text = guide();
    const auto check = [&](const std::string& table, size_t first, size_t end, const std::string& of) {
        const auto tags = tags_of(table);
        CHECK(tags.size() == (end - first) / sizeof(void*));
        for (const auto& [function, thread] : tags) {
            const std::string row = "\n| `" + function + "`" + of + " | " + thread + " |";
            CHECK_MESSAGE(contains(text, row), "docs/plugin.md must have a row" << row);
        }
    };
    check("vkgan_api", offsetof(vkgan_api, status_name), sizeof(vkgan_api), "");
    check("vkgan_shared_image_api", offsetof(vkgan_shared_image_api, create), sizeof(vkgan_shared_image_api),
          " of shared images");
}

TEST_CASE("the guide knows every status, format and requirement") {
    const std::string text = guide(), header = read_source("plugin/vkgan_plugin.h");
    const std::regex named(R"(VKGAN_(ERROR|COLOUR|CHANNEL|CONTEXT|READ)_\w+)");
    for (std::sregex_iterator at(header.begin(), header.end(), named), end; at != end; ++at)
        CHECK_MESSAGE(contains(text, at->str()), "docs/plugin.md does not name " << at->str());
    const Plugin plugin;
    const HostDevice host;
    for (const uint32_t version : {VK_API_VERSION_1_1, VK_API_VERSION_1_3}) {
        std::vector<vkgan_requirement> list(64);
        auto count = uint32_t(list.size());
        REQUIRE(plugin->query_requirements(host.instance().handle(), host.physical(),
                                           host.instance().functions().get_proc, version, &count, list.data(),
                                           nullptr, 0) == VKGAN_OK);
        CHECK(count > 4);
        for (uint32_t i = 0; i < count; ++i)
            CHECK_MESSAGE(contains(text, list[i].name), "docs/plugin.md does not name " << list[i].name);
    }
}

TEST_CASE("the guide's frame loop shows the images of its seeds in a renderer's texture") {
    const TinyFile file;
    Renderer own;
    const char* const wrong = show_images(&own.shared, VKGAN_PLUGIN_FILE, file.path.c_str());
    CHECK_MESSAGE(!wrong, wrong);
    REQUIRE(own.written == 2);
    CHECK(own.shared.report.measured_budget_ns <= 2'000'000);
    CHECK(own.first == drawn(first_seed));
    CHECK(own.texels() == drawn(second_seed));
    CHECK_FALSE(drawn(first_seed) == drawn(second_seed));
}

TEST_CASE("the guide's frame loop says what is wrong") {
    Renderer own;
    CHECK(std::string(show_images(&own.shared, "/no/such/libvkgan_plugin.so", "x")) == "no such plugin");
    const char* const wrong = show_images(&own.shared, VKGAN_PLUGIN_FILE, "/no/such/file.vkgan");
    REQUIRE(wrong);
    CHECK_MESSAGE(contains(wrong, "/no/such/file.vkgan"), wrong);
}

TEST_CASE("the guide's recorded frame writes the image within the renderer's own commands") {
    const Plugin plugin;
    Renderer own;
    {
        PluginHost host(plugin, {.device = &own.host});
        const vkgan_generator generator = host.generator(host.load(tiny_model()));
        host.must(host.try_warm_up());
        vkgan_generate_info ask = VKGAN_MAKE(generate_info);
        ask.seed = first_seed;
        ask.targets = &own.shared.texture;
        ask.target_count = 1;
        vkgan_ticket ticket = 0;
        host.must(plugin->generate(host.context, generator, &ask, &ticket));
        HostCommands commands(*own.device);
        vkgan_frame_report report = VKGAN_MAKE(frame_report);
        for (uint64_t frame = 1; report.images_written == 0; ++frame) {
            REQUIRE(Clock::now() < own.deadline);
            const VkCommandBuffer to = commands.begin();
            host.must(record_frame(&plugin.api(), host.context, frame, frame - 1, to, &report));
            commands.send_and_wait(to);
        }
        CHECK(host.poll(ticket).state == VKGAN_TICKET_SENT);
        CHECK(own.texels() == drawn(first_seed));
    }
}

namespace {

struct Learned {
    int64_t steps = 0;
    std::vector<std::byte> bytes;
};

// Frames until there are a snapshot after `due` steps and weights for the generator.
Learned learn(PluginHost& host, vkgan_training training, vkgan_generator artist, int64_t due) {
    const auto deadline = Clock::now() + std::chrono::minutes(3);
    vkgan_ticket snapshot = 0;
    vkgan_training_state state = VKGAN_MAKE(training_state);
    for (bool done = false; !done;) {
        REQUIRE(Clock::now() < deadline);
        host.must(
            learn_in_frame(&host.plugin.api(), host.context, training, ++host.frame_number, due, &snapshot));
        host.must(host.plugin->training_state(host.context, training, &state));
        done = snapshot != 0 && host.poll(snapshot).state == VKGAN_TICKET_DONE && state.published_steps >= 2;
    }
    const vkgan_ticket image = host.ask(artist);
    host.frames_until_done(image);
    CHECK(host.poll(image).steps >= state.published_steps);
    CHECK(host.read(image, VKGAN_READ_RGBA8).size() == 16 * 16 * 4);
    return {host.poll(snapshot).steps, host.read(snapshot, VKGAN_READ_BYTES)};
}

}  // namespace

TEST_CASE("the guide's training publishes weights, and goes on in a new context from its snapshot") {
    const Plugin plugin;
    const TinyPictures pictures;
    Learned learned;
    for (const int64_t due : {3, 6}) {
        PluginHost host(plugin);
        vkgan_training training = 0;
        vkgan_generator artist = 0;
        host.must(begin_learning(&plugin.api(), host.context, &pictures.images,
                                 learned.bytes.empty() ? nullptr : learned.bytes.data(), learned.bytes.size(),
                                 &training, &artist));
        host.must(host.try_warm_up());
        vkgan_training_state state = VKGAN_MAKE(training_state);
        host.must(plugin->training_state(host.context, training, &state));
        CHECK(state.steps == learned.steps);
        learned = learn(host, training, artist, due);
        CHECK(learned.steps >= due);
    }
}

TEST_CASE("the guide's readback draws without a renderer, on a device of the plugin's own") {
    const TinyFile file;
    const Plugin plugin;
    vkgan_context context = 0;
    vkgan_generator artist = 0;
    REQUIRE(open_artist(&plugin.api(), file.path.c_str(), &context, &artist) == VKGAN_OK);
    uint64_t frame = 0;
    for (const uint64_t seed : {first_seed, second_seed}) {
        Texels rgba(16 * 16 * 4);
        CHECK(draw_image(&plugin.api(), context, artist, seed, &frame, rgba.data(), rgba.size()) == VKGAN_OK);
        CHECK(rgba == drawn(seed));
    }
    CHECK(plugin->context_destroy(context, 0) == VKGAN_OK);
}

TEST_CASE("a program without Vulkan has an image of the shipped faces from one library load to the next") {
    Texels first;
    for (const std::string caches : {"whatever caches there are", "warm caches"}) {
        const Clock::time_point begin = Clock::now();
        const Plugin plugin;
        vkgan_context context = 0;
        vkgan_generator artist = 0;
        REQUIRE(open_artist(&plugin.api(), VKGAN_SOURCE_DIR "/models/faces.vkgan", &context, &artist) ==
                VKGAN_OK);
        uint64_t frame = 0;
        Texels rgba(64 * 64 * 4);
        REQUIRE(draw_image(&plugin.api(), context, artist, first_seed, &frame, rgba.data(), rgba.size()) ==
                VKGAN_OK);
        // The goal is half a second with warm caches; machines that test are busy, so it is told only.
        MESSAGE("load to first image, "
                << caches << ": " << std::chrono::duration<double>(Clock::now() - begin).count() << " s");
        CHECK(plugin->context_destroy(context, 0) == VKGAN_OK);
        CHECK(std::set<uint8_t>(rgba.begin(), rgba.end()).size() > 100);  // a face has many shades
        CHECK((first.empty() || first == rgba));
        first = rgba;
    }
}
