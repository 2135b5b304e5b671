// to_json: a model as JSON that a person can read and edit; equal models give equal bytes.
// SPDX-License-Identifier: MIT
#include "host/model/fields.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace vkgan {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t line_columns = 118;

Json write(bool x) { return x; }
Json write(int x) { return x; }
Json write(int64_t x) { return x; }
Json write(const std::string& x) { return x; }

// A whole number is written as one: 64, not 64.0. Above 2^53 the double's own form says what it is.
Json write(double x) {
    const bool whole = std::nearbyint(x) == x && std::abs(x) < 9007199254740992.0;
    if (whole && !(x == 0 && std::signbit(x))) return static_cast<int64_t>(x);
    return x;
}

Json write(const Option& x);
template <class T>
Json write(const std::vector<T>& list);
template <class T>
Json write(const std::map<std::string, T, std::less<>>& entries);

struct Writer {
    Json object = Json::object();

    template <class T>
    void operator()(const char* key, const T& x) {
        Json value = write(x);
        const bool nothing = (value.is_string() && value.get_ref<const std::string&>().empty()) ||
                             (value.is_structured() && value.empty());
        if (!nothing) object[key] = std::move(value);
    }
    template <class T>
    void operator()(const char* key, const T& x, const T& usual) {
        if (x != usual) (*this)(key, x);
    }
};

template <class T>
Json write(const T& x) {
    Writer writer;
    visit_fields(writer, const_cast<T&>(x));  // the writer only reads
    return std::move(writer.object);
}

template <class T>
Json write(const std::vector<T>& list) {
    Json result = Json::array();
    for (const T& x : list) result.push_back(write(x));
    return result;
}

template <class T>
Json write(const std::map<std::string, T, std::less<>>& entries) {
    Json result = Json::object();
    for (const auto& [key, x] : entries) result[key] = write(x);
    return result;
}

Json write(const Option& x) {
    return std::visit([](const auto& value) { return write(value); }, x);
}

std::string on_one_line(const Json& json) {
    if (!json.is_structured()) return json.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string text;
    for (const auto& [key, value] : json.items()) {
        if (!text.empty()) text += ", ";
        if (json.is_object()) text += on_one_line(Json(key)) + ": ";
        text += on_one_line(value);
    }
    return json.is_object() ? "{" + text + "}" : "[" + text + "]";
}

// What fits on a line stays on one: a layer, a statement, a shape.
void print(const Json& json, size_t indent, size_t used, std::string& text) {
    const std::string line = on_one_line(json);
    if (!json.is_structured() || indent + used + line.size() <= line_columns) {
        text += line;
        return;
    }
    const std::string margin(indent + 2, ' ');
    const char* separator = "\n";
    text += json.is_object() ? '{' : '[';
    for (const auto& [key, value] : json.items()) {
        const std::string name = json.is_object() ? on_one_line(Json(key)) + ": " : "";
        text += separator + margin + name;
        print(value, indent + 2, name.size() + 1, text);
        separator = ",\n";
    }
    text += '\n' + std::string(indent, ' ') + (json.is_object() ? '}' : ']');
}

}  // namespace

std::string to_json(const Model& model) {
    Json json = {{"format", model_format}};
    json.update(write(model));
    std::string text;
    print(json, 0, line_columns + 1, text);
    return text + '\n';
}

}  // namespace vkgan
