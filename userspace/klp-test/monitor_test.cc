// A guest's life as the monitor sees it, played to it without a guest.
#include "monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture::harness {
namespace {

using testing::HasSubstr;

constexpr Seconds boot(60), limit(30), grace(10), leave(20), longest(7200);

class Monitor : public testing::Test {
  protected:
    Monitor() {
        GuestPlan plan;
        plan.nonce = "n";
        plan.limits = {boot, limit, grace, leave, longest};
        plan.slowdown = 2;
        plan.next = [i = 0U](const auto &listed) mutable {
            return i < listed.size() ? std::optional(listed[i++]) : std::nullopt;
        };
        monitor_.emplace(plan, now_, progress_);
    }

    void channel(const std::string &line) { monitor_->channel_data("n " + line + "\n", now_); }
    void console(const std::string &line) {
        monitor_->console_data("[    1.000000] " + line + "\r\n", now_);
    }
    void wait(Seconds time) {
        now_ += time;
        monitor_->time_passed(now_);
    }

    void end_qemu(EndedBy by) { monitor_->guest_ended({by, "QEMU ended"}, now_); }

    void come_up(const std::vector<std::string> &tests) {
        channel("hello 6.1.0 0");
        for (const auto &test : tests) {
            channel("list 0 " + test);
        }
        channel("ready " + std::to_string(tests.size()));
    }
    void start(int sequence) {
        channel("start " + std::to_string(sequence));
        console("klp-test: start " + std::to_string(sequence) + " x");
    }
    void end(int sequence, int code = 0) {
        console("klp-test: end " + std::to_string(sequence) + " x");
        channel("end " + std::to_string(sequence) + " exit " + std::to_string(code) + " 0 0");
    }
    void pass(int sequence) {
        start(sequence);
        channel("out 1..1");
        channel("out ok 1 fine");
        end(sequence);
    }

    // It does what it is told once there is no test left.
    void power_off() {
        console("klp-test: off");
        end_qemu(EndedBy::guest);
    }

    void expect_over(GuestEnd end, std::vector<Outcome> outcomes) {
        ASSERT_TRUE(monitor_->over());
        report_ = monitor_->take_report();
        EXPECT_EQ(report_.end, end) << report_.reason;
        std::vector<Outcome> seen;
        for (const auto &result : report_.results) {
            seen.push_back(result.outcome);
        }
        EXPECT_EQ(seen, outcomes);
    }

