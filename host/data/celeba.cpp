// celeba:DIR: images with a table of -1/1 attributes and an optional table of splits.
// SPDX-License-Identifier: MIT
#include "host/base/file.hpp"
#include "host/data/sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace vkgan {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t max_table_bytes = uint64_t(1) << 30;

struct Row {
    size_t line = 0;  // counted from 1
    std::vector<std::string_view> fields;
};

// The lines that are not blank, split at white space; the views point into `text`.
std::vector<Row> split_rows(std::string_view text) {
    constexpr std::string_view spaces = " \t\r";
    std::vector<Row> rows;
    for (size_t line = 1, begin = 0; begin < text.size(); ++line) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        Row row{line, {}};
        std::string_view rest = text.substr(begin, end - begin);
        while (true) {
            rest.remove_prefix(std::min(rest.find_first_not_of(spaces), rest.size()));
            if (rest.empty()) break;
            const size_t length = std::min(rest.find_first_of(spaces), rest.size());
            row.fields.push_back(rest.substr(0, length));
            rest.remove_prefix(length);
        }
        if (!row.fields.empty()) rows.push_back(std::move(row));
        begin = end + 1;
    }
    return rows;
}

Error bad_row(const fs::path& file, const Row& row, const std::string& what) {
    return {Code::malformed, fmt::format("{}, line {}: {}", file.string(), row.line, what)};
}

std::optional<int64_t> whole_number(std::string_view text) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

struct Table {
    std::vector<std::string> files;  // names as the table gives them
    SampleAttributes attributes;
};

Status parse_sample(const fs::path& file, const Row& row, Table& table) {
    const size_t wanted = table.attributes.names.size();
    if (row.fields.size() != wanted + 1)
        return bad_row(
            file, row,
            fmt::format("has {} values, but line 2 names {} attributes", row.fields.size() - 1, wanted));
    if (row.fields[0].find('/') != std::string_view::npos)
        return bad_row(file, row, fmt::format("the file name \"{}\" holds a /", row.fields[0]));
    table.files.emplace_back(row.fields[0]);
    for (size_t i = 0; i < wanted; ++i) {
        const std::string_view value = row.fields[i + 1];
        if (value != "1" && value != "-1")
            return bad_row(file, row,
                           fmt::format("attribute \"{}\" is \"{}\", but 1 and -1 are allowed",
                                       table.attributes.names[i], value));
        table.attributes.values.push_back(value == "1" ? 1.0f : -1.0f);
    }
    return {};
}

Result<Table> read_attributes(const fs::path& file) {
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(file, max_table_bytes));
    const std::vector<Row> rows = split_rows({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (rows.size() < 2)
        return Error{Code::malformed,
                     fmt::format("{}: has {} lines, but starts with the number of images and the names "
                                 "of the attributes",
                                 file.string(), rows.size())};
    const auto count = whole_number(rows[0].fields[0]);
    if (!count || rows[0].fields.size() != 1)
        return bad_row(file, rows[0],
                       fmt::format("is \"{}...\", but the number of images stands there",
                                   rows[0].fields[0].substr(0, 40)));
    if (*count != static_cast<int64_t>(rows.size() - 2) || *count == 0)
        return bad_row(
            file, rows[0],
            fmt::format("the count is {}, but {} lines of images follow", *count, rows.size() - 2));
    Table table;
    table.attributes.names.assign(rows[1].fields.begin(), rows[1].fields.end());
    std::set<std::string_view> seen;
    for (size_t i = 2; i < rows.size(); ++i) {
        VKGAN_TRY(parse_sample(file, rows[i], table));
        if (!seen.insert(rows[i].fields[0]).second)
            return bad_row(file, rows[i], fmt::format("the image \"{}\" occurs twice", rows[i].fields[0]));
    }
    return table;
}

// The part of the table (0 train, 1 validation, 2 test) that each image belongs to, in the table's order.
Result<std::vector<int64_t>> read_partition(const fs::path& file, const Table& table) {
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(file, max_table_bytes));
    const std::vector<Row> rows = split_rows({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (rows.size() != table.files.size())
        return Error{Code::malformed, fmt::format("{}: has {} lines, but there are attributes of {} images",
                                                  file.string(), rows.size(), table.files.size())};
    std::vector<int64_t> parts;
    for (size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].fields[0] != table.files[i])
            return bad_row(file, rows[i],
                           fmt::format("is about \"{}\", but image {} of the attributes is \"{}\"",
                                       rows[i].fields[0], i + 1, table.files[i]));
        const auto part = rows[i].fields.size() == 2 ? whole_number(rows[i].fields[1]) : std::nullopt;
        if (!part || *part < 0 || *part > 2)
            return bad_row(file, rows[i],
                           fmt::format("the part is \"{}\", but 0 (train), 1 (validation) and 2 (test) "
                                       "are allowed",
                                       rows[i].fields.size() > 1 ? rows[i].fields[1] : ""));
        parts.push_back(*part);
    }
    return parts;
}

