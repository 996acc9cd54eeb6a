// What keeps a selfcheck from its work is not held against klp-test.
#include "selfcheck.h"

#include "fake_guest.h"
#include "fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <memory>
#include <unistd.h>

namespace suture::harness {
namespace {

TEST(Selfcheck, ThatIsToldToStopHasFoundNothingWrong) {
    FakeGuest guest("selfcheck-test");
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    UniqueFd stop(ends[0]), told(ends[1]);
    ASSERT_EQ(write(told.get(), "x", 1), 1);
    Selection some{{"passes", "never-ends", "warns", "guest-without-a-suite"}, {}};
    RunResult run;
    run.targets.push_back(selfcheck(
        guest.target(), some, {1}, [](const Target &) { return std::make_unique<Progress>(); },
        stop.get()));
    for (const auto &result : run.targets.front().results) {
        EXPECT_EQ(result.outcome, Outcome::infrastructure) << result.name << ": " << result.reason;
    }
    EXPECT_GE(run.targets.front().results.size(), 4U);
    EXPECT_EQ(run.exit_code(), 4);
}

} // namespace
} // namespace suture::harness
