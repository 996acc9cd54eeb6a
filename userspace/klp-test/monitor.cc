#include "monitor.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture::harness {

namespace {

// Of a guest that should not have ended `when` it did.
Trouble death(const QemuEnd &end, const std::string &when) {
    if (end.by == EndedBy::guest) {
        return {Outcome::crashed,
                fmt::format("the guest reset or powered itself off {}: {}", when, end.words)};
    }
    return {Outcome::guest_lost, fmt::format("the guest was gone {}: {}", when, end.words)};
}

} // namespace

GuestMonitor::GuestMonitor(GuestPlan plan, Clock::time_point now, Progress &progress)
    : plan_(std::move(plan)), progress_(progress), channel_(plan_.nonce),
      deadline_(now + plan_.limits.boot) {}

void GuestMonitor::channel_data(std::string_view bytes, Clock::time_point now) {
    for (const auto &frame : channel_.feed(bytes)) {
        // What it may yet run of a test that was handed back is of no interest.
        if (over() || report_.handed_back) {
            return;
        }
        std::visit([&](const auto &one) { handle(one, now); }, frame);
    }
}

void GuestMonitor::console_data(std::string_view bytes, Clock::time_point now) {
    if (over()) {
        return;
    }
    console_.feed(bytes);
    // No verdict comes from a dead kernel, should it also fail to end QEMU.
    if (console_.panicked()) {
        deadline_ = std::min(deadline_, now + plan_.limits.grace);
    }
    settle(now);
    if (state_ == State::running && complained_before(console_.splats(), sequence_)) {
        abandon(now);
    }
}

void GuestMonitor::time_passed(Clock::time_point now) {
    if (over() || now < deadline_) {
        return;
    }
    auto waited = std::chrono::duration_cast<Seconds>(plan_.limits.boot).count();
    switch (state_) {
    case State::booting:
        report_.excerpt = console_.tail();
        finish(GuestEnd::boot_failed,
               fmt::format("no word from the guest's agent within {} s", waited));
        break;
    case State::running: {
        if (!has_started()) {
            never_started({Outcome::timed_out, "the guest stopped answering " + before_test()});
            break;
        }
        auto result = lost("it stopped answering", false);
        if (result.outcome == Outcome::guest_lost) {
            result.outcome = Outcome::timed_out;
            result.reason = fmt::format("no verdict within {} s, and the guest itself stopped "
                                        "answering",
                                        current_.limit.count());
        }
        conclude(std::move(result), now);
        break;
    }
    case State::settling:
        conclude(broken("the console never showed the end of this test, so the kernel log is no "
                        "proof that it was clean"),
                 now);
        // Nor could it be seen how the guest powers off.
        finish(GuestEnd::used, "");
        break;
    case State::leaving:
        waited = std::chrono::duration_cast<Seconds>(plan_.limits.leave).count();
        trouble_ = {
            Outcome::timed_out,
            fmt::format("the guest did not power off within {} s of its last test", waited)};
        finish(report_.end, "");
        break;
    case State::over:
        break;
    }
}

void GuestMonitor::guest_ended(const QemuEnd &end, Clock::time_point now) {
    if (over()) {
        return;
    }
    gone_ = end;
    console_.finish();
    switch (state_) {
    case State::booting:
        report_.excerpt = console_.tail();
        if (console_.silent() && end.by == EndedBy::failure) {
            finish(GuestEnd::infrastructure,
                   fmt::format("QEMU did not run the guest: {}", end.words));
        } else {
            finish(GuestEnd::boot_failed,
                   fmt::format("the guest ended before its agent took orders: {}", end.words));
        }
        break;
    case State::running:
        if (has_started()) {
            conclude(lost(end.words, end.by == EndedBy::guest), now);
        } else {
            never_started(death(end, before_test()));
        }
        break;
    case State::settling:
        settle(now);
        if (state_ == State::settling) {
            auto result = broken(end.words);
            conclude(is_infrastructure(result.outcome) ? lost(end.words, end.by == EndedBy::guest)
                                                       : std::move(result),
                     now);
        }
        break;
    case State::leaving:
        if (end.by != EndedBy::guest || !console_.saw_off()) {
            trouble_ = death(end, "after its last test");
        }
        finish(report_.end, "");
        break;
    case State::over:
        break;
    }
}

