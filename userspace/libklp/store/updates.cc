#include "libklp/store/updates.h"

#include "libklp/enclosure.h"
#include "libklp/modules.h"
#include "libklp/store/version.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <utility>

namespace suture {

namespace {

Error nothing_for(const std::string &release) {
    return {.code = ErrorCode::not_found,
            .action = "find a patch for",
            .subject = release,
            .why = "none is installed for that kernel",
            .hint = "install one: klp install FILE.ko; see 'klp list'"};
}

// `kernel` is what a command needs besides to mean that kernel.
Error nothing_active(const std::string &release, const std::string &kernel) {
    return {.code = ErrorCode::not_found,
            .action = "downgrade",
            .subject = release,
            .why = "no version is active for that kernel",
            .hint = fmt::format("see 'klp list{0}'; 'klp upgrade{0}' goes to the last version",
                                kernel)};
}

// The same. What does not run cannot be reverted.
Error no_earlier(const PatchId &active, const std::string &kernel, std::string why) {
    return {.code = ErrorCode::refused,
            .action = "downgrade",
            .subject = to_text(active),
            .why = std::move(why),
            .hint = fmt::format("see 'klp list{}' for the versions{}", kernel,
                                kernel.empty() ? "; to go on unpatched: klp revert " + active.name
                                               : "")};
}

Error changed_meanwhile(const char *action, const std::string &subject, const std::string &change) {
    return {.code = ErrorCode::refused,
            .action = action,
            .subject = subject,
            .why = fmt::format(
                "somebody else has changed the store meanwhile: {}; nothing was done", change),
            .hint = "see 'klp list', and give the command again if you still want that"};
}

Error chosen_otherwise(const char *action, const PatchId &before, const PatchId &now) {
    return changed_meanwhile(
        action, before.release,
        fmt::format("the version to go to was {}, and is {} now", to_text(before), to_text(now)));
}

std::string list_of(const std::vector<PatchId> &ids,
                    const std::optional<PatchId> &active = std::nullopt) {
    std::vector<std::string> texts;
    texts.reserve(ids.size());
    for (const PatchId &id : ids)
        texts.push_back(to_text(id) + (id == active ? " (active)" : ""));
    return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", "));
}

std::string subject_of(const PatchSpec &spec) {
    return spec.name ? spec.name->text() : "";
}

Error not_those_shown(const PatchSpec &spec, const std::vector<PatchId> &now) {
    return changed_meanwhile(
        "remove", subject_of(spec),
        fmt::format("its versions were {}, and are {} now", list_of(*spec.shown), list_of(now)));
}

Error boot_failed(const PatchId &id) {
    return {.code = ErrorCode::failed_boot,
            .action = "apply",
            .subject = to_text(id),
            .why = "the last boot that loaded it did not come to its end; nothing was loaded",
            .hint = "find out why: journalctl --boot=-1; go to another version with 'klp upgrade' "
                    "or 'klp downgrade', or load it once more: klp apply --again"};
}

// By a task that kept a patch from being reverted, which was turned round then.
Error held_up(Error error) {
    error.code = ErrorCode::busy;
    error.why += "; it is enabled again, and all is as it was";
    error.hint = "end that task, or wait until it has left the function, and try again; with "
                 "--timeout there is more time for it";
    return error;
}

// The same, where enabling it again is not done in time either; `enabling` says so.
Error held_up_again(Error enabling) {
    enabling.action = "revert";
    enabling.why = "a task held it up, and so it was turned round; " + enabling.why;
    enabling.hint = "it goes on by itself: see 'klp blocking -v', and try again once these tasks "
                    "have left the functions that they are in";
    return enabling;
}

template<typename Range, typename Value>
bool contains(const Range &range, const Value &value) {
    return std::find(range.begin(), range.end(), value) != range.end();
}

} // namespace

Result<Installed> Updates::install(const std::filesystem::path &file, const std::string &package,
                                   Clock::Duration timeout) {
    return writer(timeout).and_then(
        [&](StoreWriter writer) { return writer.install(file, package); });
}

