// Files replaced whole or not at all.
// SPDX-License-Identifier: MIT
#include "host/base/file.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

using namespace vkgan;
namespace fs = std::filesystem;

namespace {

struct TemporaryFolder {
    fs::path path;
    TemporaryFolder() {
        std::string name = (fs::temp_directory_path() / "vkgan_file_test_XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    size_t entry_count() const { return size_t(std::distance(fs::directory_iterator(path), {})); }
};

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string text_of(const fs::path& path) {
    const auto bytes = read_file(path, 1 << 20);
    return bytes ? std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size())
                 : bytes.error().message;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// While it lives, no file of this process can grow past `bytes`: what a full disk looks like to write().
struct FileSizeLimit {
    rlimit before{};
    sighandler_t handler = std::signal(SIGXFSZ, SIG_IGN);
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before);
        const rlimit limit{bytes, before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
    }
};

}  // namespace

TEST_CASE("a file written is the file read, and no temporary file stays") {
    const TemporaryFolder folder;
    CHECK(write_file_atomic(folder.path / "a", bytes_of("one")));
    CHECK(text_of(folder.path / "a") == "one");
    CHECK(write_file_atomic(folder.path / "a", bytes_of("three")));
    CHECK(text_of(folder.path / "a") == "three");
    CHECK(write_file_atomic(folder.path / "empty", bytes_of("")));
    CHECK(text_of(folder.path / "empty") == "");
    CHECK(folder.entry_count() == 2);
}

TEST_CASE("the parts of a file are written in order") {
    const TemporaryFolder folder;
    const std::array<std::span<const std::byte>, 3> parts{bytes_of("head"), bytes_of(""), bytes_of("-body")};
    CHECK(write_file_atomic(folder.path / "a", parts));
    CHECK(text_of(folder.path / "a") == "head-body");
}

TEST_CASE("a write that fails half-way leaves the old file and nothing else") {
    const TemporaryFolder folder;
    REQUIRE(write_file_atomic(folder.path / "a", bytes_of("old")));
    const std::string large(8192, 'x');
    Status done;
    {
        const FileSizeLimit limit(4096);
        done = write_file_atomic(folder.path / "a", bytes_of(large));
    }
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Code::io);
    CHECK(contains(done.error().message, (folder.path / "a").string()));
    CHECK(contains(done.error().message, "File too large"));
    CHECK(text_of(folder.path / "a") == "old");
    CHECK(folder.entry_count() == 1);
}

TEST_CASE("a full disk is named as such") {
    const Status done = write_file_atomic("/dev/full", bytes_of("text"));
    REQUIRE_FALSE(done);
    CHECK(done.error().message == "cannot write /dev/full: No space left on device");
}

TEST_CASE("a device is written to, not replaced") {
    CHECK(write_file_atomic("/dev/null", bytes_of("text")));
    CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a temporary file that a killed process left is overwritten") {
    const TemporaryFolder folder;
    REQUIRE(write_file_atomic(folder.path / "a.part", bytes_of("much longer than the new text")));
    CHECK(write_file_atomic(folder.path / "a", bytes_of("new")));
    CHECK(text_of(folder.path / "a") == "new");
    CHECK(folder.entry_count() == 1);
}

TEST_CASE("writing through a symbolic link replaces what it points at") {
    const TemporaryFolder folder;
    REQUIRE(write_file_atomic(folder.path / "a", bytes_of("old")));
    fs::create_symlink(folder.path / "a", folder.path / "link");
    CHECK(write_file_atomic(folder.path / "link", bytes_of("new")));
    CHECK(fs::is_symlink(folder.path / "link"));
    CHECK(text_of(folder.path / "a") == "new");
}

TEST_CASE("a folder or a missing folder cannot be written as a file") {
    const TemporaryFolder folder;
    const Status onto_folder = write_file_atomic(folder.path, bytes_of("text"));
    REQUIRE_FALSE(onto_folder);
    CHECK(contains(onto_folder.error().message, "Is a directory"));
    const Status missing = write_file_atomic(folder.path / "none" / "a", bytes_of("text"));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Code::not_found);
    CHECK(contains(missing.error().message, "No such file or directory"));
}

TEST_CASE("read_file refuses what is missing, too large, a folder or a pipe") {
    const TemporaryFolder folder;
    const auto missing = read_file(folder.path / "none", 10);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Code::not_found);

    REQUIRE(write_file_atomic(folder.path / "a", bytes_of("12345")));
    CHECK(read_file(folder.path / "a", 5));
    const auto large = read_file(folder.path / "a", 4);
    REQUIRE_FALSE(large);
    CHECK(contains(large.error().message, "has 5 bytes, but at most 4"));

    const auto a_folder = read_file(folder.path, 10);
    REQUIRE_FALSE(a_folder);
    CHECK(contains(a_folder.error().message, "it is a folder, not a file"));

    REQUIRE(::mkfifo((folder.path / "pipe").c_str(), 0600) == 0);
    CHECK_FALSE(read_file(folder.path / "pipe", 10));
}

TEST_CASE("ensure_folder makes parents, accepts what exists, and names what is in the way") {
    const TemporaryFolder folder;
    CHECK(ensure_folder(folder.path / "x" / "y" / ""));
    CHECK(ensure_folder(folder.path / "x" / "y"));
    CHECK(fs::is_directory(folder.path / "x" / "y"));
    REQUIRE(write_file_atomic(folder.path / "file", bytes_of("text")));
    const Status blocked = ensure_folder(folder.path / "file");
    REQUIRE_FALSE(blocked);
    CHECK(is_bad_input(blocked.error().code));
    CHECK(contains(blocked.error().message, (folder.path / "file").string()));
    CHECK_FALSE(ensure_folder(folder.path / "file" / "below"));
}
