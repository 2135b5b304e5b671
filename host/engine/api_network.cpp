// vkgan.hpp: Network.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/engine/inference.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

namespace vkgan::api {

// The device is opened when something runs: describing a file needs none.
struct Network::State {
    DeviceSettings settings;
    TrainedModel trained;
    Precision precision = Precision::float32;
    std::unique_ptr<Device> device;
    std::unique_ptr<Inference> inference;

    Result<Inference*> ready() {
        if (inference) return inference.get();
        VKGAN_ASSIGN(device, open_device(settings));
        VKGAN_ASSIGN(inference, Inference::create(*device, trained, precision));
        return inference.get();
    }
};

namespace {

Result<TensorMap> to_tensors(const Arrays& arrays) {
    TensorMap tensors;
    for (const auto& [name, array] : arrays) {
        VKGAN_ASSIGN(Tensor tensor, to_tensor(array, name));
        tensors.emplace(name, std::move(tensor));
    }
    return tensors;
}

}  // namespace

Network::Network(std::unique_ptr<State> state) : state_(std::move(state)) {}
Network::Network(Network&&) noexcept = default;
Network& Network::operator=(Network&&) noexcept = default;
Network::~Network() = default;

Outcome<Network> Network::load(const std::string& path, const DeviceSettings& device,
                               std::string_view precision) {
    const auto known = precision_of(precision);
    if (!known) return to_failure(known.error());
    auto trained = read_trained(path);
    if (!trained) return to_failure(trained.error());
    auto state = std::make_unique<State>();
    state->settings = device;
    state->precision = *known;
    state->trained = std::move(*trained);
    return Network(std::move(state));
}

Outcome<Array> Network::sample(int count, uint64_t seed,
                               const std::map<std::string, double, std::less<>>& controls) {
    const auto inference = state_->ready();
    if (!inference) return to_failure(inference.error());
    return outcome_of((*inference)->sample(count, seed, controls),
                      [](Tensor&& t) { return to_array(std::move(t)); });
}

Outcome<Arrays> Network::run(std::string_view network, const Arrays& inputs) {
    const auto tensors = to_tensors(inputs);
    if (!tensors) return to_failure(tensors.error());
    const auto inference = state_->ready();
    if (!inference) return to_failure(inference.error());
    return outcome_of((*inference)->run(network, *tensors), [](Tensor&& t) {
        Arrays outputs;
        outputs.emplace("output", to_array(std::move(t)));
        return outputs;
    });
}

std::vector<ControlInfo> Network::controls() const {
    std::vector<ControlInfo> list;
    for (const Control& control : state_->trained.model.controls) list.push_back(to_info(control));
    return list;
}

std::string Network::describe() const { return vkgan::describe(state_->trained); }

}  // namespace vkgan::api