Result<std::vector<PatchId>> Updates::remove(const PatchSpec &spec, const std::string &release,
                                             Clock::Duration timeout, const OnRemoved &on_removed) {
    return remove_after(&Updates::refuse_loaded, spec, release, timeout, on_removed);
}

Result<std::vector<PatchId>> Updates::revert_and_remove(const PatchSpec &spec,
                                                        const std::string &release,
                                                        Clock::Duration timeout,
                                                        const OnRemoved &on_removed) {
    return remove_after(&Updates::revert_loaded, spec, release, timeout, on_removed);
}

Result<PatchId> Updates::latest(const std::string &release) const {
    const Result<std::vector<PatchId>> ids = store_.ids(release);
    if (!ids)
        return fail(ids.error());
    if (ids->empty())
        return fail(nothing_for(release));
    return ids->back();
}

Result<PatchId> Updates::earlier(const std::string &release,
                                 const std::optional<std::string> &version) const {
    const Result<std::optional<PatchId>> active = store_.active(release);
    if (!active)
        return fail(active.error());
    const std::string kernel = kernel_option(environment_, release);
    if (!*active)
        return fail(nothing_active(release, kernel));
    const PatchId &from = **active;
    const Result<std::vector<PatchId>> ids = store_.ids(release);
    if (!ids)
        return fail(ids.error());
    const auto end = std::find(ids->begin(), ids->end(), from);
    if (!version && end == ids->begin())
        return fail(no_earlier(from, kernel, "it is the first version that is installed"));
    if (!version)
        return *std::prev(end);
    const auto found = std::find_if(ids->begin(), ids->end(),
                                    [&](const PatchId &id) { return id.version == *version; });
    if (found == ids->end())
        return fail(no_earlier(from, kernel,
                               fmt::format("no version '{}' is installed", printable(*version))));
    if (found > end)
        return fail(no_earlier(
            from, kernel,
            fmt::format("version '{}' is later; that is for 'klp upgrade{}'", *version, kernel)));
    return *found;
}

bool Updates::runs(const PatchId &id) const {
    if (!runs_this_system(environment_, id.release))
        return false;
    const auto enabled = patches_in_effect();
    const auto file = store_.verified(id);
    return enabled && file && contains(*enabled, id.name) &&
           Modules(environment_.roots).is_same_build(*file);
}

Result<Switched> Updates::switch_to(const PatchId &chosen, const Choice &choose, const char *action,
                                    const LoadLimits &limits) {
    Result<StoreWriter> writer = this->writer(limits.timeout);
    if (!writer)
        return fail(writer.error());
    const Result<PatchId> now = choose();
    if (!now)
        return fail(now.error());
    if (*now != chosen)
        return fail(chosen_otherwise(action, chosen, *now));
    return go_to(*writer, chosen, action, limits);
}

Result<Switched> Updates::go_to(StoreWriter &writer, const PatchId &id, const char *action,
                                const LoadLimits &limits) {
    if (!runs_this_system(environment_, id.release))
        return mark(writer, id);
    const Result<void> prepared = writer.prepare_activation(id);
    if (!prepared)
        return fail(prepared.error());
    Result<Switched> done = load(id, action, limits);
    if (!done) {
        writer.forget_activation(id);
        return done;
    }
    const Result<void> activated = writer.finish_activation(id);
    if (!activated)
        return fail(activated.error());
    unload_replaced(*done, limits);
    return done;
}

Result<Switched> Updates::activate(const PatchId &id, Clock::Duration timeout) {
    return writer(timeout).and_then([&](StoreWriter writer) { return mark(writer, id); });
}

Result<Switched> Updates::mark(StoreWriter &writer, const PatchId &id) {
    return store_.verified(id)
        .and_then([&](const PatchFile &) { return writer.activate(id); })
        .map([&] { return Switched{.id = id}; });
}

Result<std::optional<Switched>> Updates::apply(const LoadLimits &limits) {
    // The store is only read.
    const Result<Lock> held =
        store_lock(environment_, clock_, clock_.now() + limits.timeout, tell_holder());
    if (!held)
        return fail(held.error());
    const Result<std::optional<PatchId>> id = to_apply();
    if (!id)
        return fail(id.error());
    if (!*id)
        return std::nullopt;
    return load_active(**id, limits);
}

