#include "report.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>

namespace suture::harness {

Result<void> write_file(const std::filesystem::path &path,
                        const std::function<void(std::ostream &)> &write) {
    std::ofstream file(path);
    if (file) {
        write(file);
        file.close();
    }
    if (!file) {
        return fail(
            fmt::format("cannot write the report {}: {}", path.string(), std::strerror(errno)));
    }
    return {};
}

} // namespace suture::harness
