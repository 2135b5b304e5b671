// One visitor writes, another reads.
// SPDX-License-Identifier: MIT
#include "samples/viewer/state/session_file.hpp"

#include "samples/viewer/lab/lab_maths.hpp"
#include "samples/viewer/state/fields.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <set>
#include <sstream>
#include <type_traits>

namespace viewer {
namespace {

using nlohmann::json;
using render::Error;
using render::Result;
using render::Status;
using Words = std::initializer_list<const char*>;

constexpr size_t most_session_bytes = 64u << 20;
constexpr size_t most_entries = 65536;

struct Writer {
    json out = json::object();

    template <class T>
    void number(const char* name, T& value, Range) {
        out[name] = value;
    }
    void flag(const char* name, bool& value) { out[name] = value; }
    void text(const char* name, std::string& value) { out[name] = value; }
    template <class T>
    void choice(const char* name, T& value, Words words) {
        out[name] = *(words.begin() + size_t(value));
    }
    template <class T>
    void numbers(const char* name, std::vector<T>& values, Range) {
        if (!values.empty()) out[name] = values;
    }
    template <class T>
    void record(const char* name, T& value) {
        Writer inner;
        visit(inner, value);
        out[name] = std::move(inner.out);
    }
    template <class T>
    void list(const char* name, std::vector<T>& values) {
        if (values.empty()) return;
        for (T& value : values) {
            Writer inner;
            visit(inner, value);
            out[name].push_back(std::move(inner.out));
        }
    }
    void texts(const char* name, std::map<std::string, std::string>& values) {
        if (!values.empty()) out[name] = values;
    }
    void values(const char* name, std::map<std::string, double>& values) {
        if (!values.empty()) out[name] = values;
    }
};

// Keeps the first error; goes on, so that fields need no checks of their own.
class Reader {
public:
    Reader(const json& in, std::string path, std::string& error)
        : in_(in), path_(std::move(path)), error_(error) {
        if (!in_.is_object()) fail(path_, "is no object");
    }

    template <class T>
    void number(const char* name, T& value, Range range) {
        const json* const field = find(name);
        if (field) read_number(*field, path_ + name, value, range);
    }
    void flag(const char* name, bool& value) {
        const json* const field = find(name);
        if (!field) return;
        if (!field->is_boolean()) return fail(path_ + name, "is neither true nor false");
        value = field->get<bool>();
    }
    void text(const char* name, std::string& value) {
        const json* const field = find(name);
        if (!field) return;
        if (!field->is_string()) return fail(path_ + name, "is no text");
        value = field->get<std::string>();
    }
    template <class T>
    void choice(const char* name, T& value, Words words) {
        std::string word = *(words.begin() + size_t(value));
        text(name, word);
        size_t i = 0;
        std::string known;
        for (const char* one : words) {
            if (word == one) {
                value = T(i);
                return;
            }
            known += (i++ ? ", " : "") + std::string(one);
        }
        fail(path_ + name, "is \"" + word + "\"; there are: " + known);
    }
    template <class T>
    void numbers(const char* name, std::vector<T>& values, Range range) {
        const json* const field = find_list(name);
        if (!field) return;
        values.assign(field->size(), T{});
        for (size_t i = 0; i < values.size(); ++i)
            read_number((*field)[i], path_ + name + "[" + std::to_string(i) + "]", values[i], range);
    }
    template <class T>
    void record(const char* name, T& value) {
        const json* const field = find(name);
        if (field) read_record(*field, path_ + name, value);
    }
    template <class T>
    void list(const char* name, std::vector<T>& values) {
        const json* const field = find_list(name);
        if (!field) return;
        values.assign(field->size(), T{});
        for (size_t i = 0; i < values.size(); ++i)
            read_record((*field)[i], path_ + name + "[" + std::to_string(i) + "]", values[i]);
    }
    void texts(const char* name, std::map<std::string, std::string>& values) {
        read_map(name, values, [&](const json& field, const std::string& path, std::string& value) {
            if (!field.is_string()) return fail(path, "is no text");
            value = field.get<std::string>();
        });
    }
    void values(const char* name, std::map<std::string, double>& values) {
        read_map(name, values, [&](const json& field, const std::string& path, double& value) {
            read_number(field, path, value, any_number);
        });
    }

    void also_known(const char* name) { known_.insert(name); }
    void find_unknown() {
        if (!in_.is_object()) return;
        for (const auto& [name, value] : in_.items())
            if (!known_.contains(name)) fail(path_ + name, "is unknown");
    }

private:
    void fail(const std::string& path, const std::string& what) {
        if (error_.empty()) error_ = path + " " + what;
    }
    const json* find(const char* name) {
        known_.insert(name);
        if (!in_.is_object() || !in_.contains(name)) return nullptr;
        return &in_[name];
    }
    const json* find_list(const char* name) {
        const json* const field = find(name);
        if (!field) return nullptr;
        if (!field->is_array() || field->size() > most_entries) {
            fail(path_ + name, "is no list of at most " + std::to_string(most_entries));
            return nullptr;
        }
        return field;
    }
    template <class T>
    void read_number(const json& field, const std::string& path, T& value, Range range) {
        if (!field.is_number()) return fail(path, "is no number");
        const auto number = field.get<double>();
        if (!(number >= range.low && number <= range.high)) {
            std::ostringstream text;
            text << "is " << number << ", not from " << range.low << " to " << range.high;
            return fail(path, text.str());
        }
        if (std::is_integral_v<T> && number != std::floor(number)) return fail(path, "is no whole number");
        value = T(number);
    }
    template <class T>
    void read_record(const json& field, const std::string& path, T& value) {
        Reader inner(field, path + ".", error_);
        visit(inner, value);
        inner.find_unknown();
    }
    template <class T, class Read>
    void read_map(const char* name, std::map<std::string, T>& values, Read read) {
        const json* const field = find(name);
        if (!field) return;
        if (!field->is_object()) return fail(path_ + name, "is no object");
        values.clear();
        for (const auto& [key, value] : field->items()) read(value, path_ + name + "." + key, values[key]);
    }

