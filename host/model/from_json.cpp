// model_from_json: a model from untrusted JSON. Every mistake is named by its path in the file.
// SPDX-License-Identifier: MIT
#include "host/base/text.hpp"
#include "host/model/fields.hpp"
#include "host/model/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>

namespace vkgan {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t most_bytes = size_t(16) << 20;
constexpr size_t most_levels = 32;

// The first pass: syntax, depth and double keys, which the tree no longer shows.
struct Syntax : nlohmann::json_sax<Json> {
    std::vector<std::set<std::string>> keys;
    std::string problem;
    size_t position = 0;

    bool fail(std::string text) {
        if (problem.empty()) problem = std::move(text);
        return false;
    }
    bool open() {
        keys.emplace_back();
        return keys.size() <= most_levels ||
               fail("lists and objects lie more than " + std::to_string(most_levels) + " deep");
    }
    bool close() {
        keys.pop_back();
        return true;
    }
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        return keys.back().insert(name).second ||
               fail("the key " + in_quotes(name) + " stands twice in one object");
    }
    bool parse_error(std::size_t where, const std::string& token, const Json::exception&) override {
        position = where;
        return fail("is not JSON at " + in_quotes(token));
    }
};

std::string kind_of(const Json& json) {
    if (json.is_string()) return "the text " + in_quotes(json.get_ref<const std::string&>());
    if (json.is_number()) return "the number " + number_text(json.get<double>());
    if (json.is_boolean()) return json.get<bool>() ? "true" : "false";
    if (json.is_array()) return "a list";
    return json.is_object() ? "an object" : "null";
}

// Reads values in place of defaults; keeps the first mistake.
struct Reader {
    std::string path;
    std::string problem;

    void fail(const std::string& text) {
        if (problem.empty()) problem = (path.empty() ? "the file" : path) + ": " + text;
    }
    void expected(const char* what, const Json& json) {
        fail(std::string("expected ") + what + ", but it is " + kind_of(json));
    }

    void read(const Json& json, bool& x) {
        if (!json.is_boolean()) return expected("true or false", json);
        x = json.get<bool>();
    }
    void read(const Json& json, double& x) {
        if (!json.is_number()) return expected("a number", json);
        x = json.get<double>();
    }
    void read(const Json& json, std::string& x) {
        if (!json.is_string()) return expected("a text", json);
        x = json.get<std::string>();
    }
    template <class Integer>
    void read_integer(const Json& json, Integer& x) {
        constexpr double limit = 9007199254740992.0;  // beyond it a double skips whole numbers
        const double low = std::max<double>(-limit, double(std::numeric_limits<Integer>::min()));
        const double high = std::min<double>(limit, double(std::numeric_limits<Integer>::max()));
        const double value = json.is_number() ? json.get<double>() : 0.5;
        if (!(value >= low && value <= high && std::nearbyint(value) == value)) {
            const std::string range = " from " + number_text(low) + " to " + number_text(high);
            return expected(("a whole number" + range).c_str(), json);
        }
        x = static_cast<Integer>(value);
    }
    void read(const Json& json, int& x) { read_integer(json, x); }
    void read(const Json& json, int64_t& x) { read_integer(json, x); }

    void read(const Json& json, Option& x) {
        if (json.is_string()) return void(x = json.get<std::string>());
        if (json.is_number()) return void(x = json.get<double>());
        if (!json.is_array()) return expected("a number, a text or a list of numbers", json);
        std::vector<double> list;
        read(json, list);
        x = std::move(list);
    }
    template <class T>
    void read(const Json& json, std::vector<T>& list) {
        if (!json.is_array()) return expected("a list", json);
        const std::string here = path;
        for (size_t i = 0; i < json.size() && problem.empty(); ++i) {
            path = here + "[" + std::to_string(i) + "]";
            T x{};
            read(json[i], x);
            list.push_back(std::move(x));
        }
        path = here;
    }
    template <class T>
    void read(const Json& json, std::map<std::string, T, std::less<>>& entries) {
        if (!json.is_object()) return expected("an object", json);
        const std::string here = path;
        for (const auto& [key, value] : json.items()) {
            path = here + "[" + in_quotes(key) + "]";
            T x{};
            read(value, x);
            entries.insert_or_assign(key, std::move(x));
        }
        path = here;
    }
    template <class T>
    void read(const Json& json, T& x);
};

// Hands each known key of one object to the reader and remembers which keys are known.
struct Fields {
    Reader& reader;
    const Json& object;
    std::vector<std::string> known;

    template <class T>
    void operator()(const char* key, T& x) {
        known.emplace_back(key);
        const auto found = object.find(key);
        if (found == object.end() || !reader.problem.empty()) return;
        const std::string here = reader.path;
        reader.path += (here.empty() ? "" : ".") + std::string(key);
        reader.read(*found, x);
        reader.path = here;
    }
    template <class T>
    void operator()(const char* key, T& x, const T&) {
        (*this)(key, x);
    }
};

template <class T>
void Reader::read(const Json& json, T& x) {
    if (!json.is_object()) return expected("an object", json);
    Fields fields{*this, json, {}};
    int format = model_format;
    if constexpr (std::is_same_v<T, Model>) fields("format", format);
    if (format != model_format && problem.empty()) {
        const std::string known = "; this build reads format " + std::to_string(model_format);
        fail("is a model of format " + std::to_string(format) + known);
    }
    visit_fields(fields, x);
    for (const auto& [key, value] : json.items()) {
        if (std::find(fields.known.begin(), fields.known.end(), key) != fields.known.end()) continue;
        fail("unknown key " + in_quotes(key) + did_you_mean(key, fields.known));
    }
}

Error malformed(std::string_view origin, const std::string& problem) {
    return {Code::malformed, std::string(origin) + ": " + problem};
}

Status check_syntax(std::string_view text, std::string_view origin) {
    if (text.size() > most_bytes) {
        return malformed(origin, "is " + std::to_string(text.size()) + " bytes long; a model has at most " +
                                     std::to_string(most_bytes));
    }
    Syntax syntax;
    if (Json::sax_parse(text.begin(), text.end(), &syntax)) return {};
    if (syntax.position == 0) return malformed(origin, syntax.problem);
    const size_t end = std::min(syntax.position, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    return malformed(origin, "line " + std::to_string(line) + ": " + syntax.problem);
}

}  // namespace

Result<Model> model_from_json(std::string_view text, std::string_view origin) {
    VKGAN_TRY(check_syntax(text, origin));
    const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    Model model;
    Reader reader;
    reader.read(json, model);
    if (!reader.problem.empty()) return malformed(origin, reader.problem);
    if (Status status = check(model); !status) {
        return Error{status.error().code, std::string(origin) + ": " + status.error().message};
    }
    return model;
}

}  // namespace vkgan
