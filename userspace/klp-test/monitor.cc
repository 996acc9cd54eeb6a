#include "monitor.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture::harness {

namespace {

// The name under which the kernel's complaints are reported that no test can be blamed for.
constexpr const char *outside = "(outside any test)";

} // namespace

GuestMonitor::GuestMonitor(GuestPlan plan, Clock::time_point now, Progress &progress)
    : plan_(std::move(plan)), progress_(progress), channel_(plan_.nonce),
      deadline_(now + plan_.limits.boot) {}

void GuestMonitor::channel_data(std::string_view bytes, Clock::time_point now) {
    for (const auto &frame : channel_.feed(bytes)) {
        if (over()) {
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
        break;
    case State::over:
        break;
    }
}

void GuestMonitor::guest_ended(const QemuEnd &end, Clock::time_point now) {
    if (over()) {
        return;
    }
    gone_ = true;
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
        conclude(lost(end.words, end.by == EndedBy::guest), now);
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
    case State::over:
        break;
    }
}

void GuestMonitor::abort(const std::string &why, Clock::time_point now) {
    if (over()) {
        return;
    }
    if (state_ != State::booting) {
        conclude(broken(why), now);
    }
    finish(GuestEnd::infrastructure, why);
}

GuestReport GuestMonitor::take_report() {
    TestResult result;
    result.name = outside;
    result.log = plan_.log;
    for (const auto &splat : console_.splats()) {
        if (splat.sequence == 0) {
            if (result.excerpt.empty()) {
                result.reason = fmt::format("{}: {}", name_of(splat.kind), splat.headline);
            }
            result.excerpt.insert(result.excerpt.end(), splat.excerpt.begin(), splat.excerpt.end());
        }
    }
    auto taint = unexpected_taint(0, boot_taint_);
    if (result.reason.empty() && !taint.empty()) {
        result.reason = fmt::format("the kernel was tainted before any test ran: {}", taint);
    }
    // Where the boot failed, or the harness did before any test, they are part of that story.
    bool told = report_.end == GuestEnd::boot_failed ||
                (report_.end == GuestEnd::infrastructure && sequence_ == 0);
    if (!result.reason.empty() && !told) {
        result.outcome = Outcome::splat;
        progress_.test_finished(result);
        report_.results.push_back(std::move(result));
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

void GuestMonitor::handle(const frame::Started &, Clock::time_point now) {
    current_.started = now;
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
    if (!test) {
        orders_ += order_off();
        finish(GuestEnd::completed, "");
        return;
    }
    sequence_++;
    current_ = {};
    current_.id = test->id;
    current_.limit = plan_.test_limit.value_or(limit_of(*test));
    current_.started = now;
    state_ = State::running;
    deadline_ = now + current_.limit + plan_.limits.grace;
    orders_ += order_run(sequence_, current_.limit.count(), current_.id);
    progress_.test_started(current_.id);
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
    result.name = current_.id;
    result.log = plan_.log;
    result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - current_.started);
    bool clean = result.outcome == Outcome::passed || result.outcome == Outcome::skipped;
    bool used_up = std::ranges::find(current_.output, used_up_mark) != current_.output.end();
    progress_.test_finished(result);
    report_.results.push_back(std::move(result));
    if (clean && !gone_ && !used_up) {
        next_test(now);
    } else {
        // A failed test may have left patches, modules or tasks behind, and another may say that it
        // had to: no other inherits them.
        finish(GuestEnd::used, "");
    }
}

Evidence GuestMonitor::evidence() const {
    Evidence evidence;
    evidence.verdict_by = plan_.verdict_by;
    evidence.output = current_.output;
    evidence.ended = current_.ended;
    for (const auto &splat : console_.splats()) {
        if (splat.sequence == sequence_) {
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
