// Follows one guest from boot to its end: what it says on its channel and console, and how long it
// takes for that. Decides which order comes next and when there is no use in waiting any longer.
// It does no I/O of its own, so that recorded guests can be played to it.
#pragma once

#include "channel.h"
#include "console.h"
#include "outside.h"
#include "progress.h"
#include "qemu_end.h"
#include "time_limits.h"
#include "verdict.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace suture::harness {

enum class GuestEnd {
    // There was no test left for it.
    completed,
    // The last test left a guest that no other test should inherit.
    used,
    boot_failed,
    infrastructure,
};

struct GuestReport {
    GuestEnd end = GuestEnd::infrastructure;
    std::string reason;
    // The end of the console, where it helps to understand the reason.
    std::vector<std::string> excerpt;
    std::string release;
    std::vector<TestResult> results;
    // A test that was taken for this guest and is to run in another.
    std::optional<frame::Listed> handed_back;
};

struct GuestPlan {
    std::string nonce;
    // Already scaled for the guest.
    TimeLimits limits;
    int slowdown = 1;
    // Overrides what the settings file and the table of limits say.
    std::optional<Seconds> test_limit;
    VerdictBy verdict_by = VerdictBy::ktap;
    // Where this guest's logs are, for its results.
    std::string log;
    // The next test to run, given those that the guest has; nothing: there is none left.
    std::function<std::optional<frame::Listed>(const std::vector<frame::Listed> &)> next;
};

// A line with which a test says that it leaves a guest which no other test should inherit.
constexpr const char *used_up_mark = "# klp-test: this guest is used up";

class GuestMonitor {
  public:
    GuestMonitor(GuestPlan plan, Clock::time_point now, Progress &progress);

    void channel_data(std::string_view bytes, Clock::time_point now);
    void console_data(std::string_view bytes, Clock::time_point now);
    void time_passed(Clock::time_point now);
    // For so long nobody handed over what the guest says, nor sent it orders: it has that time in
    // addition.
    void postpone(Clock::duration time) { deadline_ += time; }
    // QEMU has ended and all it wrote has been handed over.
    void guest_ended(const QemuEnd &end, Clock::time_point now);
    // klp-test itself cannot go on.
    void abort(const std::string &why, Clock::time_point now);

    // What is to be sent on the channel, once.
    std::string take_orders() { return std::exchange(orders_, {}); }
    bool over() const { return state_ == State::over; }
    Clock::time_point deadline() const { return deadline_; }
    // When over.
    GuestReport take_report();

  private:
    // Leaving: there is no test left for the guest, which is watched until it is off.
    enum class State { booting, running, settling, leaving, over };

    struct Current {
        frame::Listed test;
        Seconds limit{0};
        Clock::time_point since;
        // The agent has said so, though perhaps not on the console yet.
        bool started = false;
        std::vector<std::string> output;
        std::optional<frame::Ended> ended;
    };

    void handle(const frame::Hello &hello, Clock::time_point now);
    void handle(const frame::Listed &listed, Clock::time_point now);
    void handle(const frame::Ready &ready, Clock::time_point now);
    void handle(const frame::Started &started, Clock::time_point now);
    void handle(const frame::Output &output, Clock::time_point now);
    void handle(const frame::Ended &ended, Clock::time_point now);
    void handle(const frame::AgentError &error, Clock::time_point now);
    void handle(const frame::Garbled &garbled, Clock::time_point now);
    void handle(const frame::Noise &noise, Clock::time_point now);

    void next_test(Clock::time_point now);
    bool has_started() const { return current_.started || console_.saw_start_of(sequence_); }
    Seconds limit_of(const frame::Listed &test) const;
    void settle(Clock::time_point now);
    void conclude(TestResult result, Clock::time_point now);
    void leave(GuestEnd end, Clock::time_point now);
    void abandon(Clock::time_point now);
    void never_started(const Trouble &trouble);
    std::string before_test() const;
    Evidence evidence() const;
    TestResult lost(const std::string &guest_end, bool ended_itself) const;
    TestResult broken(const std::string &why) const;
    void finish(GuestEnd end, std::string reason);

    GuestPlan plan_;
    Progress &progress_;
    ChannelParser channel_;
    ConsoleScanner console_;
    State state_ = State::booting;
    Clock::time_point deadline_;
    std::string orders_;
    std::vector<frame::Listed> listed_;
    Taint boot_taint_ = 0;
    // The number of the test at hand, from 1.
    unsigned sequence_ = 0;
    Current current_;
    GuestReport report_;
    std::optional<Trouble> trouble_;
    // QEMU has ended: there is nobody left to give orders to.
    std::optional<QemuEnd> gone_;
};

} // namespace suture::harness
