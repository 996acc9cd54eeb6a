#include "terminal_bridge.h"

#include <cerrno>
#include <cstddef>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace suture::harness {

namespace {

// More than anybody types, or pastes, before the guest takes any of it.
constexpr std::size_t most_pending = 1UL << 20;

// What was typed and the guest has not taken yet. Nobody ever waits for the guest to take it.
class Pending {
  public:
    explicit Pending(int guest) : guest_(guest) {}

    bool empty() const { return bytes_.empty(); }
    bool has_room() const { return bytes_.size() < most_pending; }

    // It is lost where there is no room.
    void add(std::string_view typed) {
        if (has_room()) {
            bytes_ += typed;
        }
    }

    // A guest that is gone is an error like others, not a signal. It is known by what it shows.
    void send_some() {
        auto sent = send(guest_, bytes_.data(), bytes_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            bytes_.erase(0, static_cast<std::size_t>(sent));
        } else if (errno != EINTR && errno != EAGAIN) {
            bytes_.clear();
        }
    }

  private:
    int guest_;
    std::string bytes_;
};

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        auto written = write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
    return true;
}

// False at the end, and where nothing can be read.
bool read_some(int fd, char (&buffer)[4096], std::string_view &got) {
    auto count = read(fd, buffer, sizeof(buffer));
    got = std::string_view(buffer, count > 0 ? static_cast<std::size_t>(count) : 0);
    return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

// Reads what is typed. False where no more is to be: at its end, and after the escape key.
bool take_typed(int in, Pending &pending, const std::function<void()> &escaped) {
    char buffer[4096];
    std::string_view got;
    bool more = read_some(in, buffer, got);
    auto escape = got.find(escape_key);
    pending.add(got.substr(0, escape));
    if (escape != std::string_view::npos) {
        escaped();
        return false;
    }
    if (!more) {
        pending.add(std::string_view(&end_key, 1));
    }
    return more;
}

void carry(int in, int out, int guest, const std::function<void()> &escaped) {
    // A keyboard is read even for a guest that takes nothing: the escape key may come. A pipe
    // waits.
    const bool is_keyboard = isatty(in) == 1;
    char buffer[4096];
    std::string_view got;
    Pending pending(guest);
    for (bool typing = true, going = true; going;) {
        bool reading = typing && (is_keyboard || pending.has_room());
        auto of_guest = static_cast<short>(pending.empty() ? POLLIN : POLLIN | POLLOUT);
        pollfd watched[] = {{guest, of_guest, 0}, {reading ? in : -1, POLLIN, 0}};
        if (poll(watched, std::size(watched), -1) < 0) {
            going = errno == EINTR;
            continue;
        }
        if (watched[0].revents & POLLOUT) {
            pending.send_some();
        }
        if (watched[1].revents) {
            typing = take_typed(in, pending, escaped);
        }
        if (watched[0].revents & ~POLLOUT) {
            going = read_some(guest, buffer, got) && write_all(out, got);
        }
    }
}

} // namespace

TerminalBridge::TerminalBridge(int in, int out, int guest, std::function<void()> escaped)
    : guest_(guest),
      thread_([in, out, guest, escaped = std::move(escaped)] { carry(in, out, guest, escaped); }) {}

TerminalBridge::~TerminalBridge() {
    // What the guest has shown already can still be read, and then comes the end.
    shutdown(guest_, SHUT_RDWR);
}

} // namespace suture::harness
