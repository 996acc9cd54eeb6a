// Reads KTAP (Documentation/dev-tools/ktap.rst) and the TAP 13 that kselftests print, with nested
// subtests. It reports what stands there; what that means for the test is verdict.h's concern.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suture::harness {

enum class PointStatus { passed, failed, skipped, expected_failure };

const char *name_of(PointStatus status);

struct KtapPoint {
    PointStatus status{};
    std::string name;
    // The text of a directive: why it was skipped, for instance.
    std::string reason;
    std::vector<KtapPoint> subtests;
};

struct KtapReport {
    std::vector<KtapPoint> points;
    std::optional<unsigned> plan;
    // The reason of "1..0 # SKIP reason".
    std::optional<std::string> skip_all;
    std::optional<std::string> bail_out;
    // Whatever makes the report unfit as a proof: points that were planned and are missing, numbers
    // out of order, a test that is ok with a subtest that is not, subtests of no test.
    std::vector<std::string> errors;

    bool empty() const { return points.empty() && !plan && !bail_out; }
};

KtapReport parse_ktap(const std::vector<std::string> &lines);

// The names of the failed points, innermost first, as "outer: inner".
std::vector<std::string> failed_points(const std::vector<KtapPoint> &points);

} // namespace suture::harness
