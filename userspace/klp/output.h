// How what klp found out is printed: one class for people, one for programs.

#pragma once

#include "libklp/controller.h"

#include <ostream>

namespace suture {

class Output {
  public:
    virtual ~Output() = default;
    virtual void status(const Status &status) = 0;
    // Only whether a transition runs.
    virtual void state(const Status &status) = 0;
    // The loaded patches, and what each says of itself.
    virtual void patches(const std::vector<Patch> &patches) = 0;
};

class TextOutput : public Output {
  public:
    TextOutput(std::ostream &out, bool color, bool verbose = false)
        : out_(out), color_(color), verbose_(verbose) {}

    void status(const Status &status) override;
    void state(const Status &status) override;
    void patches(const std::vector<Patch> &patches) override;
    void outcome(const Outcome &outcome);

  private:
    std::string painted(PatchState state) const;
    void patch(const Patch &patch, bool name_runtime);
    void metadata(const Metadata &metadata);
    void line(const char *label, const std::string &text);

    std::ostream &out_;
    bool color_;
    bool verbose_;
};

// Fields are added without notice; schema_version changes when one goes or means something else.
class JsonOutput : public Output {
  public:
    explicit JsonOutput(std::ostream &out) : out_(out) {}

    void status(const Status &status) override;
    void state(const Status &status) override;
    void patches(const std::vector<Patch> &patches) override;

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
