// How what klp found out is printed: one class for people, one for programs.

#pragma once

#include "libklp/controller.h"

#include <ostream>

namespace suture {

class Output {
  public:
    virtual ~Output() = default;
    virtual void status(const Status &status) = 0;
};

class TextOutput : public Output {
  public:
    TextOutput(std::ostream &out, bool color) : out_(out), color_(color) {}

    void status(const Status &status) override;
    void outcome(const Outcome &outcome);

  private:
    std::string painted(PatchState state) const;
    void patch(const Patch &patch, bool name_runtime);

    std::ostream &out_;
    bool color_;
};

// Fields are added without notice; schema_version changes when one goes or means something else.
class JsonOutput : public Output {
  public:
    explicit JsonOutput(std::ostream &out) : out_(out) {}

    void status(const Status &status) override;

  private:
    std::ostream &out_;
};

// The state of the whole, as scripts know it from other tools.
const char *overall_state(const Status &status);

// "12 ms", "3.4 s"
std::string to_text(Clock::Duration duration);

// ", 3 of 57 tasks to go" where the runtime counts them.
std::string tasks_to_go(const Progress &progress);

} // namespace suture
