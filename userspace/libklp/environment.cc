#include "libklp/environment.h"

#include <sys/utsname.h>

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
            .trusted_user = 0};
}

} // namespace suture
