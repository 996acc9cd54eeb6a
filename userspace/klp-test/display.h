// How a run is shown while it runs: on a terminal as one line that changes, otherwise as a line for
// each test, which is what a file or a CI's log can keep.
#pragma once

#include "runner.h"
#include "terminal_status.h"

#include <memory>
#include <mutex>
#include <optional>

namespace suture::harness {

// Whether a line can be redrawn, by what the output is and by the variables TERM and CI of the
// environment, of which either may be null.
bool can_redraw(bool is_terminal, const char *term, const char *ci);

// Writes to standard output, which nobody else should do while it is there.
class Display {
  public:
    Display();

    // Of one guest; the display has to outlive it.
    std::unique_ptr<Progress> progress_for(const Target &target);

  private:
    std::mutex lock_;
    std::optional<TerminalStatus> status_;
    std::optional<Ticker> ticker_;
};

} // namespace suture::harness
