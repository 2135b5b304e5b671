// A folder for one test case's files, gone at its end.
// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace vkgan::test {

struct TemporaryFolder {
    std::filesystem::path path;

    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "vkgan_data_test_XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    // Writes `bytes` to `name` below the folder and makes the folders in between.
    std::filesystem::path write(const std::string& name, std::span<const std::byte> bytes) const {
        const std::filesystem::path file = path / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        return file;
    }
    std::filesystem::path write(const std::string& name, std::string_view text) const {
        return write(name, std::as_bytes(std::span(text)));
    }
};

inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// Calls parse(bytes) with every truncation and with every bit flipped; what it returns is not looked at.
template <class Parse>
void try_damaged(const std::vector<std::byte>& whole, Parse parse) {
    for (size_t size = 0; size < whole.size(); ++size)
        parse(std::vector<std::byte>(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)));
    for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
        std::vector<std::byte> flipped = whole;
        flipped[bit / 8] ^= std::byte(1 << bit % 8);
        parse(flipped);
    }
}

}  // namespace vkgan::test