    Clock::time_point now_{};
    Progress progress_;
    std::optional<GuestMonitor> monitor_;
    GuestReport report_;
};

TEST_F(Monitor, OrdersOneTestAfterTheOther) {
    come_up({"s:a", "s:b"});
    EXPECT_EQ(monitor_->take_orders(), "run 1 30 s:a\n");
    pass(1);
    EXPECT_EQ(monitor_->take_orders(), "run 2 30 s:b\n");
    pass(2);
    EXPECT_EQ(monitor_->take_orders(), "off\n");
    power_off();
    expect_over(GuestEnd::completed, {Outcome::passed, Outcome::passed});
    EXPECT_EQ(report_.release, "6.1.0");
    EXPECT_EQ(report_.results[1].name, "s:b");
}

TEST_F(Monitor, ScalesTheLimitOfASettingsFile) {
    channel("hello 6.1.0 0");
    channel("list 45 s:a");
    channel("ready 1");
    EXPECT_EQ(monitor_->take_orders(), "run 1 90 s:a\n");
}

TEST_F(Monitor, BoundsATestThatIsToHaveNoLimit) {
    channel("hello 6.1.0 0");
    channel("list -1 s:a");
    channel("ready 1");
    EXPECT_EQ(monitor_->take_orders(), "run 1 7200 s:a\n");
}

TEST_F(Monitor, LeavesAGuestAfterAFailure) {
    come_up({"s:a", "s:b"});
    start(1);
    end(1, 1);
    EXPECT_EQ(monitor_->take_orders(), "run 1 30 s:a\noff\n");
    power_off();
    expect_over(GuestEnd::used, {Outcome::failed});
}

TEST_F(Monitor, LeavesAGuestThatATestHasUsedUp) {
    come_up({"s:a", "s:b"});
    start(1);
    channel("out 1..1");
    channel("out # klp-test: this guest is used up");
    channel("out ok 1 fine");
    end(1);
    EXPECT_EQ(monitor_->take_orders(), "run 1 30 s:a\noff\n");
    power_off();
    expect_over(GuestEnd::used, {Outcome::passed});
}

TEST_F(Monitor, HoldsAVerdictUntilTheConsoleShowsTheEnd) {
    come_up({"s:a"});
    start(1);
    channel("out 1..1");
    channel("out ok 1 fine");
    channel("end 1 exit 0 0 0");
    EXPECT_FALSE(monitor_->over());
    console("WARNING: CPU: 0 PID: 1 at x");
    console("klp-test: end 1 s:a");
    expect_over(GuestEnd::used, {Outcome::splat});
}

TEST_F(Monitor, DoesNotTakeADeadConsoleForAClean) {
    come_up({"s:a"});
    start(1);
    channel("out 1..1");
    channel("out ok 1 fine");
    channel("end 1 exit 0 0 0");
    wait(grace);
    expect_over(GuestEnd::used, {Outcome::infrastructure});
    EXPECT_THAT(report_.results[0].reason, HasSubstr("console never showed"));
}

TEST_F(Monitor, BelievesADeadConsoleWhatItHasShown) {
    come_up({"s:a"});
    start(1);
    console("WARNING: CPU: 0 PID: 1 at x");
    channel("end 1 exit 0 0 0");
    wait(grace);
    expect_over(GuestEnd::used, {Outcome::splat});
}

TEST_F(Monitor, DoesNotWatchADeadConsoleAfterAFailure) {
    come_up({"s:a", "s:b"});
    start(1);
    channel("out 1..1");
    channel("out not ok 1 a");
    channel("end 1 exit 1 0 0");
    wait(grace);
    expect_over(GuestEnd::used, {Outcome::failed});
}

TEST_F(Monitor, KeepsWhatItHasSeenWhereItCannotGoOn) {
    console("BUG: something at boot");
    come_up({"s:a", "s:b"});
    pass(1);
    start(2);
    console("WARNING: CPU: 0 PID: 1 at x");
    monitor_->abort("the disk is full", now_);
    expect_over(GuestEnd::infrastructure, {Outcome::passed, Outcome::splat, Outcome::splat});
    EXPECT_THAT(report_.results[1].reason, HasSubstr("at x; then: the disk is full"));
    EXPECT_THAT(report_.results[2].reason, HasSubstr("something at boot"));
}

TEST_F(Monitor, DoesNotGiveUpForAnAgentThatFailsAfterASplat) {
    come_up({"s:a", "s:b"});
    start(1);
    console("kmemleak: Kernel memory leak detector disabled");
    channel("error kmemleak is there, but does not scan");
    expect_over(GuestEnd::used, {Outcome::splat});
}

TEST_F(Monitor, ReportsWhatTheKernelSaidAtBoot) {
    console("BUG: something at boot");
    come_up({"s:a"});
    pass(1);
    power_off();
    expect_over(GuestEnd::completed, {Outcome::passed, Outcome::splat});
    EXPECT_THAT(report_.results[1].reason, HasSubstr("something at boot"));
}

TEST_F(Monitor, ReportsATaintFromBeforeTheTests) {
    channel("hello 6.1.0 512");
    channel("list 0 s:a");
    channel("ready 1");
    pass(1);
    power_off();
    expect_over(GuestEnd::completed, {Outcome::passed, Outcome::splat});
    EXPECT_THAT(report_.results[1].reason, HasSubstr("W (kernel warning)"));
}

TEST_F(Monitor, TellsABootThatNeverEnds) {
    console("Linux version 6.1.0");
    wait(boot - Seconds(1));
    EXPECT_FALSE(monitor_->over());
    wait(Seconds(1));
    expect_over(GuestEnd::boot_failed, {});
    EXPECT_THAT(report_.excerpt, testing::ElementsAre(HasSubstr("Linux version")));
}

TEST_F(Monitor, TellsABootThatDies) {
    console("Kernel panic - not syncing: no init");
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::boot_failed, {});
}

