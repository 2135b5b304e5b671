// Medians, the process's memory, and what a step consists of.
// SPDX-License-Identifier: MIT
#include "host/engine/bench_common.hpp"

#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace vkgan {

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + ptrdiff_t(values.size() / 2));
    return values[values.size() / 2];
}

std::string device_text(const Device& device) {
    return fmt::format("{}, subgroups of {}", device.name(), device.traits().subgroup_size);
}

double resident_mib() {
    std::ifstream file("/proc/self/statm");
    double size = 0, resident = 0;  // pages
    if (!(file >> size >> resident)) return 0;
    return resident * double(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// The kernel brings its own mark up to date now and then only, so that it may lie below the present size.
double peak_process_mib() {
    rusage usage{};
    const double mark = ::getrusage(RUSAGE_SELF, &usage) == 0 ? double(usage.ru_maxrss) / 1024 : 0;
    return std::max(mark, resident_mib());
}

Status start_untrained(Session& session) {
    TrainingState state;
    VKGAN_ASSIGN(state.variables, session.initial_values());
    return session.start(std::move(state));
}

double flops(const Plan& plan) {
    double sum = 0;
    for (const PlannedKernel& kernel : plan.kernels) sum += kernel.flops;
    return sum;
}

double flops(const Compiled& compiled) {
    double sum = 0;
    for (const CompiledPhase& phase : compiled.phases) sum += phase.repeat * flops(phase.plan);
    return sum;
}

int dispatches(const Compiled& compiled) {
    int sum = 0;
    for (const CompiledPhase& phase : compiled.phases) sum += phase.repeat * int(phase.plan.kernels.size());
    return sum;
}

}  // namespace vkgan
