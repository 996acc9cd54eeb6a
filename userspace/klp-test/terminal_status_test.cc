// The status line says what is going on, fits into the terminal, and leaves nothing behind.
#include "display.h"
#include "terminal_status.h"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace suture::harness {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TestResult result(const std::string &name, Outcome outcome, const std::string &reason = "") {
    TestResult result;
    result.name = name;
    result.outcome = outcome;
    result.reason = reason;
    return result;
}

class Status : public testing::Test {
  protected:
    Status() {
        status_.emplace(Screen{out_, [this] { return now_; }, [this] { return width_; }});
        x86_.emplace("x86_64/6.1", *status_);
        s390x_.emplace("s390x/6.1", *status_);
    }

    // What was drawn last.
    std::string line() const {
        auto all = out_.str();
        auto at = all.rfind("\r\x1b[K");
        return at == std::string::npos ? all : all.substr(at + 4);
    }

    std::ostringstream out_;
    Clock::time_point now_{};
    std::size_t width_ = 81;
    std::optional<TerminalStatus> status_;
    std::optional<TerminalProgress> x86_, s390x_;
};

TEST_F(Status, CountsAndNamesWhatRunsAndForHowLong) {
    x86_->tests_chosen(2);
    x86_->test_started("s:a");
    now_ += Seconds(5);
    s390x_->tests_chosen(3);
    s390x_->test_started("s:b");
    now_ += Seconds(2);
    status_->refresh();
    EXPECT_EQ(line(), "0/5 done, 0 failed: x86_64/6.1 s:a 7 s, s390x/6.1 s:b 2 s");
    x86_->test_finished(result("s:a", Outcome::passed));
    EXPECT_EQ(line(), "1/5 done, 0 failed: s390x/6.1 s:b 2 s");
}

TEST_F(Status, NamesATestOnceThatIsStartedOnceMore) {
    x86_->test_started("s:a");
    now_ += Seconds(5);
    x86_->test_started("s:a");
    EXPECT_EQ(line(), "0 done, 0 failed: x86_64/6.1 s:a 0 s");
}

TEST_F(Status, IsToldTheNumberOfTestsByEachGuestOfATarget) {
    x86_->tests_chosen(2);
    x86_->tests_chosen(2);
    EXPECT_EQ(line(), "0/2 done, 0 failed");
}

TEST_F(Status, PrintsWhatDidNotPassForGood) {
    x86_->tests_chosen(2);
    x86_->test_started("s:a");
    x86_->test_finished(result("s:a", Outcome::failed, "not ok: x"));
    EXPECT_THAT(out_.str(),
                HasSubstr("\r\x1b[Kx86_64/6.1 failed         s:a (0.0 s): not ok: x\n"));
    EXPECT_EQ(line().substr(line().find('\n') + 1), "1/2 done, 1 failed");
    x86_->test_finished(result("s:b", Outcome::passed));
    EXPECT_THAT(out_.str(), Not(HasSubstr("s:b")));
}

TEST_F(Status, SaysThatABootIsTriedAgain) {
    x86_->boot_retried("QEMU ended");
    EXPECT_THAT(out_.str(), HasSubstr("x86_64/6.1 boot failed and is tried again: QEMU ended\n"));
}

TEST_F(Status, CountsNoTestThatIsNone) {
    x86_->tests_chosen(1);
    x86_->test_finished(result("(guest)", Outcome::boot_failed));
    EXPECT_THAT(line(), EndsWith("0/1 done, 1 failed"));
}

TEST_F(Status, FitsIntoTheTerminalAsItIsNow) {
    x86_->test_started("s:a\n\x1b[2J");
    EXPECT_EQ(line(), "0 done, 0 failed: x86_64/6.1 s:a??[2J 0 s");
    width_ = 11;
    status_->refresh();
    EXPECT_EQ(line(), "0 done, 0 ");
    width_ = 0;
    status_->refresh();
    EXPECT_EQ(line(), "");
}

TEST_F(Status, LeavesNothingBehind) {
    x86_->tests_chosen(2);
    status_.reset();
    EXPECT_EQ(line(), "");
}

TEST(Ticker, TicksUntilItEnds) {
    std::atomic<int> ticks = 0;
    {
        Ticker ticker(std::chrono::milliseconds(1), [&] { ticks++; });
        while (ticks < 3) {
            std::this_thread::yield();
        }
    }
    int seen = ticks;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(ticks, seen);
}

TEST(Display, RedrawsOnATerminalOfAPersonOnly) {
    EXPECT_TRUE(can_redraw(true, "xterm", nullptr));
    EXPECT_TRUE(can_redraw(true, "xterm", ""));
    EXPECT_FALSE(can_redraw(false, "xterm", nullptr));
    EXPECT_FALSE(can_redraw(true, "xterm", "true"));
    EXPECT_FALSE(can_redraw(true, "dumb", nullptr));
    EXPECT_FALSE(can_redraw(true, nullptr, nullptr));
}

} // namespace
} // namespace suture::harness