TEST_F(Monitor, TellsAQemuThatDoesNotStart) {
    end_qemu(EndedBy::failure);
    expect_over(GuestEnd::infrastructure, {});
}

TEST_F(Monitor, TellsALostGuest) {
    come_up({"s:a", "s:b"});
    start(1);
    channel("out ok 1 fine");
    end_qemu(EndedBy::failure);
    expect_over(GuestEnd::used, {Outcome::guest_lost});
    EXPECT_EQ(report_.results[0].output, std::vector<std::string>{"ok 1 fine"});
}

TEST_F(Monitor, TellsAGuestThatSomethingHadQemuEnd) {
    come_up({"s:a"});
    start(1);
    end_qemu(EndedBy::request);
    expect_over(GuestEnd::used, {Outcome::guest_lost});
}

TEST_F(Monitor, TellsAKernelThatDiesWithoutAWord) {
    come_up({"s:a"});
    start(1);
    channel("out 1..1");
    channel("out ok 1 fine");
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::used, {Outcome::crashed});
    EXPECT_THAT(report_.results[0].reason, HasSubstr("reset or powered itself off"));
}

TEST_F(Monitor, TellsAKernelThatDiesBeforeItsConsoleShowsTheEnd) {
    come_up({"s:a"});
    start(1);
    channel("out 1..1");
    channel("out ok 1 fine");
    channel("end 1 exit 0 0 0");
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::used, {Outcome::crashed});
}

TEST_F(Monitor, TellsAPanicAfterOk) {
    come_up({"s:a"});
    start(1);
    channel("out 1..1");
    channel("out ok 1 fine");
    console("Kernel panic - not syncing: Fatal exception");
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::used, {Outcome::crashed});
}

TEST_F(Monitor, DoesNotWaitLongForADeadKernel) {
    come_up({"s:a"});
    start(1);
    console("Kernel panic - not syncing: Fatal exception");
    wait(grace);
    expect_over(GuestEnd::used, {Outcome::crashed});
}

TEST_F(Monitor, DoesNotBlameTheNextTestForAGuestThatDiedBetweenThem) {
    come_up({"s:a", "s:b"});
    start(1);
    channel("out 1..1");
    channel("out ok 1 fine");
    channel("end 1 exit 0 0 0");
    // The mark comes with the last words of a QEMU that has ended.
    monitor_->console_data("[    1.0] klp-test: end 1 s:a", now_);
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::used, {Outcome::passed, Outcome::crashed});
    EXPECT_EQ(report_.results[1].name, "(outside any test)");
    EXPECT_FALSE(report_.handed_back);
}

TEST_F(Monitor, HandsBackATestThatItsGuestNeverStarted) {
    come_up({"s:a", "s:b"});
    pass(1);
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::used, {Outcome::passed, Outcome::crashed});
    EXPECT_EQ(report_.results[1].name, "(outside any test)");
    EXPECT_THAT(report_.results[1].reason, HasSubstr("powered itself off before it started s:b"));
    ASSERT_TRUE(report_.handed_back);
    EXPECT_EQ(report_.handed_back->id, "s:b");
}

TEST_F(Monitor, HandsBackATestThatAKilledGuestNeverStarted) {
    come_up({"s:a", "s:b"});
    pass(1);
    end_qemu(EndedBy::failure);
    expect_over(GuestEnd::used, {Outcome::passed, Outcome::guest_lost});
    EXPECT_TRUE(report_.handed_back);
}

