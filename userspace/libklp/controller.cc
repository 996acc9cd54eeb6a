#include "libklp/controller.h"

#include "libklp/blockers.h"
#include "libklp/kernel_log.h"
#include "libklp/load_failure.h"
#include "libklp/modules.h"
#include "libklp/preflight.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace suture {

namespace {

// The kernel puts its last reference to a patch's module only after the patch has left sysfs, in a
// work item: what took the module's removal any longer would be somebody's use of it.
constexpr Clock::Duration reference_grace = std::chrono::seconds(2);

double seconds(Clock::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

Error write_error(const char *action, const std::string &patch, Error error, const Roots &roots) {
    error.action = action;
    error.subject = patch;
    if (error.code == ErrorCode::busy) {
        const std::string other = running_transition(roots);
        if (!other.empty())
            error.why = fmt::format("{}, and there can be only one transition at a time", other);
        error.hint = "wait until 'klp status' says ready, or revert the other patch";
    }
    if (error.hint.empty())
        error.hint = "see the kernel log: dmesg";
    return error;
}

// What is wrong with one patch's note must not hide the others.
void add_metadata(Patch &patch, const Roots &roots) {
    Result<Metadata> metadata = loaded_metadata(roots.sys, patch.name);
    if (metadata)
        patch.metadata = std::move(*metadata);
    else
        patch.metadata_problem = metadata.error().why;
}

// For root alone; to others the transition is just not told to take any time.
void add_elapsed(std::vector<Patch> &patches, const Environment &environment,
                 const Livepatch &livepatch) {
    for (Patch &patch : patches) {
        if (!in_transition(patch.progress.state))
            continue;
        const Result<std::vector<Blocking>> transitions = read_blockers(environment, livepatch);
        for (const Blocking &blocking : transitions.value_or(std::vector<Blocking>())) {
            if (blocking.patch == patch.name)
                patch.elapsed = longest_wait(blocking);
        }
    }
}

// ", such as 7 (worker) in do_it of ext4": one that a transition still waits for, if that is known.
std::string example_of_blockers(const Environment &environment, const std::string &patch) {
    const auto transitions = read_blockers(environment).value_or(std::vector<Blocking>());
    for (const Blocking &blocking : transitions) {
        if (blocking.patch != patch || blocking.tasks.empty())
            continue;
        const Blocker &task = blocking.tasks.front();
        return fmt::format(", such as {} ({}), {}", task.tid, task.comm, reason_of(task));
    }
    return {};
}

// To who wants to force it the other way.
Error turned_round(const char *action, const std::string &patch, PatchState state) {
    return {.code = ErrorCode::refused,
            .action = action,
            .subject = patch,
            .why = fmt::format("it was turned round meanwhile, and is {} now; nothing was forced",
                               to_text(state)),
            .hint = "see 'klp blocking', and give the command again if you still want that"};
}

// Of Suture's force, which keeps the modules of patches that it takes away.
Error cannot_be_kept(const char *action, const std::string &patch) {
    return {.code = ErrorCode::busy,
            .action = action,
            .subject = patch,
            .why = "the code that this takes away cannot be kept for the tasks that are in it: the "
                   "init function of its module has not ended, or has failed; nothing was forced",
            .hint = "end the tasks that 'klp blocking' shows"};
}

bool is_enabling(const Livepatch &livepatch, const std::string &patch) {
    const Result<Progress> progress = livepatch.progress(patch);
    return progress && progress->state == PatchState::enabling;
}

// Gives a transition that has just begun its deadline. What is written while it runs is that
// transition's alone, and stays with it where klp goes. One that is over needs none, as does a
// patch that is gone meanwhile; the in-kernel livepatch has none.
void limit_transition(const Livepatch &livepatch, const std::string &patch,
                      Clock::Duration deadline) {
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(deadline).count();
    const Result<unsigned> before = livepatch.deadline_ms(patch);
    if (!before || !is_enabling(livepatch, patch) ||
        !livepatch.set_deadline_ms(patch, static_cast<unsigned>(ms)))
        return;
    // It may have ended just before: then that was written for all that come.
    if (!is_enabling(livepatch, patch))
        static_cast<void>(livepatch.set_deadline_ms(patch, *before));
}

} // namespace

bool Status::transition_runs() const {
    return std::any_of(patches.begin(), patches.end(),
                       [](const Patch &patch) { return in_transition(patch.progress.state); });
}

Result<Status> Controller::status() const {
    Status status{.kernel = environment_.kernel(), .runtimes = {}, .patches = {}};
    for (const Livepatch &livepatch : Livepatch::find(environment_.roots)) {
        RuntimeStatus runtime{.runtime = livepatch.runtime()};
        if (livepatch.runtime() == Runtime::suture)
            runtime.version = Modules(environment_.roots).version("suture").value_or("");
        status.runtimes.push_back(std::move(runtime));
        Result<std::vector<Patch>> patches = livepatch.patches();
        if (!patches)
            return fail(patches.error());
        for (Patch &patch : *patches)
            add_metadata(patch, environment_.roots);
        if (livepatch.runtime() == Runtime::suture)
            add_elapsed(*patches, environment_, livepatch);
        std::move(patches->begin(), patches->end(), std::back_inserter(status.patches));
    }
    return status;
}

Result<Outcome> Controller::load(const std::filesystem::path &path, const LoadLimits &limits) {
    return read_patch_file(path).and_then(
        [&](const PatchFile &file) { return load(file, limits); });
}

Result<Outcome> Controller::load(const PatchFile &file, const LoadLimits &limits) {
    const Result<std::vector<CheckResult>> doubts = preflight(environment_, file, clock_.today());
    if (!doubts)
        return fail(doubts.error());
    for (const CheckResult &doubt : *doubts)
        observer_.on_doubt(file.name, doubt);
    // Not counted: the checks, which take longer the more functions the kernel has.
    const Run run = start("load", limits.timeout);
    const KernelLog log(environment_.roots.kmsg);
    const Result<Started> started =
        check_may_load(environment_, file).and_then([&] { return start_loading(run, file); });
    if (!started)
        return fail(started.error());

    // One that was running has the deadline that it was given, counted from its own start.
    if (started->now)
        limit_transition(started->found.livepatch, started->found.name, limits.deadline);
    Result<Outcome> outcome = finish_enabling(run, *started);
    if (outcome || outcome.error().code != ErrorCode::reversed)
        return outcome;
    std::vector<std::string> reasons = deadline_messages(log.new_messages(), started->found.name);
    if (reasons.empty())
        return outcome;
    return fail(give_up(run, started->found, std::move(reasons)));
}

Result<Outcome> Controller::enable(const PatchName &name, Clock::Duration timeout) {
    const Run run = start("enable", timeout);
    return start_enabling(run, name).and_then(
        [&](const Started &started) { return finish_enabling(run, started); });
}

Result<Outcome> Controller::disable(const PatchName &name, Clock::Duration timeout) {
    const Run run = start("disable", timeout);
    const Result<std::optional<Found>> found = start_disabling(run, name);
    if (!found)
        return fail(found.error());
    if (!*found)
        return done(run, Outcome::Kind::not_loaded, name.text());
    return wait_for(run, **found, false).map([&] {
        return done(run, Outcome::Kind::disabled, (*found)->name);
    });
}

Result<Outcome> Controller::revert(const PatchName &name, Clock::Duration timeout) {
    const Run run = start("revert", timeout);
    const Result<std::optional<Found>> found = start_disabling(run, name);
    if (!found)
        return fail(found.error());
    const std::string module = *found ? (*found)->name : name.text();
    if (*found) {
        const Result<void> disabled = wait_for(run, **found, false);
        if (!disabled)
            return fail(disabled.error());
    } else {
        const Result<bool> left = is_module_left(run, module);
        if (!left)
            return fail(left.error());
        if (!*left)
            return done(run, Outcome::Kind::not_loaded, module);
    }
    const Result<Lock> held = lock(run);
    if (!held)
        return fail(held.error());
    return unload(run, module).map([&] {
        return done(run, *found ? Outcome::Kind::reverted : Outcome::Kind::unloaded, module);
    });
}

Result<Outcome> Controller::unload(const PatchName &name, Clock::Duration timeout) {
    const Run run = start("unload", timeout);
    const Result<Lock> held = lock(run);
    if (!held)
        return fail(held.error());
    const Result<std::optional<Found>> found = find(name);
    if (!found)
        return fail(found.error());
    if (*found && (*found)->progress.state != PatchState::disabled)
        return fail({.code = ErrorCode::busy,
                     .action = run.action,
                     .subject = (*found)->name,
                     .why = fmt::format("it is {}", to_text((*found)->progress.state)),
                     .hint = fmt::format("disable and unload it: klp revert {}", (*found)->name)});
    const std::string module = *found ? (*found)->name : name.text();
    const Result<bool> left = is_module_left(run, module);
    if (!left)
        return fail(left.error());
    if (!*left)
        return done(run, Outcome::Kind::not_loaded, module);
    return unload(run, module).map([&] { return done(run, Outcome::Kind::unloaded, module); });
}

Result<Outcome> Controller::force(const PatchName &name, PatchState direction,
                                  Clock::Duration timeout) {
    const Run run = start("force", timeout);
    const Result<std::optional<Found>> found = find(name);
    if (!found)
        return fail(found.error());
    if (!*found || !in_transition((*found)->progress.state))
        return fail({.code = ErrorCode::refused,
                     .action = run.action,
                     .subject = name.text(),
                     .why = !*found ? "no such patch is loaded"
                                    : fmt::format("no transition of it runs: it is {}",
                                                  to_text((*found)->progress.state)),
                     .hint = "there is nothing to force; see 'klp status'"});
    const Result<bool> forced = start_forcing(run, **found, direction);
    if (!forced)
        return fail(forced.error());
    const bool enabling = direction == PatchState::enabling;
    return wait_for(run, **found, enabling).map([&] {
        const Outcome::Kind by_force =
            enabling ? Outcome::Kind::forced_on : Outcome::Kind::forced_off;
        const Outcome::Kind by_itself = enabling ? Outcome::Kind::enabled : Outcome::Kind::disabled;
        return done(run, *forced ? by_force : by_itself, (*found)->name);
    });
}

Controller::Run Controller::start(const char *action, Clock::Duration timeout) {
    const Clock::TimePoint now = clock_.now();
    return {.action = action, .start = now, .deadline = now + timeout};
}

Outcome Controller::done(const Run &run, Outcome::Kind kind, const std::string &patch) {
    return {.kind = kind, .patch = patch, .elapsed = clock_.now() - run.start};
}

Result<Lock> Controller::lock(const Run &run) {
    return Lock::acquire(environment_.roots.run / "klp.lock", clock_, run.deadline,
                         [this](const std::string &holder) { observer_.on_lock_held(holder); });
}

Result<std::optional<Controller::Found>> Controller::find(const PatchName &name) const {
    for (const Livepatch &livepatch : Livepatch::find(environment_.roots)) {
        const Result<std::vector<std::string>> names = livepatch.names();
        if (!names)
            return fail(names.error());
        for (const std::string &candidate : *names) {
            if (!name.matches(candidate))
                continue;
            const Result<Progress> progress = livepatch.progress(candidate);
            if (progress)
                return Found{livepatch, candidate, *progress};
            if (progress.error().code != ErrorCode::gone)
                return fail(progress.error());
        }
    }
    return std::nullopt;
}

Result<Controller::Started> Controller::start_loading(const Run &run, const PatchFile &file) {
    const Result<PatchName> name = PatchName::parse(file.name);
    if (!name)
        return fail(name.error());
    const Result<Lock> held = lock(run);
    if (!held)
        return fail(held.error());
    const Result<std::optional<Found>> found = find(*name);
    if (!found)
        return fail(found.error());
    if (!*found)
        return insert(run, file, *name).map([](const Found &inserted) {
            return Started{inserted, Outcome::Kind::loaded, true};
        });
    if (!Modules(environment_.roots).is_same_build(file))
        return fail({.code = ErrorCode::name_taken,
                     .action = run.action,
                     .subject = file.path,
                     .why = fmt::format("another build of the patch '{}' is loaded", file.name),
                     .hint = fmt::format("take that one out first: klp revert {}", file.name)});
    return turn_on(run, **found);
}

Result<Controller::Started> Controller::start_enabling(const Run &run, const PatchName &name) {
    const Result<Lock> held = lock(run);
    if (!held)
        return fail(held.error());
    const Result<std::optional<Found>> found = find(name);
    if (!found)
        return fail(found.error());
    if (!*found)
        return fail({.code = ErrorCode::not_found,
                     .action = run.action,
                     .subject = name.text(),
                     .why = "no such patch is loaded",
                     .hint = "load its file: klp load FILE.ko"});
    return turn_on(run, **found);
}

Result<std::optional<Controller::Found>> Controller::start_disabling(const Run &run,
                                                                     const PatchName &name) {
    const Result<Lock> held = lock(run);
    if (!held)
        return fail(held.error());
    Result<std::optional<Found>> found = find(name);
    if (!found || !*found)
        return found;
    const PatchState state = (*found)->progress.state;
    if (state == PatchState::enabled || state == PatchState::enabling) {
        const Result<void> written = (*found)->livepatch.set_enabled((*found)->name, false);
        if (!written && written.error().code != ErrorCode::gone)
            return fail(
                write_error(run.action, (*found)->name, written.error(), environment_.roots));
    }
    return found;
}

Result<bool> Controller::start_forcing(const Run &run, const Found &found, PatchState direction) {
    const Result<Lock> held = lock(run);
    if (!held)
        return fail(held.error());
    // Somebody may have taken long to say yes, or the lock to come.
    const Result<Progress> now = found.livepatch.progress(found.name);
    if (now && in_transition(now->state) && now->state != direction)
        return fail(turned_round(run.action, found.name, now->state));
    const Result<void> written = found.livepatch.force(found.name);
    if (written)
        return true;
    // Who held it may have left just now.
    const Result<Progress> progress = found.livepatch.progress(found.name);
    const bool complete =
        progress ? !in_transition(progress->state) : progress.error().code == ErrorCode::gone;
    if (complete)
        return false;
    if (written.error().code == ErrorCode::busy)
        return fail(cannot_be_kept(run.action, found.name));
    return fail(write_error(run.action, found.name, written.error(), environment_.roots));
}

Result<bool> Controller::is_module_left(const Run &run, const std::string &module) const {
    const Modules modules(environment_.roots);
    if (!modules.is_loaded(module))
        return false;
    if (!modules.is_livepatch(module))
        return fail({.code = ErrorCode::not_a_livepatch,
                     .action = run.action,
                     .subject = module,
                     .why = "the module of that name is not a live patch",
                     .hint = "see 'klp status' for the patches"});
    return true;
}

Result<Controller::Found> Controller::insert(const Run &run, const PatchFile &file,
                                             const PatchName &name) {
    const Modules modules(environment_.roots);
    if (modules.is_loaded(file.name)) {
        // A disabled patch cannot be enabled again, but it can be inserted again.
        if (!modules.is_livepatch(file.name))
            return fail(
                {.code = ErrorCode::name_taken,
                 .action = run.action,
                 .subject = file.path,
                 .why = fmt::format("a module '{}' that is not a live patch is loaded", file.name),
                 .hint = "build the patch under another name"});
        const Result<void> unloaded = unload(run, file.name);
        if (!unloaded)
            return fail(unloaded.error());
    }
    const KernelLog log(environment_.roots.kmsg);
    if (const int error_number = loader_.insert(*file.content))
        return fail(explain_load_failure(environment_, file, error_number, log.new_messages()));
    const Result<std::optional<Found>> found = find(name);
    if (!found)
        return fail(found.error());
    if (!*found)
        return fail(
            {.code = ErrorCode::reversed,
             .action = run.action,
             .subject = file.path,
             .why = fmt::format("the kernel took the module, but shows no patch '{}'", file.name),
             .hint = fmt::format("somebody else may have disabled it: see 'dmesg', and "
                                 "unload it with 'klp revert {}'",
                                 file.name)});
    return **found;
}

Result<Controller::Started> Controller::turn_on(const Run &run, const Found &found) {
    const PatchState state = found.progress.state;
    if (state == PatchState::enabled)
        return Started{found, Outcome::Kind::already_enabled, false};
    if (state != PatchState::enabling) {
        const Result<void> written = found.livepatch.set_enabled(found.name, true);
        if (!written)
            return fail(write_error(run.action, found.name, written.error(), environment_.roots));
    }
    return Started{found, Outcome::Kind::enabled, state != PatchState::enabling};
}

Error Controller::give_up(const Run &run, const Found &found, std::vector<std::string> reasons) {
    Error error{.code = ErrorCode::deadline_passed,
                .action = run.action,
                .subject = found.name,
                .why = "some tasks could not be moved before the deadline, so that the runtime "
                       "took the patch back; nothing of it is left",
                .hint = "wait until these tasks have left the functions that they are in, or give "
                        "it more time with --deadline",
                .kernel_log = std::move(reasons)};
    const Result<void> unloaded =
        wait_for(run, found, false).and_then([&] { return lock(run); }).and_then([&](const Lock &) {
            return unload(run, found.name);
        });
    if (!unloaded) {
        error.why = fmt::format("some tasks could not be moved before the deadline, so that the "
                                "runtime takes the patch back, which is not done: {}",
                                unloaded.error().why);
        error.hint = fmt::format("finish it with 'klp revert {}'", found.name);
    }
    return error;
}

Result<Outcome> Controller::finish_enabling(const Run &run, const Started &started) {
    if (started.kind == Outcome::Kind::already_enabled)
        return done(run, started.kind, started.found.name);
    return wait_for(run, started.found, true).map([&] {
        return done(run, started.kind, started.found.name);
    });
}

Result<void> Controller::wait_for(const Run &run, const Found &found, bool enabled) {
    const PatchState wanted = enabled ? PatchState::enabled : PatchState::disabled;
    const PatchState on_the_way = enabled ? PatchState::enabling : PatchState::disabling;
    Result<Progress> progress = found.progress;
    const bool settled = poll_until(clock_, run.deadline, [&] {
        progress = found.livepatch.progress(found.name);
        if (progress)
            observer_.on_progress(found.name, *progress, clock_.now() - run.start);
        return !progress || progress->state != on_the_way;
    });
    if (!settled)
        return fail(
            {.code = ErrorCode::still_in_transition,
             .action = run.action,
             .subject = found.name,
             .why = fmt::format("it is still {} after {:.1f} s{}{}", to_text(on_the_way),
                                seconds(clock_.now() - run.start),
                                progress->pending_tasks && progress->total_tasks
                                    ? fmt::format(", with {} of {} tasks to go",
                                                  *progress->pending_tasks, *progress->total_tasks)
                                    : "",
                                example_of_blockers(environment_, found.name)),
             .hint = fmt::format("it goes on by itself: see 'klp blocking -v', give it more "
                                 "time with --timeout, or turn it round with 'klp {} {}'",
                                 enabled ? "revert" : "enable", found.name)});
    if (!progress && progress.error().code != ErrorCode::gone)
        return fail(progress.error());
    // The kernel takes a patch out of sysfs as soon as it is disabled.
    const PatchState reached = progress ? progress->state : PatchState::disabled;
    if (reached == wanted)
        return {};
    return fail({.code = ErrorCode::reversed,
                 .action = run.action,
                 .subject = found.name,
                 .why = fmt::format("somebody else turned the transition round: it is {} now",
                                    to_text(reached)),
                 .hint = "see 'klp status' and the kernel log: dmesg"});
}

Result<void> Controller::unload(const Run &run, const std::string &name) {
    const Modules modules(environment_.roots);
    const bool unused = poll_until(clock_, clock_.now() + reference_grace,
                                   [&] { return modules.references(name) == 0; });
    const int error_number = unused ? loader_.remove(name) : EBUSY;
    if (error_number == 0 || error_number == ENOENT)
        return {};
    const std::vector<std::string> holders = modules.holders(name);
    Error error{.action = run.action, .subject = name};
    if (error_number == EPERM) {
        error.code = ErrorCode::no_permission;
        error.why = "it is disabled, but its module may not be unloaded (EPERM)";
        error.hint = "run klp as root";
    } else if (error_number != EBUSY && error_number != EAGAIN) {
        error.code = ErrorCode::system;
        error.why = fmt::format("it is disabled, but its module cannot be unloaded: {}",
                                errno_text(error_number));
        error.hint = "see the kernel log: dmesg";
    } else if (!holders.empty()) {
        error.code = ErrorCode::busy;
        error.why =
            fmt::format("it is disabled, but its module is in use by {}", fmt::join(holders, ", "));
        error.hint = "unload those first, then revert it again";
    } else {
        error.code = ErrorCode::busy;
        error.why = "it is disabled, but its module is still in use";
        error.hint = "after a forced transition it has to stay until the next boot; otherwise "
                     "try again";
    }
    return fail(std::move(error));
}

} // namespace suture
