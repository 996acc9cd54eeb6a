#include "klp/command.h"

#include "klp/command_line.h"
#include "klp/dialogue.h"
#include "klp/follow.h"
#include "klp/kernels_command.h"
#include "klp/metrics.h"
#include "klp/output.h"
#include "klp/package_command.h"
#include "klp/progress.h"
#include "klp/record.h"
#include "klp/stop_signals.h"
#include "klp/store_command.h"
#include "libklp/controller.h"
#include "libklp/file.h"
#include "libklp/skeleton.h"
#include "libklp/store/origin.h"
#include "libklp/verify/verify.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <functional>
#include <memory>
#include <sstream>
#include <unistd.h>

namespace suture {

namespace {

constexpr Clock::Duration watch_interval = std::chrono::milliseconds(500);

constexpr const char *force_warning =
    "These tasks go on in the code that they are in, and may mix old and new. Until the machine\n"
    "restarts, what they are in is not unloaded, nor its functions patched again.\n"
    "Type 'yes' to force the transition over them: ";

std::unique_ptr<ProgressDisplay> make_display(const Terminal &terminal) {
    if (terminal.progress_columns > 0)
        return std::make_unique<TerminalProgress>(terminal.err, terminal.progress_columns);
    return std::make_unique<LogProgress>(terminal.err);
}

// What each verb of the table does.
class Command {
  public:
    Command(const Environment &environment, ModuleLoader &loader, Clock &clock,
            const Terminal &terminal)
        : environment_(environment), terminal_(terminal), clock_(clock),
          progress_(make_display(terminal)), controller_(environment, loader, clock, *progress_),
          record_(environment),
          store_(environment, controller_, clock, *progress_, record_, terminal, arguments_) {}

    int run(const CommandLine &line) {
        arguments_ = line.arguments;
        record_.set_verb(line.verb->name);
        return perform(line.verb->id);
    }

  private:
    using PatchVerb = Result<Outcome> (Controller::*)(const PatchName &, Clock::Duration);

    int perform(VerbId verb) {
        switch (verb) {
        case VerbId::status:
            return arguments_.watch ? watch() : status_verb();
        case VerbId::check:
            return arguments_.reboot ? check_reboot_verb() : check_verb();
        case VerbId::doctor:
            return doctor_verb();
        case VerbId::patches:
            return patches_verb();
        case VerbId::blocking:
            return blocking_verb();
        case VerbId::events:
            return events_verb();
        case VerbId::uname:
            return show(&Output::effective);
        case VerbId::metrics:
            return metrics_verb();
        case VerbId::verify:
            return verify_verb();
        case VerbId::load:
            return load_verb();
        case VerbId::revert:
            return patch_verb(&Controller::revert);
        case VerbId::enable:
            return patch_verb(&Controller::enable);
        case VerbId::disable:
            return patch_verb(&Controller::disable);
        case VerbId::unload:
            return patch_verb(&Controller::unload);
        case VerbId::force:
            return force_verb();
        case VerbId::install:
            return store_.install();
        case VerbId::remove:
            return store_.remove();
        case VerbId::list:
            return arguments_.kernels
                       ? list_kernels(environment_, terminal_, arguments_, *output(terminal_.out))
                       : store_.list(*output(terminal_.out));
        case VerbId::lifecycle:
            return store_.lifecycle(*output(terminal_.out));
        case VerbId::upgrade:
            return store_.upgrade();
        case VerbId::downgrade:
            return store_.downgrade();
        case VerbId::apply:
            return arguments_.booted ? store_.end_boot() : store_.apply();
        case VerbId::make_new:
            return new_verb();
        case VerbId::make_package:
            return package_command(arguments_, terminal_);
        }
        return exit_usage;
    }

    Clock::Duration timeout() const { return duration_of(arguments_.timeout); }

    // For the verbs that print what is there.
    int with_status(const std::function<int(const Status &)> &show) {
        const Result<Status> status = controller_.status();
        return status ? show(*status) : report(status.error());
    }

    int show(void (Output::*part)(const Status &)) {
        return with_status([&](const Status &status) {
            (output(terminal_.out).get()->*part)(status);
            return exit_done;
        });
    }

    int status_verb() {
        return with_status([this](const Status &status) {
            output(terminal_.out)->status(status, failed_boot());
            for (const Patch &patch : status.patches)
                warn_if_expired(terminal_, patch.name, patch.metadata, clock_.today());
            return exit_done;
        });
    }

