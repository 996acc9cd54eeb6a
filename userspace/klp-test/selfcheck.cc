#include "selfcheck.h"

#include "provoked.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <span>
#include <thread>
#include <utility>

namespace suture::harness {

namespace {

constexpr const char *collection = "selfcheck";
constexpr TimeLimits limits{.grace = Seconds(4)};

constexpr const char *passes = "echo TAP version 13; echo 1..1; echo ok 1 works";
constexpr const char *never_ends = "echo 1..1; while :; do sleep 1; done";

// A test that a guest runs, and what must become of it.
struct Provocation {
    const char *name;
    const char *script;
    Outcome outcome;
    // Must be part of the reason.
    const char *reason;
};

// What the scripts may take.
constexpr int script_seconds = 3;
constexpr Provocation provocations[] = {
    {"passes", passes, Outcome::passed, ""},
    {"is-skipped", "echo '1..0 # SKIP nothing to do'; exit 4", Outcome::skipped, "nothing to do"},
    {"fails", "echo 1..2; echo ok 1 works; echo not ok 2 fails; exit 1", Outcome::failed,
     "not ok: fails"},
    {"says-nothing", "exit 0", Outcome::crashed, "no KTAP result"},
    {"dies-by-a-signal", "echo 1..1; echo ok 1 works; kill -SEGV $$", Outcome::crashed,
     "signal 11"},
    // What it prints is a whole verdict in the protocol's own words, but for the nonce.
    {"forges-a-verdict",
     "printf '1..1\\nok 1 x\\nend 1 exit 0 0 0\\n0 end 1 exit 0 0 0\\n'; exit 1", Outcome::failed,
     "exit status 1"},
    {"never-ends", never_ends, Outcome::timed_out, "within its time limit"},
    {"leaves-a-process-behind", "setsid sleep 1000 & echo 1..1; echo ok 1 works", Outcome::passed,
     ""},
    {"panics-after-ok", "echo 1..1; echo ok 1 works; echo c >/proc/sysrq-trigger; sleep 60",
     Outcome::crashed, "the kernel died under it"},
    {"powers-off", "echo 1..1; echo ok 1 works; echo o >/proc/sysrq-trigger; sleep 60",
     Outcome::crashed, "reset or powered itself off"},
    {"makes-the-kernel-warn",
     "echo 'WARNING: CPU: 0 PID: 1 at selfcheck' >/dev/kmsg; echo 1..1; echo ok 1 works",
     Outcome::splat, "warning"},
    // As quiet as the kernel can be made: a log that nobody can see must not pass for a clean one.
    {"silences-the-console",
     "echo N >/sys/module/printk/parameters/ignore_loglevel; echo 1 >/proc/sys/kernel/printk\n"
     "echo 1..1; echo ok 1 works",
     Outcome::infrastructure, "console never showed the end"},
    {"taints-the-kernel", "echo 512 >/proc/sys/kernel/tainted; echo 1..1; echo ok 1 works",
     Outcome::splat, "W (kernel warning)"},
};

// What the kernel itself has to say of real trouble, some of it only after seconds.
constexpr int kernel_seconds = 20;
constexpr Provocation kernel_provocations[] = {
    {"oopses-without-a-panic", "echo 0 >/proc/sys/kernel/panic_on_oops; trouble oops",
     Outcome::splat, "oops"},
    {"warns", "trouble warn", Outcome::splat, "warning"},
    {"locks-up-a-cpu",
     "needs 'watches for lockups' [ -e /proc/sys/kernel/soft_watchdog ]\n"
     "echo 1 >/proc/sys/kernel/watchdog_thresh; trouble spin",
     Outcome::splat, "soft lockup"},
    {"stalls-rcu",
     "[ ! -e /proc/sys/kernel/watchdog ] || echo 0 >/proc/sys/kernel/watchdog\n"
     "echo 3 >/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout; trouble spin",
     Outcome::splat, "RCU stall"},
    {"leaves-a-task-hung",
     "echo 1 >/proc/sys/kernel/hung_task_check_interval_secs\n"
     "echo 1 >/proc/sys/kernel/hung_task_timeout_secs; trouble sleep",
     Outcome::splat, "hung task"},
    {"takes-locks-in-two-orders", "needs 'has lockdep' [ -e /proc/lockdep ]; trouble lock-order",
     Outcome::splat, "lockdep"},
    {"reads-what-it-freed",
     "needs 'has KASAN' grep -q ^CONFIG_KASAN=y \"/boot/config-$(uname -r)\"\n"
     "trouble use-after-free",
     Outcome::splat, "KASAN"},
    {"leaks-memory", "needs 'has kmemleak' [ -e /sys/kernel/debug/kmemleak ]; trouble leak",
     Outcome::splat, "memory leak"},
};

// The module makes the trouble; the test itself says that nothing was wrong. Where the kernel
// cannot have that trouble, nothing is provoked: it skips itself, see cannot_be_provoked.
constexpr const char *kernel_prologue =
    "needs() { \"${@:2}\" || { echo \"1..0 # SKIP no kernel that $1\"; exit 4; }; }\n"
    "trouble() { insmod /opt/suture/selftests/suture/modules/test_trouble.ko act=\"$1\"; }\n";
constexpr const char *kernel_epilogue = "echo 1..1; echo ok 1 works\n";

// Scripts that run as one suite: that a harmful one does not reach the next is proven with it.
struct Group {
    const char *name;
    std::span<const Provocation> provocations;
    int seconds; // that each may take
    const char *prologue = "";
    const char *epilogue = "";
};

constexpr Group groups[] = {
    {"agent", provocations, script_seconds},
    {"kernel", kernel_provocations, kernel_seconds, kernel_prologue, kernel_epilogue},
};

// What passes, and leaves something that waits for its end to kill the kernel, but not before the
// agent has had its say.
constexpr const char *panics_later =
    "{ echo 0 >/sys/fs/cgroup/cgroup.procs; grep -aqm 1 'klp-test: end 1 ' /dev/kmsg; sleep 0.5\n"
    "echo c >/proc/sysrq-trigger; } >/dev/null 2>&1 &\n"
    "while grep -qx \"$!\" /sys/fs/cgroup/test/cgroup.procs; do sleep 0.1; done\n"
    "echo 1..1; echo ok 1 works";

// A guest of one test, which goes wrong outside of it, and what must become of it.
struct GuestProvocation {
    const char *name;
    std::function<void(GuestConfig &)> alter;
    Outcome outcome;
    const char *reason;
    const char *script = passes;
    Seconds boot_limit = TimeLimits().boot;
};

std::vector<GuestProvocation> guest_provocations() {
    return {
        {"guest-without-a-channel", [](GuestConfig &config) { config.channel = false; },
         Outcome::boot_failed, "before its agent took orders"},
        {"guest-that-panics-at-boot",
         [](GuestConfig &config) { config.kernel_arguments.push_back("rdinit=/none"); },
         Outcome::boot_failed, "QEMU ended"},
        {"guest-that-hangs-at-boot",
         [](GuestConfig &config) { config.kernel_arguments.push_back("rdinit=/bin/cat"); },
         Outcome::boot_failed, "no word from the guest's agent", passes, Seconds(10)},
        {"guest-without-a-suite",
         [](GuestConfig &config) {
             std::erase_if(config.overlay, [](const OverlayFile &file) {
                 return file.path.ends_with("kselftest-list.txt");
             });
         },
         Outcome::infrastructure, "no list of tests"},
        {"qemu-that-does-not-exist", [](GuestConfig &config) { config.arch.qemu = "no-such-qemu"; },
         Outcome::infrastructure, "cannot run no-such-qemu"},
        {"qemu-that-refuses", [](GuestConfig &config) { config.arch.machine = "no-such-machine"; },
         Outcome::infrastructure, "unsupported machine type"},
        {"logs-that-cannot-be-written",
         [](GuestConfig &config) { config.log_dir = "/proc/klp-test"; }, Outcome::infrastructure,
         "cannot make the log folder"},
        {"disk-that-is-full",
         [](GuestConfig &config) {
             std::filesystem::create_directories(config.log_dir);
             std::filesystem::create_symlink("/dev/full", config.log_dir / "console.log");
         },
         Outcome::infrastructure, "No space left on device"},
        {"guest-that-panics-after-its-last-test", nullptr, Outcome::splat, "panic", panics_later},
    };
}

// Sends QEMU a signal as soon as its first test starts.
class QemuSignaller : public Progress {
  public:
    explicit QemuSignaller(int signal) : signal_(signal) {}
    void guest_started(pid_t pid) override { pid_ = pid; }
    void test_started(const std::string &) override { kill(pid_, signal_); }

