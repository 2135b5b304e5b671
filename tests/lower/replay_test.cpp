// Replay of earlier samples: the pool fills, exchanges what it must and nothing else, and equals the
// reference on the device.
// SPDX-License-Identifier: MIT
#include "tests/lower/direct_call.hpp"
#include "tests/support/run_graph.hpp"

#include <algorithm>

using namespace vkgan;

namespace {

using Numbers = std::vector<double>;

struct Replay {
    DirectCall direct{};
    int64_t batch;
    DoubleTensorMap variables{};

    // Samples of two numbers, n and -n; beside each its class, n and two more.
    Replay(int64_t n, Options options) : batch(n) {
        const Value x = direct.input("x", {n, 2, 1, 1}), y = direct.input("y", {n, 3});
        const auto term = direct.term(batch_functions(), {"old", "replay", {}, std::move(options)}, {x, y});
        REQUIRE_MESSAGE(term.ok(), (term.ok() ? "" : term.error().message));
        Graph& graph = direct.phase.graph;
        REQUIRE(graph.status().ok());
        CHECK(term->layers->at("a0").index == term->value.index);
        graph.mark_output("x", term->value);
        graph.mark_output("y", term->layers->at("a1"));
        for (const Variable& variable : graph.variables()) {
            const auto start = std::ranges::find(direct.extra, variable.name, &VariableStart::name);
            REQUIRE(start != direct.extra.end());
            CHECK_FALSE(start->parameter);
            variables[variable.name] = DoubleTensor(variable.shape, start->fill);
        }
        CHECK(direct.extra.size() == 3);
    }

    DoubleTensorMap inputs(int64_t step) const {
        DoubleTensorMap result{{"x", DoubleTensor(Shape{batch, 2, 1, 1})},
                               {"y", DoubleTensor(Shape{batch, 3})}};
        for (int64_t i = 0; i < batch; ++i) {
            const auto n = double(step * batch + i + 1);
            result.at("x").values[size_t(2 * i)] = n;
            result.at("x").values[size_t(2 * i + 1)] = -n;
            for (int64_t k = 0; k < 3; ++k) result.at("y").values[size_t(3 * i + k)] = n + 0.25 * double(k);
        }
        return result;
    }
    // The samples' numbers after step 0, 1, ...; their classes and second halves must have gone with them.
    Numbers run(int64_t step) {
        const DoubleTensorMap outputs = run_phase(direct.phase, int(step), inputs(step), variables);
        return numbers(outputs.at("x"), outputs.at("y"));
    }
    Numbers pool() const {
        const std::string name = "replay/.old";
        return numbers(variables.at(name), variables.at(name + ".1"));
    }
    static Numbers numbers(const DoubleTensor& x, const DoubleTensor& y) {
        Numbers result;
        for (size_t i = 0; 2 * i < x.values.size(); ++i) {
            const double n = x.values[2 * i];
            result.push_back(n);
            CHECK(x.values[2 * i + 1] == -n);
            for (size_t k = 0; k < 3 && n > 0; ++k) CHECK(y.values[3 * i + k] == n + 0.25 * double(k));
        }
        return result;
    }
};

Numbers sorted(Numbers a, const Numbers& b) {
    a.insert(a.end(), b.begin(), b.end());
    std::ranges::sort(a);
    return a;
}

std::string failure(const Options& options, const std::vector<Shape>& shapes) {
    DirectCall direct;
    std::vector<Value> values;
    for (const Shape& shape : shapes)
        values.push_back(direct.input("v" + std::to_string(values.size()), shape));
    const auto result = direct.call(batch_functions(), {"old", "replay", {}, options}, values);
    REQUIRE_FALSE(result.ok());
    return result.error().message;
}

}  // namespace

