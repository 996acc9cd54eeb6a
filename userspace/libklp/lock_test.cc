// One klp at a time; the other is told whom it waits for, and a dead holder leaves nothing behind.

#include "libklp/lock.h"
#include "libklp/testing/fake_machine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace suture {
namespace {

using namespace std::chrono_literals;
using namespace testing;

class LockTest : public ::testing::Test {
  protected:
    Result<Lock> acquire(Clock::Duration timeout) {
        return Lock::acquire(machine.path("run/klp.lock"), clock, clock.now() + timeout,
                             [this](const std::string &holder) { told.push_back(holder); });
    }

    FakeMachine machine;
    FakeClock clock;
    std::vector<std::string> told;
    const std::string self = fmt::format("another klp (pid {})", getpid());
};

TEST_F(LockTest, IsTakenAndGivenBack) {
    ASSERT_TRUE(acquire(0s));
    EXPECT_TRUE(acquire(0s));
    EXPECT_TRUE(told.empty());
}

TEST_F(LockTest, ASecondHolderIsNamedAtTheDeadline) {
    const auto first = acquire(0s);
    const auto second = acquire(1s);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::locked);
    EXPECT_NE(second.error().why.find(self), std::string::npos) << second.error().why;
    EXPECT_EQ(told, std::vector{self}); // once, not at each try
    EXPECT_EQ(clock.elapsed(), 1s);
}

TEST_F(LockTest, WaitsForTheHolder) {
    std::optional<Result<Lock>> first = acquire(0s);
    clock.plan(20ms, [&] { first.reset(); });
    EXPECT_TRUE(acquire(1s));
}

TEST_F(LockTest, AHolderThatDiedHoldsNothing) {
    const pid_t child = fork();
    if (child == 0) {
        const auto held = acquire(0s);
        _exit(held ? 0 : 1); // without running destructors, as after kill -9
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_EQ(machine.read("run/klp.lock"), fmt::format("{}\n", child)); // the stale file is there
    EXPECT_TRUE(acquire(0s));
}

TEST_F(LockTest, AHolderWithoutAPidIsStillReported) {
    const auto first = acquire(0s);
    machine.write("run/klp.lock", "");
    const auto second = acquire(0s);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().why.find("another klp is"), std::string::npos) << second.error().why;
}

TEST_F(LockTest, IsNotWrittenThroughASymlink) {
    machine.add({file("victim", "precious"), symlink("run/klp.lock", "../victim")});
    EXPECT_FALSE(acquire(0s));
    EXPECT_EQ(machine.read("victim"), "precious");
}

TEST_F(LockTest, NobodyElseCanOpenIt) {
    const std::filesystem::path path = machine.path("run/klp.lock");
    const auto mode = [&] { return std::filesystem::status(path).permissions(); };
    const auto owners = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
    ASSERT_TRUE(acquire(0s));
    EXPECT_EQ(mode(), owners);
    std::filesystem::permissions(path, std::filesystem::perms(0644)); // of an earlier klp
    ASSERT_TRUE(acquire(0s));
    EXPECT_EQ(mode(), owners);
}

TEST_F(LockTest, AnUnusableDirectoryIsAnErrorThatNamesIt) {
    machine.remove("run");
    const auto lock = acquire(0s);
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().code, ErrorCode::system);
    EXPECT_NE(to_text(lock.error()).find("klp.lock"), std::string::npos);
    EXPECT_NE(to_text(lock.error()).find("hint: "), std::string::npos);
}

} // namespace
} // namespace suture
