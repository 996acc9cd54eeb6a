// Whom a transition waits for, and why: /proc/suture/blockers, and /proc/suture/forced, which has
// the same form. docs/transitions.md describes it. The in-kernel livepatch tells less: which tasks
// have not moved.

#pragma once

#include "libklp/clock.h"
#include "libklp/environment.h"
#include "libklp/livepatch.h"
#include "libklp/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

// What is not known is empty: what the runtime does not tell, or what somebody changed meanwhile.
struct Blocker {
    unsigned pid = 0;
    unsigned tid = 0;
    std::string comm = {};  // as the task calls itself: anything at all
    std::string kind = {};  // user, kthread, io-worker, idle, exiting
    std::string state = {}; // as in ps: R, S, D, ...
    std::optional<unsigned> cpu = {};
    std::optional<unsigned> pending_ms = {};
    std::string reason = {};            // running, unreliable, function, none
    std::optional<unsigned> frame = {}; // of `unreliable`: past which the stack cannot be walked
    std::string function = {};          // of `function`: these two
    std::string object = {};
    std::vector<std::string> stack = {}; // innermost frame first
    bool operator==(const Blocker &) const = default;
};

// One transition, and the tasks that hold it, or that it was forced over.
struct Blocking {
    std::string patch;
    Runtime runtime = Runtime::suture;
    std::string target = {};              // patched or unpatched
    std::optional<unsigned> pending = {}; // when it was asked; some may have moved since
    std::optional<unsigned> total = {};
    std::optional<unsigned> time = {}; // of one that was forced, in seconds since 1970
    std::vector<Blocker> tasks = {};
    bool operator==(const Blocking &) const = default;
};

// What is no line of such a list is left out, and what stands below it, too.
std::vector<Blocking> parse_blockers(std::string_view text);

// Of all transitions that run, of either runtime, or of one.
Result<std::vector<Blocking>> read_blockers(const Environment &environment);
Result<std::vector<Blocking>> read_blockers(const Environment &environment,
                                            const Livepatch &livepatch);

// What transitions were forced over since the machine started. The in-kernel livepatch keeps no
// record.
Result<std::vector<Blocking>> read_forced(const Environment &environment);

// Whether the patch was enabling or disabling then.
PatchState direction_of(const Blocking &blocking);

// "in do_it of ext4": why it has not moved.
std::string reason_of(const Blocker &task);

// "./worker --fast", empty for a kernel thread and for what is gone.
std::string command_line_of(const Environment &environment, unsigned pid);

// How long the first of them has waited: since the transition began, or was turned round.
std::optional<Clock::Duration> longest_wait(const Blocking &blocking);

} // namespace suture
