#include "report.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>

namespace suture::harness {

Result<void> write_report(const Report &report, const RunResult &run,
                          const std::filesystem::path &path) {
    std::ofstream file(path);
    if (file) {
        report.write(run, file);
        file.close();
    }
    if (!file) {
        return fail(
            fmt::format("cannot write the report {}: {}", path.string(), std::strerror(errno)));
    }
    return {};
}

} // namespace suture::harness
