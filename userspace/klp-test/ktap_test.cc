// KTAP and TAP as tests print them, and what is wrong with a report that proves nothing.
#include "ktap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace suture::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

KtapReport parse(const std::string &text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return parse_ktap(lines);
}

TEST(Ktap, ReadsResults) {
    auto report = parse("TAP version 13\n1..4\nok 1 - first\nnot ok 2 second\n"
                        "ok 3 third # SKIP no hardware\nnot ok 4 fourth # XFAIL known\n");
    EXPECT_THAT(report.errors, IsEmpty());
    ASSERT_EQ(report.points.size(), 4U);
    EXPECT_EQ(report.points[0].name, "first");
    EXPECT_EQ(report.points[0].status, PointStatus::passed);
    EXPECT_EQ(report.points[1].status, PointStatus::failed);
    EXPECT_EQ(report.points[2].status, PointStatus::skipped);
    EXPECT_EQ(report.points[2].name, "third");
    EXPECT_EQ(report.points[2].reason, "no hardware");
    EXPECT_EQ(report.points[3].status, PointStatus::expected_failure);
    EXPECT_THAT(failed_points(report.points), ElementsAre("second"));
}

TEST(Ktap, IgnoresProse) {
    auto report = parse("ok, let us begin\nok then\nnot ok at all\nokay 1\n1..x\nok 1x\n# ok 1\n");
    EXPECT_TRUE(report.empty());
}

TEST(Ktap, TakesThePlanAtTheEnd) {
    auto report = parse("ok 1 a\nok 2 b\n1..2\n");
    EXPECT_THAT(report.errors, IsEmpty());
    EXPECT_EQ(report.plan, 2U);
}

TEST(Ktap, MissesWhatWasPlanned) {
    EXPECT_THAT(parse("1..3\nok 1 a\nok 2 b\n").errors, ElementsAre("planned 3 results, saw 2"));
}

TEST(Ktap, MissesWhatWasNotPlanned) {
    EXPECT_THAT(parse("1..1\nok 1 a\nok 2 b\n").errors, ElementsAre("planned 1 results, saw 2"));
}

TEST(Ktap, RefusesTheSameNumberTwice) {
    EXPECT_THAT(parse("1..2\nok 1 a\nok 1 b\n").errors, ElementsAre("result number 1 follows 1"));
}

TEST(Ktap, RefusesASecondPlan) {
    EXPECT_THAT(parse("1..2\n1..1\nok 1 a\n").errors, ElementsAre("a second plan"));
}

TEST(Ktap, NestsSubtests) {
    auto report = parse("KTAP version 1\n1..2\n"
                        "  KTAP version 1\n  # Subtest: outer\n  1..2\n"
                        "    1..1\n    ok 1 innermost\n  ok 1 inner\n  not ok 2 bad\n"
                        "not ok 1 outer\nok 2 other\n");
    EXPECT_THAT(report.errors, IsEmpty());
    ASSERT_EQ(report.points.size(), 2U);
    ASSERT_EQ(report.points[0].subtests.size(), 2U);
    ASSERT_EQ(report.points[0].subtests[0].subtests.size(), 1U);
    EXPECT_EQ(report.points[0].subtests[0].subtests[0].name, "innermost");
    EXPECT_THAT(report.points[1].subtests, IsEmpty());
    EXPECT_THAT(failed_points(report.points), ElementsAre("outer: bad"));
}

TEST(Ktap, DoesNotBelieveAnOkWithAFailedSubtest) {
    auto report = parse("1..1\n  1..1\n  not ok 1 inner\nok 1 outer\n");
    EXPECT_THAT(report.errors, ElementsAre("'outer' is ok, but a subtest of it is not"));
    EXPECT_THAT(failed_points(report.points), ElementsAre("outer: inner"));
}

TEST(Ktap, MissesPlannedSubtests) {
    EXPECT_THAT(parse("1..1\n  1..2\n  ok 1 inner\nok 1 outer\n").errors,
                ElementsAre("planned 2 results, saw 1"));
}

TEST(Ktap, MissesTheResultOfTheParent) {
    auto report = parse("1..1\n  1..1\n  ok 1 inner\n");
    EXPECT_THAT(report.errors, ElementsAre(HasSubstr("without the result"), HasSubstr("saw 0")));
}

constexpr const char *orphans = "subtests without the result of their test";

