// A parser callback that watches depth, list lengths and keys, and drops whatever breaks a limit at once.
// SPDX-License-Identifier: MIT
#include "host/io/strict_json.hpp"

#include <set>
#include <string>
#include <vector>

namespace vkgan {
namespace {

using Json = nlohmann::json;

class Guard {
public:
    explicit Guard(const StrictJsonLimits& limits) : limits_(limits) {}

    // Returns false for a value that must not be kept; the first offence is remembered.
    // From then on nothing is kept and the bookkeeping rests, as the parser reports no end of dropped values.
    bool operator()(Json::parse_event_t event, Json& parsed) {
        if (!offence_.empty()) return false;
        switch (event) {
            case Json::parse_event_t::object_start:
            case Json::parse_event_t::array_start: return open();
            case Json::parse_event_t::object_end:
            case Json::parse_event_t::array_end: return close();
            case Json::parse_event_t::key: return key(parsed.get_ref<const std::string&>());
            case Json::parse_event_t::value: return count_value();
        }
        return true;
    }
    const std::string& offence() const { return offence_; }

private:
    struct Level {
        std::set<std::string> keys;
        size_t values = 0;
    };

    bool open() {
        if (!count_value()) return false;
        if (levels_.size() >= limits_.max_depth)
            return refuse("it is nested more than " + std::to_string(limits_.max_depth) + " deep");
        levels_.emplace_back();
        return true;
    }

    bool close() {
        levels_.pop_back();
        return true;
    }

    bool key(const std::string& name) {
        Level& level = levels_.back();
        level.values = 0;  // an object's values are bounded by its distinct keys
        if (!level.keys.insert(name).second) return refuse("the name \"" + name + "\" occurs twice");
        return true;
    }

    bool count_value() {
        if (!levels_.empty() && ++levels_.back().values > limits_.max_array_length)
            return refuse("a list has more than " + std::to_string(limits_.max_array_length) + " entries");
        return true;
    }

    bool refuse(std::string what) {
        offence_ = std::move(what);
        return false;
    }

    StrictJsonLimits limits_;
    std::vector<Level> levels_;
    std::string offence_;
};

}  // namespace

Result<Json> parse_strict_json(std::string_view text, const StrictJsonLimits& limits) {
    Guard guard(limits);
    Json json;
    try {
        json = Json::parse(
            text, [&](int, Json::parse_event_t event, Json& parsed) { return guard(event, parsed); });
    } catch (const Json::exception& error) {
        return Error{Code::malformed, error.what()};
    }
    if (!guard.offence().empty()) return Error{Code::malformed, guard.offence()};
    return json;
}

}  // namespace vkgan
