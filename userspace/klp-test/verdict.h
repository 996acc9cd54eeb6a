// Turns what was seen of one test into its outcome. Nothing else decides what passes.
#pragma once

#include "channel.h"
#include "console.h"
#include "result.h"
#include "verdict_by.h"

#include <optional>
#include <string>
#include <vector>

namespace suture::harness {

struct Evidence {
    VerdictBy verdict_by = VerdictBy::ktap;
    std::vector<std::string> output;
    // Empty where the guest was gone before the test's end was reported.
    std::optional<frame::Ended> ended;
    std::vector<Splat> splats;
    // How the guest ended, in words, and whether that was its own doing; only where `ended` is
    // empty.
    std::string guest_end;
    bool ended_itself = false;
};

// Fills in the outcome, reason, exit code, points, output and excerpt.
TestResult judge(const Evidence &evidence);

// The same where klp-test could not see all of the test, or the console to its end. What it failed
// by until then stands; only where that is nothing, `why` is the reason, and infrastructure the
// outcome.
TestResult judge_cut_short(const Evidence &evidence, const std::string &why);

} // namespace suture::harness
