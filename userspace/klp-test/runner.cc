#include "runner.h"

#include "agenda.h"
#include "guest_loop.h"
#include "monitor.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <fmt/format.h>
#include <mutex>
#include <thread>
#include <utility>

namespace suture::harness {

namespace {

TestResult without_guest(const std::string &name, Outcome outcome, const std::string &reason) {
    TestResult result;
    result.name = name;
    result.outcome = outcome;
    result.reason = reason;
    return result;
}

TestResult not_run(const frame::Listed &test, Outcome outcome) {
    return without_guest(test.id, outcome, "not run: there was no guest to run it in");
}

// One target's part of a run. Several guests may be at it at once, each driven by a thread.
class TargetRun {
  public:
    // `changed` is called when one more guest may have become of use.
    TargetRun(const Target &target, const RunPlan &plan, std::function<void()> changed)
        : target_(target), plan_(plan), changed_(std::move(changed)), agenda_(plan.selection) {
        result_.arch = target.arch.arch;
        result_.kernel = target.kernel_name;
        result_.accel = target.arch.accel;
    }

    const Target &target() const { return target_; }

    // The number of a guest that is worth booting now; whoever is given one owes its run_guest().
    std::optional<unsigned> claim_guest() {
        std::lock_guard guard(lock_);
        if (!agenda_.wants_guest(guests_)) {
            return std::nullopt;
        }
        guests_++;
        return ++result_.boots;
    }

    unsigned guests() const {
        std::lock_guard guard(lock_);
        return guests_;
    }

    void run_guest(unsigned number, Progress &progress, int stop_fd) {
        auto log_dir = target_.log_dir / fmt::format("guest-{}", number);
        auto report = boot_and_drive(log_dir, progress, stop_fd);
        std::lock_guard guard(lock_);
        guests_--;
        take(std::move(report), log_dir, progress);
    }

    // When no guest is claimed any more: the results, in the order of the suite.
    TargetResult finish(Progress &progress) {
        std::lock_guard guard(lock_);
        if (result_.results.empty()) {
            add(without_guest("(suite)", Outcome::infrastructure, agenda_.problem()), progress);
        }
        std::ranges::stable_sort(result_.results, {}, [this](const TestResult &result) {
            return agenda_.position(result.name);
        });
        return std::move(result_);
    }

  private:
    // One boot, from the start of QEMU to its end.
    GuestReport boot_and_drive(const std::filesystem::path &log_dir, Progress &progress,
                               int stop_fd) {
        auto plan = guest_plan(log_dir, progress);
        auto config = guest_config(log_dir, plan.nonce);
        auto started = Clock::now();
        auto guest = Guest::boot(config);
        if (!guest) {
            GuestReport report;
            report.reason = guest.error().message;
            return report;
        }
        progress.guest_started(guest->pid());
        GuestMonitor monitor(std::move(plan), started, progress);
        drive(*guest, monitor, stop_fd);
        return monitor.take_report();
    }

    const Suite &suite() const { return target_.suite ? *target_.suite : plan_.suite; }

    GuestPlan guest_plan(const std::filesystem::path &log_dir, Progress &progress) {
        GuestPlan plan;
        plan.nonce = make_nonce();
        plan.slowdown = target_.arch.slowdown;
        plan.limits = plan_.limits.scaled(target_.arch.slowdown);
        plan.test_limit = plan_.test_limit;
        plan.verdict_by = suite().verdict_by;
        plan.log = log_dir.string();
        plan.next = [this, &progress, first = true](const auto &listed) mutable {
            auto test = agenda_.take(listed);
            if (std::exchange(first, false)) {
                progress.tests_chosen(agenda_.size());
                changed_();
            }
            return test;
        };
        return plan;
    }

    GuestConfig guest_config(const std::filesystem::path &log_dir, const std::string &nonce) const {
        GuestConfig config;
        config.arch = target_.arch;
        config.kernel = target_.kernel;
        config.initramfs = target_.initramfs;
        config.kernel_arguments = target_.kernel_arguments;
        config.overlay = job_files(suite(), nonce, target_.arch.slowdown);
        config.log_dir = log_dir;
        if (plan_.alter) {
            plan_.alter(config);
        }
        return config;
    }

