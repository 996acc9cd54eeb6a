// What went wrong in a guest that none of its tests can be blamed for.
#pragma once

#include "console.h"
#include "result.h"
#include "taint.h"

#include <optional>
#include <string>
#include <vector>

namespace suture::harness {

// That a guest came to its end, or to none, otherwise than it should.
struct Trouble {
    Outcome outcome = Outcome::crashed;
    std::string reason;
};

// Whether the kernel complained after a test had ended, in none, and before the test of this
// number.
bool complained_before(const std::vector<Splat> &splats, unsigned sequence);

// The results to report, under a name of their own. Trouble after such a complaint is part of it.
std::vector<TestResult> outside_results(const ConsoleScanner &console, Taint boot_taint,
                                        const std::optional<Trouble> &trouble);

} // namespace suture::harness
