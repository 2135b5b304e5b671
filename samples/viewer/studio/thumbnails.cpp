// One model at a time: loaded, drawn, read back, shown, kept, released.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/thumbnails.hpp"

#include "samples/render/picture_file.hpp"
#include "samples/viewer/studio/shown.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace viewer {

namespace api = vkgan::api;
namespace fs = std::filesystem;
using namespace render;

namespace {

// FNV-1a: a file's name for a path.
uint64_t hash_of(const std::string& text) {
    uint64_t hash = 14695981039346656037u;
    for (const char letter : text) hash = (hash ^ uint8_t(letter)) * 1099511628211u;
    return hash;
}

// 0: there is no such file.
int64_t time_of(const std::string& path) {
    std::error_code error;
    const auto time = fs::last_write_time(path, error);
    return error ? 0 : int64_t(time.time_since_epoch().count());
}

}  // namespace

void Thumbnails::see(const std::vector<std::string>& models, const std::string& folder) {
    folder_ = folder;
    seen_ = true;
    const bool opened = !was_seen_;
    for (const std::string& model : models) {
        const auto known = entries_.find(model);
        if (known == entries_.end()) {
            if (entries_.size() < most)
                entries_[model] = {.layer = uint32_t(entries_.size()), .written = time_of(model)};
        } else if (const int64_t written = opened ? time_of(model) : known->second.written;
                   written != known->second.written) {
            known->second.written = written;
            known->second.known = Known::nothing;
        }
    }
}

std::string Thumbnails::cached(const std::string& model) const {
    if (folder_.empty()) return {};
    std::error_code error;
    char name[32];
    std::snprintf(
        name, sizeof(name), "/%016llx.png",
        static_cast<unsigned long long>(hash_of(fs::absolute(model, error).lexically_normal().string())));
    return folder_ + name;
}

Result<bool> Thumbnails::from_cache(const std::string& model, Entry& entry, Textures& textures) {
    const std::string file = cached(model);
    if (file.empty() || time_of(file) <= entry.written) return false;
    const Result<Pixels> pixels = read_pixels(file);
    if (!pixels || pixels->width != side || pixels->height != side) return false;  // is drawn again
    RENDER_TRY(show(entry, *pixels, textures));
    return true;
}

Status Thumbnails::show(Entry& entry, const Pixels& pixels, Textures& textures) {
    if (texture_ == 0) {
        TextureInfo info;
        info.extent = {uint32_t(side), uint32_t(side)};
        info.layers = most;
        RENDER_ASSIGN(texture_, textures.make(info));
    }
    RENDER_TRY(textures.fill(texture_, entry.layer, pixels.rgba));
    entry.known = Known::drawn;
    return {};
}

Result<bool> Thumbnails::begin(api::Context& context, Textures& textures) {
    if (model_ || !seen_) return false;
    const auto next = std::ranges::find_if(
        entries_, [](const auto& entry) { return entry.second.known == Known::nothing; });
    if (next == entries_.end()) return false;
    auto& [path, entry] = *next;
    RENDER_ASSIGN(const bool had, from_cache(path, entry, textures));
    if (had) return false;
    entry.known = Known::none;  // until it is drawn
    // Reading more would be seen as a frame that hangs.
    constexpr uintmax_t largest_bytes = uintmax_t{128} << 20;
    std::error_code error;
    if (const uintmax_t bytes = fs::file_size(path, error); error || bytes > largest_bytes) return false;
    auto model = context.load_model({.path = path});
    if (!model) return false;
    drawing_ = path;
    model_ = *model;
    auto description = context.describe(model_);
    const bool draws =
        description && description->steps >= 0 && description->width > 0 && description->height > 0;
    if (draws) {
        extent_ = {uint32_t(description->width), uint32_t(description->height)};
        api::GeneratorQuery query{.model = model_};
        query.targets = 0;
        if (auto generator = context.create_generator(query)) generator_ = *generator;
    }
    if (!generator_) end(context);
    return generator_ != 0;
}

void Thumbnails::end(api::Context& context) {
    for (api::Handle* const handle : {&ticket_, &generator_, &model_})
        if (*handle) (void)context.release(std::exchange(*handle, 0));
}

void Thumbnails::ask(api::Context& context) {
    if (!generator_ || ticket_) return;
    api::GenerateQuery query{.seed = seed};
    query.readback = true;
    auto ticket = context.generate(generator_, query);
    if (ticket) ticket_ = *ticket;
    if (!ticket && ticket.failure().reason != api::Reason::not_ready) end(context);
}

Status Thumbnails::watch(api::Context& context, Textures& textures) {
    was_seen_ = std::exchange(seen_, false);
    if (!ticket_) return {};
    auto info = context.poll(ticket_);
    if (info && info->state < api::TicketState::done) return {};
    Pixels pixels{int(extent_.width), int(extent_.height), {}};
    pixels.rgba.resize(size_t(extent_.width) * extent_.height * 4);
    auto read = context.read(ticket_, api::ReadAs::rgba8, std::as_writable_bytes(std::span(pixels.rgba)));
    end(context);
    if (!read) return {};
    const Pixels small = fitted(pixels, side);
    RENDER_TRY(show(entries_[drawing_], small, textures));
    std::error_code error;
    fs::create_directories(folder_, error);
    // Without the file it is drawn again the next time.
    if (const std::string file = cached(drawing_); !file.empty())
        (void)save_png(small.rgba, {uint32_t(side), uint32_t(side)}, file);
    return {};
}

void Thumbnails::tell(std::map<std::string, PictureId>& pictures) const {
    for (const auto& [path, entry] : entries_)
        if (entry.known == Known::drawn) pictures[path] = picture_id(texture_, entry.layer);
}

}  // namespace viewer
