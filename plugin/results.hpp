// Outcomes of the C++ interface into a host's results.
// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/checks.hpp"
#include "plugin/convert.hpp"

namespace vkgan::plugin {

// What `to` points to is touched by success only.
template <class T, class To>
Fault give(api::Outcome<T> from, To* to) {
    if (!from) return fault_of(from.failure());
    fill(*to, *from);
    return {};
}
inline Fault give(api::Outcome<api::Handle> from, uint64_t* to) {
    if (!from) return fault_of(from.failure());
    *to = *from;
    return {};
}
inline Fault give(api::Outcome<api::Done> from) { return from ? Fault{} : fault_of(from.failure()); }

// `items` null: *count becomes how many there are; else how many of them `items` got.
template <class T, class Item>
void give_list(std::vector<T>& from, uint32_t* count, Item* items) {
    const uint32_t size = uint32_t(from.size());
    const uint32_t written = items ? std::min(*count, size) : 0;
    for (uint32_t i = 0; i < written; ++i) fill(items[i], from[i]);
    *count = items ? written : size;
}

}  // namespace vkgan::plugin