Result<std::optional<Switched>> Updates::apply_at_boot(const LoadLimits &limits) {
    // Where there is nothing to be loaded, no store is made for it.
    const Result<std::optional<PatchId>> seen = active();
    if (!seen)
        return fail(seen.error());
    if (!*seen)
        return std::nullopt;
    Result<StoreWriter> writer = this->writer(limits.timeout);
    if (!writer)
        return fail(writer.error());
    const Result<std::optional<PatchId>> id = to_apply();
    if (!id)
        return fail(id.error());
    if (!*id)
        return std::nullopt;
    // Where the initramfs has loaded it, it has noted it too.
    return runs(**id) ? load_active(**id, limits) : load_noted(*writer, **id, limits);
}

Result<std::optional<Switched>> Updates::apply_again(const LoadLimits &limits) {
    Result<StoreWriter> writer = this->writer(limits.timeout);
    if (!writer)
        return fail(writer.error());
    const Result<std::optional<PatchId>> id = active();
    if (!id)
        return fail(id.error());
    if (!*id)
        return std::nullopt;
    // Were it forgotten before, a machine that goes down again would go down once more at its boot.
    return load_active(**id, limits).and_then([&](const std::optional<Switched> &done) {
        return writer->forget_failed_boot((*id)->release).map([&] { return done; });
    });
}

Result<std::optional<PatchId>> Updates::end_boot(Clock::Duration timeout) {
    const std::string release = environment_.kernel().release;
    const Result<std::optional<Attempt>> attempt = store_.attempt(release);
    if (!attempt)
        return fail(attempt.error());
    if (!*attempt)
        return std::nullopt;
    const Result<std::string> boot = boot_id(environment_);
    if (!boot)
        return fail(boot.error());
    // That another boot failed stays noted.
    if ((*attempt)->boot != *boot)
        return std::nullopt;
    return writer(timeout)
        .and_then([&](StoreWriter writer) { return writer.forget_attempt(release); })
        .map([&] { return std::optional((*attempt)->id); });
}

Result<std::optional<PatchId>> Updates::active() const {
    return store_.active(environment_.kernel().release);
}

// The active one, if it may be loaded without more ado.
Result<std::optional<PatchId>> Updates::to_apply() const {
    const Result<std::optional<Attempt>> failed = store_.failed_boot(environment_.kernel().release);
    if (!failed)
        return fail(failed.error());
    if (*failed)
        return fail(boot_failed((*failed)->id));
    return active();
}

// A patch that cannot be loaded anyway is found out before anything is written.
Result<void> Updates::note_attempt(StoreWriter &writer, const PatchId &id) const {
    return store_.verified(id)
        .and_then([&](const PatchFile &) { return boot_id(environment_); })
        .and_then([&](const std::string &boot) {
            return writer.note_attempt({.id = id, .boot = boot}).map_error([](Error error) {
                error.why += "; so nothing was loaded: were this boot to fail, the next one would "
                             "not know it";
                return error;
            });
        });
}

Result<std::optional<Switched>> Updates::load_noted(StoreWriter &writer, const PatchId &id,
                                                    const LoadLimits &limits) {
    const Result<void> noted = note_attempt(writer, id);
    if (!noted)
        return fail(noted.error());
    Result<std::optional<Switched>> done = load_active(id, limits);
    // What is not in the kernel cannot make this boot fail.
    if (!done && !runs(id))
        (void)writer.forget_attempt(id.release);
    return done;
}

Result<std::optional<Switched>> Updates::load_active(const PatchId &id, const LoadLimits &limits) {
    return load(id, "apply", limits).map([&](Switched done) {
        unload_replaced(done, limits);
        return std::optional(std::move(done));
    });
}

