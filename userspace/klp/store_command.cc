#include "klp/store_command.h"

#include "klp/command_line.h"
#include "klp/dialogue.h"
#include "libklp/doctor.h"
#include "libklp/enclosure.h"
#include "libklp/initramfs.h"
#include "libklp/package_name.h"
#include "libklp/store/boot_switch.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <utility>

namespace suture {

namespace {

constexpr const char *not_well =
    "This kernel is not well. A change of its code may fail, or make it worse.\n"
    "Type 'yes' to go on: ";

Record::About about(const PatchId &id) {
    return {.patch = id.name, .version = id.version, .kernel = id.release};
}

// Whether this very switch loaded the patch.
bool loaded_now(const Switched &done) {
    return done.load && done.load->kind != Outcome::Kind::already_enabled;
}

// `off` is what keeps the next boot from loading any patch, if something does.
std::string describe(const Switched &done, const std::string &off) {
    if (!done.load && !off.empty())
        return fmt::format("active for {}; switched off by {}, so it will not be loaded",
                           done.id.release, printable(off));
    if (!done.load)
        return fmt::format("active for {}, from its next boot on", done.id.release);
    if (!loaded_now(done))
        return "active, and loaded already; nothing to do";
    return fmt::format("active, loaded and enabled in {}{}{}", to_text(done.load->elapsed),
                       done.replaced.empty() ? "" : ", in place of ",
                       fmt::join(done.replaced, ", "));
}

} // namespace

int StoreCommand::install() {
    const Result<std::string> package = this->package();
    if (!package)
        return fail_with(package.error());
    int status = exit_done;
    for (const std::string &file : arguments_.files) {
        // That one has failed is more than that another one still is in transition.
        if (const int failed = install(file, *package))
            status = status == exit_done ? failed : std::min(status, failed);
    }
    return status;
}

int StoreCommand::install(const std::string &file, const std::string &package) {
    const Result<Installed> installed =
        updates_.install(file, package, duration_of(arguments_.timeout));
    if (!installed) {
        const Result<PatchName> name = name_of_argument(file);
        return fail_with(installed.error(), {.patch = name ? name->text() : ""});
    }
    progress_.finish();
    say(installed->id,
        fmt::format("installed for {}{}", installed->id.release,
                    installed->was_there ? " already; nothing to do" : ""),
        !installed->was_there);
    return arguments_.activate ? activate(installed->id) : exit_done;
}

int StoreCommand::activate(const PatchId &id) {
    const std::string off = switched_off_by(environment_);
    if (off.empty() || !runs_this_system(environment_, id.release))
        return switch_to("activate", [&] { return id; });
    const bool was_active = is_active(id);
    const Result<Switched> done = updates_.activate(id, duration_of(arguments_.timeout));
    if (!done)
        return fail_with(done.error(), about(id));
    progress_.finish();
    say(id, fmt::format("active; switched off by {}, so nothing was loaded", printable(off)),
        !was_active);
    if (!was_active)
        mind_initramfs(id.release);
    return exit_done;
}

int StoreCommand::remove() {
    Result<PatchSpec> spec = this->spec();
    const Result<std::string> kernel = release();
    if (!spec || !kernel)
        return fail_with(spec ? kernel.error() : spec.error());
    const Result<std::optional<PatchId>> active = updates_.store().active(*kernel);
    std::vector<Removed> removed;
    Result<void> done = take_out(*spec, *kernel, removed);
    if (!done && done.error().code == ErrorCode::ambiguous && wants_all(*spec, *kernel))
        done = take_out(*spec, *kernel, removed);
    progress_.finish();
    std::vector<std::string> still_loaded;
    bool was_active = false;
    for (const Removed &one : removed) {
        say(one.id, fmt::format("removed, it was for {}", one.id.release), true);
        was_active |= active == one.id;
        if (one.still_loaded)
            still_loaded.push_back(one.id.name);
    }
    mind_modules("removed", still_loaded);
    if (!removed.empty())
        mind_enclosure(*kernel);
    if (was_active)
        mind_initramfs(*kernel);
    if (!done)
        return fail_with(done.error(), {.patch = spec->name ? spec->name->text() : "",
                                        .version = spec->version.value_or(""),
                                        .kernel = *kernel});
    if (removed.empty())
        fmt::print(terminal_.out, "{}: not installed for {}; nothing to do\n",
                   printable(arguments_.subject.empty() ? arguments_.package : arguments_.subject),
                   printable(*kernel));
    return exit_done;
}

// Adds to `removed` what is gone, whether the rest is or not.
Result<void> StoreCommand::take_out(const PatchSpec &spec, const std::string &kernel,
                                    std::vector<Removed> &removed) {
    const auto removal = arguments_.revert ? &Updates::revert_and_remove : &Updates::remove;
    return (updates_.*removal)(spec, kernel, duration_of(arguments_.timeout),
                               [&](const Removed &one) { removed.push_back(one); })
        .map([](const std::vector<PatchId> &) {});
}

// Whoever says yes means those that are shown, and no others. Whoever says no is told how to name
// one of them.
bool StoreCommand::wants_all(PatchSpec &spec, const std::string &kernel) {
    if (arguments_.non_interactive)
        return false;
    const Result<std::vector<PatchId>> ids = updates_.all_meant_by(spec, kernel);
    const std::optional<Error> several = ids ? updates_.ambiguity(spec, *ids) : std::nullopt;
    if (!several)
        return false;
    progress_.finish();
    if (ask(terminal_,
            fmt::format("{}: {}\nType 'yes' to remove all of them: ", printable(several->subject),
                        printable(several->why))) != Answer::yes)
        return false;
    spec.shown = *ids;
    return true;
}

int StoreCommand::list(Output &output) {
    const Result<std::vector<StoredPatch>> patches = this->patches();
    if (!patches)
        return report(terminal_, patches.error());
    output.stored(*patches, environment_.kernel().release);
    return exit_done;
}

int StoreCommand::lifecycle(Output &output) {
    const Result<std::vector<StoredPatch>> patches = this->patches();
    if (!patches)
        return report(terminal_, patches.error());
    output.lifecycle(*patches, environment_.kernel().release, clock_.today());
    return exit_done;
}

int StoreCommand::upgrade() {
    return switch_to("upgrade", [this] {
        return release().and_then(
            [this](const std::string &kernel) { return updates_.latest(kernel); });
    });
}

int StoreCommand::downgrade() {
    const auto earlier = [this](const std::optional<std::string> &version) {
        return release().and_then(
            [&](const std::string &kernel) { return updates_.earlier(kernel, version); });
    };
    if (arguments_.version.empty())
        return switch_to("downgrade", [&] { return earlier({}); });
    // That one is meant, whatever becomes of the others.
    return switch_to("downgrade", [named = earlier(arguments_.version)] { return named; });
}

int StoreCommand::apply() {
    if (const std::string enclosed = enclosure(environment_); !enclosed.empty()) {
        fmt::print(terminal_.out,
                   "this is a {}, and the running kernel is not that of the system in it; nothing "
                   "was loaded\n",
                   enclosed);
        return exit_done;
    }
    const std::string off = switched_off_by(environment_);
    if (!off.empty()) {
        fmt::print(terminal_.out, "switched off by {}; nothing was loaded\n", printable(off));
        return exit_done;
    }
    const Result<std::optional<Switched>> done = apply_active();
    if (!done)
        return fail_with(done.error(), about_active());
    if (*done)
        return finish(**done, loaded_now(**done));
    fmt::print(terminal_.out, "no version is active for {}; nothing to do\n",
               environment_.kernel().release);
    return exit_done;
}

Result<std::optional<Switched>> StoreCommand::apply_active() {
    if (arguments_.again)
        return updates_.apply_again(limits());
    return arguments_.at_boot ? updates_.apply_at_boot(limits()) : updates_.apply(limits());
}

int StoreCommand::end_boot() {
    const Result<std::optional<PatchId>> loaded =
        updates_.end_boot(duration_of(arguments_.timeout));
    if (!loaded)
        return fail_with(loaded.error(), about_active());
    progress_.finish();
    if (*loaded)
        say(**loaded, "this boot went well, and it may be loaded at the next", true);
    else
        fmt::print(terminal_.out, "this boot has noted nothing; nothing to do\n");
    return exit_done;
}

Result<std::vector<StoredPatch>> StoreCommand::patches() const {
    Result<std::vector<StoredPatch>> patches = updates_.store().patches();
    if (!patches || arguments_.kernel.empty())
        return patches;
    return parse_release(arguments_.kernel).map([&](const std::string &release) {
        std::erase_if(*patches,
                      [&](const StoredPatch &patch) { return patch.id.release != release; });
        return std::move(*patches);
    });
}

int StoreCommand::switch_to(const char *action, const Updates::Choice &choose) {
    const Result<PatchId> target = choose();
    if (!target)
        return fail_with(target.error());
    const bool changes_this_kernel =
        runs_this_system(environment_, target->release) && !updates_.runs(*target);
    if (const int refused = changes_this_kernel ? confirm(action, *target) : exit_done)
        return refused;
    const bool was_active = is_active(*target);
    const Result<Switched> done = updates_.switch_to(*target, choose, action, limits());
    if (!done)
        return fail_with(done.error(), about(*target));
    const int status = finish(*done, !was_active || loaded_now(*done));
    if (!was_active)
        mind_initramfs(target->release);
    return status;
}

bool StoreCommand::is_active(const PatchId &id) const {
    return updates_.store().active(id.release) == id;
}

// exit_done if the kernel is well, or somebody who knows that it is not wants to go on.
int StoreCommand::confirm(const char *action, const PatchId &target) {
    const std::vector<Finding> signs = signs_of_trouble(environment_);
    if (signs.empty())
        return exit_done;
    TextOutput(terminal_.err, false).findings(signs);
    if (arguments_.yes)
        return exit_done;
    const Answer answer =
        arguments_.non_interactive ? Answer::nobody_to_ask : ask(terminal_, not_well);
    if (answer == Answer::yes)
        return exit_done;
    return fail_with(
        {.code = ErrorCode::refused,
         .action = action,
         .subject = environment_.kernel().release,
         .why = answer == Answer::no ? "this kernel is not well; nothing was changed"
                                     : "this kernel is not well, and there is nobody to be asked; "
                                       "nothing was changed",
         .hint = "reboot, so that the active version is loaded into a fresh kernel; or give --yes "
                 "if you are sure"},
        about(target));
}

int StoreCommand::finish(const Switched &done, bool changed) {
    progress_.finish();
    say(done.id, describe(done, switched_off_by_file(environment_)), changed);
    mind_enclosure(done.id.release);
    // Loading it has said so already.
    if (!loaded_now(done)) {
        if (const Result<PatchFile> file = updates_.store().verified(done.id))
            warn_if_expired(terminal_, to_text(done.id), *file->metadata, clock_.today());
    }
    mind_modules("replaced", done.still_loaded);
    return exit_done;
}

void StoreCommand::say(const PatchId &id, const std::string &text, bool changed) {
    const std::string line = fmt::format("{}: {}", printable(to_text(id)), text);
    fmt::print(terminal_.out, "{}\n", line);
    if (changed)
        record_.done(about(id), line);
}

// Of patches that are out of the kernel.
void StoreCommand::mind_modules(const char *what, const std::vector<std::string> &modules) {
    if (!modules.empty())
        fmt::print(terminal_.err,
                   "klp: {}, but not unloaded: {}\n"
                   "  hint: 'klp unload' says why, and tries again\n",
                   what, fmt::join(modules, ", "));
}

// Of a kernel for which another version is active now, or none.
void StoreCommand::mind_initramfs(const std::string &release) {
    const std::string command = initramfs_command(environment_, release);
    if (!command.empty())
        fmt::print(terminal_.err,
                   "klp: the initramfs of {} has to be made anew, as another version is active\n"
                   "  hint: {}\n",
                   printable(release), printable(command));
}

// Elsewhere what was done for that kernel would have changed it. Said once.
void StoreCommand::mind_enclosure(const std::string &release) {
    const std::string enclosed = enclosure(environment_);
    if (release != environment_.kernel().release || enclosed.empty() ||
        std::exchange(minded_enclosure_, true))
        return;
    fmt::print(terminal_.err,
               "klp: this is a {}, and the running kernel is not that of the system in it; it was "
               "left as it is\n",
               enclosed);
}

Record::About StoreCommand::about_active() const {
    const Result<std::optional<PatchId>> active =
        updates_.store().active(environment_.kernel().release);
    return active && *active ? about(**active) : Record::About();
}

int StoreCommand::fail_with(const Error &error, Record::About about) {
    progress_.finish();
    if (about.kernel.empty())
        about.kernel = arguments_.kernel;
    record_.failed(about, error);
    return report(terminal_, error);
}

Result<PatchSpec> StoreCommand::spec() const {
    const Result<std::string> package = this->package();
    if (!package)
        return fail(package.error());
    if (arguments_.subject.empty() && package->empty())
        return fail({.code = ErrorCode::invalid_name,
                     .action = "remove",
                     .why = "no patch is named",
                     .hint = "give a NAME as 'klp list' prints it, or --package"});
    Result<PatchSpec> spec =
        arguments_.subject.empty() ? PatchSpec() : parse_spec(arguments_.subject);
    if (spec && !package->empty())
        spec->package = *package;
    if (spec)
        spec->every_version = arguments_.yes;
    return spec;
}

// Empty if none is given.
Result<std::string> StoreCommand::package() const {
    if (arguments_.package.empty() || is_package_name(arguments_.package))
        return arguments_.package;
    return fail({.code = ErrorCode::invalid_name,
                 .action = "use the package",
                 .subject = arguments_.package,
                 .why = "no package can have that name",
                 .hint = "names are of lower-case letters, digits and +.-"});
}

// It names a folder.
Result<std::string> StoreCommand::release() const {
    if (arguments_.kernel.empty())
        return environment_.kernel().release;
    return parse_release(arguments_.kernel);
}

LoadLimits StoreCommand::limits() const {
    return {.timeout = duration_of(arguments_.timeout),
            .deadline = duration_of(arguments_.deadline)};
}

} // namespace suture
