// Requests replace those of the same images that still wait: of a slider only the last matters.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/shown.hpp"

#include <algorithm>
#include <bit>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

Error error_of(const api::Failure& failure) {
    return {failure.message, failure.bad_input ? 2 : 1, failure.reason == api::Reason::device_lost};
}

Result<Shown> Shown::create(api::Context& context, Textures& textures, const ShownInfo& info) {
    Shown shown;
    shown.info_ = info;
    TextureInfo texture{.extent = info.extent};
    texture.layers = std::max(info.layers, uint32_t(info.batch));
    RENDER_ASSIGN(shown.texture_, textures.make(texture));
    if (info.material) {
        texture.layers = 1;
        texture.format = VK_FORMAT_R8G8B8A8_SRGB;
        texture.mip_levels = uint32_t(std::bit_width(std::max(info.extent.width, info.extent.height)));
        RENDER_ASSIGN(shown.material_, textures.make(texture));
    }
    api::GeneratorQuery query{.model = info.model, .training = info.training, .batch = info.batch};
    query.targets = info.material ? 2 : 1;
    RENDER_ASSIGN(shown.generator_, result_of(context.create_generator(query)));
    return shown;
}

void Shown::close(api::Context& context, const Gpu& gpu, Textures& textures) {
    for (const api::Handle ticket : tickets_) (void)context.release(ticket);
    if (generator_) (void)context.release(generator_);
    if (texture_ || material_) vkDeviceWaitIdle(gpu.device);
    textures.remove(texture_);
    textures.remove(material_);
    *this = {};
}

std::vector<vkgan::ImageTarget> Shown::targets(const Textures& textures, const ShownOrder& order) const {
    std::vector<vkgan::ImageTarget> all;
    const auto add = [&](uint32_t texture) {
        const Image& image = textures.image(texture);
        vkgan::ImageTarget target;
        target.image = image.handle;
        target.usage = image.info.usage;
        target.format = image.info.format;
        target.width = image.info.extent.width;
        target.height = image.info.extent.height;
        target.mip_levels = image.info.mip_levels;
        target.layout_in = target.layout_out = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
        all.push_back(target);
    };
    add(texture_);
    all[0].first_layer = order.first;
    all[0].layers = order.count;
    if (material_) add(material_);
    return all;
}

Status Shown::set_controls(api::Context& context, const ControlValues& controls) {
    for (const auto& [name, value] : set_)
        if (!controls.contains(name)) RENDER_TRY(status_of(context.reset_control(generator_, name)));
    for (const auto& [name, value] : controls) {
        const auto known = set_.find(name);
        if (known != set_.end() && known->second == value) continue;
        RENDER_TRY(status_of(context.set_control(generator_, name, value)));
    }
    set_ = controls;
    return {};
}

Status Shown::ask(api::Context& context, const Textures& textures, const ShownOrder& order) {
    Asked asked{
        {order.latents.begin(), order.latents.end()}, order.controls, order.seed, order.steps, order.count};
    const auto last = asked_.find(order.first);
    if (last != asked_.end() && last->second == asked) return {};
    RENDER_TRY(set_controls(context, order.controls));
    const auto wanted = targets(textures, order);
    const api::GenerateQuery::Input input{order.input, asked.latents};
    api::GenerateQuery query{.seed = uint64_t(order.seed), .first = order.first};
    if (!order.latents.empty()) query.inputs = {&input, 1};
    query.targets = wanted;
    query.replaces = order.first + 1;
    api::Outcome<api::Handle> ticket = context.generate(generator_, query);
    if (!ticket && ticket.failure().reason == api::Reason::not_ready) return {};  // the next frame asks again
    if (!ticket) return error_of(ticket.failure());
    tickets_.push_back(*ticket);
    asked_[order.first] = std::move(asked);
    return {};
}

void Shown::watch(api::Context& context) {
    std::erase_if(tickets_, [&](api::Handle ticket) {
        api::Outcome<api::TicketInfo> info = context.poll(ticket);
        if (info && info->state < api::TicketState::sent) return false;
        if (info && (info->state == api::TicketState::sent || info->state == api::TicketState::done)) {
            drawn_ = true;
            steps_ = info->steps;
        }
        (void)context.release(ticket);
        return true;
    });
}

}  // namespace viewer
