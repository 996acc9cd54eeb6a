#include "result.h"

#include <fmt/format.h>

namespace suture::harness {

std::string Counts::line() const {
    return fmt::format("{} passed, {} failed, {} skipped", passed, failed, skipped);
}

Counts &Counts::operator+=(const Counts &more) {
    passed += more.passed;
    failed += more.failed;
    skipped += more.skipped;
    return *this;
}

Counts TargetResult::counts() const {
    Counts counts;
    for (const auto &result : results) {
        switch (tally_of(result.outcome)) {
        case Tally::passed:
            counts.passed++;
            break;
        case Tally::failed:
            counts.failed++;
            break;
        case Tally::skipped:
            counts.skipped++;
            break;
        }
    }
    return counts;
}

Counts RunResult::counts() const {
    Counts counts;
    for (const auto &target : targets) {
        counts += target.counts();
    }
    return counts;
}

int RunResult::exit_code() const {
    constexpr int all_passed = 0, tests_failed = 1, infrastructure = 4;
    int code = targets.empty() ? infrastructure : all_passed;
    for (const auto &target : targets) {
        if (target.results.empty() && code == all_passed) {
            code = infrastructure;
        }
        for (const auto &result : target.results) {
            if (is_infrastructure(result.outcome)) {
                code = code == tests_failed ? tests_failed : infrastructure;
            } else if (tally_of(result.outcome) == Tally::failed) {
                code = tests_failed;
            }
        }
    }
    return code;
}

} // namespace suture::harness
