// The state of live patching for Prometheus, in its text format: docs/klp.md lists the metrics.

#pragma once

#include "libklp/controller.h"
#include "libklp/stats.h"

#include <string>
#include <vector>

namespace suture {

std::string metrics(const Status &status, const std::vector<Stat> &stats);

} // namespace suture
