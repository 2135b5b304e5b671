// Functions for what is made once: models, generators, trainings, their controls; and statistics.
// SPDX-License-Identifier: MIT
#include "plugin/calls.hpp"
#include "plugin/contexts.hpp"
#include "plugin/results.hpp"

namespace vkgan::plugin {

vkgan_status model_load(vkgan_context handle, const vkgan_model_info* info, vkgan_model* model) {
    return in_context(handle, Memory::may_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        api::ModelQuery query;
        if (!check.not_null(model, "model", "vkgan_model") || !convert(info, query, check))
            return check.fault();
        const Fault fault = give(context, context.engine->load_model(query), model);
        context.pool->trim();
        return fault;
    });
}

vkgan_status model_describe(vkgan_context handle, vkgan_model model, vkgan_model_description* description) {
    return in_context(handle, Memory::may_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.structure(description, "description")) return check.fault();
        return give(context.engine->describe(model), description);
    });
}

vkgan_status model_control(vkgan_context handle, vkgan_model model, uint32_t index, vkgan_control* control) {
    return in_context(handle, Memory::may_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.structure(control, "control") || !check.is_int(index, "index")) return check.fault();
        return give(context.engine->control(model, int(index)), control);
    });
}

vkgan_status plan_generator(vkgan_context handle, const vkgan_generator_info* info, vkgan_plan* plan) {
    return in_context(handle, Memory::may_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        api::GeneratorQuery query;
        if (!check.structure(plan, "plan") || !convert(info, query, check)) return check.fault();
        return give(context.engine->plan(query), plan);
    });
}

vkgan_status plan_training(vkgan_context handle, const vkgan_training_info* info, vkgan_plan* plan) {
    return in_context(handle, Memory::may_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        TrainingRequest request;
        if (!check.structure(plan, "plan") || !convert(info, request, check)) return check.fault();
        return give(context.engine->plan(request.query), plan);
    });
}

vkgan_status generator_create(vkgan_context handle, const vkgan_generator_info* info,
                              vkgan_generator* generator) {
    return in_context(handle, Memory::may_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        api::GeneratorQuery query;
        if (!check.not_null(generator, "generator", "vkgan_generator") || !convert(info, query, check))
            return check.fault();
        return give(context, context.engine->create_generator(query), generator);
    });
}

vkgan_status training_begin(vkgan_context handle, const vkgan_training_info* info, vkgan_training* training) {
    return in_context(handle, Memory::may_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        TrainingRequest request;
        if (!check.not_null(training, "training", "vkgan_training") || !convert(info, request, check))
            return check.fault();
        const Fault fault = give(context, context.engine->begin_training(request.query), training);
        context.pool->trim();
        return fault;
    });
}

// What is made is made by threads of ours, which cannot fail for want of the host's memory either.
vkgan_status warm_up(vkgan_context handle, uint64_t max_ns, vkgan_progress* progress) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (progress && !check.structure(progress, "progress")) return check.fault();
        api::WarmUp warm;
        const Fault fault = give(context.engine->warm_up(double(max_ns), &warm));
        if (progress) fill(*progress, warm);
        return fault;
    });
}

vkgan_status release(vkgan_context handle, uint64_t object) {
    return in_context(handle, Memory::must_not_fail,
                      [&](OpenContext& context) { return give(context.engine->release(object)); });
}

vkgan_status control_set(vkgan_context handle, uint64_t object, const char* name, double value) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.needed_text(name, "name") || !check.is_finite(value, "value")) return check.fault();
        return give(context.engine->set_control(object, name, value));
    });
}

vkgan_status control_reset(vkgan_context handle, vkgan_generator generator, const char* name) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.text(name, "name")) return check.fault();
        if (name && !*name)
            return {VKGAN_ERROR_INVALID_ARGUMENT, "name is empty; it must be a control's, or null for all"};
        return give(context.engine->reset_control(generator, name ? name : ""));
    });
}

vkgan_status statistics(vkgan_context handle, vkgan_statistics* result) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.structure(result, "statistics")) return check.fault();
        fill(*result, context.engine->statistics());
        const Pool::Counts counts = context.pool->counts();
        result->host_allocations = counts.host_allocations;
        result->host_bytes = counts.host_bytes;
        return {};
    });
}

vkgan_status slices(vkgan_context handle, uint64_t object, uint32_t* count, vkgan_slice* items) {
    return in_context(handle, Memory::may_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.not_null(count, "count", "uint32_t")) return check.fault();
        return give_list(context.engine->slices(object), count, items);
    });
}

}  // namespace vkgan::plugin
