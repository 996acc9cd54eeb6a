// Proves the harness on real guests: provokes every outcome and sees whether it is told.
#pragma once

#include "runner.h"

namespace suture::harness {

// One result for each provocation that is selected by its name, passed where the outcome was the
// one that was provoked. As many guests at once as fit into the slots.
TargetResult selfcheck(const Target &target, const Selection &selection, Slots slots,
                       const ProgressFor &progress_for, int stop_fd);

} // namespace suture::harness
