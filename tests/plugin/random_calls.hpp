// Random calls of the plugin with random arguments, by a seed: right ones, stale and foreign handles,
// garbage.
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/gpu/host_image.hpp"
#include "tests/plugin/plugin_host.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace vkgan::test {

// SplitMix64: the same numbers everywhere.
class Dice {
public:
    explicit Dice(uint64_t seed) : state_(seed) {}
    uint64_t next();
    uint64_t below(uint64_t count) { return next() % count; }
    bool one_in(uint64_t count) { return below(count) == 0; }
    template <class T>
    T pick(std::initializer_list<T> list) {
        return list.begin()[below(list.size())];
    }

private:
    uint64_t state_;
};

// Of each function, how often it gave what.
using Tally = std::map<std::string, std::map<vkgan_status, uint64_t>>;

// One context of two, and what was ever given by it. What a host must keep to (images that live, commands
// that are submitted once and in order, truth about completed frames), this one keeps to.
class RandomHost {
public:
    RandomHost(const Plugin& plugin, HostDevice& device, HostHeap& heap, Tally& tally);
    void warm_up();                                  // with a generator, a training, and a generator of that
    void call(Dice& dice, const RandomHost& other);  // one function
    const std::string& last() const { return last_; }
    void close();

private:
    enum Kind { models, generators, trainings, tickets, kinds };

    // `right`, but for some calls one of the others.
    template <class T>
    T odd(Dice& dice, T right, std::initializer_list<T> others) {
        return wild_ && dice.one_in(4) ? dice.pick(others) : right;
    }
    void check(const char* function, vkgan_status status);
    void keep(Kind kind, vkgan_status status, uint64_t handle);
    uint64_t handle(Dice& dice, Kind kind);
    const char* name(Dice& dice);
    void spoil(Dice& dice, void* structure, size_t bytes);  // rarely: its head

    void make(Dice& dice, uint64_t which);
    void ask(Dice& dice, uint64_t which);
    void frame(Dice& dice, uint64_t which);
    void train(Dice& dice, uint64_t which);
    void load(Dice& dice);
    void create(Dice& dice, bool plan_only);
    void begin_training(Dice& dice, bool plan_only);
    vkgan_image_target target(Dice& dice);
    void generate(Dice& dice);
    void release(Dice& dice, Kind kind);
    void read(Dice& dice);
    void begin(Dice& dice);
    void record(Dice& dice);
    void submit(Dice& dice);

    const vkgan_api& api_;
    Tally& tally_;
    PluginHost host_;
    std::unique_ptr<Device> device_;
    HostImage image_;
    TinyPictures pictures_;
    std::array<std::vector<uint64_t>, kinds> handles_;
    std::vector<uint64_t> released_;
    const RandomHost* other_ = nullptr;
    uint64_t frame_ = 0, completed_ = 0;
    bool wild_ = false;
    std::string last_;
};

}  // namespace vkgan::test
