// Why the kernel may refuse, or did refuse, to load a patch, in words.

#pragma once

#include "libklp/environment.h"
#include "libklp/kernel_log.h"
#include "libklp/patch_file.h"
#include "libklp/result.h"

#include <vector>

namespace suture {

// What is certain before trying: this process may load no module at all.
Result<void> check_may_load(const Environment &environment, const PatchFile &file);

// What insmod's errno and the messages that came with it mean.
Error explain_load_failure(const Environment &environment, const PatchFile &file, int error_number,
                           const std::vector<KernelMessage> &messages);

} // namespace suture
