#include "outside.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace suture::harness {

namespace {

TestResult outside(Outcome outcome) {
    TestResult result;
    result.name = "(outside any test)";
    result.outcome = outcome;
    return result;
}

// Without a reason where there is none to complain.
TestResult complaints(const std::vector<Splat> &splats, Taint boot_taint) {
    auto result = outside(Outcome::splat);
    for (const auto &splat : splats) {
        if (splat.sequence != 0) {
            continue;
        }
        if (result.excerpt.empty()) {
            result.reason = fmt::format("{}: {}", name_of(splat.kind), splat.headline);
        }
        result.excerpt.insert(result.excerpt.end(), splat.excerpt.begin(), splat.excerpt.end());
    }
    auto taint = unexpected_taint(0, boot_taint);
    if (result.reason.empty() && !taint.empty()) {
        result.reason = fmt::format("the kernel was tainted before any test ran: {}", taint);
    }
    return result;
}

} // namespace

bool complained_before(const std::vector<Splat> &splats, unsigned sequence) {
    return std::ranges::any_of(splats, [sequence](const Splat &splat) {
        return splat.sequence == 0 && splat.after > 0 && splat.after < sequence;
    });
}

std::vector<TestResult> outside_results(const ConsoleScanner &console, Taint boot_taint,
                                        const std::optional<Trouble> &trouble) {
    std::vector<TestResult> results;
    if (auto result = complaints(console.splats(), boot_taint); !result.reason.empty()) {
        results.push_back(std::move(result));
    }
    constexpr auto any_test = std::numeric_limits<unsigned>::max();
    if (trouble && !complained_before(console.splats(), any_test)) {
        auto result = outside(trouble->outcome);
        result.reason = trouble->reason;
        result.excerpt = console.tail();
        results.push_back(std::move(result));
    }
    return results;
}

} // namespace suture::harness