TEST_F(Monitor, HandsBackATestThatAGuestThatHangsNeverStarted) {
    come_up({"s:a", "s:b"});
    pass(1);
    wait(limit + grace);
    expect_over(GuestEnd::used, {Outcome::passed, Outcome::timed_out});
    EXPECT_EQ(report_.results[1].name, "(outside any test)");
    EXPECT_TRUE(report_.handed_back);
}

TEST_F(Monitor, BlamesATestForADeathAfterItsStartWasSeenAnywhere) {
    come_up({"s:a", "s:b"});
    pass(1);
    console("klp-test: start 2 s:b");
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::used, {Outcome::passed, Outcome::crashed});
    EXPECT_EQ(report_.results[1].name, "s:b");
    EXPECT_FALSE(report_.handed_back);
}

TEST_F(Monitor, TakesAGuestThatNeverStartsItsFirstTestForAFailedBoot) {
    come_up({"s:a", "s:b"});
    console("Kernel panic - not syncing: too early");
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::boot_failed, {});
    EXPECT_THAT(report_.reason, HasSubstr("before it started s:a"));
    EXPECT_THAT(report_.excerpt, testing::ElementsAre(HasSubstr("too early")));
    EXPECT_TRUE(report_.handed_back);
}

TEST_F(Monitor, LeavesAGuestWhoseKernelComplainsBetweenTwoTests) {
    come_up({"s:a", "s:b"});
    pass(1);
    console("BUG: in between");
    EXPECT_FALSE(monitor_->over());
    EXPECT_EQ(monitor_->take_orders(), "run 1 30 s:a\nrun 2 30 s:b\noff\n");
    // Which it had been ordered to run already; that means nothing.
    console("with more to say");
    start(2);
    channel("out 1..1");
    channel("out not ok 1 damaged");
    end(2, 1);
    EXPECT_FALSE(monitor_->over());
    power_off();
    expect_over(GuestEnd::used, {Outcome::passed, Outcome::splat});
    EXPECT_EQ(report_.results[1].name, "(outside any test)");
    EXPECT_THAT(report_.results[1].excerpt,
                testing::ElementsAre(HasSubstr("in between"), HasSubstr("more to say")));
    ASSERT_TRUE(report_.handed_back);
    EXPECT_EQ(report_.handed_back->id, "s:b");
}

TEST_F(Monitor, DoesNotWaitLongForWhatItHasHandedBack) {
    come_up({"s:a", "s:b"});
    pass(1);
    console("BUG: in between");
    wait(grace);
    expect_over(GuestEnd::used, {Outcome::passed, Outcome::splat});
}

TEST_F(Monitor, OrdersNoTestAfterAComplaintThatFollowedTheLast) {
    come_up({"s:a", "s:b"});
    start(1);
    channel("out 1..1");
    channel("out ok 1 fine");
    // The console may be ahead of the channel.
    console("klp-test: end 1 s:a");
    console("BUG: in between");
    channel("end 1 exit 0 0 0");
    EXPECT_EQ(monitor_->take_orders(), "run 1 30 s:a\noff\n");
    power_off();
    expect_over(GuestEnd::used, {Outcome::passed, Outcome::splat});
    EXPECT_FALSE(report_.handed_back);
}

TEST_F(Monitor, TellsAPanicBetweenTheMarkAndTheWordOfATestsEnd) {
    come_up({"s:a"});
    start(1);
    console("klp-test: end 1 s:a");
    console("Kernel panic - not syncing: Fatal exception");
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::used, {Outcome::crashed, Outcome::splat});
    EXPECT_THAT(report_.results[0].reason, HasSubstr("Fatal exception"));
}

TEST_F(Monitor, WatchesTheKernelUntilTheGuestIsOff) {
    come_up({"s:a"});
    pass(1);
    EXPECT_FALSE(monitor_->over());
    console("BUG: too late");
    EXPECT_FALSE(monitor_->over());
    power_off();
    expect_over(GuestEnd::completed, {Outcome::passed, Outcome::splat});
    EXPECT_THAT(report_.results[1].reason, HasSubstr("too late"));
}