    void take(GuestReport report, const std::filesystem::path &log_dir, Progress &progress) {
        if (!report.release.empty()) {
            result_.release = report.release;
        }
        std::ranges::move(report.results, std::back_inserter(result_.results));
        if (report.handed_back && !agenda_.put_back(*report.handed_back)) {
            add(not_run(*report.handed_back, Outcome::infrastructure), progress);
        }
        if (report.end == GuestEnd::completed || report.end == GuestEnd::used) {
            return;
        }
        if (report.end == GuestEnd::boot_failed && result_.boot_retries < plan_.boot_retries) {
            result_.boot_retries++;
            progress.boot_retried(report.reason);
            return;
        }
        give_up(report, log_dir, progress);
    }

    // No more guests for this target. Of several that end so, the first says why.
    void give_up(const GuestReport &report, const std::filesystem::path &log_dir,
                 Progress &progress) {
        if (agenda_.closed()) {
            return;
        }
        auto outcome =
            report.end == GuestEnd::boot_failed ? Outcome::boot_failed : Outcome::infrastructure;
        auto guest = without_guest("(guest)", outcome, report.reason);
        guest.excerpt = report.excerpt;
        guest.log = log_dir.string();
        add(std::move(guest), progress);
        for (const auto &test : agenda_.close()) {
            add(not_run(test, outcome), progress);
        }
    }

    void add(TestResult test, Progress &progress) {
        progress.test_finished(test);
        result_.results.push_back(std::move(test));
    }

    const Target &target_;
    const RunPlan &plan_;
    std::function<void()> changed_;
    Agenda agenda_;
    mutable std::mutex lock_;
    // Claimed, and not yet at their end.
    unsigned guests_ = 0;
    TargetResult result_;
};

// Shares out guests among threads: wherever there is something to run and slots are free for it,
// first where fewest are at it.
class Pool {
  public:
    struct Claim {
        TargetRun *run;
        unsigned number;
    };

    Pool(const std::vector<Target> &targets, const RunPlan &plan, Slots slots)
        : slots_(slots), free_(slots.count) {
        for (const auto &target : targets) {
            runs_.emplace_back(target, plan, [this] { notify(); });
        }
    }

    // Waits for a guest that is worth booting; nothing: there never will be one again.
    std::optional<Claim> claim() {
        std::unique_lock guard(lock_);
        for (;;) {
            auto claim = try_claim();
            // With no guest up, nothing will come of waiting.
            if (claim || free_ == slots_.count) {
                return claim;
            }
            changed_.wait(guard);
        }
    }

    // That guest is at its end.
    void release(const Claim &claim) {
        std::lock_guard guard(lock_);
        free_ += slots_.of(claim.run->target().arch);
        changed_.notify_all();
    }

    void notify() {
        std::lock_guard guard(lock_);
        changed_.notify_all();
    }

    std::deque<TargetRun> &runs() { return runs_; }

  private:
    std::optional<Claim> try_claim() {
        std::vector<TargetRun *> order;
        for (auto &run : runs_) {
            order.push_back(&run);
        }
        std::ranges::stable_sort(order, {}, &TargetRun::guests);
        for (auto *run : order) {
            auto needed = slots_.of(run->target().arch);
            if (needed > free_) {
                continue;
            }
            if (auto number = run->claim_guest()) {
                free_ -= needed;
                return Claim{run, *number};
            }
        }
        return std::nullopt;
    }

    const Slots slots_;
    std::mutex lock_;
    unsigned free_;
    std::condition_variable changed_;
    std::deque<TargetRun> runs_;
};

} // namespace

TargetResult run_target(const Target &target, const RunPlan &plan, Progress &progress,
                        int stop_fd) {
    TargetRun run(target, plan, [] {});
    while (auto number = run.claim_guest()) {
        run.run_guest(*number, progress, stop_fd);
    }
    return run.finish(progress);
}

RunResult run_targets(const std::vector<Target> &targets, const RunPlan &plan, Slots slots,
                      const ProgressFor &progress_for, int stop_fd) {
    auto started = Clock::now();
    RunResult run;
    Pool pool(targets, plan, slots);
    {
        std::vector<std::jthread> workers;
        for (unsigned worker = 0; worker < slots.count; worker++) {
            workers.emplace_back([&] {
                while (auto claim = pool.claim()) {
                    auto progress = progress_for(claim->run->target());
                    claim->run->run_guest(claim->number, *progress, stop_fd);
                    pool.release(*claim);
                }
            });
        }
    }
    for (auto &part : pool.runs()) {
        run.targets.push_back(part.finish(*progress_for(part.target())));
    }
    run.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
    return run;
}

} // namespace suture::harness
