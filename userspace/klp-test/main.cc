// The command line of klp-test.
#include "fd.h"
#include "report.h"
#include "runner.h"
#include "selfcheck.h"
#include "targets.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <mutex>
#include <sys/signalfd.h>
#include <thread>

using namespace suture::harness;

namespace {

constexpr int exit_usage = 2;
constexpr int exit_infrastructure = 4;
constexpr int exit_no_verdict = 125;

int complain(const std::string &message, int code) {
    fmt::print(stderr, "klp-test: {}\n", message);
    return code;
}

// Readable once klp-test has been told to stop. It is never read, so that every thread sees it.
UniqueFd watch_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
        sigaddset(&signals, signal);
    }
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return UniqueFd(signalfd(-1, &signals, SFD_CLOEXEC));
}

struct Options {
    TargetChoice choice{{}, {}, "build", "", ""};
    std::string filter = "*";
    unsigned jobs = 0;
    std::string json, junit, ktap;
    long timeout = 0;
    std::vector<std::string> command;
};

void add_target_options(CLI::App &verb, Options &options, bool several) {
    auto *arch = verb.add_option("--arch", options.choice.archs, "x86_64, ppc64le or s390x");
    auto *kernel = verb.add_option("--kernel", options.choice.kernels,
                                   "The kernel that the guest was made for, e.g. 6.1");
    for (auto *option : {arch, kernel}) {
        // One word each, so that neither takes the "--" in front of a command for its own.
        option->required()->expected(1)->allow_extra_args(false);
        if (several) {
            option->expected(1, CLI::detail::expected_max_vector_size)->delimiter(',');
        }
    }
    verb.add_option("--build-dir", options.choice.build_dir, "Where the guests have been built")
        ->capture_default_str();
    verb.add_option("--vm-images", options.choice.vm_images,
                    "Where the records of the architectures are [vm-images beside --build-dir]");
}

unsigned default_jobs(const std::vector<Target> &targets) {
    int smp = 1;
    for (const auto &target : targets) {
        smp = std::max(smp, target.arch.smp);
    }
    return std::max(1U, std::thread::hardware_concurrency() / static_cast<unsigned>(smp));
}

int report(const RunResult &run, const Options &options) {
    struct Wanted {
        const std::string &path;
        std::unique_ptr<Report> report;
    };
    int code = run.exit_code();
    Wanted reports[] = {{options.json, std::make_unique<JsonPrinter>()},
                        {options.junit, std::make_unique<JunitPrinter>()},
                        {options.ktap, std::make_unique<KtapPrinter>()}};
    for (const auto &[path, printer] : reports) {
        if (path.empty()) {
            continue;
        }
        if (auto written = write_report(*printer, run, path); !written) {
            code = complain(written.error().message, code == 0 ? exit_infrastructure : code);
        }
    }
    PlainPrinter().write(run, std::cout);
    std::cout.flush();
    return code;
}

int run_verb(const Options &options, int stop_fd) {
    auto targets = find_targets(options.choice);
    if (!targets) {
        return complain(targets.error().message, exit_infrastructure);
    }
    RunPlan plan;
    plan.suite = image_suite();
    plan.filter = options.filter;
    if (options.timeout > 0) {
        plan.test_limit = Seconds(options.timeout);
    }
    std::mutex lock;
    auto progress_for = [&](const Target &target) {
        return std::make_unique<PlainProgress>(target.name(), std::cout, lock);
    };
    auto jobs = options.jobs > 0 ? options.jobs : default_jobs(*targets);
    return report(run_targets(*targets, plan, jobs, progress_for, stop_fd), options);
}

int selfcheck_verb(const Options &options, int stop_fd) {
    auto targets = find_targets(options.choice);
    if (!targets) {
        return complain(targets.error().message, exit_infrastructure);
    }
    std::mutex lock;
    RunResult run;
    for (const auto &target : *targets) {
        PlainProgress progress(target.name(), std::cout, lock);
        run.targets.push_back(selfcheck(target, options.filter, progress, stop_fd));
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

int exec_verb(const Options &options, int stop_fd) {
    auto targets = find_targets(options.choice);
    if (!targets) {
        return complain(targets.error().message, exit_infrastructure);
    }
    RunPlan plan;
    plan.suite = command_suite(options.command);
    plan.verdict_by = VerdictBy::exit_status;
    if (options.timeout > 0) {
        plan.test_limit = Seconds(options.timeout);
    }
    CommandProgress progress;
    auto seen = run_target(targets->front(), plan, progress, stop_fd);
    // Whatever is not simply the command's own end comes before it or instead of it.
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

} // namespace

int main(int argc, char **argv) {
    CLI::App app("Runs tests in QEMU guests of several architectures and kernels.", "klp-test");
    app.require_subcommand(1);
    Options options;

    auto *run = app.add_subcommand("run", "Run the guests' selftests");
    add_target_options(*run, options, true);
    run->add_option("--filter", options.filter, "Only tests whose name matches this glob");
    run->add_option("--suite", options.choice.suite,
                    "Tests of this folder beside the guest's, in place of the image's");
    run->add_option("--jobs", options.jobs,
                    "Guests at once [as many as the machine has cores for]");
    run->add_option("--timeout", options.timeout, "Seconds that each test may take");
    run->add_option("--json", options.json, "Write the results as JSON to this file");
    run->add_option("--junit", options.junit, "Write the results as JUnit XML to this file");
    run->add_option("--ktap", options.ktap, "Write the results as KTAP to this file");

    auto *exec = app.add_subcommand("exec", "Run one command in a guest; exits as it does");
    add_target_options(*exec, options, false);
    exec->add_option("--timeout", options.timeout, "Seconds that the command may take");
    exec->add_option("command", options.command, "The command, after --")->required();

    auto *check = app.add_subcommand(
        "selfcheck", "Provoke every outcome in real guests and see whether it is detected");
    add_target_options(*check, options, true);
    check->add_option("--filter", options.filter, "Only provocations whose name matches this glob");
    check->add_option("--json", options.json, "Write the results as JSON to this file");
    check->add_option("--ktap", options.ktap, "Write the results as KTAP to this file");

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? 0 : exit_usage;
    }
    if (options.choice.vm_images.empty()) {
        options.choice.vm_images =
            std::filesystem::absolute(options.choice.build_dir).lexically_normal() / ".." /
            "vm-images";
    }
    auto stop = watch_signals();
    if (!stop) {
        return complain("cannot watch for signals", exit_infrastructure);
    }
    if (run->parsed()) {
        return run_verb(options, stop.get());
    }
    return exec->parsed() ? exec_verb(options, stop.get()) : selfcheck_verb(options, stop.get());
}
