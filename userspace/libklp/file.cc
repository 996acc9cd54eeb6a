#include "libklp/file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace suture {

namespace {

// All of it, or the reason why not.
int write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno != EINTR)
            return errno;
        if (count > 0)
            text.remove_prefix(static_cast<size_t>(count));
    }
    return 0;
}

// 0 or an errno; `descriptor` is closed either way.
int finish_file(int descriptor, std::string_view content) {
    constexpr mode_t for_everybody = 0644;
    int error_number = write_all(descriptor, content);
    if (error_number == 0 && (fchmod(descriptor, for_everybody) != 0 || fsync(descriptor) != 0))
        error_number = errno;
    // Some file systems only say here that there is no room.
    if (::close(descriptor) != 0 && error_number == 0)
        error_number = errno;
    return error_number;
}

} // namespace

tl::expected<File, int> File::open(const std::filesystem::path &path, int flags, unsigned mode) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (descriptor < 0)
        return tl::unexpected(errno);
    return File(descriptor);
}

File::~File() {
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

tl::expected<std::string, int> File::read_to_end(size_t limit) const {
    std::string content;
    char buffer[16384];
    for (;;) {
        const ssize_t count = ::read(descriptor_, buffer, sizeof(buffer));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return tl::unexpected(errno);
        if (count == 0)
            return content;
        content.append(buffer, static_cast<size_t>(count));
        if (content.size() > limit)
            return tl::unexpected(EFBIG);
    }
}

tl::expected<void, int> File::write(std::string_view text) const {
    const ssize_t count = ::write(descriptor_, text.data(), text.size());
    if (count < 0)
        return tl::unexpected(errno);
    if (static_cast<size_t>(count) != text.size())
        return tl::unexpected(EIO);
    return {};
}

tl::expected<void, int> File::write_all(std::string_view text) const {
    if (const int error_number = suture::write_all(descriptor_, text))
        return tl::unexpected(error_number);
    return {};
}

bool is_there(const std::filesystem::path &path) {
    std::error_code unknown;
    return std::filesystem::exists(path, unknown);
}

bool has_entry(const std::filesystem::path &path) {
    std::error_code absent;
    return std::filesystem::exists(std::filesystem::symlink_status(path, absent));
}

tl::expected<std::string, int> read_file(const std::filesystem::path &path, size_t limit) {
    return File::open(path, O_RDONLY).and_then([limit](const File &file) {
        return file.read_to_end(limit);
    });
}

tl::expected<void, int> replace_file(const std::filesystem::path &path, std::string_view content) {
    // In the same folder, so on the same file system; hidden, so that nobody takes it for the file.
    std::string temporary = path.parent_path() / ".klp-XXXXXX";
    const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor < 0)
        return tl::unexpected(errno);
    int error_number = finish_file(descriptor, content);
    if (error_number == 0 && rename(temporary.c_str(), path.c_str()) != 0)
        error_number = errno;
    if (error_number == 0)
        return {};
    (void)unlink(temporary.c_str());
    return tl::unexpected(error_number);
}

} // namespace suture
