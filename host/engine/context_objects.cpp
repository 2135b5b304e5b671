// Handles, and the controls that a model offers.
// SPDX-License-Identifier: MIT
#include "host/engine/context_objects.hpp"

#include "host/engine/api_convert.hpp"
#include "host/graph/shape.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

std::string_view name_of(HandleKind kind) {
    switch (kind) {
        case HandleKind::model: return "model";
        case HandleKind::generator: return "generator";
        case HandleKind::training: return "training";
        case HandleKind::ticket: return "ticket";
    }
    return "nothing";
}

HandleKind kind_of(Handle handle) { return HandleKind(handle >> 48 & 0xF); }

Error released(std::string_view field) {
    return {Code::invalid_handle, fmt::format("{}: the handle was released, or never given", field)};
}

Status HandleSource::check(Handle handle, HandleKind wanted, std::string_view field) const {
    if (handle == 0) return Error{Code::invalid_handle, fmt::format("{}: 0 is no handle", field)};
    if (handle >> 52 != tag)
        return Error{Code::invalid_handle, fmt::format("{}: the handle is of another context", field)};
    const HandleKind kind = kind_of(handle);
    if (kind != wanted)
        return Error{Code::invalid_handle, fmt::format("{}: the handle is of a {}, not of a {}", field,
                                                       name_of(kind), name_of(wanted))};
    return {};
}

namespace {

// The source or the input that a control of entries is about.
int64_t entries_of(const Model& model, const Control& control) {
    if (control.kind != "latent" && control.kind != "label" && control.kind != "attribute") return 0;
    for (const Source& source : model.sources)
        if (source.name == control.name) return Shape(std::span<const int64_t>(source.shape)).element_count();
    for (const Network& network : model.networks) {
        if (network.name != model.sample_network) continue;
        for (const NetworkInput& input : network.inputs)
            if (input.name == control.name)
                return Shape(std::span<const int64_t>(input.shape)).element_count();
    }
    return 0;
}

}  // namespace

std::vector<api::ModelControl> controls_of(const Model& model, const std::vector<Control>& live) {
    std::vector<api::ModelControl> list;
    const auto add = [&](const Control& control, int64_t entries) {
        list.push_back({api::to_info(control), int(entries)});
    };
    for (const Control& control : model.controls) {
        add(control, entries_of(model, control));
        // Attributes by their names in the data set.
        for (const Source& source : model.sources) {
            if (source.name != control.name || control.kind != "attribute") continue;
            for (const std::string& name : source.names) {
                Control entry = control;
                entry.name = name;
                entry.help = fmt::format("{}, entry of {}", name, control.name);
                add(entry, 0);
            }
        }
    }
    for (const Control& control : live)
        if (std::ranges::find(model.controls, control.name, &Control::name) == model.controls.end())
            add(control, 0);
    return list;
}

}  // namespace vkgan
