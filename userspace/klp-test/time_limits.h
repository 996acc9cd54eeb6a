// Every time limit of the harness, in one table. All scale with the guest's SLOWDOWN.
#pragma once

#include <chrono>

namespace suture::harness {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::seconds;

struct TimeLimits {
    // From the start of QEMU until the agent says hello and has listed its tests.
    Seconds boot{30};
    // One test, where neither its `settings` file nor the command line say otherwise.
    Seconds test{60};
    // What the agent may take beyond a test's limit to end it and to report.
    Seconds grace{10};
    // From the order to power off until QEMU has ended.
    Seconds leave{30};

    // One test whose `settings` file says that it is to have no limit (timeout=0): nothing may keep
    // a run from ending.
    Seconds longest_test{3600};

    TimeLimits scaled(int slowdown) const {
        return {boot * slowdown, test * slowdown, grace * slowdown, leave * slowdown,
                longest_test * slowdown};
    }
};

} // namespace suture::harness
