// A terminal comes back as it was, however its user ends.
#include "raw_terminal.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace suture::harness {
namespace {

class RawTerminalTest : public testing::Test {
  protected:
    RawTerminalTest() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        grantpt(master_.get());
        unlockpt(master_.get());
        if (const char *name = ptsname(master_.get())) {
            UniqueFd terminal(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
            terminal_ = std::move(terminal);
        }
    }

    void SetUp() override {
        if (!terminal_) {
            GTEST_SKIP() << "there are no pseudo-terminals here: /dev/pts is not mounted";
        }
    }

    bool reads_lines() const {
        termios now;
        return tcgetattr(terminal_.get(), &now) == 0 && (now.c_lflag & ICANON) &&
               (now.c_lflag & ECHO) && (now.c_lflag & ISIG);
    }

    UniqueFd master_, terminal_;
};

TEST_F(RawTerminalTest, IsRawAndThenAsItWas) {
    ASSERT_TRUE(reads_lines());
    {
        auto raw = RawTerminal::take(terminal_.get());
        ASSERT_TRUE(raw) << raw.error().message;
        EXPECT_FALSE(reads_lines());
    }
    EXPECT_TRUE(reads_lines());
}

TEST_F(RawTerminalTest, ComesBackFromAProcessThatIsKilled) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    UniqueFd reading(ends[0]), writing(ends[1]);
    pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto raw = RawTerminal::take(terminal_.get());
        [[maybe_unused]] auto written = write(writing.get(), raw && !reads_lines() ? "r" : "x", 1);
        raise(SIGKILL);
    }
    char was = 0;
    ASSERT_EQ(read(reading.get(), &was, 1), 1);
    EXPECT_EQ(was, 'r') << "it was not raw";
    waitpid(child, nullptr, 0);
    for (int tries = 0; tries < 500 && !reads_lines(); tries++) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_TRUE(reads_lines());
}

TEST(RawTerminal, SaysWhatIsNoTerminal) {
    UniqueFd null(open("/dev/null", O_RDWR | O_CLOEXEC));
    auto raw = RawTerminal::take(null.get());
    ASSERT_FALSE(raw);
    EXPECT_EQ(raw.error().message,
              "cannot ask the terminal how it is set: Inappropriate ioctl for device");
}

} // namespace
} // namespace suture::harness
