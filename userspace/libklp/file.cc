#include "libklp/file.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace suture {

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

tl::expected<std::string, int> read_file(const std::filesystem::path &path, size_t limit) {
    return File::open(path, O_RDONLY).and_then([limit](const File &file) {
        return file.read_to_end(limit);
    });
}

} // namespace suture
