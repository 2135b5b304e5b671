// JSON with the identity of what it was measured on.
// SPDX-License-Identifier: MIT
#include "host/engine/tuning_file.hpp"

#include "host/base/file.hpp"
#include "host/gpu/pipeline_cache.hpp"
#include "host/io/strict_json.hpp"

#include <fmt/format.h>

#include <set>

namespace vkgan {

namespace {

using Json = nlohmann::json;

constexpr uint64_t max_file_bytes = uint64_t{16} << 20;
constexpr size_t max_text = 512;
constexpr const char* format_name = "tuning 1";

std::string uuid_text(const PhysicalRecord& record) {
    std::string text;
    for (const uint8_t byte : record.device_uuid) text += fmt::format("{:02x}", byte);
    return text;
}

// Must be the same, word for word, for the rest to count.
Json identity_of(const PhysicalRecord& record) {
    return {{"device", std::string(record.properties.deviceName)},
            {"device_uuid", uuid_text(record)},
            {"driver_version", record.properties.driverVersion},
            {"subgroup_size", record.subgroup.subgroupSize},
            {"wide_vectors", record.wide_vectors},
            {"kernels", fmt::format("{:016x}", kernel_version())}};
}

Error malformed(const std::string& what) { return {Code::malformed, what}; }

Result<TuningTable> read_texts(const Json& json, const char* field) {
    if (!json.is_object()) return malformed(fmt::format("\"{}\" is not an object of texts", field));
    TuningTable table;
    for (const auto& [name, value] : json.items()) {
        if (name.size() > max_text || !value.is_string() ||
            value.get_ref<const std::string&>().size() > max_text)
            return malformed(fmt::format("\"{}\" of \"{}\" is not a text of at most {} bytes",
                                         name.substr(0, 60), field, max_text));
        table.emplace(name, value.get<std::string>());
    }
    return table;
}

Status check_identity(const Json& json, const PhysicalRecord& record) {
    const Json identity = identity_of(record);
    for (const auto& [field, wanted] : identity.items()) {
        if (json[field] == wanted) continue;
        return malformed(fmt::format("{} is {}, but here it is {}", field, json[field].dump().substr(0, 80),
                                     wanted.dump()));
    }
    return {};
}

Result<TuningRecord> parse(std::string_view text, const PhysicalRecord& record) {
    VKGAN_ASSIGN(Json json, parse_strict_json(text));
    if (!json.is_object()) return malformed("it is not an object");
    const std::set<std::string> known{"vkgan",         "device",       "device_uuid", "driver_version",
                                      "subgroup_size", "wide_vectors", "kernels",     "checked",
                                      "switched_off",  "choices"};
    for (const std::string& field : known)
        if (!json.contains(field)) return malformed(fmt::format("\"{}\" is missing", field));
    for (const auto& [field, value] : json.items())
        if (!known.contains(field)) return malformed(fmt::format("\"{}\" is not known", field.substr(0, 60)));
    if (json["vkgan"] != format_name)
        return malformed(fmt::format("vkgan is {}, but \"{}\" is needed", json["vkgan"].dump().substr(0, 80),
                                     format_name));
    VKGAN_TRY(check_identity(json, record));
    if (!json["checked"].is_boolean()) return malformed("\"checked\" is neither true nor false");
    TuningRecord tuning{.checked = json["checked"].get<bool>(), .switched_off = {}, .choices = {}};
    VKGAN_ASSIGN(tuning.switched_off, read_texts(json["switched_off"], "switched_off"));
    VKGAN_ASSIGN(tuning.choices, read_texts(json["choices"], "choices"));
    return tuning;
}

}  // namespace

std::filesystem::path tuning_file(const PhysicalRecord& record, const std::string& folder) {
    return std::filesystem::path(folder) / fmt::format("tuning-{}-{:08x}-{}.json", uuid_text(record),
                                                       record.properties.driverVersion,
                                                       record.subgroup.subgroupSize);
}

Result<TuningRecord> read_tuning(const std::filesystem::path& file, const PhysicalRecord& record) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return Error{Code::not_found, "there is none"};
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(file, max_file_bytes));
    auto tuning = parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, record);
    if (!tuning) return Error{Code::malformed, tuning.error().message};
    return tuning;
}

Status write_tuning(const std::filesystem::path& file, const PhysicalRecord& record,
                    const TuningRecord& tuning) {
    Json json = identity_of(record);
    json["vkgan"] = format_name;
    json["checked"] = tuning.checked;
    json["switched_off"] = tuning.switched_off;
    json["choices"] = tuning.choices;
    const std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
    VKGAN_TRY(ensure_folder(file.parent_path()));
    return write_file_atomic(file, std::as_bytes(std::span(text)));
}

}  // namespace vkgan
