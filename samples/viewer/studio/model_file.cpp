// JSON in, JSON out.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/model_file.hpp"

#include "host/api/vkgan.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace viewer {

namespace api = vkgan::api;
using nlohmann::json;
using render::Error;
using render::Result;

namespace {

struct Header {
    nlohmann::ordered_json fields;
    size_t bytes = 0;  // with its length
};

// safetensors: the length of the header as 8 bytes, least first; the header as JSON; the numbers.
Result<Header> read_header(std::span<const std::byte> file) {
    const Error broken{"The file is no model: its header cannot be read.", 2};
    if (file.size() < 8) return broken;
    uint64_t length = 0;
    for (size_t i = 8; i-- > 0;) length = length << 8 | std::to_integer<uint64_t>(file[i]);
    if (length > file.size() - 8) return broken;
    const auto* const text = reinterpret_cast<const char*>(file.data()) + 8;
    Header header{nlohmann::ordered_json::parse(text, text + length, nullptr, false), 8 + size_t(length)};
    if (!header.fields.is_object() || !header.fields.contains("__metadata__")) return broken;
    return header;
}

// As settings take a parameter: a word where it has some, else the shortest number that reads back the same.
std::string setting_text(const api::ParameterInfo& parameter, double value) {
    if (!parameter.choices.empty() && value >= 0 && value < double(parameter.choices.size()))
        return parameter.choices[size_t(value)];
    char text[32];
    const auto end = std::to_chars(text, text + sizeof(text), value);
    return {text, end.ptr};
}

}  // namespace

Result<std::string> model_of(std::span<const std::byte> file) {
    RENDER_ASSIGN(const Header header, read_header(file));
    const auto& metadata = header.fields["__metadata__"];
    if (!metadata.contains("model") || !metadata["model"].is_string())
        return Error{"The file holds no model: its metadata lack \"model\".", 2};
    return metadata["model"].get<std::string>();
}

Result<std::vector<std::byte>> with_model(std::span<const std::byte> snapshot,
                                          const std::string& model_json) {
    RENDER_ASSIGN(Header header, read_header(snapshot));
    header.fields["__metadata__"]["model"] = model_json;
    std::string changed = header.fields.dump();
    changed.append((8 - changed.size() % 8) % 8, ' ');
    std::vector<std::byte> file(8 + changed.size());
    for (size_t i = 0; i < 8; ++i) file[i] = std::byte(changed.size() >> (8 * i) & 0xFF);
    std::memcpy(file.data() + 8, changed.data(), changed.size());
    file.insert(file.end(), snapshot.begin() + long(header.bytes), snapshot.end());
    return file;
}

bool has_k(const std::string& recipe) {
    for (const api::RecipeInfo& known : api::list_recipes())
        if (known.name == recipe)
            return std::ranges::any_of(known.parameters,
                                       [](const api::ParameterInfo& one) { return one.name == "k"; });
    return false;
}

Result<std::string> with_k(const std::string& model_json, int k) {
    const json in = json::parse(model_json, nullptr, false);
    const std::string recipe = in.is_object() ? in.value("recipe", std::string()) : std::string();
    if (!has_k(recipe)) return Error{"The recipe \"" + recipe + "\" has no k to change.", 2};
    api::Texts settings;
    for (const api::RecipeInfo& known : api::list_recipes()) {
        if (known.name != recipe) continue;
        for (const api::ParameterInfo& parameter : known.parameters)
            if (in.contains("parameters") && in["parameters"].contains(parameter.name))
                settings[parameter.name] =
                    setting_text(parameter, in["parameters"][parameter.name].get<double>());
    }
    settings["k"] = std::to_string(k);
    api::Outcome<std::string> made = api::model_json(recipe, settings);
    if (!made) return Error{made.failure().message, made.failure().bad_input ? 2 : 1};
    return std::move(*made);
}

int batch_of(const std::string& model_json) {
    const json in = json::parse(model_json, nullptr, false);
    return in.is_object() && in.contains("batch") && in["batch"].is_number_integer() ? in["batch"].get<int>()
                                                                                     : 0;
}

}  // namespace viewer
