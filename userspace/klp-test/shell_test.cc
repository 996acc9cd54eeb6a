// klp-test shell, as a person has it: the whole program on a terminal, with a guest that is a
// script.
#include "fake_guest.h"
#include "fd.h"
#include "terminal_bridge.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace suture::harness {
namespace {

using testing::HasSubstr;

constexpr int patience_ms = 20'000;

class Shell : public testing::Test {
  protected:
    Shell() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        grantpt(master_.get());
        unlockpt(master_.get());
        if (const char *name = ptsname(master_.get())) {
            UniqueFd terminal(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
            terminal_ = std::move(terminal);
        }
    }
    ~Shell() override {
        if (child_ > 0) {
            kill(child_, SIGKILL);
            waitpid(child_, nullptr, 0);
        }
    }

    void SetUp() override {
        if (!terminal_) {
            GTEST_SKIP() << "there are no pseudo-terminals here: /dev/pts is not mounted";
        }
        start();
    }

    void start() {
        auto build_dir = guest_.build_dir().string();
        child_ = fork();
        ASSERT_GE(child_, 0);
        if (child_ == 0) {
            for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
                dup2(terminal_.get(), fd);
            }
            execl(KLP_TEST, KLP_TEST, "shell", "--arch", "x86_64", "--kernel", "6.1", "--build-dir",
                  build_dir.c_str(), "--vm-images", VM_IMAGES, nullptr);
            _exit(127);
        }
    }

    void type(const std::string &keys) const {
        ASSERT_EQ(write(master_.get(), keys.data(), keys.size()),
                  static_cast<ssize_t>(keys.size()));
    }

    // More than any socket holds. False where klp-test leaves it unread.
    bool type_much() const {
        std::string keys(1 << 20, 'x');
        std::string_view left = keys;
        fcntl(master_.get(), F_SETFL, O_NONBLOCK);
        pollfd watched{master_.get(), POLLOUT, 0};
        while (!left.empty() && poll(&watched, 1, patience_ms / 2) == 1) {
            auto written = write(master_.get(), left.data(), left.size());
            left.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
        }
        return left.empty();
    }

    // Reads until the terminal has shown this, or nothing more comes.
    void expect_shown(const std::string &text) {
        pollfd watched{master_.get(), POLLIN, 0};
        while (shown_.find(text) == std::string::npos && poll(&watched, 1, patience_ms) == 1) {
            char buffer[4096];
            auto got = read(master_.get(), buffer, sizeof(buffer));
            if (got <= 0) {
                break;
            }
            shown_.append(buffer, static_cast<std::size_t>(got));
        }
        EXPECT_THAT(shown_, HasSubstr(text));
    }

    // Nothing that it prints may be left unread, or it would wait for that.
    int exit_status() {
        auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
        int status = 0;
        while (std::chrono::steady_clock::now() < end) {
            if (waitpid(child_, &status, WNOHANG) == child_) {
                child_ = 0;
                return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
            }
            pollfd watched{master_.get(), POLLIN, 0};
            char buffer[4096];
            if (poll(&watched, 1, 20) == 1) {
                auto got = read(master_.get(), buffer, sizeof(buffer));
                shown_.append(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
            }
        }
        return -1;
    }

    bool reads_lines() const {
        termios now;
        return tcgetattr(terminal_.get(), &now) == 0 && (now.c_lflag & ICANON) &&
               (now.c_lflag & ECHO) && (now.c_lflag & ISIG);
    }

    FakeGuest guest_{"shell-test"};
    UniqueFd master_, terminal_;
    pid_t child_ = 0;
    std::string shown_;
};

TEST_F(Shell, CarriesKeysAndExitsAsTheGuestsShellDid) {
    expect_shown("klp-test: booting x86_64/6.1");
    expect_shown("fake# ");
    EXPECT_FALSE(reads_lines());
    type("hello\r");
    expect_shown("typed: hello");
    // It goes to the guest, as every key but one.
    type("\x03\r");
    expect_shown("typed: \x03");
    type("exit 7\r");
    EXPECT_EQ(exit_status(), 7);
    EXPECT_TRUE(reads_lines()) << "the terminal is not as it was";
}

TEST_F(Shell, IsEndedByTheEscapeKey) {
    expect_shown("fake# ");
    type(std::string(1, escape_key));
    EXPECT_EQ(exit_status(), 0);
    expect_shown("klp-test: ended by Ctrl-]");
    EXPECT_TRUE(reads_lines()) << "the terminal is not as it was";
}

TEST_F(Shell, IsEndedByTheEscapeKeyThoughTheGuestNoLongerReads) {
    expect_shown("fake# ");
    type("deaf\r");
    expect_shown("typed: deaf");
    ASSERT_TRUE(type_much());
    type(std::string(1, escape_key));
    EXPECT_EQ(exit_status(), 0);
    expect_shown("klp-test: ended by Ctrl-]");
    EXPECT_TRUE(reads_lines()) << "the terminal is not as it was";
}

TEST_F(Shell, IsToldToEndThoughTheGuestNoLongerReads) {
    expect_shown("fake# ");
    type("deaf\r");
    expect_shown("typed: deaf");
    type_much();
    kill(child_, SIGTERM);
    EXPECT_EQ(exit_status(), 125) << "there is no verdict";
    EXPECT_TRUE(reads_lines()) << "the terminal is not as it was";
}

TEST_F(Shell, PutsTheTerminalBackWhereItIsToldToEnd) {
    expect_shown("fake# ");
    kill(child_, SIGTERM);
    EXPECT_EQ(exit_status(), 125) << "there is no verdict";
    EXPECT_TRUE(reads_lines()) << "the terminal is not as it was";
}

} // namespace
} // namespace suture::harness