    const json& in_;
    std::string path_;
    std::string& error_;
    std::set<std::string> known_;
};

// A file's root says of what kind it is: {KIND: session_format, ...}.
template <class T>
std::string text_of(const char* kind, const T& value) {
    Writer writer;
    T copy = value;
    visit(writer, copy);
    writer.out[kind] = session_format;
    return writer.out.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

template <class T>
Result<T> parse(std::string_view text, const std::string& what, const std::string& kind, const char* is) {
    const json in = json::parse(text, nullptr, false);
    if (in.is_discarded()) return Error{what + " is no JSON.", 2};
    if (!in.is_object() || !in.contains(kind))
        return Error{what + " is no " + is + " of vkgan-viewer: it lacks \"" + kind + "\".", 2};
    if (in[kind] != session_format)
        return Error{what + ": " + kind + " is " + in[kind].dump() + "; this program reads " +
                         std::to_string(session_format) + ".",
                     2};
    T value;
    std::string error;
    Reader reader(in, "", error);
    reader.also_known(kind.c_str());
    visit(reader, value);
    reader.find_unknown();
    if (!error.empty()) return Error{what + ": " + error + ".", 2};
    return value;
}

constexpr const char* session_kind = "vkgan_session";
constexpr const char* directions_kind = "vkgan_directions";

struct DirectionSet {
    std::vector<Direction> directions;
};
template <class Visitor>
void visit(Visitor& v, DirectionSet& s) {
    v.list("directions", s.directions);
}

}  // namespace

std::string session_text(const ViewerState& state) { return text_of(session_kind, state); }

Result<ViewerState> parse_session(std::string_view text, const std::string& what) {
    RENDER_ASSIGN(ViewerState state, parse<ViewerState>(text, what, session_kind, "session"));
    if (const std::string problem = lab_problem(state.lab); !problem.empty())
        return Error{what + ": " + problem + ".", 2};
    return state;
}

JsonKind kind_of(const std::string& path) {
    const Result<std::string> text = read_file(path, most_session_bytes);
    const json in = text ? json::parse(*text, nullptr, false) : json();
    if (!in.is_object()) return JsonKind::other;
    if (in.contains(session_kind)) return JsonKind::session;
    return in.contains(directions_kind) ? JsonKind::directions : JsonKind::other;
}

Status save_directions(const std::vector<Direction>& directions, const std::string& path) {
    return replace_file(path, text_of(directions_kind, DirectionSet{directions}));
}

Result<std::vector<Direction>> load_directions(const std::string& path, int latent_size) {
    RENDER_ASSIGN(const std::string text, read_file(path, most_session_bytes));
    RENDER_ASSIGN(DirectionSet set, parse<DirectionSet>(text, path, directions_kind, "file of directions"));
    for (const Direction& direction : set.directions)
        if (direction.values.size() != size_t(std::max(latent_size, 0)))
            return Error{path + ": direction \"" + direction.name + "\" has " +
                             std::to_string(direction.values.size()) + " values; this network's latent has " +
                             std::to_string(latent_size) + ".",
                         2};
    return std::move(set.directions);
}

Result<std::string> read_file(const std::string& path, size_t most_bytes) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return Error{path + " is no file.", 2};
    const auto bytes = std::filesystem::file_size(path, error);
    if (error || bytes > most_bytes)
        return Error{path + " has " + std::to_string(bytes) + " bytes; at most " +
                         std::to_string(most_bytes) + " are read.",
                     2};
    std::ifstream file(path, std::ios::binary);
    std::string text(size_t(bytes), '\0');
    file.read(text.data(), std::streamsize(text.size()));
    if (!file) return Error{path + " cannot be read.", 2};
    return text;
}

Status replace_file(const std::string& path, std::string_view text) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path folder = fs::path(path).parent_path();
    if (!folder.empty()) fs::create_directories(folder, error);
    const std::string temporary = path + ".part";
    {
        std::ofstream file(temporary, std::ios::binary);
        file.write(text.data(), std::streamsize(text.size()));
        file.close();
        if (!file) return Error{path + " cannot be written."};
    }
    fs::rename(temporary, path, error);
    if (error) return Error{path + " cannot be written: " + error.message() + "."};
    return {};
}

Result<ViewerState> load_session(const std::string& path) {
    RENDER_ASSIGN(const std::string text, read_file(path, most_session_bytes));
    return parse_session(text, path);
}

Status save_session(const ViewerState& state, const std::string& path) {
    return replace_file(path, session_text(state));
}

}  // namespace viewer
