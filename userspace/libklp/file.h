// The few file operations that everything else shares: an owned descriptor, reading to the end.
// Failures are errno values here; callers turn them into an Error that names what they were doing.

#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace suture {

class File {
  public:
    static tl::expected<File, int> open(const std::filesystem::path &path, int flags,
                                        unsigned mode = 0);

    // One that nobody else closes.
    static File own(int descriptor) { return File(descriptor); }

    File(File &&other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    File &operator=(File &&other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;
    ~File();

    int descriptor() const { return descriptor_; }

    // From the current position to the end, EFBIG if that is more than `limit`.
    tl::expected<std::string, int> read_to_end(size_t limit) const;

    // In one system call, as sysfs wants it.
    tl::expected<void, int> write(std::string_view text) const;
    // In as many as it takes.
    tl::expected<void, int> write_all(std::string_view text) const;

  private:
    explicit File(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
};

// Also false where that cannot be told.
bool is_there(const std::filesystem::path &path);

// A link that leads nowhere is there, too.
bool has_entry(const std::filesystem::path &path);

tl::expected<std::string, int> read_file(const std::filesystem::path &path, size_t limit);

// Whoever reads it meanwhile, and whatever fails on the way, the file has its old content or all of
// the new one. It is readable for everybody.
tl::expected<void, int> replace_file(const std::filesystem::path &path, std::string_view content);

} // namespace suture