    // That the store cannot be read is said, and is no reason not to show the rest.
    std::optional<Attempt> failed_boot() {
        const Result<std::optional<Attempt>> failed =
            Store(environment_).failed_boot(environment_.kernel().release);
        if (!failed)
            static_cast<void>(report(failed.error()));
        return failed ? *failed : std::nullopt;
    }

    // Ends when it is interrupted, or when there is nothing to see or nobody to see it any more.
    int watch() {
        std::string shown;
        const std::optional<Attempt> failed = failed_boot();
        while (terminal_.out.good()) {
            Result<Status> status = controller_.status();
            if (!status)
                return report(status.error());
            // That time passes is worth a new line only where it takes the place of the old one.
            for (Patch &patch : status->patches) {
                if (!terminal_.redraw)
                    patch.elapsed.reset();
            }
            std::ostringstream now;
            output(now)->status(*status, failed);
            if (now.str() != shown)
                show_again(shown.empty(), now.str());
            shown = now.str();
            clock_.sleep(watch_interval);
        }
        return exit_failed;
    }

    void show_again(bool first, const std::string &text) {
        const char *before = terminal_.redraw ? "\x1b[H\x1b[2J" : first ? "" : "\n";
        fmt::print(terminal_.out, "{}{}", before, text);
        terminal_.out.flush();
    }

    // What takes longer to find out is looked at only where it is shown.
    int patches_verb() {
        Result<Status> status = controller_.status();
        if (!status)
            return report(status.error());
        if (arguments_.json || arguments_.verbosity > 0)
            add_origins(environment_, status->patches);
        if (arguments_.json || arguments_.verbosity > 1)
            add_live_owners(environment_.roots, status->patches);
        output(terminal_.out)->patches(*status);
        return exit_done;
    }

    int check_verb() {
        return with_status([this](const Status &status) {
            output(terminal_.out)->state(status);
            return status.transition_runs() ? exit_in_transition : exit_done;
        });
    }

    int check_reboot_verb() {
        return with_status([this](const Status &status) {
            return check_reboot(environment_, status, terminal_, arguments_,
                                *output(terminal_.out));
        });
    }

    int metrics_verb() {
        return with_status([this](const Status &status) {
            const BootState boot{.failed = failed_boot(), .next = next_kernel(environment_)};
            const std::string text = metrics(status, boot, read_stats(environment_));
            if (!arguments_.output.empty())
                return write_output(text);
            fmt::print(terminal_.out, "{}", text);
            return static_cast<int>(exit_done);
        });
    }

    int write_output(const std::string &text) {
        const auto written = replace_file(arguments_.output, text);
        if (written)
            return exit_done;
        return report({.action = "write",
                       .subject = arguments_.output,
                       .why = errno_text(written.error()),
                       .hint = "check its folder, and the room there; the file is as it was"});
    }

    int doctor_verb() {
        const std::vector<Finding> findings = examine(environment_);
        output(terminal_.out)->findings(findings);
        const bool bad = std::any_of(findings.begin(), findings.end(), [](const Finding &finding) {
            return finding.health == Health::bad;
        });
        return bad ? exit_failed : exit_done;
    }

    int verify_verb() {
        const Result<Verification> verification =
            verify(environment_, arguments_.subject, clock_.today());
        if (!verification) {
            Error error = verification.error();
            error.action = "verify";
            return report(error);
        }
        output(terminal_.out)->verification(*verification);
        return verification->count(Verdict::error) > 0 ? exit_failed : exit_done;
    }

    int blocking_verb() {
        const Result<std::vector<Blocking>> transitions =
            arguments_.forced ? read_forced(environment_) : read_blockers(environment_);
        if (!transitions)
            return report(transitions.error());
        output(terminal_.out)->blocking(*transitions, arguments_.forced);
        return exit_done;
    }

    int events_verb() {
        const StopSignals signals;
        Bpf bpf;
        Tracefs tracefs;
        Result<EventStream> events =
            EventStream::open(environment_, bpf, tracefs, static_cast<unsigned>(getpid()));
        if (!events)
            return report(events.error());
        if (arguments_.verbosity > 0)
            fmt::print(terminal_.err, "klp: following through {}\n", events->way());
        for (const Livepatch &livepatch : Livepatch::find(environment_.roots)) {
            if (livepatch.runtime() == Runtime::in_kernel)
                fmt::print(terminal_.err,
                           "klp: the in-kernel livepatch has no tracepoints, so only "
                           "Suture's events are shown\n");
        }
        Following following{.json = arguments_.json, .stop = [&] { return signals.arrived(); }};
        if (arguments_.count > 0)
            following.count = arguments_.count;
        if (arguments_.follow_for <= longest_timeout)
            following.timeout = duration_of(arguments_.follow_for);
        const Result<void> followed = follow(*events, clock_, terminal_.out, following);
        return followed ? exit_done : report(followed.error());
    }

