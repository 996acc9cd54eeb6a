// What a person, or a log, sees of a transition while klp waits for it.

#pragma once

#include "libklp/controller.h"

#include <optional>
#include <ostream>
#include <string>

namespace suture {

class ProgressDisplay : public Observer {
  public:
    // The result is about to be printed.
    virtual void finish() = 0;
};

// One line that is redrawn in place, and gone when it is over.
class TerminalProgress : public ProgressDisplay {
  public:
    TerminalProgress(std::ostream &err, unsigned columns) : err_(err), columns_(columns) {}

    void on_progress(const std::string &patch, const Progress &progress,
                     Clock::Duration elapsed) override;
    void on_lock_held(const std::string &holder) override;
    void on_doubt(const std::string &patch, const CheckResult &doubt) override;
    void finish() override;

  private:
    void draw(std::string line);

    std::ostream &err_;
    unsigned columns_;
    std::string drawn_;
};

// One line each time that the state changes.
class LogProgress : public ProgressDisplay {
  public:
    explicit LogProgress(std::ostream &err) : err_(err) {}

    void on_progress(const std::string &patch, const Progress &progress,
                     Clock::Duration elapsed) override;
    void on_lock_held(const std::string &holder) override;
    void on_doubt(const std::string &patch, const CheckResult &doubt) override;
    void finish() override {}

  private:
    std::ostream &err_;
    std::optional<PatchState> last_;
};

} // namespace suture
