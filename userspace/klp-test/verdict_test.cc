// What becomes of a test, given all that was seen of it.
#include "verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace suture::harness {
namespace {

using testing::HasSubstr;

Evidence ended(const std::string &output, int code) {
    Evidence evidence;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);) {
        evidence.output.push_back(line);
    }
    evidence.ended = frame::Ended{1, frame::How::exit, code, 0, 0};
    return evidence;
}

void expect(const Evidence &evidence, Outcome outcome, const std::string &reason) {
    auto result = judge(evidence);
    EXPECT_STREQ(name_of(result.outcome), name_of(outcome));
    EXPECT_THAT(result.reason, HasSubstr(reason));
    EXPECT_EQ(result.reason.empty(), outcome == Outcome::passed);
}

Splat warning() {
    return {SplatKind::warning, "WARNING: CPU: 0", {"[1.0] WARNING: CPU: 0"}, 1};
}

TEST(Verdict, Passes) {
    expect(ended("1..1\nok 1 a\n", 0), Outcome::passed, "");
}

TEST(Verdict, PassesWithAPointSkipped) {
    expect(ended("1..2\nok 1 a\nok 2 b # SKIP no\n", 0), Outcome::passed, "");
}

TEST(Verdict, FailsByAPoint) {
    expect(ended("1..1\nnot ok 1 a\n", 1), Outcome::failed, "not ok: a");
    expect(ended("1..1\nnot ok 1 a\n", 0), Outcome::failed, "not ok: a");
}

TEST(Verdict, FailsByTheExitStatusAlone) {
    expect(ended("1..1\nok 1 a\n", 1), Outcome::failed, "exit status 1");
    expect(ended("", 1), Outcome::failed, "exit status 1");
}

TEST(Verdict, FailsWherePlannedPointsAreMissing) {
    expect(ended("1..2\nok 1 a\n", 0), Outcome::failed, "planned 2 results, saw 1");
}

TEST(Verdict, FailsWhereASubtestFailed) {
    expect(ended("1..1\n  1..1\n  not ok 1 in\nok 1 out\n", 0), Outcome::failed, "out: in");
}

TEST(Verdict, FailsOnBailOut) {
    expect(ended("1..1\nok 1 a\nBail out! no\n", 0), Outcome::failed, "bailed out: no");
}

TEST(Verdict, FailsWhereSkippingIsClaimedAndResultsAreThere) {
    expect(ended("1..1\nok 1 a\n", 4), Outcome::failed, "exit status 4");
}

TEST(Verdict, Skips) {
    expect(ended("1..0 # SKIP no feature\n", 4), Outcome::skipped, "no feature");
    expect(ended("1..1\nok 1 a # SKIP no feature\n", 0), Outcome::skipped, "no feature");
    expect(ended("", 4), Outcome::skipped, "exit status 4");
}

TEST(Verdict, NeedsAVerdict) {
    expect(ended("all is well\n", 0), Outcome::crashed, "no KTAP result");
    expect(ended("ok 1 a\n", 0), Outcome::crashed, "no plan");
    expect(ended("1..0\n", 0), Outcome::crashed, "1..0");
}

TEST(Verdict, CrashesByASignalWhateverItSaid) {
    expect(ended("1..1\nok 1 a\n", 128 + 11), Outcome::crashed, "signal 11");
}

TEST(Verdict, IsASplatWhateverItSaid) {
    auto evidence = ended("1..1\nok 1 a\n", 0);
    evidence.splats = {warning()};
    expect(evidence, Outcome::splat, "warning: WARNING: CPU: 0");
    EXPECT_THAT(judge(evidence).excerpt, testing::ElementsAre("[1.0] WARNING: CPU: 0"));
    evidence.splats.push_back({SplatKind::kasan, "BUG: KASAN: x", {}, 1});
    expect(evidence, Outcome::splat, "KASAN: BUG: KASAN: x");
}

TEST(Verdict, IsASplatByTaint) {
    auto evidence = ended("1..1\nok 1 a\n", 0);
    evidence.ended->after = 512;
    expect(evidence, Outcome::splat, "W (kernel warning)");
}

TEST(Verdict, TimesOut) {
    auto evidence = ended("1..1\nok 1 a\n", 0);
    evidence.ended->how = frame::How::timeout;
    expect(evidence, Outcome::timed_out, "time limit");
    evidence.ended->how = frame::How::stuck;
    expect(evidence, Outcome::timed_out, "cannot be killed");
}

TEST(Verdict, CrashesWhereTheKernelDiedAfterOk) {
    auto evidence = ended("1..1\nok 1 a\n", 0);
    evidence.ended.reset();
    evidence.splats = {{SplatKind::panic, "Kernel panic - not syncing: Fatal", {}, 1}};
    expect(evidence, Outcome::crashed, "Kernel panic");
}

