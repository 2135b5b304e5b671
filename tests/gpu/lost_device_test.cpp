// A host whose queue reports the device lost at the n-th submission: the error stays, and everything ends.
// SPDX-License-Identifier: MIT
#include "tests/gpu/framed_copies.hpp"

#include <doctest/doctest.h>

using namespace vkgan;

namespace {

struct LosingHost {
    AdoptedDevice lend() {
        AdoptedDevice lent = host.lend_without_locks();
        lent.submit = [this](const VkSubmitInfo& info, VkFence fence) {
            if (calls++ >= good_calls) return VK_ERROR_DEVICE_LOST;
            return host.vk().vkQueueSubmit(host.queue(), 1, &info, fence);
        };
        return lent;
    }
    HostDevice host;
    int good_calls = 0, calls = 0;
};

}  // namespace

TEST_CASE(
    "a device that is lost at the n-th submission stays lost in every call, and all on it can be destroyed") {
    LosingHost losing;
    for (const int frames : {0, 1, 2, 5}) {
        CAPTURE(frames);
        auto device = Device::adopt(losing.lend());
        REQUIRE(device.ok());
        losing.calls = 0;
        losing.good_calls = 1000;
        FramedCopies copies(1, 4, **device);
        losing.good_calls = losing.calls + frames;
        for (int i = 0; i < frames; ++i) {
            copies.begin_whole_step();
            REQUIRE(copies.queue->submit().ok());
        }
        copies.begin_whole_step();
        const Status lost = copies.queue->submit();
        REQUIRE_FALSE(lost.ok());
        CHECK(lost.error().code == Code::device_lost);
        for (const Status& later : {copies.queue->submit(), copies.queue->poll(), copies.queue->begin(1e6),
                                    copies.queue->wait_idle(), copies.queue->record(VK_NULL_HANDLE),
                                    copies.executor->run(0), (*device)->status()}) {
            REQUIRE_FALSE(later.ok());
            CHECK(later.error().message == lost.error().message);
        }
    }
    CHECK(losing.host.messages().empty());
}

TEST_CASE("frames that were recorded on a device that is lost are not waited for") {
    LosingHost losing;
    losing.good_calls = 1000;
    {
        auto device = Device::adopt(losing.lend());
        REQUIRE(device.ok());
        FramedCopies copies(1, 4, **device);
        HostCommands host(**device);
        copies.begin_whole_step();
        REQUIRE(copies.queue->record(host.begin()).ok());
        CHECK(copies.queue->wait_idle().error().code == Code::busy);
        losing.good_calls = 0;
        copies.begin_whole_step();
        CHECK(copies.queue->submit().error().code == Code::device_lost);
        CHECK(copies.queue->wait_idle().error().code == Code::device_lost);
        CHECK_FALSE(copies.queue->waits_for_host());
    }
    CHECK(losing.host.messages().empty());
}
