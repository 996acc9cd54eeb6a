// What klp-test does for each verb of its command line.
#include "display.h"
#include "fd.h"
#include "jobs.h"
#include "options.h"
#include "patch_source.h"
#include "report.h"
#include "runner.h"
#include "selfcheck.h"
#include "trial_report.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <functional>
#include <iostream>
#include <iterator>
#include <sys/signalfd.h>

using namespace suture::harness;

namespace {

constexpr int exit_usage = 2;
constexpr int exit_infrastructure = 4;
constexpr int exit_no_verdict = 125;

int complain(const std::string &message, int code) {
    fmt::print(stderr, "klp-test: {}\n", message);
    return code;
}

// Where klp-test cannot do its own work. What exits as a command does must not seem to be its
// status: 4 is that of a kselftest that was skipped.
int exit_of_no_work(Verb verb) {
    bool has_command = verb == Verb::exec || verb == Verb::shell;
    return has_command ? exit_no_verdict : exit_infrastructure;
}

bool is_ignored(int signal) {
    struct sigaction action {};
    return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

// Readable once klp-test has been told to stop. It is never read, so that every thread sees it.
// nohup, or a shell that puts it in the background, has it ignore what is not meant for it, which
// blocking would undo.
UniqueFd watch_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    for (int signal : {SIGINT, SIGHUP}) {
        if (!is_ignored(signal)) {
            sigaddset(&signals, signal);
        }
    }
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return UniqueFd(signalfd(-1, &signals, SFD_CLOEXEC));
}

Slots slots_for(const std::vector<Target> &targets, unsigned jobs) {
    if (jobs > 0) {
        return {jobs};
    }
    std::vector<ArchRecord> archs;
    archs.reserve(targets.size());
    for (const auto &target : targets) {
        archs.push_back(target.arch);
    }
    return default_slots(archs, this_machine());
}

// Writes a report where its path is not empty. Returns the exit code, which says so where that
// fails and nothing else did.
int write_wanted(const std::string &path, const std::function<void(std::ostream &)> &write,
                 int code) {
    if (path.empty()) {
        return code;
    }
    auto written = write_file(path, write);
    return written ? code
                   : complain(written.error().message, code == 0 ? exit_infrastructure : code);
}

int write_wanted(const std::string &path, const Report &report, const RunResult &run, int code) {
    return write_wanted(
        path, [&](std::ostream &out) { report.write(run, out); }, code);
}

// What runs and trials have in common.
int report_for_ci(const RunResult &run, const Options &options, int code) {
    code = write_wanted(options.junit, JunitPrinter(), run, code);
    if (options.annotations) {
        AnnotationPrinter().write(run, std::cout);
    }
    return code;
}

int report(const RunResult &run, const Options &options) {
    int code = write_wanted(options.json, JsonPrinter(), run, run.exit_code());
    code = write_wanted(options.ktap, KtapPrinter(), run, code);
    code = report_for_ci(run, options, code);
    PlainPrinter().write(run, std::cout);
    std::cout.flush();
    return code;
}

// How long a guest may take to boot with KVM before it counts as hung.
constexpr Seconds probe_limit(20);

// The guests that were chosen, with what they are to be run by.
Result<std::vector<Target>> targets_of(const Options &options, int stop_fd) {
    auto targets = find_targets(options.choice);
    if (!targets) {
        return targets;
    }
    auto probe = [stop_fd](const Target &target) {
        return probe_kvm(target, probe_limit, stop_fd);
    };
    if (auto set = set_accel(*targets, options.accel, this_host(), probe, std::cerr); !set) {
        return tl::unexpected(set.error());
    }
    return targets;
}

RunResult run_all(const std::vector<Target> &targets, RunPlan plan, const Options &options,
                  int stop_fd) {
    if (options.timeout > 0) {
        plan.test_limit = Seconds(options.timeout);
    }
    Display display;
    auto progress_for = [&](const Target &target) { return display.progress_for(target); };
    return run_targets(targets, plan, slots_for(targets, options.jobs), progress_for, stop_fd);
}

int run_verb(const Options &options, int stop_fd) {
    auto targets = targets_of(options, stop_fd);
    if (!targets) {
        return complain(targets.error().message, exit_infrastructure);
    }
    RunPlan plan;
    plan.suite = image_suite();
    plan.selection = options.selection;
    return report(run_all(*targets, std::move(plan), options, stop_fd), options);
}

struct Prepared {
    // With the patch, as it was built for the target, in their suites.
    std::vector<Target> ready;
    // It could not be built for these.
    std::vector<TargetResult> unbuilt;
};

TargetResult unbuilt(const Target &target, const NoModules &why) {
    TestResult result;
    result.name = "(build)";
    result.outcome = why.outcome;
    result.reason = why.message;
    result.log = target.log_dir.string();
    TargetResult seen;
    seen.arch = target.arch.arch;
    seen.kernel = target.kernel_name;
    seen.results.push_back(std::move(result));
    return seen;
}

Prepared prepare_trials(const Options &options, std::vector<Target> targets, int stop_fd) {
    auto top = (options.choice.vm_images / "..").lexically_normal();
    Prepared prepared;
    for (auto &target : targets) {
        auto modules = modules_for(options.patch, target.arch.arch, target.kernel_name, top,
                                   target.log_dir / "build.log", stop_fd);
        if (!modules) {
            complain(modules.error().message, 0);
            prepared.unbuilt.push_back(unbuilt(target, modules.error()));
            continue;
        }
        target.suite = trial_suite(options.trial, *modules);
        prepared.ready.push_back(std::move(target));
    }
    return prepared;
}

int report(const TrialRun &trials, const RunResult &run, const Options &options) {
    auto in_form = [&](void (*write)(const TrialRun &, std::ostream &)) {
        return [&trials, write](std::ostream &out) { write(trials, out); };
    };
    int code = write_wanted(options.json, in_form(write_trial_json), run.exit_code());
    code = write_wanted(options.html, in_form(write_trial_html), code);
    code = report_for_ci(run, options, code);
    if (options.annotations) {
        write_trial_annotations(trials, std::cout);
    }
    write_trial_table(trials, std::cout);
    fmt::print(std::cout, "{}\n", run.counts().line());
    std::cout.flush();
    return code;
}

int try_verb(const Options &options, int stop_fd) {
    auto targets = targets_of(options, stop_fd);
    if (!targets) {
        return complain(targets.error().message, exit_infrastructure);
    }
    auto prepared = prepare_trials(options, std::move(*targets), stop_fd);
    auto run = run_all(prepared.ready, RunPlan(), options, stop_fd);
    std::ranges::move(prepared.unbuilt, std::back_inserter(run.targets));
    TrialRun trials{options.patch.path.string(), {}};
    for (const auto &target : run.targets) {
        trials.trials.push_back({target, trial_figures(target)});
    }
    return report(trials, run, options);
}

int selfcheck_verb(const Options &options, int stop_fd) {
    auto targets = targets_of(options, stop_fd);
    if (!targets) {
        return complain(targets.error().message, exit_infrastructure);
    }
    RunResult run;
    {
        Display display;
        auto progress_for = [&](const Target &target) { return display.progress_for(target); };
        const auto slots = slots_for(*targets, options.jobs);
        for (const auto &target : *targets) {
            run.targets.push_back(
                selfcheck(target, options.selection, slots, progress_for, stop_fd));
        }
    }
    return report(run, options);
}

class CommandProgress : public Progress {
  public:
    void boot_retried(const std::string &reason) override {
        complain("boot failed and is tried again: " + reason, 0);
    }
    void test_output(const std::string &line) override { std::cout << line << '\n' << std::flush; }
};

// That of the one command, where there was nothing but its own end. Whatever else there is comes
// before it or instead of it.
int command_status(const TargetResult &seen) {
    for (const auto &result : seen.results) {
        if (result.outcome != Outcome::passed && result.outcome != Outcome::failed) {
            for (const auto &line : result.excerpt) {
                fmt::print(stderr, "| {}\n", line);
            }
            return complain(fmt::format("{}: {}{}", name_of(result.outcome), result.reason,
                                        result.log.empty() ? "" : "; logs: " + result.log),
                            exit_no_verdict);
        }
    }
    return seen.results.front().exit_code;
}

int exec_verb(const Options &options, int stop_fd) {
    auto targets = targets_of(options, stop_fd);
    if (!targets) {
        return complain(targets.error().message, exit_no_verdict);
    }
    RunPlan plan;
    plan.suite = command_suite(options.command);
    if (options.timeout > 0) {
        plan.test_limit = Seconds(options.timeout);
    }
    CommandProgress progress;
    auto seen = run_target(targets->front(), plan, progress, stop_fd);
    return command_status(seen);
}

int shell_verb(const Options &options, int stop_fd) {
    auto targets = targets_of(options, stop_fd);
    if (!targets) {
        return complain(targets.error().message, exit_no_verdict);
    }
    fmt::print(stderr, "klp-test: booting {}\n", targets->front().name());
    auto end = run_shell(targets->front(), options.shell, stop_fd);
    if (!end) {
        return complain(end.error().message, exit_no_verdict);
    }
    return end->escaped ? complain("ended by Ctrl-]", 0) : command_status(end->result);
}

// Those of the tree that the guests were built in or, without one, those of klp-test's package.
std::filesystem::path find_vm_images(const std::filesystem::path &build_dir) {
    // Beside it by name: it may be a link to another disk.
    auto tree = (std::filesystem::absolute(build_dir) / "..").lexically_normal();
    auto in_tree = tree / "vm-images";
    std::error_code error;
    auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    auto packaged = program.parent_path() / "../share/suture/vm-images";
    bool is_packaged =
        !std::filesystem::exists(in_tree, error) && std::filesystem::exists(packaged, error);
    return is_packaged ? packaged : in_tree;
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Runs tests in QEMU guests of several architectures and kernels.", "klp-test");
    Options options;
    define_options(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? 0 : exit_usage;
    }
    if (options.choice.vm_images.empty()) {
        options.choice.vm_images = find_vm_images(options.choice.build_dir);
    }
    // Who has it ignored, and has started us, would keep from us how our children end.
    (void)std::signal(SIGCHLD, SIG_DFL);
    auto stop = watch_signals();
    if (!stop) {
        return complain("cannot watch for signals", exit_of_no_work(options.verb));
    }
    switch (options.verb) {
    case Verb::run:
        return run_verb(options, stop.get());
    case Verb::exec:
        return exec_verb(options, stop.get());
    case Verb::shell:
        return shell_verb(options, stop.get());
    case Verb::trial:
        return try_verb(options, stop.get());
    case Verb::selfcheck:
        return selfcheck_verb(options, stop.get());
    }
    return exit_usage;
}
