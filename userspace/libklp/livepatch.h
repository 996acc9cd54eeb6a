// The live patches of a running kernel, as sysfs shows them. Suture and the in-kernel livepatch
// speak the same ABI from two directories, so that both are one class.

#pragma once

#include "libklp/clock.h"
#include "libklp/environment.h"
#include "libklp/metadata.h"
#include "libklp/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace suture {

struct Function {
    std::string name;
    unsigned sympos = 1; // the n-th function of that name in the object
    // Whose code its calls run, as Suture says it: a patch, "original", "unloaded", or in a
    // transition from whom to whom. Empty where nobody has asked; see add_live_owners().
    std::string live = {};
    bool operator==(const Function &) const = default;
};

struct Object {
    std::string name;                 // "vmlinux" or a module
    std::optional<bool> patched = {}; // unknown before Linux 6.1
    std::vector<Function> functions = {};
    bool operator==(const Object &) const = default;
};

enum class PatchState { disabled, enabled, enabling, disabling };

constexpr bool in_transition(PatchState state) {
    return state == PatchState::enabling || state == PatchState::disabling;
}

// What changes while one waits: cheap to read often.
struct Progress {
    PatchState state = PatchState::disabled;
    std::optional<unsigned> pending_tasks = {}; // both: only in a transition, only of Suture
    std::optional<unsigned> total_tasks = {};
    bool operator==(const Progress &) const = default;
};

enum class Runtime { suture, in_kernel };

struct Patch {
    std::string name;
    Runtime runtime = Runtime::suture;
    Progress progress = {};
    std::optional<bool> replace = {};
    std::optional<unsigned> stack_order = {};
    std::vector<Object> objects = {};
    Metadata metadata = {};
    std::string metadata_problem = {}; // why it cannot be read, if it cannot
    // How long its transition takes already, where the runtime tells, and tells us.
    std::optional<Clock::Duration> elapsed = {};
    // Of the store: the file that was loaded, and the package that brought it. Empty where nobody
    // has asked, or there is none; see store/origin.h.
    std::string file = {};
    std::string package = {};
    bool operator==(const Patch &) const = default;
};

class Livepatch {
  public:
    // The runtimes of this machine: none, one, or both.
    static std::vector<Livepatch> find(const Roots &roots);

    Runtime runtime() const { return runtime_; }

    // In the order in which they were applied, where the kernel tells.
    Result<std::vector<Patch>> patches() const;

    Result<std::vector<std::string>> names() const;

    // The names that the next three take are such as names() gave. ErrorCode::gone if there is no
    // such patch any longer.
    Result<Patch> patch(const std::string &name) const;
    Result<Progress> progress(const std::string &name) const;

    // Starts a transition, or turns round the one that runs. Besides gone: busy if another patch is
    // in transition, refused if the patch is in that state already or cannot get there.
    Result<void> set_enabled(const std::string &name, bool enabled) const;

    // Completes the transition that runs, whatever tasks hold it. Besides gone: refused if none
    // runs.
    Result<void> force(const std::string &name) const;

    // How long a transition of the patch may take before the runtime reverses it, in milliseconds,
    // 0 for ever. Suture alone knows it; gone where there is none.
    Result<unsigned> deadline_ms(const std::string &name) const;
    Result<void> set_deadline_ms(const std::string &name, unsigned deadline) const;

    // Whose code calls of a function of the patch run. Suture alone tells; gone where there is
    // none.
    Result<std::string> live_owner(const std::string &name, const std::string &object,
                                   const Function &function) const;

  private:
    Livepatch(Runtime runtime, std::filesystem::path root)
        : runtime_(runtime), root_(std::move(root)) {}

    Runtime runtime_;
    std::filesystem::path root_;
};

// Reads whose code calls of the patches' functions run. A file for each function, so not for those
// who only want to know how a patch is. What vanishes meanwhile stays empty.
void add_live_owners(const Roots &roots, std::vector<Patch> &patches);

// "patch 'x' is enabling" if a transition runs (there is never more than one a runtime), or
// nothing.
std::string running_transition(const Roots &roots);

const char *to_text(PatchState state);
const char *to_text(Runtime runtime);

// The same for programs: suture, in-kernel.
const char *name_of(Runtime runtime);

} // namespace suture
