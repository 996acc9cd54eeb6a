#include "klp/command.h"

#include "klp/output.h"
#include "klp/progress.h"
#include "libklp/controller.h"
#include "libklp/skeleton.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <memory>

namespace suture {

namespace {

constexpr double default_timeout = 60;
// Tasks that sleep in the way are woken after half of it, where nobody has set that otherwise.
constexpr double default_deadline = 30;
constexpr double longest_timeout = 1e6; // a good eleven days, and far from any overflow

constexpr const char *footer =
    "Exit status: 0 done, 1 failed, 2 usage, 3 still in transition at the deadline.\n"
    "Results go to stdout, progress and errors to stderr.";

struct Arguments {
    std::string subject;
    double timeout = default_timeout;
    double deadline = default_deadline;
    bool json = false;
    bool verbose = false;
    std::string function;
    std::string object;
};

std::string check_seconds(const std::string &text) {
    double seconds = 0;
    // Written so that NaN fails too.
    if (CLI::detail::lexical_cast(text, seconds) && seconds >= 0 && seconds <= longest_timeout)
        return {};
    return fmt::format("'{}' is no number of seconds from 0 to {}", printable(text),
                       longest_timeout);
}

void add_seconds(CLI::App &verb, const char *option, double &seconds, const char *what,
                 const char *values) {
    verb.add_option(option, seconds, fmt::format("{} (default {}{})", what, seconds, values))
        ->type_name("SECONDS")
        ->check(check_seconds);
}

void add_timeout(CLI::App &verb, Arguments &arguments) {
    add_seconds(verb, "-t,--timeout", arguments.timeout, "how long to wait for the transition", "");
}

void add_deadline(CLI::App &verb, Arguments &arguments) {
    add_seconds(verb, "--deadline", arguments.deadline,
                "take the patch back if it is not in by then", ", 0: never");
}

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

// The verbs, each a line of the help and what it does.
class Command {
  public:
    Command(const Environment &environment, ModuleLoader &loader, Clock &clock,
            const Terminal &terminal)
        : terminal_(terminal), progress_(make_display(terminal)),
          controller_(environment, loader, clock, *progress_) {
        app_.set_version_flag("--version", "klp " SUTURE_VERSION, "show the version and exit");
        app_.set_help_flag("-h,--help", "show this help, or with a verb, that verb's");
        app_.require_subcommand(1);
        app_.footer(footer);

        CLI::App *status = add_verb("status", "show the kernel, the runtime and each patch",
                                    [this] { return status_verb(); });
        status->add_flag("--json", arguments_.json, "print JSON");

        CLI::App *patches = add_verb("patches", "show what each loaded patch says of itself",
                                     [this] { return patches_verb(); });
        patches->add_flag("--json", arguments_.json, "print JSON");
        patches->add_flag("-v,--verbose", arguments_.verbose, "show all of it");

        CLI::App *load = add_verb("load", "load a patch and wait until every task runs it", [this] {
            return finish(controller_.load(
                arguments_.subject,
                {.timeout = timeout(), .deadline = duration_of(arguments_.deadline)}));
        });
        load->add_option("FILE", arguments_.subject, "the patch, a .ko file")
            ->type_name("")
            ->required();
        add_timeout(*load, arguments_);
        add_deadline(*load, arguments_);

        add_patch_verb("revert", "disable a patch, wait, and unload it", &Controller::revert);
        add_patch_verb("enable", "enable a patch that is being disabled", &Controller::enable);
        add_patch_verb("disable", "disable a patch, and leave its module loaded",
                       &Controller::disable);

        CLI::App *make = add_verb("new", "make a folder with the beginnings of a new patch",
                                  [this] { return new_verb(); });
        make->add_option("NAME", arguments_.subject, "the patch and its folder, which is made")
            ->type_name("")
            ->required();
        make->add_option("--function", arguments_.function, "the function to replace")
            ->type_name("FUNC")
            ->required();
        make->add_option("--object", arguments_.object, "the module that it is in")
            ->type_name("MOD");
    }

    int run(std::vector<std::string> arguments) {
        // CLI11 takes them from the back.
        std::reverse(arguments.begin(), arguments.end());
        try {
            app_.parse(std::move(arguments));
        } catch (const CLI::Success &asked_for) { // --help, --version
            app_.exit(asked_for, terminal_.out, terminal_.err);
            return exit_done;
        } catch (const CLI::ParseError &error) {
            fmt::print(terminal_.err, "klp: {}\n  hint: see 'klp --help'\n", error.what());
            return exit_usage;
        }
        return verb_();
    }

  private:
    using PatchVerb = Result<Outcome> (Controller::*)(const PatchName &, Clock::Duration);

    CLI::App *add_verb(const char *name, const char *description, std::function<int()> action) {
        CLI::App *verb = app_.add_subcommand(name, description);
        verb->callback([this, action = std::move(action)] { verb_ = action; });
        return verb;
    }

    void add_patch_verb(const char *name, const char *description, PatchVerb action) {
        CLI::App *verb = add_verb(name, description, [this, action] {
            return finish(
                name_of_argument(arguments_.subject).and_then([&](const PatchName &patch) {
                    return (controller_.*action)(patch, timeout());
                }));
        });
        verb->add_option("NAME", arguments_.subject,
                         "the patch, as 'klp status' prints it, or its .ko file")
            ->type_name("")
            ->required();
        add_timeout(*verb, arguments_);
    }

    Clock::Duration timeout() const { return duration_of(arguments_.timeout); }

    int status_verb() {
        const Result<Status> status = controller_.status();
        if (!status)
            return report(status.error());
        output()->status(*status);
        return exit_done;
    }

    int patches_verb() {
        const Result<Status> status = controller_.status();
        if (!status)
            return report(status.error());
        output()->patches(status->patches);
        return exit_done;
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

    std::unique_ptr<Output> output() const {
        if (arguments_.json)
            return std::make_unique<JsonOutput>(terminal_.out);
        return std::make_unique<TextOutput>(terminal_.out, terminal_.color, arguments_.verbose);
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
    std::unique_ptr<ProgressDisplay> progress_;
    Controller controller_;
    CLI::App app_{"See and control the live patches of the running kernel.", "klp"};
    Arguments arguments_;
    std::function<int()> verb_;
};

} // namespace

int run_command(std::vector<std::string> arguments, const Environment &environment,
                ModuleLoader &loader, Clock &clock, const Terminal &terminal) {
    const int status = Command(environment, loader, clock, terminal).run(std::move(arguments));
    terminal.out.flush();
    if (terminal.out.good())
        return status;
    fmt::print(terminal.err, "klp: cannot write the output\n  hint: is the disk full?\n");
    return status == exit_done ? exit_failed : status;
}

} // namespace suture
