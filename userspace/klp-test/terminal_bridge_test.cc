// What is typed arrives, what is shown comes back, and both ends can end it.
#include "terminal_bridge.h"

#include "fd.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <future>
#include <gtest/gtest.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <termios.h>
#include <thread>
#include <unistd.h>

namespace suture::harness {
namespace {

constexpr std::chrono::seconds patience(10);

struct Pair {
    UniqueFd ours, theirs;
};

Pair make_pair_of_sockets() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// A keyboard, and the end of it that is ours. None where there are no pseudo-terminals.
Pair make_keyboard() {
    UniqueFd ours(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    grantpt(ours.get());
    unlockpt(ours.get());
    const char *name = ptsname(ours.get());
    UniqueFd theirs(name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1);
    termios raw;
    if (tcgetattr(theirs.get(), &raw) == 0) {
        cfmakeraw(&raw);
        tcsetattr(theirs.get(), TCSANOW, &raw);
    }
    return {std::move(ours), std::move(theirs)};
}

class TerminalBridgeTest : public testing::Test {
  protected:
    TerminalBridgeTest()
        : keyboard_(make_pair_of_sockets()), screen_(make_pair_of_sockets()),
          guest_(make_pair_of_sockets()) {
        bridge_.emplace(keyboard_.theirs.get(), screen_.theirs.get(), guest_.theirs.get(),
                        [this] { escaped_ = true; });
    }

    void type(const std::string &keys) {
        ASSERT_EQ(write(keyboard_.ours.get(), keys.data(), keys.size()),
                  static_cast<ssize_t>(keys.size()));
    }

    // Typed on a keyboard of its own, without waiting for ever where that is not read.
    static bool typed(const UniqueFd &keyboard, std::string_view keys) {
        fcntl(keyboard.get(), F_SETFL, O_NONBLOCK);
        pollfd watched{keyboard.get(), POLLOUT, 0};
        while (!keys.empty() && poll(&watched, 1, 10000) == 1) {
            auto written = write(keyboard.get(), keys.data(), keys.size());
            keys.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
        }
        return keys.empty();
    }

    bool escapes_soon() const {
        auto end = std::chrono::steady_clock::now() + patience;
        while (!escaped_ && std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return escaped_;
    }

    // Whatever is written to it beyond a few KiB waits for a reader.
    void make_guest_small() const {
        int size = 1;
        setsockopt(guest_.theirs.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    }

    // As many bytes as are expected, or fewer where no more come.
    static std::string arrived(const UniqueFd &at, std::size_t count) {
        std::string all;
        pollfd watched{at.get(), POLLIN, 0};
        while (all.size() < count && poll(&watched, 1, 10000) == 1) {
            char buffer[4096];
            auto got = read(at.get(), buffer, std::min(sizeof(buffer), count - all.size()));
            if (got <= 0) {
                break;
            }
            all.append(buffer, static_cast<std::size_t>(got));
        }
        return all;
    }

    Pair keyboard_, screen_, guest_;
    std::atomic<bool> escaped_ = false;
    std::optional<TerminalBridge> bridge_;
};

TEST_F(TerminalBridgeTest, CarriesBothWays) {
    type("uname\r");
    EXPECT_EQ(arrived(guest_.ours, 6), "uname\r");
    ASSERT_EQ(write(guest_.ours.get(), "Linux\r\n", 7), 7);
    EXPECT_EQ(arrived(screen_.ours, 7), "Linux\r\n");
}

TEST_F(TerminalBridgeTest, EndsTheGuestsInputWithTheKeyboards) {
    type("exit");
    keyboard_.ours.reset();
    EXPECT_EQ(arrived(guest_.ours, 5), std::string("exit") + end_key);
}

TEST_F(TerminalBridgeTest, CallsForTheEndAtTheEscapeKey) {
    type(std::string("ab") + escape_key + "cd");
    EXPECT_EQ(arrived(guest_.ours, 2), "ab");
    bridge_.reset();
    EXPECT_TRUE(escaped_);
    guest_.theirs.reset();
    EXPECT_EQ(arrived(guest_.ours, 1), "") << "what follows the key is not for the guest";
}

TEST_F(TerminalBridgeTest, FindsTheEscapeKeyThoughTheGuestTakesNothing) {
    make_guest_small();
    type(std::string(64 << 10, 'x') + escape_key);
    EXPECT_TRUE(escapes_soon());
    // Where the bridge waits for it all the same, it is freed.
    guest_.ours.reset();
}

TEST_F(TerminalBridgeTest, EndsThoughTheGuestTakesNothing) {
    make_guest_small();
    type(std::string(64 << 10, 'x'));
    char byte = 0;
    ASSERT_EQ(recv(guest_.ours.get(), &byte, 1, MSG_PEEK), 1) << "it is carrying";
    auto ended = std::async(std::launch::async, [this] { bridge_.reset(); });
    EXPECT_EQ(ended.wait_for(patience), std::future_status::ready);
    guest_.ours.reset();
}

TEST_F(TerminalBridgeTest, FindsTheEscapeKeyBehindMoreThanItKeeps) {
    auto keyboard = make_keyboard();
    if (!keyboard.theirs) {
        GTEST_SKIP() << "there are no pseudo-terminals here: /dev/pts is not mounted";
    }
    bridge_.reset();
    guest_ = make_pair_of_sockets();
    make_guest_small();
    bridge_.emplace(keyboard.theirs.get(), screen_.theirs.get(), guest_.theirs.get(),
                    [this] { escaped_ = true; });
    EXPECT_TRUE(typed(keyboard.ours, std::string(2 << 20, 'x') + escape_key));
    EXPECT_TRUE(escapes_soon());
    guest_.ours.reset();
    bridge_.reset();
}

TEST_F(TerminalBridgeTest, LosesNothingOfWhatIsPiped) {
    make_guest_small();
    const std::string all(3 << 20, 'x');
    auto written = std::async(std::launch::async, [&] { return typed(keyboard_.ours, all); });
    // It may take more than is kept before the guest reads.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(arrived(guest_.ours, all.size()).size(), all.size());
    EXPECT_TRUE(written.get());
}

TEST_F(TerminalBridgeTest, ShowsTheGuestsLastWords) {
    ASSERT_EQ(write(guest_.ours.get(), "bye", 3), 3);
    bridge_.reset();
    EXPECT_EQ(arrived(screen_.ours, 3), "bye");
}

} // namespace
} // namespace suture::harness
