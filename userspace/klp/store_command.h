// klp's verbs for the store. Each gives its exit status.

#pragma once

#include "klp/command.h"
#include "klp/output.h"
#include "klp/progress.h"
#include "klp/record.h"
#include "klp/verbs.h"
#include "libklp/controller.h"
#include "libklp/store/updates.h"

#include <string>
#include <vector>

namespace suture {

class StoreCommand {
  public:
    // Keeps the references.
    StoreCommand(const Environment &environment, Controller &controller, Clock &clock,
                 ProgressDisplay &progress, const Record &record, const Terminal &terminal,
                 const Arguments &arguments)
        : environment_(environment), clock_(clock), progress_(progress), record_(record),
          terminal_(terminal), arguments_(arguments),
          updates_(environment, controller, disk_, clock, progress) {}

    int install();
    int remove();
    int list(Output &output);
    int lifecycle(Output &output);
    int upgrade();
    int downgrade();
    int apply();
    int end_boot();

  private:
    int install(const std::string &file, const std::string &package);
    int activate(const PatchId &id);
    Result<void> take_out(const PatchSpec &spec, const std::string &kernel,
                          std::vector<Removed> &removed);
    bool wants_all(PatchSpec &spec, const std::string &kernel);
    Result<std::vector<StoredPatch>> patches() const;
    Result<std::optional<Switched>> apply_active();
    int switch_to(const char *action, const Updates::Choice &choose);
    bool is_active(const PatchId &id) const;
    int confirm(const char *action, const PatchId &target);
    // Whether anything was `changed`.
    int finish(const Switched &done, bool changed);
    int fail_with(const Error &error, Record::About about = {});
    void say(const PatchId &id, const std::string &text, bool changed);
    void mind_modules(const char *what, const std::vector<std::string> &modules);
    void mind_initramfs(const std::string &release);
    void mind_enclosure(const std::string &release);
    Record::About about_active() const;

    // What the arguments say of these, if they can be that at all.
    Result<PatchSpec> spec() const;
    Result<std::string> package() const;
    Result<std::string> release() const;
    LoadLimits limits() const;

    const Environment &environment_;
    Clock &clock_;
    ProgressDisplay &progress_;
    const Record &record_;
    const Terminal &terminal_;
    const Arguments &arguments_;
    Disk disk_;
    Updates updates_;
    bool minded_enclosure_ = false;
};

} // namespace suture
