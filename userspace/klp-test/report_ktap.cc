// A run as KTAP.
#include "report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace suture::harness {

namespace {

// In KTAP a '#' begins a directive.
std::string without_hash(std::string text) {
    for (auto &byte : text) {
        byte = byte == '#' || byte == '\n' ? ' ' : byte;
    }
    return text;
}

bool passed(const TargetResult &target) {
    for (const auto &result : target.results) {
        if (tally_of(result.outcome) == Tally::failed) {
            return false;
        }
    }
    return !target.results.empty();
}

void write_test(std::ostream &out, std::size_t number, const TestResult &result) {
    bool good = tally_of(result.outcome) != Tally::failed;
    auto directive = result.outcome == Outcome::skipped
                         ? fmt::format(" # SKIP {}", without_hash(result.reason))
                         : "";
    if (!good) {
        fmt::print(out, "  # {}: {}\n", name_of(result.outcome), without_hash(result.reason));
        for (const auto &line : result.excerpt) {
            fmt::print(out, "  # {}\n", line);
        }
    }
    fmt::print(out, "  {}ok {} {}{}\n", good ? "" : "not ", number, without_hash(result.name),
               directive);
}

} // namespace

void KtapPrinter::write(const RunResult &run, std::ostream &out) const {
    fmt::print(out, "KTAP version 1\n1..{}\n", run.targets.size());
    for (std::size_t i = 0; i < run.targets.size(); i++) {
        const auto &target = run.targets[i];
        fmt::print(out, "  KTAP version 1\n  # Subtest: {}\n  1..{}\n", target.name(),
                   target.results.size());
        for (std::size_t j = 0; j < target.results.size(); j++) {
            write_test(out, j + 1, target.results[j]);
        }
        fmt::print(out, "{}ok {} {}\n", passed(target) ? "" : "not ", i + 1, target.name());
    }
}

} // namespace suture::harness
