// First the best of many that are drawn, then the search from there.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/inversion.hpp"

#include "samples/viewer/studio/shown.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#include <stb_image.h>
#include <stb_image_resize.h>
#pragma GCC diagnostic pop

namespace viewer {

namespace api = vkgan::api;
using namespace render;

namespace {

constexpr double likely = 0.003;  // weight of the latent's mean square beside the picture's error

}  // namespace

Result<std::vector<float>> read_picture(const std::string& path, int channels, int height, int width) {
    constexpr int most_side = 16384;
    int from_width = 0, from_height = 0, had = 0;
    if (!stbi_info(path.c_str(), &from_width, &from_height, &had))
        return Error{path + " is no picture: " + stbi_failure_reason() + ".", 2};
    if (from_width > most_side || from_height > most_side)
        return Error{path + " has " + std::to_string(from_width) + " x " + std::to_string(from_height) +
                         " pixels; at most " + std::to_string(most_side) + " a side are read.",
                     2};
    const int wanted = channels == 1 ? 1 : channels == 4 ? 4 : 3;
    const std::unique_ptr<unsigned char, void (*)(void*)> pixels(
        stbi_load(path.c_str(), &from_width, &from_height, &had, wanted), stbi_image_free);
    if (!pixels) return Error{path + " cannot be read: " + stbi_failure_reason() + ".", 2};
    std::vector<unsigned char> resized(size_t(width) * size_t(height) * size_t(wanted));
    if (!stbir_resize_uint8_srgb(pixels.get(), from_width, from_height, 0, resized.data(), width, height, 0,
                                 wanted, wanted == 4 ? 3 : STBIR_ALPHA_CHANNEL_NONE, 0))
        return Error{
            path + " cannot be resized to " + std::to_string(width) + " x " + std::to_string(height) + ".",
            2};
    const size_t plane = size_t(width) * size_t(height);
    std::vector<float> picture(plane * size_t(channels));
    for (size_t c = 0; c < size_t(channels); ++c)
        for (size_t i = 0; i < plane; ++i)
            picture[c * plane + i] =
                float(resized[i * size_t(wanted) + std::min(c, size_t(wanted) - 1)]) / 127.5f - 1;
    return picture;
}

Status Inversion::begin(api::Context& context, Subject subject) {
    end(context);
    subject_ = std::move(subject);
    RENDER_ASSIGN(const api::Arrays drawn, result_of(context.drawn_inputs(subject_.model, 1, 1)));
    inputs_.clear();
    size_ = 0;
    for (const auto& [name, array] : drawn) {
        inputs_.push_back({name, size_, array.values.size()});
        size_ += array.values.size();
    }
    drawn_ = generation_ = 0;
    search_.reset();
    best_.clear();
    better_ = false;
    api::GeneratorQuery query{.model = subject_.model, .batch = population};
    query.targets = 0;
    RENDER_ASSIGN(generator_, result_of(context.create_generator(query)));
    return {};
}

void Inversion::end(api::Context& context) {
    for (api::Handle* const handle : {&ticket_, &generator_})
        if (*handle) (void)context.release(std::exchange(*handle, 0));
}

std::vector<float> Inversion::rows_of(const Input& input, std::span<const float> candidates) const {
    std::vector<float> rows(input.count * size_t(population));
    for (size_t k = 0; k < size_t(population); ++k)
        for (size_t i = 0; i < input.count; ++i) {
            const float value = candidates[k * size_ + input.first + i];
            // Attributes beyond those that data have are pictures that nobody has seen.
            rows[k * input.count + i] =
                input.name == subject_.latent_input ? value : std::clamp(value, -1.0f, 1.0f);
        }
    return rows;
}

Status Inversion::ask(api::Context& context) {
    if (!generator_ || ticket_) return {};
    if (search_) {
        candidates_ = search_->ask();
    } else {
        RENDER_ASSIGN(const api::Arrays drawn,
                      result_of(context.drawn_inputs(subject_.model, population, 1, uint64_t(drawn_))));
        candidates_.assign(size_ * size_t(population), 0);
        for (const Input& input : inputs_) {
            const auto found = drawn.find(input.name);
            if (found == drawn.end()) continue;
            for (size_t k = 0; k < size_t(population); ++k)
                std::copy_n(found->second.values.begin() + long(k * input.count), input.count,
                            candidates_.begin() + long(k * size_ + input.first));
        }
    }
    std::vector<std::vector<float>> rows;
    std::vector<api::GenerateQuery::Input> given;
    for (const Input& input : inputs_) rows.push_back(rows_of(input, candidates_));
    for (size_t i = 0; i < inputs_.size(); ++i) given.push_back({inputs_[i].name, rows[i]});
    api::Outcome<api::Handle> ticket = context.generate(generator_, {.inputs = given, .readback = true});
    if (!ticket && ticket.failure().reason == api::Reason::not_ready) return {};
    RENDER_ASSIGN(ticket_, result_of(std::move(ticket)));
    return {};
}

void Inversion::judge(std::span<const float> pictures) {
    const size_t each = subject_.target.size();
    std::vector<double> costs(size_t(population), 1e300);
    for (size_t k = 0; k < costs.size(); ++k) {
        double sum = 0, length = 0;
        for (size_t i = 0; i < each; ++i) {
            const double off = double(pictures[k * each + i]) - double(subject_.target[i]);
            sum += off * off;
        }
        for (size_t i = 0; i < size_; ++i)
            length += double(candidates_[k * size_ + i]) * double(candidates_[k * size_ + i]);
        const double mean_square = sum / double(each);
        costs[k] = mean_square + likely * length / double(size_);
        if (!best_.empty() && !(std::sqrt(mean_square) < best_error_)) continue;
        best_error_ = std::sqrt(mean_square);
        best_.assign(candidates_.begin() + long(k * size_), candidates_.begin() + long((k + 1) * size_));
        better_ = true;
    }
    if (search_) {
        search_->tell(costs);
        ++generation_;
        return;
    }
    drawn_ += population;
    if (drawn_ >= first_draws)
        search_.emplace(std::vector<double>(best_.begin(), best_.end()), 0.5, population, 1);
}

Status Inversion::watch(api::Context& context) {
    if (!ticket_) return {};
    RENDER_ASSIGN(const api::TicketInfo info, result_of(context.poll(ticket_)));
    if (info.state < api::TicketState::done) return {};
    std::vector<float> pictures(info.bytes / sizeof(float));
    const auto read =
        context.read(ticket_, api::ReadAs::float32, std::as_writable_bytes(std::span(pictures)));
    (void)context.release(std::exchange(ticket_, 0));
    if (!read) return error_of(read.failure());
    if (pictures.size() != subject_.target.size() * size_t(population))
        return Error{subject_.name + " has another size than what the network draws.", 2};
    judge(pictures);
    if (generation_ >= most_generations) end(context);
    return {};
}

std::optional<Inversion::Found> Inversion::take() {
    if (!std::exchange(better_, false)) return {};
    Found found;
    for (const Input& input : inputs_) {
        std::vector<float> values(best_.begin() + long(input.first),
                                  best_.begin() + long(input.first + input.count));
        if (input.name == subject_.latent_input) {
            found.latent = std::move(values);
            continue;
        }
        for (float& value : values) value = std::clamp(value, -1.0f, 1.0f);
        found.others.emplace_back(input.name, std::move(values));
    }
    return found;
}

void Inversion::tell(InversionFacts& facts) const {
    facts.goes_on = goes_on();
    facts.name = subject_.name;
    facts.error = best_error_;
    const int all = first_draws / population + most_generations;
    facts.progress = double(drawn_ / population + generation_) / all;
}

}  // namespace viewer
