// First the best of many that are drawn, then the search from there.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/inversion.hpp"

#include "samples/viewer/studio/shown.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

namespace {

constexpr double likely = 0.003;  // weight of the latent's mean square beside the picture's error

}  // namespace

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
