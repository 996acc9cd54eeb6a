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

std::string directive(const KtapPoint &point) {
    const char *word = point.status == PointStatus::skipped            ? "SKIP"
                       : point.status == PointStatus::expected_failure ? "XFAIL"
                                                                       : nullptr;
    return word ? fmt::format(" # {} {}", word, without_hash(point.reason)) : "";
}

// With what they themselves consist of, each level further to the right.
void write_points(std::ostream &out, const std::vector<KtapPoint> &points,
                  const std::string &indent) {
    if (points.empty()) {
        return;
    }
    fmt::print(out, "{0}KTAP version 1\n{0}1..{1}\n", indent, points.size());
    for (std::size_t i = 0; i < points.size(); i++) {
        const auto &point = points[i];
        bool good = point.status == PointStatus::passed || point.status == PointStatus::skipped;
        write_points(out, point.subtests, indent + "  ");
        fmt::print(out, "{}{}ok {} {}{}\n", indent, good ? "" : "not ", i + 1,
                   without_hash(point.name), directive(point));
    }
}

void write_test(std::ostream &out, std::size_t number, const TestResult &result) {
    bool good = tally_of(result.outcome) != Tally::failed;
    auto directive = result.outcome == Outcome::skipped
                         ? fmt::format(" # SKIP {}", without_hash(result.reason))
                         : "";
    write_points(out, result.points, "    ");
    if (!good) {
        fmt::print(out, "  # {}: {}\n", name_of(result.outcome), without_hash(result.reason));
        for (const auto &line : result.excerpt) {
            fmt::print(out, "  # {}\n", line);
        }
        if (!result.log.empty()) {
            fmt::print(out, "  # logs: {}\n", result.log);
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
