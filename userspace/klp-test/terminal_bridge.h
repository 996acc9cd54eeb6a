// Carries what is typed to a guest's terminal, and what that shows back.
#pragma once

#include <functional>
#include <thread>

namespace suture::harness {

// Typed, it ends the guest at once, as telnet's does the connection.
constexpr char escape_key = 0x1d;
// What the guest's terminal is sent where there is nothing more to type: end of file, as Ctrl-D.
constexpr char end_key = 0x04;

class TerminalBridge {
  public:
    // Copies from `in` to the socket `guest` and from there to `out`, none of which it owns, until
    // it is destroyed, which shuts the socket down, or the guest's end is closed. A guest that
    // takes nothing holds up neither the escape key nor its end. `escaped` is called from its
    // thread.
    TerminalBridge(int in, int out, int guest, std::function<void()> escaped);
    ~TerminalBridge();
    TerminalBridge(const TerminalBridge &) = delete;
    TerminalBridge &operator=(const TerminalBridge &) = delete;

  private:
    int guest_;
    std::jthread thread_;
};

} // namespace suture::harness
