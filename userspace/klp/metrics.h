// The state of live patching for Prometheus, in its text format: docs/klp.md lists the metrics.

#pragma once

#include "libklp/controller.h"
#include "libklp/stats.h"
#include "libklp/store/attempt.h"
#include "libklp/store/kernels.h"

#include <optional>
#include <string>
#include <vector>

namespace suture {

// What is to be known of boots: the one that failed with the active version, if the last one did,
// and the kernel that boots next.
struct BootState {
    std::optional<Attempt> failed;
    InstalledKernel next;
};

std::string metrics(const Status &status, const BootState &boot, const std::vector<Stat> &stats);

} // namespace suture
