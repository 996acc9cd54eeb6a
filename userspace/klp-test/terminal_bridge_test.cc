// What is typed arrives, what is shown comes back, and both ends can end it.
#include "terminal_bridge.h"

#include <algorithm>
#include <atomic>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>

namespace suture::harness {
namespace {

struct Pair {
    UniqueFd ours, theirs;
};

Pair make_pair_of_sockets() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
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

    // As many bytes as are expected, or fewer where no more come.
    static std::string arrived(const UniqueFd &at, std::size_t count) {
        std::string all;
        pollfd watched{at.get(), POLLIN, 0};
        while (all.size() < count && poll(&watched, 1, 10000) == 1) {
            char buffer[64];
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

TEST_F(TerminalBridgeTest, ShowsTheGuestsLastWords) {
    ASSERT_EQ(write(guest_.ours.get(), "bye", 3), 3);
    bridge_.reset();
    EXPECT_EQ(arrived(screen_.ours, 3), "bye");
}

} // namespace
} // namespace suture::harness
