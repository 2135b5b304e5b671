// The calls.
// SPDX-License-Identifier: MIT
#include "tests/plugin/random_calls.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace vkgan::test {

uint64_t Dice::next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

RandomHost::RandomHost(const Plugin& plugin, HostDevice& device, HostHeap& heap, Tally& tally)
    : api_(plugin.api()),
      tally_(tally),
      host_(plugin, {.device = &device, .heap = &heap}),
      device_(std::move(*Device::adopt(device.lend_without_locks()))),
      image_(*device_, {.width = 16, .height = 16, .levels = 5, .layers = 4}) {}

void RandomHost::warm_up() {
    handles_[models].push_back(host_.load(tiny_model()));
    handles_[generators].push_back(host_.generator(handles_[models].back(), 2));
    handles_[models].push_back(load_tiny_recipe(host_));
    vkgan_training_info info = VKGAN_MAKE(training_info);
    info.model = handles_[models].back();
    info.images = &pictures_.images;
    info.publish_every = 2;
    uint64_t made = 0;
    host_.must(api_.training_begin(host_.context, &info, &made));
    handles_[trainings].push_back(made);
    vkgan_generator_info of_training = VKGAN_MAKE(generator_info);
    of_training.model = info.model;
    of_training.training = made;
    of_training.batch = of_training.targets = 1;
    host_.must(api_.generator_create(host_.context, &of_training, &made));
    handles_[generators].push_back(made);
    host_.must(host_.try_warm_up());
}

void RandomHost::close() { CHECK(host_.close() == VKGAN_OK); }

void RandomHost::call(Dice& dice, const RandomHost& other) {
    other_ = &other;
    wild_ = dice.one_in(2);
    const uint64_t which = dice.below(100);
    if (which < 15)
        make(dice, which);
    else if (which < 45)
        ask(dice, which - 15);
    else if (which < 80)
        frame(dice, which - 45);
    else
        train(dice, which - 80);
}

void RandomHost::check(const char* function, vkgan_status status) {
    last_ = function;
    ++tally_[function][status];
    if (status >= 0) {
        if (status > VKGAN_NOT_READY) FAIL(function << " gave " << status);
        return;
    }
    const std::string text = host_.error();
    if (text.empty()) FAIL(function << " gave no message with " << api_.status_name(status));
    if (status == VKGAN_ERROR_INTERNAL || status == VKGAN_ERROR_DEVICE_LOST || status == VKGAN_ERROR_IO ||
        status < VKGAN_ERROR_INTERNAL)
        FAIL(function << " gave " << api_.status_name(status) << ": " << text);
}

void RandomHost::keep(Kind kind, vkgan_status status, uint64_t handle) {
    if (status == VKGAN_OK) handles_[kind].push_back(handle);
    if (handles_[kind].size() > 24) handles_[kind].erase(handles_[kind].begin());
}

uint64_t RandomHost::handle(Dice& dice, Kind kind) {
    const auto newest = [&](const std::vector<uint64_t>& list) {
        return list.empty() ? 0 : list[list.size() - 1 - dice.below(std::min<size_t>(list.size(), 4))];
    };
    const auto any = [&](const std::vector<uint64_t>& list) {
        return list.empty() ? 0 : list[dice.below(list.size())];
    };
    const uint64_t how = dice.below(40);
    if (how < 30 || !wild_) return newest(handles_[kind]);
    if (how < 34) return any(released_);
    if (how < 36) return any(handles_[dice.below(kinds)]);
    if (how < 38) return any(other_->handles_[dice.below(kinds)]);
    return how == 38 ? dice.below(3) : dice.next();
}

const char* RandomHost::name(Dice& dice) {
    return dice.pick<const char*>({"z.0", "z.7", "z.1", "z", "G.learning_rate", "D.learning_rate",
                                   "truncation", "z.8", "", "Smiling", "\xff\xfe", nullptr});
}

