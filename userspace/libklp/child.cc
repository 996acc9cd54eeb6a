#include "libklp/child.h"

#include <cerrno>
#include <sys/wait.h>

namespace suture {

tl::expected<int, int> wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return tl::unexpected(errno);
    }
    return status;
}

} // namespace suture
