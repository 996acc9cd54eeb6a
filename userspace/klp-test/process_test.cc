// A child is found, watched, ended and reaped.
#include "process.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>

namespace suture::harness {
namespace {

class ProcessTest : public testing::Test {
  protected:
    UniqueFd null_{open("/dev/null", O_WRONLY | O_CLOEXEC)};
};

bool ended(const Process &process, int milliseconds) {
    pollfd watched{process.pidfd(), POLLIN, 0};
    return poll(&watched, 1, milliseconds) == 1;
}

TEST_F(ProcessTest, SaysWhatItCannotRun) {
    auto process = Process::spawn({"no-such-program"}, null_.get(), {});
    ASSERT_FALSE(process);
    EXPECT_EQ(process.error().message, "cannot run no-such-program: No such file or directory");
}

TEST_F(ProcessTest, ReportsTheExitStatus) {
    auto process = Process::spawn({"sh", "-c", "exit 3"}, null_.get(), {});
    ASSERT_TRUE(process);
    ASSERT_TRUE(ended(*process, 10000));
    auto status = process->wait();
    EXPECT_EQ(status.code, 3);
    EXPECT_TRUE(status.failed());
    EXPECT_EQ(status.words(), "exit status 3");
}

TEST_F(ProcessTest, EndsWhatRuns) {
    auto process = Process::spawn({"sleep", "1000"}, null_.get(), {});
    ASSERT_TRUE(process);
    EXPECT_FALSE(ended(*process, 0));
    EXPECT_EQ(process->end().signal, SIGKILL);
}

TEST_F(ProcessTest, IsWaitedForUntilThereIsSomethingElseToDo) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    UniqueFd reading(ends[0]), writing(ends[1]);
    auto brief = Process::spawn({"sh", "-c", "exit 3"}, null_.get(), {});
    ASSERT_TRUE(brief);
    EXPECT_TRUE(brief->wait_unless(reading.get()));
    EXPECT_EQ(brief->wait().code, 3);

    auto endless = Process::spawn({"sleep", "1000"}, null_.get(), {});
    ASSERT_TRUE(endless);
    ASSERT_EQ(write(writing.get(), "x", 1), 1);
    EXPECT_FALSE(endless->wait_unless(reading.get()));
    EXPECT_EQ(endless->stop(std::chrono::seconds(10)).signal, SIGTERM);
    EXPECT_TRUE(endless->wait_unless(reading.get()));
}

TEST_F(ProcessTest, IsKilledWhereItDoesNotStop) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    UniqueFd reading(ends[0]), writing(ends[1]);
    // The shell and its child both hold the other end.
    auto stubborn =
        Process::spawn({"sh", "-c", "trap '' TERM; echo; sleep 1000; true"}, writing.get(), {});
    ASSERT_TRUE(stubborn);
    writing.reset();
    char line = 0;
    ASSERT_EQ(read(reading.get(), &line, 1), 1);
    EXPECT_EQ(stubborn->stop(std::chrono::milliseconds(100)).signal, SIGKILL);
    pollfd watched{reading.get(), POLLIN, 0};
    EXPECT_EQ(poll(&watched, 1, 10000), 1);
}

TEST_F(ProcessTest, LeavesNothingBehind) {
    pid_t pid = 0;
    {
        auto process = Process::spawn({"sleep", "1000"}, null_.get(), {});
        ASSERT_TRUE(process);
        pid = process->pid();
    }
    EXPECT_EQ(waitpid(pid, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
}

TEST_F(ProcessTest, InheritsOnlyWhatItIsGiven) {
    UniqueFd given(fcntl(null_.get(), F_DUPFD_CLOEXEC, 50));
    UniqueFd kept(fcntl(null_.get(), F_DUPFD_CLOEXEC, 60));
    auto process =
        Process::spawn({"sh", "-c", "[ -e /proc/self/fd/$0 ] && [ ! -e /proc/self/fd/$1 ]",
                        std::to_string(given.get()), std::to_string(kept.get())},
                       null_.get(), {given.get()});
    ASSERT_TRUE(process);
    EXPECT_EQ(process->wait().code, 0);
}

// The one who starts klp-test may be killed without a chance to tidy up.
TEST_F(ProcessTest, DiesWithItsParent) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    UniqueFd reading(ends[0]), writing(ends[1]);
    pid_t parent = fork();
    ASSERT_GE(parent, 0);
    if (parent == 0) {
        reading.reset();
        auto process = Process::spawn({"sleep", "1000"}, null_.get(), {writing.get()});
        raise(SIGKILL);
    }
    writing.reset();
    waitpid(parent, nullptr, 0);
    // End of file comes when the last holder of the other end, the grandchild, is gone.
    pollfd watched{reading.get(), POLLIN, 0};
    EXPECT_EQ(poll(&watched, 1, 10000), 1);
}

} // namespace
} // namespace suture::harness