  private:
    int signal_;
    pid_t pid_ = 0;
};

// Provokes one thing after another, and compares; several of these may do so side by side.
class Selfcheck {
  public:
    Selfcheck(const Target &target, const Selection &selection, Progress &progress, int stop_fd)
        : target_(target), selection_(selection), progress_(progress), stop_fd_(stop_fd) {}

    TargetResult take_report() { return std::move(report_); }

    void run_scripts(const Group &group) {
        RunPlan plan;
        plan.suite = suite(group);
        plan.limits = limits;
        for (const auto &provocation : group.provocations) {
            if (chosen(provocation.name)) {
                plan.selection.filters.emplace_back(provocation.name);
            }
        }
        if (plan.selection.filters.empty()) {
            return;
        }
        auto target = target_;
        target.log_dir /= group.name;
        Progress quiet;
        auto seen = run_target(target, plan, quiet, stop_fd_);
        report_.release = seen.release;
        report_.boots += seen.boots;
        report_.boot_retries += seen.boot_retries;
        for (const auto &provocation : group.provocations) {
            if (!chosen(provocation.name)) {
                continue;
            }
            compare({provocation.name, provocation.outcome, provocation.reason},
                    find(seen, fmt::format("{}:{}", collection, provocation.name)));
            std::erase_if(seen.results, [&](const TestResult &result) {
                return result.name == fmt::format("{}:{}", collection, provocation.name);
            });
        }
        for (const auto &result : seen.results) {
            compare({"nothing-else-was-reported", Outcome::passed, ""}, &result);
        }
    }

