#include "libklp/enclosure.h"

#include "libklp/file.h"
#include "libklp/text.h"

namespace suture {

namespace fs = std::filesystem;

namespace {

// Far more than the environment of a first process.
constexpr size_t variables_limit = size_t(1) << 20;

// The first process has it in its environment; see systemd's CONTAINER_INTERFACE.
bool is_named_container(const Roots &roots) {
    const std::string variables = read_file(roots.proc / "1/environ", variables_limit).value_or("");
    for (std::string_view rest = variables; !rest.empty();) {
        if (take(rest, '\0').starts_with("container="))
            return true;
    }
    return false;
}

// As systemd-detect-virt(1) has it. Podman's and Docker's files may be empty.
bool is_container(const Roots &roots) {
    return is_there(roots.run / "systemd/container") || is_there(roots.run / ".containerenv") ||
           is_there(roots.root / ".dockerenv") || is_named_container(roots);
}

bool is_chroot(const Roots &roots) {
    const fs::path first = roots.proc / "1/root";
    std::error_code unknown;
    return is_there(first) && !fs::equivalent(first, roots.root, unknown) && !unknown;
}

} // namespace

std::string enclosure(const Environment &environment) {
    if (is_container(environment.roots))
        return "container";
    return is_chroot(environment.roots) ? "chroot" : "";
}

bool runs_this_system(const Environment &environment, const std::string &release) {
    return release == environment.kernel().release && enclosure(environment).empty();
}

} // namespace suture
