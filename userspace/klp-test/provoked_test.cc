// What is told of a provocation passes where it is right, and fails klp-test only where it is
// wrong.
#include "provoked.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture::harness {
namespace {

using testing::HasSubstr;

constexpr Provoked crash{"dies", Outcome::crashed, "signal 11"};

TestResult seen(Outcome outcome, const std::string &reason) {
    TestResult result;
    result.name = "selfcheck:dies";
    result.outcome = outcome;
    result.reason = reason;
    result.output = {"what it printed"};
    return result;
}

TestResult verdict(const Provoked &provoked, Outcome outcome, const std::string &reason) {
    auto result = seen(outcome, reason);
    return verdict_on(provoked, &result);
}

TEST(Provoked, PassesWhereItIsTold) {
    auto told = verdict(crash, Outcome::crashed, "killed by signal 11");
    EXPECT_EQ(told.name, "dies");
    EXPECT_EQ(told.outcome, Outcome::passed);
    EXPECT_EQ(told.reason, "crashed: killed by signal 11");
}

TEST(Provoked, FailsWhereAnythingElseIs) {
    EXPECT_EQ(verdict(crash, Outcome::crashed, "killed by signal 9").outcome, Outcome::failed);
    // It may be a crash that was not recognised.
    EXPECT_EQ(verdict(crash, Outcome::guest_lost, "QEMU ended").outcome, Outcome::failed);
    auto wrong = verdict(crash, Outcome::passed, "");
    EXPECT_EQ(wrong.outcome, Outcome::failed);
    EXPECT_EQ(wrong.reason, "provoked 'crashed' with 'signal 11', saw passed: ");
    EXPECT_THAT(wrong.output, testing::ElementsAre("what it printed"));
}

TEST(Provoked, FailsWhereNothingIs) {
    auto nothing = verdict_on(crash, nullptr);
    EXPECT_EQ(nothing.outcome, Outcome::failed);
    EXPECT_THAT(nothing.reason, HasSubstr("saw no result"));
}

TEST(Provoked, SaysNothingOfKlpTestWhereItCouldNotBeProvoked) {
    for (auto outcome : {Outcome::infrastructure, Outcome::boot_failed}) {
        auto stopped = verdict(crash, outcome, "klp-test was told to stop");
        EXPECT_EQ(stopped.outcome, Outcome::infrastructure);
        EXPECT_THAT(stopped.reason, HasSubstr("klp-test was told to stop"));
    }
    constexpr Provoked full{"disk-that-is-full", Outcome::infrastructure, "No space left"};
    EXPECT_EQ(verdict(full, Outcome::infrastructure, "No space left on device").outcome,
              Outcome::passed);
    EXPECT_EQ(verdict(full, Outcome::infrastructure, "cannot fork").outcome,
              Outcome::infrastructure);
}

TEST(Provoked, IsSkippedOnlyWhereTheKernelCannotHaveIt) {
    EXPECT_EQ(verdict(crash, Outcome::skipped, "no kernel that has lockdep").outcome,
              Outcome::skipped);
    EXPECT_EQ(verdict(crash, Outcome::skipped, "nothing to do").outcome, Outcome::failed);
}

} // namespace
} // namespace suture::harness
