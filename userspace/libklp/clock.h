// Time as the library sees it, so that tests need not wait, and the one loop that polls.

#pragma once

#include <algorithm>
#include <chrono>
#include <string>

namespace suture {

class Clock {
  public:
    using Duration = std::chrono::steady_clock::duration;
    using TimePoint = std::chrono::steady_clock::time_point;

    virtual ~Clock() = default;
    virtual TimePoint now() = 0;
    virtual void sleep(Duration duration) = 0;
    // What the wall clock shows at that moment, by what it shows now.
    virtual std::chrono::system_clock::time_point wall_time(TimePoint moment);
    // YYYY-MM-DD, in UTC: for what expires.
    virtual std::string today() = 0;
};

// Never the wall clock but for the date: a deadline must not move when somebody sets the time.
class SteadyClock : public Clock {
  public:
    TimePoint now() override;
    void sleep(Duration duration) override;
    std::string today() override;
};

// Asks `done` until it says yes; false if `deadline` passed first. It is asked at least once, and
// once more at the deadline. A transition of an idle machine takes a few milliseconds and should
// cost no more than that to wait for, while one that is stuck must not keep a CPU awake.
template<typename Done>
bool poll_until(Clock &clock, Clock::TimePoint deadline, Done &&done) {
    constexpr Clock::Duration longest = std::chrono::milliseconds(50);
    Clock::Duration pause = std::chrono::milliseconds(1);
    while (!done()) {
        const Clock::TimePoint now = clock.now();
        if (now >= deadline)
            return false;
        clock.sleep(std::min(pause, deadline - now));
        pause = std::min(pause + pause / 2, longest);
    }
    return true;
}

} // namespace suture
