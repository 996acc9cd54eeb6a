// For what goes on until it is interrupted, and has something to put back then.

#pragma once

#include <array>
#include <csignal>

namespace suture {

// While it is there, a signal that asks the process to end only makes a note of it: SIGINT,
// SIGTERM, SIGHUP, and SIGPIPE, which ends the process in the end. The second of the kind ends it
// at once. What was ignored stays so. One at a time.
class StopSignals {
  public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals &) = delete;
    StopSignals &operator=(const StopSignals &) = delete;

    bool arrived() const;

  private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGPIPE};

    std::array<struct sigaction, signals.size()> old_actions_ = {};
};

} // namespace suture