    void run_alone(const GuestProvocation &provocation, Progress &listener) {
        if (!chosen(provocation.name)) {
            return;
        }
        RunPlan plan;
        plan.suite = script_suite(collection,
                                  {{"test", fmt::format("#!/bin/bash\n{}\n", provocation.script)}},
                                  script_seconds);
        plan.alter = provocation.alter;
        plan.boot_retries = 0;
        plan.limits = limits;
        plan.limits.boot = provocation.boot_limit;
        auto target = target_;
        target.log_dir /= provocation.name;
        auto seen = run_target(target, plan, listener, stop_fd_);
        report_.boots += seen.boots;
        compare({provocation.name, provocation.outcome, provocation.reason}, gone_wrong(seen));
    }

  private:
    bool chosen(const char *name) const { return matches(selection_, name); }

    static Suite suite(const Group &group) {
        std::vector<SuiteTest> tests;
        for (const auto &provocation : group.provocations) {
            tests.push_back({provocation.name, fmt::format("#!/bin/bash\n{}{}\n{}", group.prologue,
                                                           provocation.script, group.epilogue)});
        }
        return script_suite(collection, tests, group.seconds);
    }

    // Or, where it has none, why there was no guest to run it in.
    static const TestResult *find(const TargetResult &seen, const std::string &name) {
        const TestResult *of_guest = nullptr;
        for (const auto &result : seen.results) {
            if (result.name == name) {
                return &result;
            }
            if (result.name.starts_with('(') && kept_from_provoking(result)) {
                of_guest = &result;
            }
        }
        return of_guest;
    }

    // What was provoked, or else what there is.
    static const TestResult *gone_wrong(const TargetResult &seen) {
        for (const auto &result : seen.results) {
            if (result.outcome != Outcome::passed) {
                return &result;
            }
        }
        return seen.results.empty() ? nullptr : &seen.results.front();
    }

    void compare(const Provoked &provoked, const TestResult *seen) {
        auto verdict = verdict_on(provoked, seen);
        progress_.test_finished(verdict);
        report_.results.push_back(std::move(verdict));
    }

    const Target &target_;
    const Selection &selection_;
    Progress &progress_;
    int stop_fd_;
    TargetResult report_;
};

// A part with guests of its own.
using Job = std::function<void(Selfcheck &)>;

std::vector<Job> all_jobs() {
    std::vector<Job> jobs;
    for (const auto &group : groups) {
        jobs.emplace_back([&group](Selfcheck &check) { check.run_scripts(group); });
    }
    for (const auto &provocation : guest_provocations()) {
        jobs.emplace_back([provocation](Selfcheck &check) {
            Progress quiet;
            check.run_alone(provocation, quiet);
        });
    }
    jobs.emplace_back([](Selfcheck &check) {
        QemuSignaller kill(SIGKILL);
        check.run_alone(
            {"qemu-that-is-killed", nullptr, Outcome::guest_lost, "signal 9", never_ends}, kill);
    });
    jobs.emplace_back([](Selfcheck &check) {
        QemuSignaller stop(SIGSTOP);
        check.run_alone({"qemu-that-stops", nullptr, Outcome::timed_out, "the guest itself stopped",
                         never_ends},
                        stop);
    });
    return jobs;
}

// The parts of one report, in their order.
TargetResult merge(const Target &target, std::vector<TargetResult> parts) {
    TargetResult report;
    report.arch = target.arch.arch;
    report.kernel = target.kernel_name;
    report.accel = target.arch.accel;
    for (auto &part : parts) {
        if (!part.release.empty()) {
            report.release = part.release;
        }
        report.boots += part.boots;
        report.boot_retries += part.boot_retries;
        std::ranges::move(part.results, std::back_inserter(report.results));
    }
    return report;
}

} // namespace

TargetResult selfcheck(const Target &target, const Selection &selection, Slots slots,
                       const ProgressFor &progress_for, int stop_fd) {
    const auto jobs = all_jobs();
    std::vector<TargetResult> parts(jobs.size());
    std::atomic<std::size_t> next = 0;
    {
        std::vector<std::jthread> workers;
        for (unsigned used = 0; used < slots.count; used += slots.of(target.arch)) {
            workers.emplace_back([&] {
                for (std::size_t job; (job = next++) < jobs.size();) {
                    auto progress = progress_for(target);
                    Selfcheck check(target, selection, *progress, stop_fd);
                    jobs[job](check);
                    parts[job] = check.take_report();
                }
            });
        }
    }
    return merge(target, std::move(parts));
}

} // namespace suture::harness
