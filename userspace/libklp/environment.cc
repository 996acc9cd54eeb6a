#include "libklp/environment.h"

#include <cerrno>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace suture {

Environment this_machine() {
    return {.roots = {},
            .kernel =
                [] {
                    utsname names = {};
                    // It only fails for a bad pointer.
                    (void)uname(&names);
                    return Kernel{.release = names.release, .machine = names.machine};
                },
            .find_key =
                [](int ring, const std::string &description) {
                    const long key = syscall(SYS_keyctl, KEYCTL_SEARCH, ring, "asymmetric",
                                             description.c_str(), 0);
                    return key < 0 ? -errno : static_cast<int>(key);
                },
            .trusted_user = 0};
}

} // namespace suture
