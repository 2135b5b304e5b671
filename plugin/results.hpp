// Outcomes of the C++ interface into a host's results.
// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/checks.hpp"
#include "plugin/contexts.hpp"
#include "plugin/convert.hpp"

namespace vkgan::plugin {

inline Fault refused_memory() {
    return {VKGAN_ERROR_OUT_OF_MEMORY, "allocate returned null: the host has no memory for this"};
}

// What `to` points to is touched by success only; and it is none where the host has refused memory on the
// way.
template <class T, class To>
Fault give(api::Outcome<T> from, To* to) {
    if (!from) return fault_of(from.failure());
    if (WorksFor::refused()) return refused_memory();
    fill(*to, *from);
    return {};
}
inline Fault give(OpenContext& context, api::Outcome<api::Handle> from, uint64_t* to) {
    if (!from) return fault_of(from.failure());
    if (WorksFor::refused()) {
        const WorksFor undoing(context.pool, false);
        (void)context.engine->release(*from);
        return refused_memory();
    }
    *to = *from;
    return {};
}
inline Fault give(api::Outcome<api::Done> from) { return from ? Fault{} : fault_of(from.failure()); }

// `items` null: *count becomes how many there are; else how many of them `items` got.
template <class T, class Item>
Fault give_list(api::Outcome<std::vector<T>> list, uint32_t* count, Item* items) {
    if (!list) return fault_of(list.failure());
    if (WorksFor::refused()) return refused_memory();
    const std::vector<T>& from = *list;
    const uint32_t size = uint32_t(from.size());
    const uint32_t written = items ? std::min(*count, size) : 0;
    for (uint32_t i = 0; i < written; ++i) fill(items[i], from[i]);
    *count = items ? written : size;
    return {};
}

}  // namespace vkgan::plugin
