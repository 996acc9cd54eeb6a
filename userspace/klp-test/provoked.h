// What was provoked, held against what was told of it.
#pragma once

#include "result.h"

#include <string_view>

namespace suture::harness {

struct Provoked {
    const char *name;
    Outcome outcome;
    // Must be part of the reason.
    const char *reason;
};

// How the reason of a test begins that has skipped itself since its kernel cannot have the trouble
// that it would make. No other skipped test's does.
constexpr std::string_view cannot_be_provoked = "no kernel that ";

// Whether it says nothing of how a provocation is told, but for one of just that: there was no
// guest to provoke it in, or klp-test could not do its own work. A guest that is lost may be a
// crash that was not recognised.
bool kept_from_provoking(const TestResult &seen);

// Passed where what was seen is what was provoked. Null: nothing was.
TestResult verdict_on(const Provoked &provoked, const TestResult *seen);

} // namespace suture::harness
