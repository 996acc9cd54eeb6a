#include "libklp/package/system.h"

#include <fmt/format.h>

namespace suture {

namespace fs = std::filesystem;

namespace {

// xz: older systems know no zstd. Nothing is done to the module, and nothing of this machine gets
// into the package.
constexpr const char *settings = R"(%global _binary_payload w6.xzdio
%global __os_install_post %{nil}
%global debug_package %{nil}
%global _build_id_links none
%global _buildhost localhost
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
)";

// All that rpm reads a meaning into.
std::string plain(std::string_view text) {
    std::string escaped;
    for (const char c : text)
        escaped += c == '%' ? "%%" : std::string(1, c);
    return escaped;
}

std::string file_name(const PackageLabel &label) {
    return fmt::format("{}-{}-1.{}.rpm", label.name, label.version, label.architecture);
}

} // namespace

std::string rpm_spec(const PackageJob &job) {
    const fs::path module = job.package.module();
    std::string text = settings;
    text += fmt::format(R"(
Name: {}
Version: {}
Release: 1
Summary: {}
License: GPL
Group: System/Kernel
AutoReqProv: no
Requires: klp
Requires(post): klp
Requires(preun): klp
)",
                        job.label.name, job.label.version, plain(summary_of(job.package)));
    if (job.package.needs_suture)
        text += "Requires: suture-module\nRequires(post): suture-module\n";
    text += "\n%description\n";
    for (const std::string &line : description_of(job.package))
        text += plain(line) + "\n";
    text += fmt::format(R"(
%install
install -D -m 644 "%{{_sourcedir}}/{0}" "%{{buildroot}}/{1}"

%files
%defattr(0644, root, root, 0755)
%dir /usr/lib/suture
/{2}

%post
{3}
%preun
{4})",
                        module.filename().native(), module.native(), module.parent_path().native(),
                        plain(post_install_script(job.package)),
                        plain(pre_removal_script(job.package)));
    return text;
}

Result<fs::path> build_rpm(const PackageJob &job) {
    const fs::path sources = job.scratch / "sources";
    const fs::path spec = "suture-livepatch.spec";
    const auto define = [](const char *name, const std::string &value) {
        return fmt::format("{} {}", name, value);
    };
    return put_file(job.scratch, "sources" / spec, rpm_spec(job), 0644)
        .and_then([&] {
            return put_file(job.scratch, "sources" / job.package.module().filename(),
                            *job.package.content, 0644);
        })
        .and_then([&] {
            return run_tool(
                job, {"rpmbuild", "-bb", "--target", job.label.architecture + "-linux", "--define",
                      define("_topdir", job.scratch), "--define", define("_sourcedir", sources),
                      "--define", define("_rpmdir", job.scratch / "rpms"), "--define",
                      define("_tmppath", job.scratch), "--define",
                      define("_rpmfilename", file_name(job.label)), (sources / spec).native()});
        })
        .map([&] { return job.scratch / "rpms" / file_name(job.label); });
}

} // namespace suture
