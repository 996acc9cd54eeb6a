#include "klp/command.h"

#include "klp/command_line.h"
#include "klp/output.h"
#include "klp/progress.h"
#include "libklp/controller.h"
#include "libklp/skeleton.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <memory>
#include <sstream>

namespace suture {

namespace {

constexpr Clock::Duration watch_interval = std::chrono::milliseconds(500);

Clock::Duration duration_of(double seconds) {
    return std::chrono::duration_cast<Clock::Duration>(std::chrono::duration<double>(seconds));
}

int exit_status(const Error &error) {
    switch (error.code) {
    case ErrorCode::invalid_name:
        return exit_usage;
    case ErrorCode::still_in_transition:
        return exit_in_transition;
    default:
        return exit_failed;
    }
}

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
        : terminal_(terminal), clock_(clock), progress_(make_display(terminal)),
          controller_(environment, loader, clock, *progress_) {}

    int run(const CommandLine &line) {
        arguments_ = line.arguments;
        return perform(line.verb->id);
    }

  private:
    using PatchVerb = Result<Outcome> (Controller::*)(const PatchName &, Clock::Duration);

    int perform(VerbId verb) {
        switch (verb) {
        case VerbId::status:
            return arguments_.watch ? watch() : status_verb();
        case VerbId::check:
            return check_verb();
        case VerbId::patches:
            return patches_verb();
        case VerbId::load:
            return load_verb();
        case VerbId::revert:
            return patch_verb(&Controller::revert);
        case VerbId::enable:
            return patch_verb(&Controller::enable);
        case VerbId::disable:
            return patch_verb(&Controller::disable);
        case VerbId::make_new:
            return new_verb();
        }
        return exit_usage;
    }

    Clock::Duration timeout() const { return duration_of(arguments_.timeout); }

    int status_verb() {
        const Result<Status> status = controller_.status();
        if (!status)
            return report(status.error());
        output(terminal_.out)->status(*status);
        return exit_done;
    }

    // Ends when it is interrupted, or when there is nothing to see or nobody to see it any more.
    int watch() {
        std::string shown;
        while (terminal_.out.good()) {
            const Result<Status> status = controller_.status();
            if (!status)
                return report(status.error());
            std::ostringstream now;
            output(now)->status(*status);
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

    int check_verb() {
        const Result<Status> status = controller_.status();
        if (!status)
            return report(status.error());
        output(terminal_.out)->state(*status);
        return status->transition_runs() ? exit_in_transition : exit_done;
    }

    int patches_verb() {
        const Result<Status> status = controller_.status();
        if (!status)
            return report(status.error());
        output(terminal_.out)->patches(status->patches);
        return exit_done;
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
            return std::make_unique<JsonOutput>(out);
        return std::make_unique<TextOutput>(out, terminal_.color, arguments_.verbosity > 0);
    }

    int finish(const Result<Outcome> &outcome) {
        progress_->finish();
        if (!outcome)
            return report(outcome.error());
        TextOutput(terminal_.out, terminal_.color).outcome(*outcome);
        return exit_done;
    }

    int report(const Error &error) {
        fmt::print(terminal_.err, "klp: {}\n", to_text(error));
        return exit_status(error);
    }

    const Terminal &terminal_;
    Clock &clock_;
    std::unique_ptr<ProgressDisplay> progress_;
    Controller controller_;
    Arguments arguments_;
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
