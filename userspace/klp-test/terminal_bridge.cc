#include "terminal_bridge.h"

#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace suture::harness {

namespace {

// A guest that is gone is an error like others, not a signal.
ssize_t send_to_guest(int guest, const void *bytes, std::size_t size) {
    return send(guest, bytes, size, MSG_NOSIGNAL);
}

template<typename Write>
bool write_all(Write write_some, int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        auto written = write_some(fd, bytes.data(), bytes.size());
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

void carry(int in, int out, int guest, int stop, const std::function<void()> &escaped) {
    char buffer[4096];
    std::string_view got;
    for (bool typing = true, going = true; going;) {
        pollfd watched[] = {{stop, POLLIN, 0}, {guest, POLLIN, 0}, {typing ? in : -1, POLLIN, 0}};
        if (poll(watched, std::size(watched), -1) < 0) {
            going = errno == EINTR;
            continue;
        }
        // What the guest has shown already is not lost when it ends.
        if (watched[1].revents) {
            going = read_some(guest, buffer, got) && write_all(write, out, got);
        } else if (watched[0].revents) {
            going = false;
        } else if (watched[2].revents) {
            typing = read_some(in, buffer, got);
            auto escape = got.find(escape_key);
            if (escape != std::string_view::npos) {
                typing = false;
                escaped();
            }
            going = write_all(send_to_guest, guest, got.substr(0, escape)) &&
                    (typing || escape != std::string_view::npos ||
                     write_all(send_to_guest, guest, std::string_view(&end_key, 1)));
        }
    }
}

} // namespace

TerminalBridge::TerminalBridge(int in, int out, int guest, std::function<void()> escaped)
    : stop_(eventfd(0, EFD_CLOEXEC)),
      thread_([in, out, guest, stop = stop_.get(), escaped = std::move(escaped)] {
          carry(in, out, guest, stop, escaped);
      }) {}

TerminalBridge::~TerminalBridge() {
    std::uint64_t one = 1;
    [[maybe_unused]] auto written = write(stop_.get(), &one, sizeof(one));
}

} // namespace suture::harness
