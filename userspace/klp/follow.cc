#include "klp/follow.h"

#include "klp/event_output.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ostream.h>

namespace suture {

namespace {

// Late enough to cost nothing, and early enough for the buffer and for those who watch.
constexpr Clock::Duration interval = std::chrono::milliseconds(100);

Error too_few(unsigned shown, unsigned count) {
    return {.action = "follow events",
            .why = fmt::format("only {} of {} had come when it was to end", shown, count),
            .hint = "give it more time with --timeout"};
}

class Follower {
  public:
    Follower(Clock &clock, std::ostream &out, const Following &following)
        : clock_(clock), out_(out), following_(following) {
        if (following.timeout)
            end_ = clock.now() + *following.timeout;
    }

    Result<void> run(EventStream &events) {
        while (out_.good() && !has_all()) {
            const Result<std::vector<Event>> next = events.next();
            if (!next)
                return fail(next.error());
            for (const Event &event : *next)
                show(event);
            out_.flush();
            if (has_all() || is_to_end())
                break;
            clock_.sleep(end_ ? std::min(interval, *end_ - clock_.now()) : interval);
        }
        if (following_.count && !has_all() && out_.good())
            return fail(too_few(shown_, *following_.count));
        return {};
    }

  private:
    bool has_all() const { return following_.count && shown_ >= *following_.count; }

    bool is_to_end() const {
        return (end_ && clock_.now() >= *end_) || (following_.stop && following_.stop());
    }

    void show(const Event &event) {
        if (has_all())
            return;
        // When some were lost the kernel does not say; it was before now.
        const WallTime time = clock_.wall_time(event.time.value_or(clock_.now()));
        fmt::print(out_, "{}\n",
                   following_.json ? to_json_line(event, time) : to_line(event, time));
        shown_ += event.kind != EventKind::lost;
    }

    Clock &clock_;
    std::ostream &out_;
    const Following &following_;
    std::optional<Clock::TimePoint> end_;
    unsigned shown_ = 0;
};

} // namespace

Result<void> follow(EventStream &events, Clock &clock, std::ostream &out,
                    const Following &following) {
    return Follower(clock, out, following).run(events);
}

} // namespace suture