void RandomHost::spoil(Dice& dice, void* structure, size_t bytes) {
    if (!wild_ || !dice.one_in(20)) return;
    uint32_t* const head = static_cast<uint32_t*>(structure);
    static const vkgan_plan other = VKGAN_MAKE(plan);
    const void* next = &other;
    switch (dice.below(4)) {
        case 0: head[0] = uint32_t(dice.below(bytes)); break;
        case 1: head[0] = ~0u; break;
        case 2: head[1] = uint32_t(dice.below(30)); break;
        default: std::memcpy(head + 2, &next, sizeof next);
    }
}

void RandomHost::make(Dice& dice, uint64_t which) {
    if (which < 4) return load(dice);
    if (which < 8) return create(dice, dice.one_in(3));
    if (which == 8) return begin_training(dice, !dice.one_in(8));
    vkgan_model_description description = VKGAN_MAKE(model_description);
    vkgan_control control = VKGAN_MAKE(control);
    vkgan_progress progress = VKGAN_MAKE(progress);
    switch (which) {
        case 9:
            spoil(dice, &description, sizeof description);
            return check("model_describe",
                         api_.model_describe(host_.context, handle(dice, models), &description));
        case 10:
            return check("model_control",
                         api_.model_control(host_.context, handle(dice, models),
                                            uint32_t(dice.one_in(9) ? dice.next() : dice.below(6)),
                                            dice.one_in(20) ? nullptr : &control));
        default:
            spoil(dice, &progress, sizeof progress);
            return check("warm_up",
                         api_.warm_up(host_.context, dice.pick<uint64_t>({0, 1'000'000, 10'000'000}),
                                      dice.one_in(3) ? nullptr : &progress));
    }
}

void RandomHost::load(Dice& dice) {
    static const vkgan_setting tiny[] = {{"image", "16"}, {"ngf", "4"},    {"ndf", "4"},
                                         {"nz", "8"},     {"batch", "4"},  {"ngf", "nonsense"},
                                         {nullptr, "4"},  {"unknown", "3"}};
    const std::vector<std::byte>& file = tiny_model();
    vkgan_model_info info = VKGAN_MAKE(model_info);
    std::vector<std::byte> damaged;
    switch (dice.below(6)) {
        case 0:
            info.recipe = dice.pick<const char*>({"dcgan", "dcgan", "wgan_gp", "no recipe", ""});
            info.settings = tiny;
            info.setting_count = dice.pick<uint32_t>({5, 5, 5, 6, 8, 0, ~0u});
            break;
        case 1:
            damaged = file;
            damaged[dice.below(std::min<uint64_t>(file.size(), 4096))] = std::byte(dice.next());
            damaged.resize(dice.one_in(2) ? damaged.size() : dice.below(damaged.size()) + 1);
            info.data = damaged.data();
            info.bytes = damaged.size();
            break;
        case 2:
            info.path = dice.pick<const char*>(
                {"/no/such.vkgan", "/no/such.json", "/dev/null", "", "/proc/self/mem"});
            info.recipe = dice.one_in(9) ? "dcgan" : nullptr;
            break;
        default: info.data = file.data(); info.bytes = dice.one_in(9) ? ~size_t(0) : file.size();
    }
    spoil(dice, &info, sizeof info);
    vkgan_model model = 0;
    const vkgan_status status = api_.model_load(host_.context, dice.one_in(50) ? nullptr : &info, &model);
    check("model_load", status);
    keep(models, status, model);
}