Result<Table> keep_split(Table table, const fs::path& partition, const std::string& split_name) {
    VKGAN_ASSIGN(const Split split, parse_split(split_name));
    std::error_code error;
    if (!fs::exists(partition, error)) {
        VKGAN_TRY(check_unsplit(split_name, "a data set without list_eval_partition.txt"));
        return table;
    }
    VKGAN_ASSIGN(const std::vector<int64_t> parts, read_partition(partition, table));
    if (split == Split::all) return table;
    Table kept;
    kept.attributes.names = table.attributes.names;
    const auto width = static_cast<ptrdiff_t>(table.attributes.names.size());
    for (size_t i = 0; i < parts.size(); ++i) {
        if (parts[i] != static_cast<int64_t>(split)) continue;
        kept.files.push_back(table.files[i]);
        const auto values = table.attributes.values.begin() + static_cast<ptrdiff_t>(i) * width;
        kept.attributes.values.insert(kept.attributes.values.end(), values, values + width);
    }
    if (kept.files.empty())
        return Error{Code::malformed,
                     fmt::format("{}: no image belongs to \"{}\"", partition.string(), split_name)};
    return kept;
}

Result<fs::path> first_existing(const fs::path& folder, const char* name, const char* other,
                                const char* what) {
    std::error_code error;
    for (const char* candidate : {name, other})
        if (fs::exists(folder / candidate, error)) return folder / candidate;
    return Error{Code::not_found, fmt::format("data: the folder {} holds no {}: neither {} nor {}",
                                              folder.string(), what, name, other)};
}

// CelebA's table says .jpg even beside the PNG edition of the images.
Result<fs::path> find_image(const fs::path& images, const std::string& name, const fs::path& table) {
    std::error_code error;
    fs::path path = images / name;
    if (fs::is_regular_file(path, error)) return path;
    for (const char* extension : {".png", ".jpg"})
        if (fs::is_regular_file(path.replace_extension(extension), error)) return path;
    return Error{Code::not_found, fmt::format("{} lists the image {}, but {} does not exist", table.string(),
                                              name, (images / name).string())};
}

}  // namespace

OpenedSet open_celeba(const fs::path& folder, const DatasetOptions& options, const FileReaders& readers) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return Error{Code::not_found, fmt::format("data: the folder {} does not exist", folder.string())};
    VKGAN_ASSIGN(const fs::path images,
                 first_existing(folder, "img", "img_align_celeba", "folder of images"));
    VKGAN_ASSIGN(const fs::path list,
                 first_existing(folder, "list_attr.txt", "list_attr_celeba.txt", "table of attributes"));
    VKGAN_ASSIGN(Table all, read_attributes(list));
    VKGAN_ASSIGN(Table table, keep_split(std::move(all), folder / "list_eval_partition.txt", options.split));
    ImageFiles files;
    for (const std::string& name : table.files) {
        VKGAN_ASSIGN(fs::path path, find_image(images, name, list));
        files.paths.push_back(std::move(path));
    }
    files.attributes = std::move(table.attributes);
    return open_image_files(std::move(files), options, readers);
}

}  // namespace vkgan
