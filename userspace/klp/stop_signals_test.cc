// Signals that ask for an end are noted, for as long as somebody cares.

#include "klp/stop_signals.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace suture {
namespace {

using ::testing::KilledBySignal;

TEST(StopSignals, AreNoted) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        const StopSignals signals;
        EXPECT_FALSE(signals.arrived());
        std::raise(signal);
        EXPECT_TRUE(signals.arrived());
    }
}

TEST(StopSignalsDeathTest, EndTheProcessTheSecondTime) {
    EXPECT_EXIT(
        {
            const StopSignals signals;
            std::raise(SIGTERM);
            std::raise(SIGTERM);
        },
        KilledBySignal(SIGTERM), "");
}

TEST(StopSignalsDeathTest, AreAsBeforeAfterwards) {
    EXPECT_EXIT(
        {
            { const StopSignals signals; }
            std::raise(SIGTERM);
        },
        KilledBySignal(SIGTERM), "");
}

TEST(StopSignalsDeathTest, ABrokenPipeEndsTheProcessInTheEnd) {
    EXPECT_EXIT(
        {
            const StopSignals signals;
            std::raise(SIGPIPE);
            (void)!write(STDERR_FILENO, "put back", 8);
        },
        KilledBySignal(SIGPIPE), "put back");
}

TEST(StopSignalsDeathTest, EndTheProcessInTheEndWhereThatIsWanted) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE})
        EXPECT_EXIT(
            {
                const StopSignals signals(StopSignals::Afterwards::end);
                std::raise(signal);
                (void)!write(STDERR_FILENO, "put back", 8);
            },
            KilledBySignal(signal), "put back");
    const StopSignals none(StopSignals::Afterwards::end);
    EXPECT_FALSE(none.arrived());
}

TEST(StopSignals, AreIgnoredWhereTheyWereBefore) {
    const auto old = std::signal(SIGHUP, SIG_IGN);
    {
        const StopSignals signals;
        std::raise(SIGHUP);
        EXPECT_FALSE(signals.arrived());
    }
    EXPECT_EQ(std::signal(SIGHUP, old), SIG_IGN);
}

} // namespace
} // namespace suture
