// What becomes of tests whose guests go wrong before, between and after them.
#include "runner.h"

#include "fake_guest.h"
#include "fd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <sys/eventfd.h>
#include <thread>

namespace suture::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Runner : public testing::Test {
  protected:
    // Of two tests that pass, in guests in which this happens.
    std::vector<std::string> outcomes(const std::string &what_happens) {
        guest_.set_qemu("TESTS='fake:a fake:b' " + what_happens +
                        " exec " TESTDATA "/fake-qemu \"$@\"");
        result_ = run_target(guest_.target(), plan_, *progress_, stop_.get());
        std::vector<std::string> seen;
        for (const auto &one : result_.results) {
            seen.push_back(one.name + " " + name_of(one.outcome));
        }
        return seen;
    }

    FakeGuest guest_{"runner-test"};
    UniqueFd stop_{eventfd(0, EFD_CLOEXEC)};
    RunPlan plan_;
    std::unique_ptr<Progress> progress_ = std::make_unique<Progress>();
    TargetResult result_;
};

// As one whose terminal is stopped for three seconds, just when that test's end is to be told.
class HeldUp : public Progress {
  public:
    explicit HeldUp(std::string test) : test_(std::move(test)) {}

    void test_finished(const TestResult &result) override {
        if (result.name == test_) {
            std::this_thread::sleep_for(Seconds(3));
        }
    }

  private:
    std::string test_;
};

TEST_F(Runner, RunsAllInOneGuestWhereNothingHappens) {
    EXPECT_THAT(outcomes(""), ElementsAre("fake:a passed", "fake:b passed"));
    EXPECT_EQ(result_.boots, 1U);
}

TEST_F(Runner, ReportsWhatTheKernelSaysAfterTheLastTest) {
    EXPECT_THAT(outcomes("BEFORE_OFF='kernel_says BUG: too late'"),
                ElementsAre("fake:a passed", "fake:b passed", "(outside any test) splat"));
    EXPECT_EQ(result_.results.back().log, (guest_.build_dir() / "logs/guest-1").string());
}

TEST_F(Runner, ReportsAGuestThatEndsWithoutAWordAfterTheLastTest) {
    EXPECT_THAT(outcomes("BEFORE_OFF='exit 0'"),
                ElementsAre("fake:a passed", "fake:b passed", "(outside any test) crashed"));
}

TEST_F(Runner, ReportsAGuestThatDoesNotPowerOff) {
    plan_.limits.leave = Seconds(1);
    EXPECT_THAT(outcomes("BEFORE_OFF='exec sleep 1000'"),
                ElementsAre("fake:a passed", "fake:b passed", "(outside any test) timed out"));
}

TEST_F(Runner, BlamesNoGuestForWhatHeldUpTheHarness) {
    plan_.limits.leave = Seconds(2);
    progress_ = std::make_unique<HeldUp>("fake:b");
    EXPECT_THAT(outcomes(""), ElementsAre("fake:a passed", "fake:b passed"));
}

TEST_F(Runner, RunsATestElsewhereThatItsGuestNeverStarted) {
    EXPECT_THAT(outcomes("BEFORE_TEST='[[ $sequence != 2 ]] || exit 0'"),
                ElementsAre("fake:a passed", "fake:b passed", "(outside any test) crashed"));
    EXPECT_THAT(result_.results.back().reason, HasSubstr("before it started fake:b"));
    EXPECT_EQ(result_.boots, 2U);
    EXPECT_EQ(result_.boot_retries, 0U);
}

TEST_F(Runner, TakesGuestsThatStartNoTestForFailedBoots) {
    EXPECT_THAT(outcomes("BEFORE_TEST='exit 0'"),
                ElementsAre("fake:a boot failed", "fake:b boot failed", "(guest) boot failed"));
    EXPECT_EQ(result_.boots, 3U);
    EXPECT_EQ(result_.boot_retries, 2U);
}

} // namespace
} // namespace suture::harness
