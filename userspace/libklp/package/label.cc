#include "libklp/package/label.h"

#include "libklp/package_name.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture {

namespace {

struct Architecture {
    const char *machine; // as uname -m, and as rpm
    const char *debian;
};

constexpr Architecture architectures[] = {
    {"x86_64", "amd64"},
    {"ppc64le", "ppc64el"},
    {"s390x", "s390x"},
};

Result<Architecture> architecture_of(const PatchPackage &package) {
    for (const Architecture &architecture : architectures) {
        if (package.machine == architecture.machine)
            return architecture;
    }
    return fail(package_error(
        package.source,
        fmt::format("it was built for {}, for which there is no Suture", package.machine),
        "build it for x86_64, ppc64le or s390x"));
}

bool begins_with_digit(const std::string &text) {
    return text.front() >= '0' && text.front() <= '9';
}

// What comes after the last '-' would be the revision, so that where there is one, another is
// added: dpkg compares all before it as the store does. See deb-version(7).
Result<std::string> deb_version(const PatchPackage &package) {
    const std::string &version = package.id.version;
    if (!begins_with_digit(version) || version.find('_') != version.npos)
        return fail(package_error(
            package.source, fmt::format("no .deb can have its version '{}'", version),
            "give it one that begins with a digit and has no '_' in it; or make an .rpm alone, "
            "with --format rpm"));
    return version.find('-') == version.npos ? version : version + "-1";
}

// There a '-' ends the version, and all separators count as the same.
std::string rpm_version(const PatchPackage &package) {
    std::string version = package.id.version;
    std::replace(version.begin(), version.end(), '-', '_');
    return version;
}

} // namespace

Result<PackageLabel> deb_label(const PatchPackage &package) {
    const Result<std::string> version = deb_version(package);
    const Result<Architecture> architecture = architecture_of(package);
    if (!version || !architecture)
        return fail(version ? architecture.error() : version.error());
    return PackageLabel{.name = package_name(package.id.release),
                        .version = *version,
                        .architecture = architecture->debian};
}

Result<PackageLabel> rpm_label(const PatchPackage &package) {
    return architecture_of(package).map([&](const Architecture &architecture) {
        return PackageLabel{.name = package_name(package.id.release),
                            .version = rpm_version(package),
                            .architecture = architecture.machine};
    });
}

} // namespace suture