void GuestMonitor::abort(const std::string &why, Clock::time_point now) {
    if (over()) {
        return;
    }
    if (state_ == State::running || state_ == State::settling) {
        conclude(broken(why), now);
    }
    finish(GuestEnd::infrastructure, why);
}

GuestReport GuestMonitor::take_report() {
    // Where the boot failed, or the harness did before any test, it is all part of that story.
    bool told = report_.end == GuestEnd::boot_failed ||
                (report_.end == GuestEnd::infrastructure && sequence_ == 0);
    if (!told) {
        for (auto &result : outside_results(console_, boot_taint_, trouble_)) {
            result.log = plan_.log;
            progress_.test_finished(result);
            report_.results.push_back(std::move(result));
        }
    }
    return std::move(report_);
}

void GuestMonitor::handle(const frame::Hello &hello, Clock::time_point) {
    report_.release = hello.release;
    boot_taint_ = hello.taint;
}

void GuestMonitor::handle(const frame::Listed &listed, Clock::time_point) {
    listed_.push_back(listed);
}

void GuestMonitor::handle(const frame::Ready &ready, Clock::time_point now) {
    if (state_ != State::booting) {
        return;
    }
    if (ready.count != listed_.size()) {
        abort(fmt::format("the guest's agent listed {} tests, of which {} arrived", ready.count,
                          listed_.size()),
              now);
        return;
    }
    next_test(now);
}

void GuestMonitor::handle(const frame::Started &started, Clock::time_point now) {
    if (state_ == State::running && started.sequence == sequence_) {
        current_.started = true;
        current_.since = now;
        progress_.test_started(current_.test.id);
    }
}

void GuestMonitor::handle(const frame::Output &output, Clock::time_point) {
    if (state_ == State::running) {
        progress_.test_output(output.line);
        current_.output.push_back(output.line);
    }
}

void GuestMonitor::handle(const frame::Ended &ended, Clock::time_point now) {
    if (state_ != State::running || ended.sequence != sequence_) {
        abort(
            fmt::format("the agent reports the end of test {}, which does not run", ended.sequence),
            now);
        return;
    }
    current_.ended = ended;
    state_ = State::settling;
    deadline_ = now + plan_.limits.grace;
    settle(now);
}

void GuestMonitor::handle(const frame::AgentError &error, Clock::time_point now) {
    auto why = fmt::format("the guest's agent: {}", error.text);
    if (state_ == State::running) {
        // A test that has failed by now may well be what the agent cannot work after.
        if (auto result = broken(why); !is_infrastructure(result.outcome)) {
            conclude(std::move(result), now);
            return;
        }
    }
    abort(why, now);
}

void GuestMonitor::handle(const frame::Garbled &garbled, Clock::time_point now) {
    abort(fmt::format("the guest's agent sent what is no frame: '{}'", garbled.text), now);
}

// What has no nonce was written by something else that opened the port. It is in the channel's log,
// and has no meaning.
void GuestMonitor::handle(const frame::Noise &, Clock::time_point) {}

void GuestMonitor::next_test(Clock::time_point now) {
    auto test = plan_.next(listed_);
    if (!test && sequence_ == 0) {
        // Nothing was done in it that could have a consequence.
        finish(GuestEnd::completed, "");
        return;
    }
    if (!test) {
        leave(GuestEnd::completed, now);
        return;
    }
    sequence_++;
    current_ = {};
    current_.test = *test;
    current_.limit = plan_.test_limit.value_or(limit_of(*test));
    current_.since = now;
    state_ = State::running;
    deadline_ = now + current_.limit + plan_.limits.grace;
    orders_ += order_run(sequence_, current_.limit.count(), test->id);
}

