// Operators of PyTorch, forwards and backwards, against files computed by PyTorch.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/io/safetensors.hpp"
#include "host/reference/interpreter.hpp"
#include "tests/ops/pytorch_ops.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace vkgan::test {

namespace {

namespace fs = std::filesystem;

struct Reference {
    std::string name;
    TensorFile file;
    nlohmann::json bounds;  // |float32 - float64| by tensor name
};

// Every file of the folder, known or not. Empty, with a reason printed, where the data is absent.
std::vector<Reference> references() {
    const fs::path folder = fs::path(VKGAN_SHARED_DIR) / "data" / "reference" / "ops";
    std::vector<Reference> list;
    if (!fs::exists(folder)) {
        MESSAGE("not checked: there is no folder " << folder.string());
        return list;
    }
    nlohmann::json index = nlohmann::json::parse(std::ifstream(folder / "index.json"), nullptr, false);
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".safetensors") continue;
        Result<TensorFile> file = read_safetensors(entry.path());
        REQUIRE_MESSAGE(file.ok(), file.error().message);
        const std::string name = entry.path().stem().string();
        const nlohmann::json bounds =
            index.is_object() && index.contains(name) ? index[name]["f32_vs_f64"] : nlohmann::json::object();
        list.push_back({name, std::move(*file), bounds});
    }
    std::ranges::sort(list, {}, &Reference::name);
    return list;
}

// The graph of a reference: outputs named as in the file, "out.y" and "grad.x".
void build(Graph& graph, const Reference& reference) {
    PytorchCall call{graph, reference.file.metadata, {}};
    for (const auto& [name, stored] : reference.file.tensors) {
        if (!name.starts_with("in.")) continue;
        const bool floating = stored.type == StoredType::f32 || stored.type == StoredType::f64;
        call.inputs[name.substr(3)] = graph.input(name, stored.shape, floating ? DType::f32 : DType::i32);
    }
    const Value y = build_pytorch(call);
    REQUIRE_MESSAGE(y.valid(), reference.name, ": no operator is known by the name \"", call.text(), "\"");
    REQUIRE_MESSAGE(graph.status().ok(), reference.name, ": ", graph.status().error().message);
    graph.mark_output("out.y", y);
    std::vector<Value> wrt;
    std::vector<std::string> names;
    for (const auto& [name, value] : call.inputs) {
        if (!reference.file.tensors.contains("grad." + name)) continue;
        wrt.push_back(value);
        names.push_back("grad." + name);
    }
    if (wrt.empty()) return;
    const std::vector<Value> gradients = differentiate(y, wrt, call.in("dy"));
    for (size_t i = 0; i < wrt.size(); ++i) graph.mark_output(names[i], gradients[i]);
    REQUIRE_MESSAGE(graph.status().ok(), reference.name, ": ", graph.status().error().message);
}

// The file holds PyTorch's float32 results, which differ from exact ones by `bounds`. Our double reference
// may differ by that and the rounding of the file's last place (2^-24); a float32 device by ten times that,
// for its sums run in another order.
double tolerance(const Reference& reference, const std::string& name, const Tensor& expected,
                 double multiple) {
    double largest = 0;
    for (const float value : expected.values) largest = std::max(largest, std::fabs(double(value)));
    const double rounding = largest * 0x1p-24;
    const double bound =
        reference.bounds.contains(name) ? reference.bounds[name].get<double>() : 10 * rounding;
    return multiple * (bound + rounding);
}

template <class Element>
void compare(const Reference& reference, const std::string& name, const BasicTensor<Element>& actual,
             double multiple) {
    const auto it = reference.file.tensors.find(name);
    REQUIRE(it != reference.file.tensors.end());
    const Tensor expected = *it->second.to_f32();
    REQUIRE_MESSAGE(actual.shape == expected.shape, reference.name, " ", name, ": ", actual.shape.to_string(),
                    " but PyTorch has ", expected.shape.to_string());
    const double allowed = tolerance(reference, name, expected, multiple);
    double worst = 0;
    for (size_t i = 0; i < expected.values.size(); ++i) {
        const double error = std::fabs(double(actual.values[i]) - double(expected.values[i]));
        worst = std::isnan(error) ? INFINITY : std::max(worst, error);
    }
    CHECK_MESSAGE(worst <= allowed, reference.name, " ", name, ": off by ", worst, " but ", allowed,
                  " is allowed");
}

TensorMap inputs_of(const Reference& reference) {
    TensorMap inputs;
    for (const auto& [name, stored] : reference.file.tensors) {
        if (!name.starts_with("in.")) continue;
        Result<Tensor> tensor = stored.to_f32();
        REQUIRE_MESSAGE(tensor.ok(), tensor.error().message);
        inputs[name] = std::move(*tensor);
    }
    return inputs;
}

}  // namespace

TEST_CASE("the reference interpreter agrees with PyTorch's operators") {
    for (const Reference& reference : references()) {
        Graph graph;
        build(graph, reference);
        DoubleTensorMap inputs, variables;
        for (const auto& [name, tensor] : inputs_of(reference)) {
            inputs[name] = {tensor.shape, std::vector<double>(tensor.values.begin(), tensor.values.end())};
        }
        const auto run = run_reference(graph, inputs, variables);
        REQUIRE_MESSAGE(run.ok(), reference.name, ": ", run.error().message);
        for (const auto& [name, tensor] : run->outputs) compare(reference, name, tensor, 1.05);
    }
}

TEST_CASE("the device agrees with PyTorch's operators") {
    for (const Reference& reference : references()) {
        Graph graph;
        build(graph, reference);
        TensorMap variables;
        const auto outputs = run_on_device(test_device(), simplify(graph), inputs_of(reference), variables);
        REQUIRE_MESSAGE(outputs.ok(), reference.name, ": ", outputs.error().message);
        for (const auto& [name, tensor] : *outputs) compare(reference, name, tensor, 10);
    }
}

}  // namespace vkgan::test