TEST_F(Monitor, WatchesTheKernelAfterAFailure) {
    come_up({"s:a"});
    start(1);
    end(1, 1);
    console("Kernel panic - not syncing: Fatal exception");
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::used, {Outcome::failed, Outcome::splat});
}

TEST_F(Monitor, TellsAGuestThatDoesNotPowerOff) {
    come_up({"s:a"});
    pass(1);
    wait(leave - Seconds(1));
    EXPECT_FALSE(monitor_->over());
    wait(Seconds(1));
    expect_over(GuestEnd::completed, {Outcome::passed, Outcome::timed_out});
    EXPECT_EQ(report_.results[1].name, "(outside any test)");
    EXPECT_THAT(report_.results[1].reason, HasSubstr("did not power off within 20 s"));
}

TEST_F(Monitor, WaitsLongerForAGuestThatNobodyLookedAt) {
    come_up({"s:a"});
    pass(1);
    monitor_->postpone(leave);
    wait(leave + leave - Seconds(1));
    EXPECT_FALSE(monitor_->over());
    wait(Seconds(1));
    expect_over(GuestEnd::completed, {Outcome::passed, Outcome::timed_out});
}

TEST_F(Monitor, TellsAGuestThatDiesInsteadOfPoweringOff) {
    come_up({"s:a"});
    pass(1);
    end_qemu(EndedBy::guest);
    expect_over(GuestEnd::completed, {Outcome::passed, Outcome::crashed});
    EXPECT_THAT(report_.results[1].reason, HasSubstr("after its last test"));
}

TEST_F(Monitor, TellsAGuestThatIsKilledInsteadOfPoweringOff) {
    come_up({"s:a"});
    pass(1);
    console("klp-test: off");
    end_qemu(EndedBy::failure);
    expect_over(GuestEnd::completed, {Outcome::passed, Outcome::guest_lost});
}

TEST_F(Monitor, TellsThatItCouldNotWatchToTheEnd) {
    come_up({"s:a"});
    pass(1);
    monitor_->abort("the disk is full", now_);
    expect_over(GuestEnd::infrastructure, {Outcome::passed});
}

TEST_F(Monitor, TellsAGuestThatStopsAnswering) {
    come_up({"s:a"});
    start(1);
    wait(limit);
    EXPECT_FALSE(monitor_->over());
    wait(grace);
    expect_over(GuestEnd::used, {Outcome::timed_out});
    EXPECT_THAT(report_.results[0].reason, HasSubstr("the guest itself stopped answering"));
}

TEST_F(Monitor, TakesTheAgentsErrorForItsOwn) {
    channel("error no list");
    expect_over(GuestEnd::infrastructure, {});
    EXPECT_THAT(report_.reason, HasSubstr("no list"));
}

TEST_F(Monitor, MissesATestThatGotLostOnTheWay) {
    channel("hello 6.1.0 0");
    channel("list 0 s:a");
    channel("ready 2");
    expect_over(GuestEnd::infrastructure, {});
    EXPECT_THAT(report_.reason, HasSubstr("listed 2 tests, of which 1 arrived"));
}

TEST_F(Monitor, TakesAGarbledFrameForAnErrorOfTheAgent) {
    come_up({"s:a", "s:b"});
    start(1);
    channel("end 1 exit");
    expect_over(GuestEnd::infrastructure, {Outcome::infrastructure});
    EXPECT_THAT(report_.reason, HasSubstr("no frame: 'end 1 exit'"));
}

TEST_F(Monitor, DoesNotTakeTheEndOfAnotherTest) {
    come_up({"s:a", "s:b"});
    start(1);
    channel("end 2 exit 0 0 0");
    expect_over(GuestEnd::infrastructure, {Outcome::infrastructure});
}

TEST_F(Monitor, IgnoresForgedFrames) {
    come_up({"s:a"});
    start(1);
    monitor_->channel_data("forged end 1 exit 0 0 0\nend 1 exit 0 0 0\n", now_);
    EXPECT_FALSE(monitor_->over());
}

} // namespace
} // namespace suture::harness
