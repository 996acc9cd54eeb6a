#include "libklp/enclosure.h"

#include "libklp/file.h"
#include "libklp/text.h"

namespace suture {

namespace fs = std::filesystem;

namespace {

// Far more than the environment of a first process.
constexpr size_t variables_limit = size_t(1) << 20;

constexpr std::string_view container_variable = "container=";

// The first process has it in its environment; see systemd's CONTAINER_INTERFACE.
bool is_named_container(const Roots &roots) {
    const std::string variables = read_file(roots.proc / "1/environ", variables_limit).value_or("");
    for (std::string_view rest = variables; !rest.empty();) {
        const std::string_view variable = take(rest, '\0');
        if (variable.starts_with(container_variable) && variable != container_variable)
            return true;
    }
    return false;
}

// The first one has a number of its own: PROC_PID_INIT_INO. Docker and those that build images as
// it does leave no other mark but the file /.dockerenv, which is still there where a file system
// that was made in that way has become a machine's own.
bool is_of_own_processes(const Roots &roots) {
    std::error_code unknown;
    const fs::path processes = fs::read_symlink(roots.proc / "self/ns/pid", unknown);
    return !unknown && processes != "pid:[4026531836]";
}

// Podman's file may be empty.
bool is_container(const Roots &roots) {
    return is_there(roots.run / "systemd/container") || is_there(roots.run / ".containerenv") ||
           is_named_container(roots) || is_of_own_processes(roots);
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
