// For what has something to put back when it is interrupted.

#pragma once

#include <array>
#include <csignal>

namespace suture {

// While it is there, a signal that asks the process to end only makes a note of it: SIGINT,
// SIGTERM, SIGHUP, and SIGPIPE, which ends the process in the end. The second of the kind ends it
// at once. What was ignored stays so. One at a time.
class StopSignals {
  public:
    // What becomes of the process then. What is meant to go on until it is interrupted has come to
    // its end; anything else ends by that signal, as if it had not been noted.
    enum class Afterwards { go_on, end };

    explicit StopSignals(Afterwards afterwards = Afterwards::go_on);
    ~StopSignals();
    StopSignals(const StopSignals &) = delete;
    StopSignals &operator=(const StopSignals &) = delete;

    bool arrived() const;

  private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGPIPE};

    const Afterwards afterwards_;
    std::array<struct sigaction, signals.size()> old_actions_ = {};
};

} // namespace suture