Seconds GuestMonitor::limit_of(const frame::Listed &test) const {
    switch (test.seconds) {
    case frame::Listed::unlimited:
        return plan_.limits.longest_test;
    case frame::Listed::usual:
        return plan_.limits.test;
    default:
        return Seconds(test.seconds) * plan_.slowdown;
    }
}

// The verdict waits for the mark of the test's end on the console: only then has all been seen that
// the kernel said during the test, and it is known that the console is alive.
void GuestMonitor::settle(Clock::time_point now) {
    if (state_ == State::settling && console_.saw_end_of(sequence_)) {
        conclude(judge(evidence()), now);
    }
}

void GuestMonitor::conclude(TestResult result, Clock::time_point now) {
    result.name = current_.test.id;
    result.log = plan_.log;
    result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - current_.since);
    bool clean = result.outcome == Outcome::passed || result.outcome == Outcome::skipped;
    // Of any other verdict the kernel may be the reason, or be no more.
    bool sane = clean || result.outcome == Outcome::failed;
    bool used_up = std::ranges::find(current_.output, used_up_mark) != current_.output.end();
    progress_.test_finished(result);
    report_.results.push_back(std::move(result));
    if (sane && gone_) {
        trouble_ = death(*gone_, "after a test");
    }
    if (!sane || gone_) {
        finish(GuestEnd::used, "");
    } else if (!clean || used_up || complained_before(console_.splats(), sequence_ + 1)) {
        // A failed test may have left patches, modules or tasks behind, another may say that it had
        // to, and the kernel that it is damaged: no other inherits them.
        leave(GuestEnd::used, now);
    } else {
        next_test(now);
    }
}

// What the last test has set off may show only now.
void GuestMonitor::leave(GuestEnd end, Clock::time_point now) {
    state_ = State::leaving;
    report_.end = end;
    orders_ += order_off();
    deadline_ = now + plan_.limits.leave;
}

// The kernel has complained before the test at hand, which is not to inherit that. What it has
// begun to say it may end; nobody waits for the test.
void GuestMonitor::abandon(Clock::time_point now) {
    report_.handed_back = current_.test;
    leave(GuestEnd::used, now);
    deadline_ = now + plan_.limits.grace;
}

// The guest is of no more use, and has not begun with the test at hand. Where that is its first
// one, it is a boot that failed. Otherwise it has done a test, so that this cannot go on for ever.
void GuestMonitor::never_started(const Trouble &trouble) {
    report_.handed_back = current_.test;
    if (sequence_ == 1) {
        report_.excerpt = console_.tail();
        finish(GuestEnd::boot_failed, trouble.reason);
    } else {
        trouble_ = trouble;
        finish(GuestEnd::used, "");
    }
}

std::string GuestMonitor::before_test() const {
    return fmt::format("before it started {}", current_.test.id);
}

Evidence GuestMonitor::evidence() const {
    Evidence evidence;
    evidence.verdict_by = plan_.verdict_by;
    evidence.output = current_.output;
    evidence.ended = current_.ended;
    for (const auto &splat : console_.splats()) {
        // Whoever has not yet said on the channel that it ended may be dead for what came after.
        bool before_its_word = !current_.ended && splat.sequence == 0 && splat.after == sequence_;
        if (splat.sequence == sequence_ || before_its_word) {
            evidence.splats.push_back(splat);
        }
    }
    return evidence;
}

TestResult GuestMonitor::lost(const std::string &guest_end, bool ended_itself) const {
    auto seen = evidence();
    seen.ended.reset();
    seen.guest_end = guest_end;
    seen.ended_itself = ended_itself;
    auto result = judge(seen);
    if (result.excerpt.empty()) {
        result.excerpt = console_.tail();
    }
    return result;
}

TestResult GuestMonitor::broken(const std::string &why) const {
    auto result = judge_cut_short(evidence(), why);
    if (result.excerpt.empty()) {
        result.excerpt = console_.tail();
    }
    return result;
}

void GuestMonitor::finish(GuestEnd end, std::string reason) {
    state_ = State::over;
    report_.end = end;
    report_.reason = std::move(reason);
}

} // namespace suture::harness
