// A run as JUnit XML, as CI systems read it.
#include "markup.h"
#include "report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace suture::harness {

namespace {

std::string joined(const std::vector<std::string> &lines) {
    std::string text;
    for (const auto &line : lines) {
        text += escaped(line) + '\n';
    }
    return text;
}

double seconds(std::chrono::milliseconds duration) {
    return static_cast<double>(duration.count()) / 1000;
}

// As properties, since JUnit has nothing below a test case; each is named by all that it is part
// of.
void write_properties(std::ostream &out, const std::vector<KtapPoint> &points,
                      const std::string &outer) {
    for (const auto &point : points) {
        auto name = outer + point.name;
        auto status = point.reason.empty()
                          ? name_of(point.status)
                          : fmt::format("{}: {}", name_of(point.status), point.reason);
        fmt::print(out, "        <property name=\"subtest: {}\" value=\"{}\"/>\n", escaped(name),
                   escaped(status));
        write_properties(out, point.subtests, name + ": ");
    }
}

void write_case(std::ostream &out, const TargetResult &target, const TestResult &result) {
    fmt::print(out, "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n",
               escaped(target.name()), escaped(result.name), seconds(result.duration));
    bool names_log = tally_of(result.outcome) == Tally::failed && !result.log.empty();
    if (names_log || !result.points.empty()) {
        fmt::print(out, "      <properties>\n");
        if (names_log) {
            fmt::print(out, "        <property name=\"log\" value=\"{}\"/>\n", escaped(result.log));
        }
        write_properties(out, result.points, "");
        fmt::print(out, "      </properties>\n");
    }
    auto reason = escaped(result.reason);
    if (result.outcome == Outcome::skipped) {
        fmt::print(out, "      <skipped message=\"{}\"/>\n", reason);
    } else if (result.outcome == Outcome::failed) {
        fmt::print(out, "      <failure type=\"{}\" message=\"{}\"/>\n", name_of(result.outcome),
                   reason);
    } else if (result.outcome != Outcome::passed) {
        fmt::print(out, "      <error type=\"{}\" message=\"{}\">{}</error>\n",
                   name_of(result.outcome), reason, joined(result.excerpt));
    }
    if (!result.output.empty()) {
        fmt::print(out, "      <system-out>{}</system-out>\n", joined(result.output));
    }
    fmt::print(out, "    </testcase>\n");
}

void write_suite(std::ostream &out, const TargetResult &target) {
    std::size_t failures = 0, errors = 0, skipped = 0;
    std::chrono::milliseconds duration{0};
    for (const auto &result : target.results) {
        duration += result.duration;
        if (result.outcome == Outcome::failed) {
            failures++;
        } else if (result.outcome == Outcome::skipped) {
            skipped++;
        } else if (result.outcome != Outcome::passed) {
            errors++;
        }
    }
    fmt::print(out,
               "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
               "time=\"{:.3f}\">\n",
               escaped(target.name()), target.results.size(), failures, errors, skipped,
               seconds(duration));
    fmt::print(out, "    <properties>\n");
    fmt::print(out, "      <property name=\"release\" value=\"{}\"/>\n", escaped(target.release));
    fmt::print(out, "      <property name=\"accel\" value=\"{}\"/>\n", escaped(target.accel));
    fmt::print(out, "      <property name=\"boots\" value=\"{}\"/>\n", target.boots);
    fmt::print(out, "      <property name=\"boot_retries\" value=\"{}\"/>\n", target.boot_retries);
    fmt::print(out, "    </properties>\n");
    for (const auto &result : target.results) {
        write_case(out, target, result);
    }
    fmt::print(out, "  </testsuite>\n");
}

} // namespace

void JunitPrinter::write(const RunResult &run, std::ostream &out) const {
    fmt::print(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites time=\"{:.3f}\">\n",
               seconds(run.duration));
    for (const auto &target : run.targets) {
        write_suite(out, target);
    }
    fmt::print(out, "</testsuites>\n");
}

} // namespace suture::harness
