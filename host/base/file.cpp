// Files through POSIX calls: the order write, fsync, rename, fsync of the folder is what survives a power
// cut.
// SPDX-License-Identifier: MIT
#include "host/base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace vkgan {

namespace fs = std::filesystem;

namespace {

using Parts = std::span<const std::span<const std::byte>>;

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

// What another path would mend is the caller's to mend.
Code code_of(int number) {
    switch (number) {
        case ENOENT:
        case ENOTDIR: return Code::not_found;
        case EACCES:
        case EPERM:
        case EROFS:
        case EISDIR:
        case ELOOP:
        case ENAMETOOLONG: return Code::invalid_argument;
        default: return Code::io;
    }
}

Error system_error(const char* action, const fs::path& path, int number) {
    return {code_of(number),
            fmt::format("cannot {} {}: {}", action, path.string(), std::generic_category().message(number))};
}

Status write_all(int fd, Parts parts, const fs::path& path) {
    // One call may take less than 2 GiB on Linux.
    constexpr size_t largest_write = size_t(1) << 30;
    for (std::span<const std::byte> rest : parts) {
        while (!rest.empty()) {
            const ssize_t written = ::write(fd, rest.data(), std::min(rest.size(), largest_write));
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return system_error("write", path, errno);
            rest = rest.subspan(size_t(written));
        }
    }
    return {};
}

bool same_file(int fd, const fs::path& path) {
    struct stat open_file {
    }, named_file{};
    return ::fstat(fd, &open_file) == 0 && ::lstat(path.c_str(), &named_file) == 0 &&
           open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

// The temporary file, empty and locked: two processes that write the same file must not mix their bytes.
Result<Descriptor> open_temporary(const fs::path& temporary) {
    while (true) {
        Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
        if (file.get() < 0) return system_error("write", temporary, errno);
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
            return Error{Code::io,
                         fmt::format("cannot write {}: another process is writing it", temporary.string())};
        // Between open and lock another writer may have renamed it into place.
        if (!same_file(file.get(), temporary)) continue;
        if (::ftruncate(file.get(), 0) != 0) return system_error("write", temporary, errno);
        return file;
    }
}

Status sync_folder(const fs::path& folder) {
    const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Some file systems cannot sync a folder; the rename is as safe there as it gets.
    if (fd.get() >= 0 && ::fsync(fd.get()) != 0 && errno != EINVAL && errno != EROFS)
        return system_error("sync the folder", folder, errno);
    return {};
}

Status fill_and_rename(Descriptor& file, const fs::path& temporary, const fs::path& target, Parts parts) {
    VKGAN_TRY(write_all(file.get(), parts, target));
    if (::fsync(file.get()) != 0) return system_error("write", target, errno);
    if (::rename(temporary.c_str(), target.c_str()) != 0) return system_error("replace", target, errno);
    return {};
}

Status write_directly(const fs::path& path, Parts parts) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0) return system_error("write", path, errno);
    VKGAN_TRY(write_all(file.get(), parts, path));
    if (::close(file.release()) != 0) return system_error("write", path, errno);
    return {};
}

}  // namespace

Result<std::vector<std::byte>> read_file(const fs::path& path, uint64_t max_bytes) {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0) return system_error("read", path, errno);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return system_error("read", path, errno);
    if (!S_ISREG(info.st_mode))
        return Error{Code::invalid_argument,
                     fmt::format("cannot read {}: it is {}, not a file", path.string(),
                                 S_ISDIR(info.st_mode) ? "a folder" : "a device or pipe")};
    if (uint64_t(info.st_size) > max_bytes)
        return Error{Code::malformed, fmt::format("{} has {} bytes, but at most {} are expected",
                                                  path.string(), info.st_size, max_bytes)};
    std::vector<std::byte> bytes(size_t(info.st_size));
    size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + have, bytes.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read", path, errno);
        if (got == 0)
            return Error{Code::io,
                         fmt::format("{} ended after {} of its {} bytes; it was changed while being read",
                                     path.string(), have, bytes.size())};
        have += size_t(got);
    }
    return bytes;
}

Status write_file_atomic(const fs::path& path, std::span<const std::byte> bytes) {
    return write_file_atomic(path, Parts(&bytes, 1));
}

Status write_file_atomic(const fs::path& path, Parts parts) {
    std::error_code ignored;
    const bool is_link = fs::is_symlink(path, ignored);
    fs::path target = is_link ? fs::weakly_canonical(path, ignored) : path;
    if (target.empty()) target = path;
    const fs::file_status status = fs::status(target, ignored);
    if (fs::is_directory(status)) return system_error("write", path, EISDIR);
    if (fs::exists(status) && !fs::is_regular_file(status)) return write_directly(target, parts);

    fs::path temporary = target;
    temporary += ".part";
    VKGAN_ASSIGN(Descriptor file, open_temporary(temporary));
    if (const Status done = fill_and_rename(file, temporary, target, parts); !done) {
        ::unlink(temporary.c_str());
        return done.error();
    }
    return sync_folder(target.has_parent_path() ? target.parent_path() : fs::path("."));
}

Status ensure_folder(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    // A trailing slash or an existing folder may report "nothing made"; what counts is what is there now.
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
        const int number = error ? error.value() : EEXIST;
        return Error{Code::invalid_argument, fmt::format("cannot make the folder {}: {}", path.string(),
                                                         std::generic_category().message(number))};
    }
    if (::access(path.c_str(), W_OK | X_OK) != 0)
        return Error{Code::invalid_argument, fmt::format("cannot write into the folder {}: {}", path.string(),
                                                         std::generic_category().message(errno))};
    return {};
}

}  // namespace vkgan
