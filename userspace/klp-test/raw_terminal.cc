#include "raw_terminal.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace suture::harness {

namespace {

// Only async-signal-safe calls, as after each fork of a program with threads.
[[noreturn]] void guard(int terminal, int alive, const termios &before) {
    // Neither the keyboard nor a shell that tidies up its jobs ends it; nor is it stopped for
    // writing to the terminal from the background.
    setpgid(0, 0);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    // It holds nothing else open that somebody waits for the end of.
    if (dup2(terminal, 0) < 0 || dup2(alive, 1) < 0) {
        _exit(1);
    }
    close_range(2, ~0U, 0);
    char byte;
    while (read(1, &byte, 1) < 0 && errno == EINTR) {
    }
    tcsetattr(0, TCSADRAIN, &before);
    _exit(0);
}

} // namespace

Result<RawTerminal> RawTerminal::take(int fd) {
    termios before;
    if (tcgetattr(fd, &before) != 0) {
        return fail(fmt::format("cannot ask the terminal how it is set: {}", std::strerror(errno)));
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fail(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    }
    UniqueFd reading(ends[0]), writing(ends[1]);
    pid_t pid = fork();
    if (pid < 0) {
        return fail(
            fmt::format("cannot fork to watch over the terminal: {}", std::strerror(errno)));
    }
    if (pid == 0) {
        writing.reset();
        guard(fd, reading.get(), before);
    }
    RawTerminal terminal(fd, before, pid, std::move(writing));
    auto raw = before;
    cfmakeraw(&raw);
    if (tcsetattr(fd, TCSADRAIN, &raw) != 0) {
        return fail(fmt::format("cannot set the terminal: {}", std::strerror(errno)));
    }
    return Result<RawTerminal>(std::move(terminal));
}

RawTerminal::RawTerminal(RawTerminal &&other) noexcept
    : fd_(other.fd_), before_(other.before_), guard_(std::exchange(other.guard_, 0)),
      alive_(std::move(other.alive_)) {}

RawTerminal::~RawTerminal() {
    if (guard_ <= 0) {
        return;
    }
    tcsetattr(fd_, TCSADRAIN, &before_);
    alive_.reset();
    while (waitpid(guard_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

} // namespace suture::harness
