// How what klp found out is printed: one class for people, one for programs.

#pragma once

#include "libklp/blockers.h"
#include "libklp/controller.h"
#include "libklp/doctor.h"
#include "libklp/store/kernels.h"
#include "libklp/store/store.h"
#include "libklp/verify/verify.h"

#include <functional>
#include <ostream>

namespace suture {

// Of everything that is printed as JSON.
inline constexpr int schema_version = 1;

class Output {
  public:
    virtual ~Output() = default;
    // With the boot that failed with the active version, if the last one did.
    virtual void status(const Status &status, const std::optional<Attempt> &failed_boot) = 0;
    // Only whether a transition runs.
    virtual void state(const Status &status) = 0;
    // The release of the kernel, with what is patched on top.
    virtual void effective(const Status &status) = 0;
    // The loaded patches, what each says of itself, and what was asked of them besides.
    virtual void patches(const Status &status) = 0;
    // What is in the store.
    virtual void stored(const std::vector<StoredPatch> &patches, const std::string &running) = 0;
    // The same, and until when it is meant to be used.
    virtual void lifecycle(const std::vector<StoredPatch> &patches, const std::string &running,
                           const std::string &today) = 0;
    // Which patch each of them will load.
    virtual void kernels(const std::vector<InstalledKernel> &kernels) = 0;
    // The same of the one that boots next, and whether this machine is patched now and not then.
    virtual void next_kernel(const InstalledKernel &kernel, bool loses_patch) = 0;
    virtual void findings(const std::vector<Finding> &findings) = 0;
    virtual void verification(const Verification &verification) = 0;
    // Of transitions that run, or of those that were forced.
    virtual void blocking(const std::vector<Blocking> &transitions, bool forced) = 0;
};

// The command line of a process, where it is to be shown.
using CommandLineOf = std::function<std::string(unsigned pid)>;

class TextOutput : public Output {
  public:
    TextOutput(std::ostream &out, bool color, unsigned verbosity = 0,
               CommandLineOf command_line_of = {})
        : out_(out), color_(color), verbosity_(verbosity),
          command_line_of_(std::move(command_line_of)) {}

    void status(const Status &status, const std::optional<Attempt> &failed_boot) override;
    void state(const Status &status) override;
    void effective(const Status &status) override;
    void patches(const Status &status) override;
    void stored(const std::vector<StoredPatch> &patches, const std::string &running) override;
    void lifecycle(const std::vector<StoredPatch> &patches, const std::string &running,
                   const std::string &today) override;
    void kernels(const std::vector<InstalledKernel> &kernels) override;
    void next_kernel(const InstalledKernel &kernel, bool loses_patch) override;
    void findings(const std::vector<Finding> &findings) override;
    void verification(const Verification &verification) override;
    void blocking(const std::vector<Blocking> &transitions, bool forced) override;

  private:
    std::string painted(PatchState state) const;
    std::string painted(Health health) const;
    std::string painted(Verdict verdict) const;
    std::string in_color(int color, const char *text) const;
    void patch(const Patch &patch, bool name_runtime);
    void live_owners(const Patch &patch);
    void metadata(const Metadata &metadata);
    void line(const char *label, const std::string &text);
    std::string describe(const InstalledKernel &kernel) const;
    void blocker(const Blocker &task);

    std::ostream &out_;
    bool color_;
    unsigned verbosity_;
    CommandLineOf command_line_of_;
};

// Fields are added without notice; schema_version changes when one goes or means something else.
class JsonOutput : public Output {
  public:
    explicit JsonOutput(std::ostream &out, CommandLineOf command_line_of = {})
        : out_(out), command_line_of_(std::move(command_line_of)) {}

    void status(const Status &status, const std::optional<Attempt> &failed_boot) override;
    void state(const Status &status) override;
    void effective(const Status &status) override;
    void patches(const Status &status) override;
    void stored(const std::vector<StoredPatch> &patches, const std::string &running) override;
    void lifecycle(const std::vector<StoredPatch> &patches, const std::string &running,
                   const std::string &today) override;
    void kernels(const std::vector<InstalledKernel> &kernels) override;
    void next_kernel(const InstalledKernel &kernel, bool loses_patch) override;
    void findings(const std::vector<Finding> &findings) override;
    void verification(const Verification &verification) override;
    void blocking(const std::vector<Blocking> &transitions, bool forced) override;

  private:
    std::ostream &out_;
    CommandLineOf command_line_of_;
};

// The state of the whole, as scripts know it from other tools.
const char *overall_state(const Status &status);

// "demo: disabled in 12 ms"
std::string to_text(const Outcome &outcome);

// "12 ms", "3.4 s"
std::string to_text(Clock::Duration duration);

// "1 task", "3 tasks"
std::string count_of_tasks(unsigned count);

// ", 3 of 57 tasks to go" where the runtime counts them.
std::string tasks_to_go(const Progress &progress);

} // namespace suture
