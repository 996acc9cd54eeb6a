// What the store asks of the file system, one step a call: so tests can make any step fail, or be
// the last before the power goes. Each returns 0 or an errno.

#pragma once

#include <filesystem>
#include <string_view>

namespace suture {

class Disk {
  public:
    virtual ~Disk() = default;

    virtual int make_directory(const std::filesystem::path &path);
    // A file that was not there.
    virtual int write(const std::filesystem::path &path, std::string_view content);
    // What was written to the file, or done in the folder, outlasts a loss of power.
    virtual int sync(const std::filesystem::path &path);
    virtual int rename(const std::filesystem::path &from, const std::filesystem::path &to);
    // A file, a link, or an empty folder.
    virtual int remove(const std::filesystem::path &path);
};

} // namespace suture