// The patches whose code some task runs, or is about to: those that are on their way out, too.
Result<std::vector<std::string>> Updates::patches_in_effect() const {
    return controller_.status().map([](const Status &status) {
        std::vector<std::string> names;
        for (const Patch &patch : status.patches) {
            if (patch.progress.state != PatchState::disabled)
                names.push_back(patch.name);
        }
        return names;
    });
}

// The patch of that version that the kernel has, whatever it does with it.
// Also where the patch is disabled by now, as after a force.
bool Updates::has_module(const PatchId &id) const {
    if (!runs_this_system(environment_, id.release))
        return false;
    const Result<Metadata> metadata = loaded_metadata(environment_.roots.sys, id.name);
    return metadata && metadata->version == id.version;
}

Result<std::optional<Patch>> Updates::loaded(const PatchId &id) const {
    if (!runs_this_system(environment_, id.release))
        return std::nullopt;
    Result<Status> status = controller_.status();
    if (!status)
        return fail(status.error());
    for (Patch &patch : status->patches) {
        if (patch.name == id.name && patch.metadata.version == id.version)
            return std::optional(std::move(patch));
    }
    return std::nullopt;
}

// Disabled is what the kernel shows no more, too.
Result<PatchState> Updates::state_of(const std::string &patch) const {
    return controller_.status().map([&](const Status &status) {
        const auto found =
            std::find_if(status.patches.begin(), status.patches.end(),
                         [&](const Patch &candidate) { return candidate.name == patch; });
        return found == status.patches.end() ? PatchState::disabled : found->progress.state;
    });
}

Result<std::vector<PatchId>> Updates::meant_by(const PatchSpec &spec,
                                               const std::string &release) const {
    Result<std::vector<PatchId>> ids = all_meant_by(spec, release);
    if (!ids)
        return ids;
    if (spec.shown && *spec.shown != *ids)
        return fail(not_those_shown(spec, *ids));
    const std::optional<Error> ambiguous = ambiguity(spec, *ids);
    if (ambiguous)
        return fail(*ambiguous);
    return ids;
}

Result<std::vector<PatchId>> Updates::all_meant_by(const PatchSpec &spec,
                                                   const std::string &release) const {
    Result<std::vector<PatchId>> ids = store_.ids(release);
    if (!ids)
        return ids;
    std::vector<PatchId> meant;
    for (const PatchId &id : *ids) {
        if (!spec.matches(id))
            continue;
        const Result<std::string> package = spec.package ? store_.package(id) : std::string();
        if (!package)
            return fail(package.error());
        if (spec.package.value_or(*package) == *package)
            meant.push_back(id);
    }
    return meant;
}

// Of one kernel.
std::optional<Error> Updates::ambiguity(const PatchSpec &spec,
                                        const std::vector<PatchId> &ids) const {
    if (ids.size() < 2 || spec.version || spec.package || spec.every_version || spec.shown)
        return std::nullopt;
    const std::string &release = ids.front().release;
    const std::optional<PatchId> active = store_.active(release).value_or(std::nullopt);
    return Error{.code = ErrorCode::ambiguous,
                 .action = "remove",
                 .subject = subject_of(spec),
                 .why = fmt::format("{} versions of it are installed for {}: {}", ids.size(),
                                    release, list_of(ids, active)),
                 .hint = fmt::format(
                     "name one, as in 'klp remove {}{}', or give --yes to remove all of them",
                     to_text(ids.front()), kernel_option(environment_, release))};
}

Result<std::vector<PatchId>> Updates::remove_after(Preparation prepare, const PatchSpec &spec,
                                                   const std::string &release,
                                                   Clock::Duration timeout,
                                                   const OnRemoved &on_removed) {
    Result<StoreWriter> writer = this->writer(timeout);
    if (!writer)
        return fail(writer.error());
    Result<std::vector<PatchId>> ids = meant_by(spec, release);
    if (!ids)
        return ids;
    for (const PatchId &id : *ids) {
        const Result<void> removable = writer->check_removable(id);
        if (!removable)
            return fail(removable.error());
    }
    const std::optional<PatchId> active = store_.active(release).value_or(std::nullopt);
    Result<std::vector<PatchId>> reverted = (this->*prepare)(*ids, timeout);
    if (!reverted)
        return reverted;
    // What ran, or is to, goes last: as long as it is there, all can be as it was.
    std::stable_partition(ids->begin(), ids->end(), [&](const PatchId &id) {
        return id != active && !contains(*reverted, id);
    });
    for (const PatchId &id : *ids) {
        const Result<void> removed = writer->remove(id);
        if (!removed)
            return fail(put_back(*reverted, timeout, removed.error()));
        std::erase(*reverted, id);
        on_removed({.id = id, .still_loaded = has_module(id)});
    }
    return ids;
}

