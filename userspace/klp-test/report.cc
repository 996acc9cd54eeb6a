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

Result<void> write_report(const Report &report, const RunResult &run,
                          const std::filesystem::path &path) {
    return write_file(path, [&](std::ostream &out) { report.write(run, out); });
}

} // namespace suture::harness
