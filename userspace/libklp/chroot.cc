#include "libklp/chroot.h"

#include "libklp/file.h"

namespace suture {

bool is_in_chroot(const Environment &environment) {
    const std::filesystem::path first = environment.roots.proc / "1/root";
    std::error_code unknown;
    return is_there(first) &&
           !std::filesystem::equivalent(first, environment.roots.root, unknown) && !unknown;
}

bool runs_this_system(const Environment &environment, const std::string &release) {
    return release == environment.kernel().release && !is_in_chroot(environment);
}

} // namespace suture