void RandomHost::create(Dice& dice, bool plan_only) {
    vkgan_generator_info info = VKGAN_MAKE(generator_info);
    info.model = handle(dice, models);
    info.training = dice.one_in(3) ? handle(dice, trainings) : 0;
    info.batch = odd<uint32_t>(dice, dice.pick<uint32_t>({1, 2}), {0, 65, ~0u});
    info.targets = odd<uint32_t>(dice, 1, {0, 2, 8, 9, ~0u});
    info.half = odd<uint32_t>(dice, 0, {1, 2});
    info.slice_ns = odd<uint64_t>(dice, 0, {20'000, 1, ~uint64_t(0)});
    spoil(dice, &info, sizeof info);
    vkgan_plan plan = VKGAN_MAKE(plan);
    // Each one that is made is compiled: few are enough.
    if (plan_only || handles_[generators].size() > 3)
        return check("plan_generator", api_.plan_generator(host_.context, &info, &plan));
    vkgan_generator generator = 0;
    const vkgan_status status = api_.generator_create(host_.context, &info, &generator);
    check("generator_create", status);
    keep(generators, status, generator);
}

void RandomHost::begin_training(Dice& dice, bool plan_only) {
    static const std::array<float, 24> attributes{1, -1, 1, 1};
    static const char* const names[] = {"Smiling", "Young"};
    vkgan_images_in_memory images = pictures_.images;
    vkgan_training_info info = VKGAN_MAKE(training_info);
    info.model = handle(dice, models);
    info.images = odd<vkgan_images_in_memory*>(dice, &images, {nullptr});
    info.data = odd<const char*>(dice, nullptr, {"toy:ring", "folder:/no", "nonsense", ""});
    if (wild_ && dice.one_in(4)) {
        images.attribute_count = dice.pick<uint32_t>({1, 2, ~0u});
        images.attribute_names = names;
        images.attributes = attributes.data();
    }
    images.channels = odd<uint32_t>(dice, 3, {2});
    info.batch = odd<uint32_t>(dice, 0, {4, 3, ~0u});
    info.half = odd<uint32_t>(dice, 0, {1, 2});
    info.seed = dice.next();
    info.publish_every = dice.pick<uint32_t>({0, 1, 2});
    if (wild_ && dice.one_in(4)) {
        info.snapshot = tiny_model().data();
        info.snapshot_bytes = dice.pick<size_t>({tiny_model().size(), tiny_model().size() - 1, 9, 0});
    }
    spoil(dice, &info, sizeof info);
    spoil(dice, &images, sizeof images);
    vkgan_plan plan = VKGAN_MAKE(plan);
    if (plan_only || !handles_[trainings].empty())
        return check("plan_training", api_.plan_training(host_.context, &info, &plan));
    vkgan_training training = 0;
    const vkgan_status status = api_.training_begin(host_.context, &info, &training);
    check("training_begin", status);
    keep(trainings, status, training);
}

void RandomHost::ask(Dice& dice, uint64_t which) {
    vkgan_ticket_state state = VKGAN_MAKE(ticket_state);
    vkgan_statistics statistics = VKGAN_MAKE(statistics);
    const double value =
        dice.pick<double>({0, 0.5, 1, -3, 1e-4, 1e300, std::numeric_limits<double>::quiet_NaN()});
    const Kind either = dice.one_in(2) ? generators : trainings;
    std::array<vkgan_slice, 4> slices;
    uint32_t count = uint32_t(slices.size());
    if (which < 12) return generate(dice);
    if (which < 16) return read(dice);
    if (which < 22) {
        spoil(dice, &state, sizeof state);
        return check("poll", api_.poll(host_.context, handle(dice, tickets), &state));
    }
    switch (which) {
        case 22:
        case 23:
            return check("control_set",
                         api_.control_set(host_.context, handle(dice, either), name(dice), value));
        case 24:
            return check("control_reset",
                         api_.control_reset(host_.context, handle(dice, generators), name(dice)));
        case 25:
            return check("slices",
                         api_.slices(host_.context, handle(dice, either), dice.one_in(9) ? nullptr : &count,
                                     dice.one_in(3) ? nullptr : slices.data()));
        case 26:
            spoil(dice, &statistics, sizeof statistics);
            return check("statistics", api_.statistics(host_.context, &statistics));
        case 27: return release(dice, dice.one_in(9) ? generators : tickets);
        case 28: return release(dice, dice.one_in(20) ? trainings : models);
        default: return release(dice, tickets);
    }
}

void RandomHost::release(Dice& dice, Kind kind) {
    const uint64_t released = handle(dice, kind);
    const vkgan_status status = api_.release(host_.context, released);
    check("release", status);
    if (status != VKGAN_OK) return;
    for (std::vector<uint64_t>& list : handles_) std::erase(list, released);
    released_.push_back(released);
}

vkgan_image_target RandomHost::target(Dice& dice) {
    vkgan_image_target target = VKGAN_MAKE(image_target);
    target.image = odd<VkImage>(dice, image_.handle(), {VK_NULL_HANDLE});
    target.usage = odd<uint32_t>(dice, image_.info().usage, {VK_IMAGE_USAGE_SAMPLED_BIT, 0});
    target.format = odd<VkFormat>(dice, image_.info().format, {VK_FORMAT_R8_UNORM, VK_FORMAT_UNDEFINED});
    target.width = odd<uint32_t>(dice, 16, {0, 15, 32, ~0u});
    target.height = odd<uint32_t>(dice, 16, {0, 15, 32, ~0u});
    target.mip_levels = odd<uint32_t>(dice, dice.pick<uint32_t>({0, 1, 2, 5}), {6, ~0u});
    target.first_layer = odd<uint32_t>(dice, dice.pick<uint32_t>({0, 1, 2}), {~0u});
    target.layers = odd<uint32_t>(dice, dice.pick<uint32_t>({0, 1}), {2, 3, ~0u});
    target.first_image = odd<uint32_t>(dice, 0, {1, 5, ~0u});
    target.layout_in = odd<VkImageLayout>(dice, VK_IMAGE_LAYOUT_UNDEFINED, {VkImageLayout(1000)});
    target.layout_out =
        dice.pick<VkImageLayout>({VK_IMAGE_LAYOUT_GENERAL, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
                                  VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL});
    target.layout_out =
        odd<VkImageLayout>(dice, target.layout_out, {VK_IMAGE_LAYOUT_UNDEFINED, VkImageLayout(12345)});
    target.transfer = odd<uint32_t>(dice, 0, {1, 7});
    target.family = dice.pick<uint32_t>({0, 1, ~0u});
    target.colour = odd<uint32_t>(dice, 0, {1, 2, 3});
    target.channels[dice.below(4)] = odd<uint8_t>(dice, 0, {2, 7, VKGAN_CHANNEL_ONE});
    spoil(dice, &target, sizeof target);
    return target;
}

void RandomHost::generate(Dice& dice) {
    static const std::array<float, 16> values{0.5f, -1, 2};
    const vkgan_input inputs[] = {{odd<const char*>(dice, "z", {"y", "", nullptr}),
                                   odd<const float*>(dice, values.data(), {nullptr}),
                                   odd<size_t>(dice, dice.pick<size_t>({8, 16}), {7, ~size_t(0)})}};
    const vkgan_image_target image = target(dice);
    vkgan_generate_info info = VKGAN_MAKE(generate_info);
    info.seed = dice.next();
    info.first = odd<uint64_t>(dice, 0, {5, ~uint64_t(0)});
    info.inputs = odd<const vkgan_input*>(dice, inputs, {nullptr});
    info.input_count = odd<uint32_t>(dice, 0, {1, 1, ~0u});
    info.targets = odd<const vkgan_image_target*>(dice, &image, {nullptr});
    info.target_count = odd<uint32_t>(dice, uint32_t(dice.below(2)), {~0u});
    info.readback = odd<uint32_t>(dice, info.target_count == 0 || dice.one_in(2), {0, 2});
    info.replaces = dice.pick<uint32_t>({0, 0, 1, 2});
    spoil(dice, &info, sizeof info);
    vkgan_ticket ticket = 0;
    const vkgan_status status = api_.generate(host_.context, handle(dice, generators),
                                              odd<vkgan_generate_info*>(dice, &info, {nullptr}),
                                              odd<vkgan_ticket*>(dice, &ticket, {nullptr}));
    check("generate", status);
    keep(tickets, status, ticket);
}

void RandomHost::read(Dice& dice) {
    std::vector<std::byte> data(dice.pick<size_t>({0, 100, 1 << 20}));
    size_t bytes = data.size();
    check("read", api_.read(host_.context, handle(dice, tickets), dice.pick<uint32_t>({0, 1, 2, 2, 3, ~0u}),
                            dice.one_in(4) ? nullptr : data.data(), dice.one_in(20) ? nullptr : &bytes));
}

}  // namespace vkgan::test
