#include "libklp/store/disk.h"

#include "libklp/file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace suture {

namespace fs = std::filesystem;

int Disk::make_directory(const fs::path &path) {
    return ::mkdir(path.c_str(), 0755) == 0 ? 0 : errno;
}

int Disk::write(const fs::path &path, std::string_view content) {
    const auto file = File::open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644);
    if (!file)
        return file.error();
    const auto written = file->write_all(content);
    return written ? 0 : written.error();
}

int Disk::sync(const fs::path &path) {
    // Any descriptor will do: it is the file that is synchronised.
    const auto file = File::open(path, O_RDONLY | O_NOFOLLOW);
    if (!file)
        return file.error();
    return fsync(file->descriptor()) == 0 ? 0 : errno;
}

int Disk::rename(const fs::path &from, const fs::path &to) {
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

int Disk::remove(const fs::path &path) {
    return ::remove(path.c_str()) == 0 ? 0 : errno;
}

} // namespace suture
