#include "libklp/clock.h"

#include <thread>

namespace suture {

Clock::TimePoint SteadyClock::now() {
    return std::chrono::steady_clock::now();
}

void SteadyClock::sleep(Duration duration) {
    std::this_thread::sleep_for(duration);
}

} // namespace suture
