#include "provoked.h"

#include <fmt/format.h>

namespace suture::harness {

namespace {

bool is_detected(const Provoked &provoked, const TestResult &seen) {
    return seen.outcome == provoked.outcome &&
           seen.reason.find(provoked.reason) != std::string::npos;
}

bool has_skipped_itself(const TestResult &seen) {
    return seen.outcome == Outcome::skipped && seen.reason.starts_with(cannot_be_provoked);
}

TestResult detected(const TestResult &seen) {
    TestResult verdict;
    verdict.outcome = Outcome::passed;
    verdict.reason = fmt::format("{}: {}", name_of(seen.outcome), seen.reason);
    verdict.duration = seen.duration;
    verdict.log = seen.log;
    return verdict;
}

TestResult undetected(const Provoked &provoked, const TestResult &seen) {
    auto verdict = detected(seen);
    verdict.outcome = kept_from_provoking(seen) ? Outcome::infrastructure : Outcome::failed;
    verdict.reason = fmt::format("provoked '{}' with '{}', saw {}", name_of(provoked.outcome),
                                 provoked.reason, verdict.reason);
    verdict.output = seen.output;
    verdict.excerpt = seen.excerpt;
    return verdict;
}

TestResult not_provoked(Outcome outcome, std::string why) {
    TestResult verdict;
    verdict.outcome = outcome;
    verdict.reason = std::move(why);
    return verdict;
}

TestResult nameless_verdict(const Provoked &provoked, const TestResult *seen) {
    if (!seen) {
        return not_provoked(Outcome::failed,
                            fmt::format("provoked '{}', saw no result", name_of(provoked.outcome)));
    }
    if (has_skipped_itself(*seen)) {
        return not_provoked(Outcome::skipped, seen->reason);
    }
    return is_detected(provoked, *seen) ? detected(*seen) : undetected(provoked, *seen);
}

} // namespace

bool kept_from_provoking(const TestResult &seen) {
    return seen.outcome == Outcome::infrastructure || seen.outcome == Outcome::boot_failed;
}

TestResult verdict_on(const Provoked &provoked, const TestResult *seen) {
    auto verdict = nameless_verdict(provoked, seen);
    verdict.name = provoked.name;
    return verdict;
}

} // namespace suture::harness