Result<std::vector<PatchId>> Updates::refuse_loaded(const std::vector<PatchId> &ids,
                                                    Clock::Duration) {
    for (const PatchId &id : ids) {
        const Result<std::optional<Patch>> patch = loaded(id);
        if (!patch)
            return fail(patch.error());
        if (*patch)
            return fail(
                {.code = ErrorCode::busy,
                 .action = "remove",
                 .subject = to_text(id),
                 .why = fmt::format("it is loaded, and {}", to_text((*patch)->progress.state)),
                 .hint = fmt::format("go to another version first, with 'klp upgrade' or "
                                     "'klp downgrade', or take it out: klp revert {}",
                                     id.name)});
    }
    return std::vector<PatchId>();
}

Result<std::vector<PatchId>> Updates::revert_loaded(const std::vector<PatchId> &ids,
                                                    Clock::Duration timeout) {
    std::vector<PatchId> done;
    for (const PatchId &id : ids) {
        const Result<std::optional<Patch>> patch = loaded(id);
        if (!patch)
            return fail(put_back(done, timeout, patch.error()));
        if (!*patch)
            continue;
        const Result<void> reverted = revert(id, timeout);
        if (!reverted)
            return fail(put_back(done, timeout, reverted.error()));
        done.push_back(id);
    }
    return done;
}

Result<void> Updates::revert(const PatchId &id, Clock::Duration timeout) {
    const Result<PatchName> name = PatchName::parse(id.name);
    if (!name)
        return fail(name.error());
    const Result<Outcome> reverted = controller_.revert(*name, timeout);
    if (reverted)
        return {};
    if (state_of(id.name) == PatchState::disabling) {
        const Result<Outcome> enabled = controller_.enable(*name, timeout);
        if (enabled)
            return fail(held_up(reverted.error()));
        if (enabled.error().code == ErrorCode::still_in_transition)
            return fail(held_up_again(enabled.error()));
    }
    if (state_of(id.name) != PatchState::disabled)
        return fail(reverted.error());
    // The last task may have left just now, or somebody has forced it out. It is out of effect, and
    // so it counts as reverted even if its module has to stay.
    (void)controller_.unload(*name, timeout);
    return {};
}

// What was reverted is loaded again, from the store, since all of it is to stay for that `error`.
Error Updates::put_back(const std::vector<PatchId> &reverted, Clock::Duration timeout,
                        Error error) {
    for (const PatchId &id : reverted) {
        const bool is_back = load(id, "remove", {.timeout = timeout}).has_value();
        const std::string state =
            is_back ? "loaded again"
                    : fmt::format("out of the kernel, and '{}' loads it", command_for(id.release));
        error.why += fmt::format("; {} is {}", to_text(id), state);
    }
    return error;
}

// What loads the active version.
const char *Updates::command_for(const std::string &release) const {
    const Result<std::optional<Attempt>> failed = store_.failed_boot(release);
    return failed && !*failed ? "klp apply" : "klp apply --again";
}

Result<Switched> Updates::load(const PatchId &id, const char *action, const LoadLimits &limits) {
    const Result<PatchFile> file = store_.verified(id);
    if (!file)
        return fail(file.error());
    const Result<void> may = check_name(*file, id, action);
    if (!may)
        return fail(may.error());
    const Result<std::vector<std::string>> before = patches_in_effect();
    if (!before)
        return fail(before.error());
    const Result<Outcome> outcome = controller_.load(*file, limits);
    if (!outcome)
        return fail(outcome.error());
    const Result<void> replaced = check_replaced(id, action, *outcome, *before, limits);
    if (!replaced)
        return fail(replaced.error());

    return left_behind(id, *before).map([&](std::vector<std::string> modules) {
        return Switched{.id = id, .load = *outcome, .replaced = std::move(modules)};
    });
}

