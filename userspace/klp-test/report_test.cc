// Every form of report tells the same run, and stays readable for machines whatever tests print.
#include "report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace suture::harness {
namespace {

using testing::HasSubstr;

TestResult result(const std::string &name, Outcome outcome, const std::string &reason) {
    TestResult result;
    result.name = name;
    result.outcome = outcome;
    result.reason = reason;
    return result;
}

RunResult one_of_each() {
    TargetResult target;
    target.arch = "s390x";
    target.kernel = "6.1";
    target.release = "6.1.0-50-s390x";
    target.accel = "tcg,thread=multi";
    target.boots = 3;
    target.boot_retries = 1;
    target.results = {result("s:good", Outcome::passed, ""),
                      result("s:bad", Outcome::failed, "not ok: <a> & \"b\" # c"),
                      result("s:none", Outcome::skipped, "no feature"),
                      result("s:loud", Outcome::splat, "warning: WARNING")};
    target.results[1].output = {"bell \a and \xff bytes ]]>"};
    target.results[3].excerpt = {"[ 1.0] WARNING: CPU: 0"};
    return {{target}, std::chrono::milliseconds(1500)};
}

std::string text(const Report &report, const RunResult &run) {
    std::ostringstream out;
    report.write(run, out);
    return out.str();
}

TEST(Reports, EndWithTheCounts) {
    EXPECT_THAT(text(PlainPrinter(), one_of_each()),
                testing::EndsWith("\n1 passed, 2 failed, 1 skipped\n"));
}

TEST(Reports, CountEachTargetForItself) {
    auto run = one_of_each();
    run.targets.push_back(run.targets[0]);
    run.targets[1].arch = "ppc64le";
    run.targets[1].results.resize(1);
    EXPECT_THAT(text(PlainPrinter(), run),
                testing::AllOf(
                    testing::ContainsRegex("\ns390x/6.1 +6.1.0-50-s390x +tcg +1 +2 +1 +3 +1\n"),
                    testing::ContainsRegex("\nppc64le/6.1 +6.1.0-50-s390x +tcg +1 +0 +0 +3 +1\n"),
                    testing::EndsWith("\n2 passed, 2 failed, 1 skipped\n")));
}

TEST(Reports, SayWhatTheColumnsAre) {
    EXPECT_THAT(text(PlainPrinter(), one_of_each()),
                testing::ContainsRegex(
                    "^target +release +accel +passed +failed +skipped +guests +retried\n"));
}

TEST(Reports, KtapCanBeReadBack) {
    std::vector<std::string> lines;
    std::istringstream stream(text(KtapPrinter(), one_of_each()));
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    auto ktap = parse_ktap(lines);
    EXPECT_THAT(ktap.errors, testing::IsEmpty());
    ASSERT_EQ(ktap.points.size(), 1U);
    ASSERT_EQ(ktap.points[0].subtests.size(), 4U);
    EXPECT_EQ(ktap.points[0].subtests[2].status, PointStatus::skipped);
    EXPECT_EQ(ktap.points[0].subtests[2].reason, "no feature");
    EXPECT_THAT(failed_points(ktap.points),
                testing::ElementsAre("s390x/6.1: s:bad", "s390x/6.1: s:loud"));
}

RunResult with_subtests() {
    auto run = one_of_each();
    run.targets[0].results.resize(1);
    auto &points = run.targets[0].results[0].points;
    points = {{PointStatus::passed, "outer", "", {}},
              {PointStatus::skipped, "none", "no <feature>", {}},
              {PointStatus::expected_failure, "known # bug", "later", {}}};
    points[0].subtests = {{PointStatus::passed, "inner", "", {}}};
    return run;
}

TEST(Reports, KtapHasSubtests) {
    std::vector<std::string> lines;
    std::istringstream stream(text(KtapPrinter(), with_subtests()));
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    auto ktap = parse_ktap(lines);
    EXPECT_THAT(ktap.errors, testing::IsEmpty());
    ASSERT_EQ(ktap.points.size(), 1U);
    ASSERT_EQ(ktap.points[0].subtests.size(), 1U);
    const auto &points = ktap.points[0].subtests[0].subtests;
    ASSERT_EQ(points.size(), 3U);
    ASSERT_EQ(points[0].subtests.size(), 1U);
    EXPECT_EQ(points[0].subtests[0].name, "inner");
    EXPECT_EQ(points[1].reason, "no <feature>");
    EXPECT_EQ(points[2].status, PointStatus::expected_failure);
}

TEST(Reports, JunitHasSubtests) {
    auto xml = text(JunitPrinter(), with_subtests());
    EXPECT_THAT(xml, HasSubstr("<property name=\"subtest: outer: inner\" value=\"passed\"/>"));
    EXPECT_THAT(xml, HasSubstr("<property name=\"subtest: none\" "
                               "value=\"skipped: no &lt;feature&gt;\"/>"));
}

TEST(Reports, NameTheLogsOfWhatFailed) {
    auto run = one_of_each();
    for (auto &result : run.targets[0].results) {
        result.log = "logs/" + result.name;
    }
    auto xml = text(JunitPrinter(), run), ktap = text(KtapPrinter(), run);
    for (const char *name : {"s:bad", "s:loud"}) {
        EXPECT_THAT(xml,
                    HasSubstr(fmt::format("<property name=\"log\" value=\"logs/{}\"/>", name)));
        EXPECT_THAT(ktap, HasSubstr(fmt::format("\n  # logs: logs/{}\n", name)));
    }
    for (const char *name : {"logs/s:good", "logs/s:none"}) {
        EXPECT_THAT(xml + ktap, testing::Not(HasSubstr(name)));
    }
}

TEST(Reports, JunitEscapesAndCounts) {
    auto xml = text(JunitPrinter(), one_of_each());
    EXPECT_THAT(xml, HasSubstr("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""));
    EXPECT_THAT(xml, HasSubstr("not ok: &lt;a&gt; &amp; &quot;b&quot; # c"));
    EXPECT_THAT(xml, HasSubstr("bell ? and ? bytes ]]&gt;"));
    EXPECT_THAT(xml, HasSubstr("<error type=\"splat\" message=\"warning: WARNING\">"));
}

TEST(Reports, JsonKeepsEverything) {
    auto json = nlohmann::json::parse(text(JsonPrinter(), one_of_each()));
    EXPECT_EQ(json["schema_version"], 1);
    EXPECT_EQ(json["passed"], 1);
    EXPECT_EQ(json["failed"], 2);
    EXPECT_EQ(json["exit_code"], 1);
    EXPECT_EQ(json["targets"][0]["boot_retries"], 1);
    EXPECT_EQ(json["targets"][0]["accel"], "tcg,thread=multi");
    EXPECT_EQ(json["targets"][0]["results"][3]["outcome"], "splat");
    EXPECT_EQ(json["targets"][0]["results"][3]["excerpt"][0], "[ 1.0] WARNING: CPU: 0");
}

TEST(Reports, AnnotateWhatDidNotPass) {
    EXPECT_EQ(text(AnnotationPrinter(), one_of_each()),
              "::warning title=s390x/6.1::1 boots failed and were tried again\n"
              "::error title=s390x/6.1 s%3Abad::failed: not ok: <a> & \"b\" # c\n"
              "::error title=s390x/6.1 s%3Aloud::splat: warning: WARNING\n");
}

TEST(Reports, AnnotationsStayOneLineEach) {
    TargetResult target;
    target.results = {result("s:100%,a", Outcome::failed, "50% of\r\nall::error ::")};
    EXPECT_EQ(text(AnnotationPrinter(), {{target}, {}}),
              "::error title=/ s%3A100%25%2Ca::failed: 50%25 of%0D%0Aall::error ::\n");
}

TEST(Reports, SayWhereTheyCannotBeWritten) {
    auto written =
        write_file("/dev/full", [](std::ostream &out) { JsonPrinter().write(one_of_each(), out); });
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().message, HasSubstr("/dev/full: No space left on device"));
}

RunResult run_of(const std::vector<Outcome> &outcomes) {
    TargetResult target;
    for (auto outcome : outcomes) {
        target.results.push_back(result("t", outcome, ""));
    }
    return {{target}, {}};
}

TEST(ExitCode, TellsTestsFromInfrastructure) {
    EXPECT_EQ(run_of({Outcome::passed, Outcome::skipped}).exit_code(), 0);
    for (auto outcome : {Outcome::failed, Outcome::crashed, Outcome::splat, Outcome::timed_out}) {
        EXPECT_EQ(run_of({Outcome::passed, outcome}).exit_code(), 1) << name_of(outcome);
    }
    for (auto outcome : {Outcome::guest_lost, Outcome::boot_failed, Outcome::infrastructure}) {
        EXPECT_EQ(run_of({Outcome::passed, outcome}).exit_code(), 4) << name_of(outcome);
    }
}

TEST(ExitCode, NeverHidesAFailedTestBehindInfrastructure) {
    EXPECT_EQ(run_of({Outcome::infrastructure, Outcome::failed}).exit_code(), 1);
    EXPECT_EQ(run_of({Outcome::failed, Outcome::infrastructure}).exit_code(), 1);
}

TEST(ExitCode, OfARunWithoutTestsIsNoSuccess) {
    EXPECT_EQ(run_of({}).exit_code(), 4);
    EXPECT_EQ(RunResult{}.exit_code(), 4);
}

} // namespace
} // namespace suture::harness
