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

// What has come in is read and handed over within milliseconds. Where that takes so long, something
// held it up: a terminal that was stopped, whoever should read our output, a disk.
constexpr Seconds held_up{1};

// Reads and hands over what has come in on one of the two ways. False where there was nothing.
bool hand_over(Guest &guest, Result<std::string> (Guest::*read)(), GuestMonitor &monitor,
               void (GuestMonitor::*take)(std::string_view, Clock::time_point)) {
    auto begun = Clock::now();
    auto bytes = (guest.*read)();
    if (!bytes) {
        monitor.abort(bytes.error().message, begun);
        return false;
    }
    (monitor.*take)(*bytes, begun);
    // Nobody has looked at the guest meanwhile, or told it what to do next. Less than that is not
    // given back: a guest that never stops talking must not outlive its deadline by it.
    if (auto spent = Clock::now() - begun; spent >= held_up) {
        monitor.postpone(spent);
    }
    return !bytes->empty();
}

// Hands over what has come in. False where there was nothing.
bool pump(Guest &guest, GuestMonitor &monitor) {
    bool console = guest.console_fd() >= 0 &&
                   hand_over(guest, &Guest::read_console, monitor, &GuestMonitor::console_data);
    bool channel = guest.channel_fd() >= 0 &&
                   hand_over(guest, &Guest::read_channel, monitor, &GuestMonitor::channel_data);
    return console || channel;
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