// The modules of patches whose place it took, just now or before a klp that did not get to its end.
Result<std::vector<std::string>>
Updates::left_behind(const PatchId &id, const std::vector<std::string> &before) const {
    const Result<std::vector<std::string>> now = patches_in_effect();
    const Result<std::vector<PatchId>> versions = store_.ids(id.release);
    if (!now || !versions)
        return fail(now ? versions.error() : now.error());
    std::set<std::string> modules(before.begin(), before.end());
    for (const PatchId &version : *versions)
        modules.insert(version.name);
    const Modules loaded(environment_.roots);
    std::erase_if(modules, [&](const std::string &module) {
        return contains(*now, module) || !loaded.is_loaded(module);
    });
    return std::vector<std::string>(modules.begin(), modules.end());
}

// The kernel holds one module of a name at a time, so one could only go for the other to come.
Result<void> Updates::check_name(const PatchFile &file, const PatchId &id,
                                 const char *action) const {
    const Result<std::vector<std::string>> enabled = patches_in_effect();
    if (!enabled)
        return fail(enabled.error());
    if (!contains(*enabled, id.name) || Modules(environment_.roots).is_same_build(file))
        return {};
    return fail({.code = ErrorCode::name_taken,
                 .action = action,
                 .subject = to_text(id),
                 .why = fmt::format("another build of '{}' is loaded, and the kernel cannot hold "
                                    "both, which it has to for a change without a gap",
                                    id.name),
                 .hint = fmt::format("build each version under a name of its own; or do without a "
                                     "patch for a moment: klp revert {}, then this again",
                                     id.name)});
}

// A version that is not cumulative would leave the others in effect below it.
Result<void> Updates::check_replaced(const PatchId &id, const char *action, const Outcome &outcome,
                                     const std::vector<std::string> &before,
                                     const LoadLimits &limits) {
    const Result<std::vector<std::string>> now = patches_in_effect();
    const Result<std::vector<PatchId>> versions = store_.ids(id.release);
    if (!now || !versions)
        return fail(now ? versions.error() : now.error());
    std::vector<std::string> left;
    for (const PatchId &version : *versions) {
        if (version.name != id.name && contains(before, version.name) &&
            contains(*now, version.name) && !contains(left, version.name))
            left.push_back(version.name);
    }
    if (left.empty())
        return {};
    const bool loaded_here = outcome.kind == Outcome::Kind::loaded;
    const Result<PatchName> name = PatchName::parse(id.name);
    const bool taken_back =
        loaded_here && name && controller_.revert(*name, limits.timeout).has_value();
    return fail(
        {.code = ErrorCode::refused,
         .action = action,
         .subject = to_text(id),
         .why = fmt::format("it does not take the place of {}{}", fmt::join(left, ", "),
                            taken_back    ? "; it is out again, and all is as it was"
                            : loaded_here ? "; it is loaded besides"
                                          : ""),
         .hint = "build it as a cumulative patch: .replace = true in its struct klp_patch"});
}

void Updates::unload_replaced(Switched &done, const LoadLimits &limits) {
    const auto unloaded = [&](const std::string &module) {
        return PatchName::parse(module)
            .and_then(
                [&](const PatchName &name) { return controller_.unload(name, limits.timeout); })
            .has_value();
    };
    for (const std::string &module : std::exchange(done.replaced, {}))
        (unloaded(module) ? done.replaced : done.still_loaded).push_back(module);
}

Result<StoreWriter> Updates::writer(Clock::Duration timeout) {
    return StoreWriter::open(environment_, disk_, clock_, clock_.now() + timeout, tell_holder());
}

std::function<void(const std::string &)> Updates::tell_holder() {
    return [this](const std::string &holder) { observer_.on_lock_held(holder); };
}

} // namespace suture
