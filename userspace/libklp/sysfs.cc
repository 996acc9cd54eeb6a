#include "libklp/sysfs.h"

#include "libklp/file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>

namespace suture {

namespace {

// sysfs never gives more than a page for an attribute; 64 KiB is the largest one.
constexpr size_t attribute_limit = 65536;

tl::unexpected<Error> malformed(const std::filesystem::path &path, const std::string &value) {
    return fail({.code = ErrorCode::system,
                 .action = "read",
                 .subject = path,
                 .why = fmt::format("'{}' is no value that this file can have", printable(value))});
}

} // namespace

Error sysfs_error(const char *action, const std::filesystem::path &path, int error_number) {
    Error error{.action = action, .subject = path, .why = errno_text(error_number)};
    switch (error_number) {
    case ENOENT:
    case ENODEV: // it was removed while we had it open
        error.code = ErrorCode::gone;
        break;
    case EACCES:
    case EPERM:
        error.code = ErrorCode::no_permission;
        error.hint = "run klp as root";
        break;
    case EBUSY:
        error.code = ErrorCode::busy;
        break;
    case EINVAL:
        error.code = ErrorCode::refused;
        break;
    default:
        error.code = ErrorCode::system;
    }
    return error;
}

Result<std::string> read_text(const std::filesystem::path &path, size_t limit) {
    return read_file(path, limit).map_error([&](int error_number) {
        return sysfs_error("read", path, error_number);
    });
}

Result<std::string> read_attribute(const std::filesystem::path &path) {
    Result<std::string> content = read_text(path, attribute_limit);
    if (content && !content->empty() && content->back() == '\n')
        content->pop_back();
    return content;
}

Result<bool> read_flag(const std::filesystem::path &path) {
    return read_attribute(path).and_then([&](const std::string &value) -> Result<bool> {
        if (value != "0" && value != "1")
            return malformed(path, value);
        return value == "1";
    });
}

Result<unsigned> read_number(const std::filesystem::path &path) {
    return read_attribute(path).and_then([&](const std::string &value) -> Result<unsigned> {
        unsigned number = 0;
        const char *end = value.data() + value.size();
        const auto [stop, problem] = std::from_chars(value.data(), end, number);
        if (problem != std::errc() || stop != end)
            return malformed(path, value);
        return number;
    });
}

Result<void> write_attribute(const std::filesystem::path &path, std::string_view value) {
    const auto written = File::open(path, O_WRONLY).and_then([value](const File &file) {
        return file.write(value);
    });
    if (!written)
        return fail(sysfs_error("write to", path, written.error()));
    return {};
}

Result<std::vector<std::string>> list_directories(const std::filesystem::path &path) {
    std::vector<std::string> names;
    std::error_code problem;
    std::filesystem::directory_iterator entry(path, problem);
    for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
        std::error_code unknown; // an entry that vanished meanwhile is no directory
        if (entry->is_directory(unknown) && !entry->is_symlink(unknown))
            names.push_back(entry->path().filename());
    }
    if (problem)
        return fail(sysfs_error("list", path, problem.value()));
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace suture
