#include "libklp/package/system.h"

#include <fmt/format.h>
#include <utility>

namespace suture {

namespace fs = std::filesystem;

namespace {

// It is in KiB, of what is installed.
size_t installed_size(const PatchPackage &package) {
    constexpr size_t kib = 1024;
    return (package.content->size() + kib - 1) / kib;
}

// What is installed, and in DEBIAN what dpkg keeps for itself.
Result<void> write_tree(const PackageJob &job, const fs::path &root) {
    const auto put = [&](const fs::path &path, const std::string &content, unsigned mode) {
        return put_file(job.scratch, root / path, content, mode);
    };
    constexpr unsigned data = 0644;
    constexpr unsigned script = 0755;
    return put("DEBIAN/control", deb_control(job), data)
        .and_then([&] { return put("DEBIAN/postinst", post_install_script(job.package), script); })
        .and_then([&] { return put("DEBIAN/prerm", pre_removal_script(job.package), script); })
        .and_then([&] { return put(job.package.module(), *job.package.content, data); });
}

} // namespace

std::string deb_control(const PackageJob &job) {
    std::string text = fmt::format(
        R"(Package: {}
Version: {}
Architecture: {}
Maintainer: The maker of this live patch <root@localhost>
Section: kernel
Priority: optional
Installed-Size: {}
Depends: klp{}
Description: {}
)",
        job.label.name, job.label.version, job.label.architecture, installed_size(job.package),
        job.package.needs_suture ? ", suture-dkms | suture-module" : "", summary_of(job.package));
    // With two blanks they stay lines; with one they would be taken for a paragraph.
    for (const std::string &line : description_of(job.package))
        text += fmt::format("  {}\n", line);
    return text;
}

Result<fs::path> build_deb(const PackageJob &job) {
    const fs::path root = "root";
    fs::path file = job.scratch / fmt::format("{}_{}_{}.deb", job.label.name, job.label.version,
                                              job.label.architecture);
    return write_tree(job, root)
        .and_then([&] {
            // xz: older systems know no zstd.
            return run_tool(job, {"dpkg-deb", "--root-owner-group", "-Zxz", "--build",
                                  (job.scratch / root).native(), file.native()});
        })
        .map([&] { return std::move(file); });
}

} // namespace suture
