// The end of a process that we have started.

#pragma once

#include <sys/types.h>
#include <tl/expected.hpp>

namespace suture {

// Waits for it, and gives its status as waitpid(2) does. Fails with an errno: with ECHILD where
// SIGCHLD is ignored, as then nobody is told how a child ended.
tl::expected<int, int> wait_for(pid_t child);

} // namespace suture
