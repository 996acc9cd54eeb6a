// A terminal whose every key goes to somebody else.
#pragma once

#include "error.h"
#include "fd.h"

#include <sys/types.h>
#include <termios.h>
#include <utility>

namespace suture::harness {

// Takes the terminal of `fd` out of its line discipline, and puts it back as it was. A process of
// its own waits to do so where this one is killed.
class RawTerminal {
  public:
    static Result<RawTerminal> take(int fd);

    RawTerminal(RawTerminal &&other) noexcept;
    RawTerminal &operator=(RawTerminal &&) = delete;
    ~RawTerminal();

  private:
    RawTerminal(int fd, const termios &before, pid_t guard, UniqueFd alive)
        : fd_(fd), before_(before), guard_(guard), alive_(std::move(alive)) {}

    int fd_;
    termios before_;
    pid_t guard_;
    // The guard reads the end of file of the other end.
    UniqueFd alive_;
};

} // namespace suture::harness
