#include "guest_loop.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>

namespace suture::harness {

namespace {

int milliseconds_until(Clock::time_point deadline) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 3600'000));
}

// Hands over what has come in. False where there was nothing.
bool pump(Guest &guest, GuestMonitor &monitor) {
    bool any = false;
    if (guest.console_fd() >= 0) {
        auto bytes = guest.read_console();
        if (!bytes) {
            monitor.abort(bytes.error().message, Clock::now());
            return false;
        }
        any = !bytes->empty();
        monitor.console_data(*bytes, Clock::now());
    }
    if (guest.channel_fd() >= 0) {
        auto bytes = guest.read_channel();
        if (!bytes) {
            monitor.abort(bytes.error().message, Clock::now());
            return false;
        }
        any = any || !bytes->empty();
        monitor.channel_data(*bytes, Clock::now());
    }
    return any;
}

} // namespace

void drive(Guest &guest, GuestMonitor &monitor, int stop_fd) {
    while (!monitor.over()) {
        pollfd watched[] = {{guest.console_fd(), POLLIN, 0},
                            {guest.channel_fd(), POLLIN, 0},
                            {guest.ended_fd(), POLLIN, 0},
                            {stop_fd, POLLIN, 0}};
        if (poll(watched, std::size(watched), milliseconds_until(monitor.deadline())) < 0 &&
            errno != EINTR) {
            monitor.abort(fmt::format("poll: {}", std::strerror(errno)), Clock::now());
            break;
        }
        if (watched[3].revents) {
            monitor.abort("klp-test was told to stop", Clock::now());
            break;
        }
        pump(guest, monitor);
        if (auto orders = monitor.take_orders(); !orders.empty()) {
            if (auto sent = guest.send(orders); !sent) {
                monitor.abort(sent.error().message, Clock::now());
            }
        }
        if (watched[2].revents) {
            // Its last words may still lie in the sockets.
            while (pump(guest, monitor)) {
            }
            auto status = guest.end();
            monitor.guest_ended(qemu_end(status, guest.qemu_messages()), Clock::now());
        }
        monitor.time_passed(Clock::now());
    }
    guest.end();
}

} // namespace suture::harness