TEST(Verdict, CrashesWhereTheGuestEndedItself) {
    auto evidence = ended("1..1\nok 1 a\n", 0);
    evidence.ended.reset();
    evidence.guest_end = "QEMU ended";
    evidence.ended_itself = true;
    expect(evidence, Outcome::crashed, "reset or powered itself off in the middle of the test");
}

TEST(Verdict, IsLostWhereNothingSaysWhy) {
    auto evidence = ended("1..1\nok 1 a\n", 0);
    evidence.ended.reset();
    evidence.guest_end = "killed by signal 9";
    expect(evidence, Outcome::guest_lost, "killed by signal 9");
}

void expect_cut_short(const Evidence &evidence, Outcome outcome, const std::string &reason) {
    auto result = judge_cut_short(evidence, "the console is dead");
    EXPECT_STREQ(name_of(result.outcome), name_of(outcome));
    EXPECT_THAT(result.reason, HasSubstr(reason));
}

TEST(Verdict, CutShortIsInfrastructureWhereNothingIsWrong) {
    auto evidence = ended("1..1\nok 1 a\n", 0);
    expect_cut_short(evidence, Outcome::infrastructure, "the console is dead");
    evidence.ended.reset();
    expect_cut_short(evidence, Outcome::infrastructure, "the console is dead");
}

TEST(Verdict, CutShortIsASplatWhereTheKernelHasComplained) {
    auto evidence = ended("1..1\nok 1 a\n", 0);
    evidence.splats = {warning()};
    expect_cut_short(evidence, Outcome::splat, "WARNING: CPU: 0");
    evidence.ended.reset();
    expect_cut_short(evidence, Outcome::splat, "WARNING: CPU: 0; then: the console is dead");
}

TEST(Verdict, CutShortIsAFailureOfATestThatHasFailed) {
    auto evidence = ended("1..1\nnot ok 1 a\n", 1);
    expect_cut_short(evidence, Outcome::failed, "not ok: a");
    evidence.ended->how = frame::How::timeout;
    expect_cut_short(evidence, Outcome::timed_out, "time limit");
}

TEST(Verdict, CutShortIsNoneOfACommand) {
    auto evidence = ended("", 7);
    evidence.verdict_by = VerdictBy::exit_status;
    expect_cut_short(evidence, Outcome::infrastructure, "the console is dead");
    evidence.splats = {warning()};
    expect_cut_short(evidence, Outcome::splat, "WARNING: CPU: 0");
}

Evidence of_kselftest(const std::string &output, int code) {
    auto evidence = ended(output, code);
    evidence.verdict_by = VerdictBy::kselftest;
    return evidence;
}

TEST(Verdict, OfAKselftestThatPrintsNoKtapIsItsExitStatus) {
    expect(of_kselftest("all is well\n", 0), Outcome::passed, "");
    expect(of_kselftest("", 1), Outcome::failed, "exit status 1");
    expect(of_kselftest("", 4), Outcome::skipped, "exit status 4");
    expect(of_kselftest("", 5), Outcome::failed, "exit status 5");
    expect(of_kselftest("", 128 + 11), Outcome::crashed, "signal 11");
}

TEST(Verdict, OfAKselftestKnowsExpectedFailures) {
    auto expected = judge(of_kselftest("1..1\nok 1 a\n", 2));
    EXPECT_EQ(expected.outcome, Outcome::passed);
    EXPECT_THAT(expected.reason, HasSubstr("XFAIL"));
    expect(of_kselftest("1..1\nok 1 a\n", 3), Outcome::failed, "XPASS");
    expect(ended("1..1\nok 1 a\n", 2), Outcome::failed, "exit status 2");
    expect(ended("", 3), Outcome::failed, "exit status 3");
}

TEST(Verdict, OfAKselftestThatPrintsNoKtapIsNoExpectedFailure) {
    expect(of_kselftest("no such option\n", 2), Outcome::failed, "exit status 2, no KTAP result");
    expect(of_kselftest("", 3), Outcome::failed, "exit status 3, no KTAP result");
}

TEST(Verdict, OfAKselftestIsItsKtapWhereItPrintsAny) {
    expect(of_kselftest("1..1\nnot ok 1 a\n", 0), Outcome::failed, "not ok: a");
    expect(of_kselftest("1..1\nnot ok 1 a\n", 2), Outcome::failed, "not ok: a");
    expect(of_kselftest("1..2\nok 1 a\n", 0), Outcome::failed, "planned 2 results, saw 1");
    expect(of_kselftest("ok 1 a\n", 0), Outcome::crashed, "no plan");
}

TEST(Verdict, OfACommandIsItsExitStatus) {
    auto evidence = ended("not ok 1 this is a command's own affair\n", 0);
    evidence.verdict_by = VerdictBy::exit_status;
    expect(evidence, Outcome::passed, "");
    evidence.ended->code = 7;
    expect(evidence, Outcome::failed, "exit status 7");
    EXPECT_EQ(judge(evidence).exit_code, 7);
}

} // namespace
} // namespace suture::harness
