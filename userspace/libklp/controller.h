// What klp's verbs do, without how they are typed or printed. Each is done when it returns, and
// doing again what is done already succeeds.

#pragma once

#include "libklp/clock.h"
#include "libklp/environment.h"
#include "libklp/livepatch.h"
#include "libklp/lock.h"
#include "libklp/module_loader.h"
#include "libklp/name.h"
#include "libklp/patch_file.h"
#include "libklp/result.h"
#include "libklp/verify/result.h"

#include <optional>
#include <string>
#include <vector>

namespace suture {

struct RuntimeStatus {
    Runtime runtime = Runtime::suture;
    std::string version = {}; // empty if it has none of its own
};

struct Status {
    Kernel kernel;
    std::vector<RuntimeStatus> runtimes;
    std::vector<Patch> patches;

    bool transition_runs() const;
};

struct Outcome {
    enum class Kind {
        loaded,          // inserted, and the transition is complete
        enabled,         // it was there, and now is enabled
        disabled,        // and its module still there
        reverted,        // disabled and unloaded
        unloaded,        // only the module of a disabled patch was left
        forced_on,       // it is enabled, and some tasks were not moved but forced
        forced_off,      // it is disabled in that way; its module has to stay
        already_enabled, // these two: nothing to do
        not_loaded,
    };
    Kind kind;
    std::string patch;
    Clock::Duration elapsed;
};

// What bounds a load.
struct LoadLimits {
    // Then klp waits no longer; see Controller.
    Clock::Duration timeout;
    // Then the runtime takes the patch back by itself, even if klp is gone. Zero: never. Suture
    // alone does so; for the in-kernel livepatch this is ignored.
    Clock::Duration deadline = {};
};

// Hears what goes on while a verb waits.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void on_progress(const std::string &patch, const Progress &progress,
                             Clock::Duration elapsed) = 0;
    virtual void on_lock_held(const std::string &holder) = 0;
    // Before a patch is loaded all the same.
    virtual void on_doubt(const std::string &patch, const CheckResult &doubt) = 0;
};

class Controller {
  public:
    // Keeps the references.
    Controller(Environment environment, ModuleLoader &loader, Clock &clock, Observer &observer)
        : environment_(std::move(environment)), loader_(loader), clock_(clock),
          observer_(observer) {}

    Result<Status> status() const;

    // These fail with ErrorCode::still_in_transition if `timeout` passes first; the transition then
    // goes on by itself.
    //
    // A load whose deadline passes leaves the machine as it was and fails with deadline_passed.
    //
    // Both load the very bytes that they checked, whatever becomes of the file meanwhile. The
    // second is for one that was read before, and has its content.
    Result<Outcome> load(const std::filesystem::path &path, const LoadLimits &limits);
    Result<Outcome> load(const PatchFile &file, const LoadLimits &limits);
    Result<Outcome> enable(const PatchName &name, Clock::Duration timeout);
    Result<Outcome> disable(const PatchName &name, Clock::Duration timeout);
    Result<Outcome> revert(const PatchName &name, Clock::Duration timeout);
    // Of a patch that is disabled.
    Result<Outcome> unload(const PatchName &name, Clock::Duration timeout);
    // Completes its transition in spite of the tasks that hold it, as long as that is enabling or
    // disabling it as `direction` says. Not before somebody who knows what that means has said so
    // of that direction.
    Result<Outcome> force(const PatchName &name, PatchState direction, Clock::Duration timeout);

  private:
    // One run of a verb.
    struct Run {
        const char *action;
        Clock::TimePoint start;
        Clock::TimePoint deadline;
    };
    // A patch in sysfs.
    struct Found {
        Livepatch livepatch;
        std::string name;
        Progress progress;
    };
    // A patch on its way to being enabled, or there already.
    struct Started {
        Found found;
        Outcome::Kind kind;
        bool now; // the transition is this call's, and was not running before
    };

    Run start(const char *action, Clock::Duration timeout);
    Outcome done(const Run &run, Outcome::Kind kind, const std::string &patch);
    Result<Lock> lock(const Run &run);
    Result<std::optional<Found>> find(const PatchName &name) const;

    // These three change the machine under the lock and return without waiting for the transition:
    // while one klp waits, another must be able to turn it round.
    Result<Started> start_loading(const Run &run, const PatchFile &file);
    Result<Started> start_enabling(const Run &run, const PatchName &name);
    Result<std::optional<Found>> start_disabling(const Run &run, const PatchName &name);

    // Forces, and says whether that was needed any more.
    Result<bool> start_forcing(const Run &run, const Found &found, PatchState direction);

    // Whether there is a module of a patch to be unloaded.
    Result<bool> is_module_left(const Run &run, const std::string &module) const;

    // The caller holds the lock in the next three.
    Result<Found> insert(const Run &run, const PatchFile &file, const PatchName &name);
    Result<Started> turn_on(const Run &run, const Found &found);
    Result<void> unload(const Run &run, const std::string &name);

    // Of a load: waits for what the runtime does at the deadline, and cleans up after it.
    Error give_up(const Run &run, const Found &found, std::vector<std::string> reasons);

    Result<Outcome> finish_enabling(const Run &run, const Started &started);
    Result<void> wait_for(const Run &run, const Found &found, bool enabled);

    Environment environment_;
    ModuleLoader &loader_;
    Clock &clock_;
    Observer &observer_;
};

} // namespace suture
