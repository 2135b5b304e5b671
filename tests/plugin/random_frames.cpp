// Random calls of frames and trainings.
// SPDX-License-Identifier: MIT
#include "tests/plugin/random_calls.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace vkgan::test {

void RandomHost::frame(Dice& dice, uint64_t which) {
    if (which < 12) return begin(dice);
    if (which < 15) return record(dice);
    if (which < 25) return submit(dice);
    check("training_advance", api_.training_advance(host_.context, handle(dice, trainings),
                                                    odd<int64_t>(dice, -1, {0, 3, INT64_MIN, INT64_MAX})));
}

void RandomHost::begin(Dice& dice) {
    vkgan_frame_info info = VKGAN_MAKE(frame_info);
    info.frame = odd<uint64_t>(dice, frame_ + 1 + dice.below(3), {frame_, 0});
    info.completed_frame =
        odd<uint64_t>(dice, dice.one_in(3) ? dice.below(completed_ + 1) : completed_, {~uint64_t(0)});
    info.budget_ns = odd<uint64_t>(dice, dice.pick<uint64_t>({1000, 100'000, 1'000'000, 20'000'000}),
                                   {1, ~uint64_t(0), 0});
    info.training_share = odd<float>(dice, dice.pick<float>({0, 0.25f, 1}), {-1, 2, std::nanf("")});
    const uint64_t number = info.frame;
    spoil(dice, &info, sizeof info);
    const vkgan_status status =
        api_.begin_frame(host_.context, odd<vkgan_frame_info*>(dice, &info, {nullptr}));
    check("begin_frame", status);
    if (status == VKGAN_OK) frame_ = number;
}

void RandomHost::record(Dice& dice) {
    HostCommands commands(*device_);
    const VkCommandBuffer buffer = commands.begin();
    vkgan_frame_report report = VKGAN_MAKE(frame_report);
    spoil(dice, &report, sizeof report);
    const vkgan_status status = api_.record(host_.context, odd<VkCommandBuffer>(dice, buffer, {nullptr}),
                                            dice.one_in(4) ? nullptr : &report);
    check("record", status);
    // What was recorded is done when this returns, so that any later report of it is true.
    commands.send_and_wait(buffer);
    if (status == VKGAN_OK) completed_ = frame_;
}

void RandomHost::submit(Dice& dice) {
    const vkgan_semaphore none[2] = {};
    vkgan_submit_info info = VKGAN_MAKE(submit_info);
    info.waits = dice.one_in(2) ? nullptr : none;
    info.wait_count = odd<uint32_t>(dice, 0, {1, 9, ~0u});
    info.signals = dice.one_in(2) ? nullptr : none;
    info.signal_count = odd<uint32_t>(dice, 0, {1, 9, ~0u});
    spoil(dice, &info, sizeof info);
    vkgan_frame_report report = VKGAN_MAKE(frame_report);
    spoil(dice, &report, sizeof report);
    check("submit",
          api_.submit(host_.context, dice.one_in(2) ? nullptr : &info, dice.one_in(4) ? nullptr : &report));
}

void RandomHost::train(Dice& dice, uint64_t which) {
    const uint64_t training = handle(dice, trainings);
    vkgan_training_state state = VKGAN_MAKE(training_state);
    vkgan_ticket ticket = 0;
    char text[64];
    double value = 0;
    switch (which) {
        case 0:
            return check("training_pause", api_.training_pause(host_.context, training,
                                                               odd<uint32_t>(dice, dice.one_in(4), {0, 2})));
        case 1: return check("training_pause", api_.training_pause(host_.context, training, 0));
        case 2: return check("training_cancel_step", api_.training_cancel_step(host_.context, training));
        case 3: return check("training_finish_step", api_.training_finish_step(host_.context, training));
        case 4: return check("training_publish", api_.training_publish(host_.context, training));
        case 5: {
            const vkgan_status status =
                api_.training_snapshot(host_.context, training, odd<vkgan_ticket*>(dice, &ticket, {nullptr}));
            check("training_snapshot", status);
            return keep(tickets, status, ticket);
        }
        case 6:
        case 7:
            spoil(dice, &state, sizeof state);
            return check("training_state", api_.training_state(host_.context, training, &state));
        case 8:
            return check("training_value",
                         api_.training_value(host_.context, training, uint32_t(dice.below(5)),
                                             odd<char*>(dice, text, {nullptr}),
                                             odd<double*>(dice, &value, {nullptr})));
        case 9: return check("context_destroy", api_.context_destroy(host_.context, 2));
        default: return check("training_advance", api_.training_advance(host_.context, training, -1));
    }
}

}  // namespace vkgan::test