TEST_CASE("a pool with room stores samples in turn and leaves the batch as it is") {
    Replay replay(4, {{"pool", 10.0}});
    CHECK(replay.run(0) == Numbers{1, 2, 3, 4});
    CHECK(replay.pool() == Numbers{1, 2, 3, 4, 0, 0, 0, 0, 0, 0});
    CHECK(replay.run(1) == Numbers{5, 6, 7, 8});
    CHECK(replay.run(2) == Numbers{9, 10, 11, 12});  // the last two find no room
    CHECK(replay.pool() == Numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    CHECK(replay.variables.at("replay/.old.filled").values[0] == 10);
}

TEST_CASE("half of every batch changes places with samples of a full pool, each place as likely") {
    constexpr int64_t batch = 4, pool = 10, steps = 600;
    Replay replay(batch, {{"pool", double(pool)}});
    for (int64_t step = 0; step < 3; ++step) replay.run(step);
    std::vector<int> taken(pool), of_sample(batch);
    for (int64_t step = 3; step < steps; ++step) {
        const Numbers before = replay.pool(), seen = replay.run(step), after = replay.pool();
        int old = 0;
        for (size_t i = 0; i < size_t(batch); ++i) {
            const double own = double(step * batch) + double(i + 1);
            if (seen[i] == own) continue;
            const auto place = std::ranges::find(before, seen[i]) - before.begin();
            REQUIRE(place < pool);
            CHECK(after[size_t(place)] == own);
            ++taken[size_t(place)];
            ++of_sample[i];
            ++old;
        }
        CHECK(old == batch / 2);
        Numbers batch_before;
        for (int64_t i = 0; i < batch; ++i) batch_before.push_back(double(step * batch + i + 1));
        CHECK(sorted(before, batch_before) == sorted(after, seen));  // nothing lost, nothing twice
    }
    const auto check_even = [](const std::vector<int>& counts, double share) {
        const double trials = double(steps - 3);
        for (const int count : counts)  // four deviations
            CHECK(std::abs(count - trials * share) < 4 * std::sqrt(trials * share * (1 - share)));
    };
    check_even(taken, double(batch) / 2 / double(pool));
    check_even(of_sample, 0.5);
}

TEST_CASE("a batch of one is an earlier sample about as often as its share says") {
    for (const double share : {0.5, 0.2}) {
        Replay replay(1, {{"pool", 5.0}, {"share", share}});
        int old = 0;
        constexpr int steps = 505;
        for (int step = 0; step < steps; ++step) old += replay.run(step)[0] != step + 1;
        CHECK(std::abs(old - share * 500) < 4 * std::sqrt(500 * share * (1 - share)));
    }
}

TEST_CASE("a share of a third is so many of three batches, none and one are none and all") {
    for (const double share : {1.0 / 3, 0.0, 1.0}) {
        Replay replay(4, {{"pool", 4.0}, {"share", share}});
        replay.run(0);
        int old = 0;
        for (int step = 1; step <= 30; ++step) {
            const Numbers seen = replay.run(step);
            int now = 0;
            for (int i = 0; i < 4; ++i) now += seen[size_t(i)] != step * 4 + i + 1;
            CHECK(now >= int(4 * share));
            CHECK(now <= int(std::ceil(4 * share)));
            old += now;
        }
        CHECK(std::abs(old - share * 120) < 4 * std::sqrt(30.0) / 2);  // of at most 1 a step
    }
}

TEST_CASE("the device exchanges the same samples as the reference, to the bit") {
    for (const auto& [batch, pool] : {std::pair<int64_t, int64_t>{4, 10}, {6, 6}, {1, 3}, {5, 700}}) {
        CAPTURE(pool);
        Replay replay(batch, {{"pool", double(pool)}});
        const auto single = [](const DoubleTensorMap& map) {
            TensorMap result;
            for (const auto& [name, tensor] : map)
                result.emplace(name, Tensor(tensor.shape,
                                            std::vector<float>(tensor.values.begin(), tensor.values.end())));
            return result;
        };
        if (pool > 100) replay.variables.at("replay/.old.filled").values[0] = double(pool - batch);
        TensorMap variables = single(replay.variables);
        for (int64_t step = 0; step < 8; ++step) {
            DoubleTensorMap inputs = replay.inputs(step);
            set_scalars(replay.direct.phase, int(step), inputs);
            const auto outputs =
                run_on_device(test_device(), replay.direct.phase.graph, single(inputs), variables);
            REQUIRE_MESSAGE(outputs.ok(), (outputs.ok() ? "" : outputs.error().message));
            const TensorMap wanted =
                single(run_phase(replay.direct.phase, int(step), inputs, replay.variables));
            for (const char* name : {"x", "y"}) CHECK(outputs->at(name).values == wanted.at(name).values);
            for (const auto& [name, tensor] : single(replay.variables))
                CHECK_MESSAGE(variables.at(name).values == tensor.values, name);
        }
    }
}

TEST_CASE("a pool that cannot work is refused with what would be right") {
    CHECK(failure({{"pool", 3.0}}, {{4, 2}}).find("pool: 3 places are too few for a batch of 4") !=
          std::string::npos);
    CHECK(
        failure({{"pool", 9.0}}, {{4, 2}, {3, 2}}).find("a1 is [3, 2], no value of each sample of [4, 2]") !=
        std::string::npos);
    CHECK(failure({{"pool", 9.0}}, {{}}).find("a0 is [], no value of each sample") != std::string::npos);
}
