#include "libklp/package/system.h"

#include "libklp/file.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

namespace suture {

namespace fs = std::filesystem;

namespace {

Error cannot_write(const fs::path &path, int error_number) {
    return package_error(path, errno_text(error_number), "is the disk full?");
}

// The last thing that it said.
std::string last_line(std::string_view output) {
    while (output.ends_with('\n'))
        output.remove_suffix(1);
    const size_t newline = output.rfind('\n');
    return std::string(newline == output.npos ? output : output.substr(newline + 1));
}

} // namespace

const std::vector<PackageSystem> &package_systems() {
    static const std::vector<PackageSystem> systems{
        {.name = "deb",
         .tool = "dpkg-deb",
         .how_to_get = "it is in the package dpkg",
         .label = deb_label,
         .build = build_deb},
        {.name = "rpm",
         .tool = "rpmbuild",
         .how_to_get = "it is in the package rpm (Debian, Ubuntu) or rpm-build (others)",
         .label = rpm_label,
         .build = build_rpm},
    };
    return systems;
}

Result<void> put_file(const fs::path &root, const fs::path &relative, std::string_view content,
                      unsigned mode) {
    constexpr mode_t of_folders = 0755;
    fs::path path = root;
    for (const fs::path &part : relative.parent_path()) {
        path /= part;
        if ((mkdir(path.c_str(), of_folders) != 0 && errno != EEXIST) ||
            chmod(path.c_str(), of_folders) != 0)
            return fail(cannot_write(path, errno));
    }
    path /= relative.filename();
    const auto file = File::open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!file)
        return fail(cannot_write(path, file.error()));
    if (fchmod(file->descriptor(), mode) != 0)
        return fail(cannot_write(path, errno));
    const auto written = file->write_all(content);
    if (!written)
        return fail(cannot_write(path, written.error()));
    return {};
}

Result<void> run_tool(const PackageJob &job, const std::vector<std::string> &command) {
    const std::vector<std::string> variables{"LC_ALL=C", "TZ=UTC",
                                             fmt::format("SOURCE_DATE_EPOCH={}", job.package.built),
                                             // Nobody's own settings.
                                             "HOME=" + job.scratch.native()};
    const auto run = job.tools.run(command, variables);
    if (!run)
        return fail(package_error(
            job.package.source,
            fmt::format("{} cannot be run: {}", command.front(), errno_text(run.error())),
            "see whether it works by itself"));
    if (run->status != 0)
        return fail(package_error(job.package.source,
                                  fmt::format("{} ended with status {}: {}", command.front(),
                                              run->status, last_line(run->output)),
                                  "is there room in the folder for temporary files?"));
    return {};
}

} // namespace suture
