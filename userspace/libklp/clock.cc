#include "libklp/clock.h"

#include <ctime>
#include <fmt/chrono.h>
#include <thread>

namespace suture {

std::chrono::system_clock::time_point Clock::wall_time(TimePoint moment) {
    using Wall = std::chrono::system_clock;
    return Wall::now() + std::chrono::duration_cast<Wall::duration>(moment - now());
}

Clock::TimePoint SteadyClock::now() {
    return std::chrono::steady_clock::now();
}

void SteadyClock::sleep(Duration duration) {
    std::this_thread::sleep_for(duration);
}

std::string SteadyClock::today() {
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)));
}

} // namespace suture