    int load_verb() {
        return finish(
            controller_.load(arguments_.subject,
                             {.timeout = timeout(), .deadline = duration_of(arguments_.deadline)}));
    }

    int patch_verb(PatchVerb action) {
        return finish(name_of_argument(arguments_.subject).and_then([&](const PatchName &patch) {
            return (controller_.*action)(patch, timeout());
        }));
    }

    int force_verb() {
        const Result<PatchName> patch = name_of_argument(arguments_.subject);
        if (!patch)
            return finish(fail(patch.error()));
        const Result<std::vector<Blocking>> transitions = read_blockers(environment_);
        if (!transitions)
            return finish(fail(transitions.error()));
        for (const Blocking &blocking : *transitions) {
            if (!patch->matches(blocking.patch))
                continue;
            TextOutput(terminal_.err, false).blocking({blocking}, false);
            const int refused = arguments_.yes ? exit_done : ask_to_force();
            return refused != exit_done
                       ? refused
                       : finish(controller_.force(*patch, direction_of(blocking), timeout()));
        }
        // A transition that begins after this look, or is turned round, was shown to nobody, and
        // so is not forced.
        return finish(fail({.code = ErrorCode::refused,
                            .action = "force",
                            .subject = patch->text(),
                            .why = "no transition of it runs",
                            .hint = "there is nothing to force; see 'klp status'"}));
    }

    // exit_done if the answer is yes.
    int ask_to_force() {
        switch (ask(terminal_, force_warning)) {
        case Answer::yes:
            return exit_done;
        case Answer::nobody_to_ask:
            fmt::print(terminal_.err, "klp: cannot force it: there is nobody to be asked\n"
                                      "  hint: give --yes if you are sure\n");
            return exit_usage;
        case Answer::no:
            fmt::print(terminal_.err, "klp: nothing was forced\n");
        }
        return exit_failed;
    }

    int new_verb() {
        const Result<void> made = write_skeleton({.folder = arguments_.subject,
                                                  .function = arguments_.function,
                                                  .object = arguments_.object});
        if (!made)
            return report(made.error());
        fmt::print(terminal_.out,
                   "{}: made; write the function, and build it from Suture's tree: "
                   "make patch DIR=...\n",
                   printable(arguments_.subject));
        return exit_done;
    }

    std::unique_ptr<Output> output(std::ostream &out) const {
        if (arguments_.json)
            return std::make_unique<JsonOutput>(out, command_lines());
        return std::make_unique<TextOutput>(out, terminal_.color, arguments_.verbosity,
                                            command_lines());
    }

    // Those of tasks on record may be others' by now.
    CommandLineOf command_lines() const {
        if (arguments_.forced)
            return {};
        return [this](unsigned pid) { return command_line_of(environment_, pid); };
    }

    int finish(const Result<Outcome> &outcome) {
        progress_->finish();
        if (!outcome) {
            const Result<PatchName> patch = name_of_argument(arguments_.subject);
            record_.failed({.patch = patch ? patch->text() : ""}, outcome.error());
            return report(outcome.error());
        }
        const std::string text = to_text(*outcome);
        fmt::print(terminal_.out, "{}\n", text);
        record(*outcome, text);
        return exit_done;
    }

    void record(const Outcome &outcome, const std::string &text) const {
        switch (outcome.kind) {
        case Outcome::Kind::already_enabled:
        case Outcome::Kind::not_loaded:
            return;
        case Outcome::Kind::forced_on:
        case Outcome::Kind::forced_off:
            return record_.done_with_force({.patch = outcome.patch}, text);
        default:
            return record_.done({.patch = outcome.patch}, text);
        }
    }

    int report(const Error &error) { return suture::report(terminal_, error); }

    const Environment &environment_;
    const Terminal &terminal_;
    Clock &clock_;
    std::unique_ptr<ProgressDisplay> progress_;
    Controller controller_;
    Arguments arguments_;
    Record record_;
    StoreCommand store_;
};

} // namespace

int run_command(std::vector<std::string> arguments, const Environment &environment,
                ModuleLoader &loader, Clock &clock, const Terminal &terminal) {
    const auto line = parse_command_line(std::move(arguments), terminal);
    const int status =
        line ? Command(environment, loader, clock, terminal).run(*line) : line.error();
    terminal.out.flush();
    if (terminal.out.good())
        return status;
    fmt::print(terminal.err, "klp: cannot write the output\n  hint: is the disk full?\n");
    return status == exit_done ? exit_failed : status;
}

} // namespace suture