TEST(Ktap, MissesAResultBetweenTwoLevelsThatEndAtOnce) {
    EXPECT_THAT(parse("1..1\n  ok 1 a\n    not ok 1 deep\nok 1 outer\n").errors,
                ElementsAre(orphans));
    EXPECT_THAT(parse("1..1\n  ok 1 a\n    not ok 1 deep\n").errors,
                ElementsAre(orphans, orphans, HasSubstr("saw 0")));
}

TEST(Ktap, MissesTheResultOfTheParentBeforeAPlan) {
    EXPECT_THAT(parse("ok 1 a\n  not ok 1 lost\n1..1\n").errors, ElementsAre(orphans));
}

TEST(Ktap, TakesTheFirstLinesAsSubtestsOfALessIndentedResult) {
    auto report = parse("    ok 1 inner\n    1..1\nok 1 outer\n1..1\n");
    EXPECT_THAT(report.errors, IsEmpty());
    ASSERT_EQ(report.points.size(), 1U);
    EXPECT_EQ(report.points[0].subtests.size(), 1U);
}

TEST(Ktap, SkipsAll) {
    auto report = parse("TAP version 13\n1..0 # SKIP no such function\n");
    EXPECT_EQ(report.skip_all, "no such function");
    EXPECT_FALSE(report.empty());
}

TEST(Ktap, SkipsAllHoweverItIsSpelt) {
    for (const char *plan : {"1..0 # SKIP: why", "1..0 #SKIP why", "1..0 # Skipped: why"}) {
        EXPECT_EQ(parse(plan).skip_all, "why") << plan;
    }
    EXPECT_TRUE(parse("1..0 # skipping the rest\n").empty());
}

TEST(Ktap, FindsADirectiveBehindAnotherHash) {
    auto report = parse("1..3\nok 1 case # 3 works # SKIP no hw\n"
                        "not ok 2 case # 3 # TODO see # 12\nnot ok 3 TODO # TODO b # TIMEOUT 4\n");
    ASSERT_EQ(report.points.size(), 3U);
    EXPECT_EQ(report.points[0].status, PointStatus::skipped);
    EXPECT_EQ(report.points[0].name, "case # 3 works");
    EXPECT_EQ(report.points[0].reason, "no hw");
    EXPECT_EQ(report.points[1].status, PointStatus::expected_failure);
    EXPECT_EQ(report.points[1].name, "case # 3");
    EXPECT_EQ(report.points[1].reason, "see # 12");
    EXPECT_EQ(report.points[2].status, PointStatus::failed);
}

TEST(Ktap, TakesADirectiveHoweverItIsSpelt) {
    for (const char *skip :
         {"# SKIP: why", "#SKIP why", "# Skip why", "#skip:why", "#\tSKIP\twhy"}) {
        auto report = parse(std::string("1..1\nok 1 a ") + skip + "\n");
        EXPECT_EQ(report.points[0].status, PointStatus::skipped) << skip;
        EXPECT_EQ(report.points[0].name, "a") << skip;
        EXPECT_EQ(report.points[0].reason, "why") << skip;
    }
    for (const char *expected : {"#TODO", "# Todo: why", "# xfail why", "#XFAIL: why"}) {
        auto report = parse(std::string("1..1\nnot ok 1 a ") + expected + "\n");
        EXPECT_EQ(report.points[0].status, PointStatus::expected_failure) << expected;
    }
}

TEST(Ktap, TakesNoOtherTextForADirective) {
    for (const char *name :
         {"a # skipping the rest", "a # SKIPPED", "a # TODOs are listed", "a#SKIP", "a \\#SKIP",
          "a # no SKIP", "a # error 5", "a # SKIP-list"}) {
        auto report = parse(std::string("1..1\nok 1 ") + name + "\n");
        EXPECT_EQ(report.points[0].status, PointStatus::passed) << name;
        EXPECT_EQ(report.points[0].name, name);
    }
}

TEST(Ktap, BailsOut) {
    EXPECT_EQ(parse("1..2\nok 1 a\nBail out! no root\n").bail_out, "no root");
}

TEST(Ktap, FailsOnTimeoutAndError) {
    auto report = parse("1..2\nnot ok 1 a # TIMEOUT 45 seconds\nok 2 b # ERROR unclear\n");
    EXPECT_THAT(failed_points(report.points), ElementsAre("a", "b"));
}

TEST(Ktap, KeepsAHashThatIsNoDirective) {
    auto report = parse("1..1\nok 1 issue # 12\n");
    EXPECT_EQ(report.points[0].name, "issue # 12");
    EXPECT_EQ(report.points[0].status, PointStatus::passed);
}

} // namespace
} // namespace suture::harness
