#include "runner.h"

#include "guest_loop.h"
#include "monitor.h"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <thread>

namespace suture::harness {

namespace {

// The tests of one target, across its guests.
class Agenda {
  public:
    explicit Agenda(const Selection &selection) : selection_(selection) {}

    // The first guest's list decides; later guests run what is left of it.
    std::vector<frame::Listed> choose(const std::vector<frame::Listed> &listed) {
        if (!known_) {
            known_ = true;
            take(listed);
        }
        return left_;
    }

    void done(const std::vector<TestResult> &results) {
        for (const auto &result : results) {
            std::erase_if(left_, [&](const frame::Listed &test) { return test.id == result.name; });
        }
    }

    bool finished() const { return known_ && left_.empty(); }
    const std::vector<frame::Listed> &left() const { return left_; }
    // Why nothing was chosen.
    const std::string &problem() const { return problem_; }

  private:
    void take(const std::vector<frame::Listed> &listed) {
        std::vector<std::string> suite;
        for (const auto &test : listed) {
            suite.push_back(test.id);
        }
        auto chosen = select(selection_, suite);
        if (!chosen) {
            problem_ = chosen.error().message;
            return;
        }
        for (const auto &test : listed) {
            if (std::ranges::find(*chosen, test.id) != chosen->end()) {
                left_.push_back(test);
            }
        }
    }

    const Selection &selection_;
    bool known_ = false;
    std::vector<frame::Listed> left_;
    std::string problem_;
};

TestResult without_guest(const std::string &name, Outcome outcome, const std::string &reason) {
    TestResult result;
    result.name = name;
    result.outcome = outcome;
    result.reason = reason;
    return result;
}

// One boot, from the start of QEMU to its end.
GuestReport run_guest(const Target &target, const RunPlan &plan, Agenda &agenda,
                      const std::filesystem::path &log_dir, Progress &progress, int stop_fd) {
    GuestPlan guest_plan;
    guest_plan.nonce = make_nonce();
    guest_plan.slowdown = target.arch.slowdown;
    guest_plan.limits = plan.limits.scaled(target.arch.slowdown);
    guest_plan.test_limit = plan.test_limit;
    guest_plan.verdict_by = plan.verdict_by;
    guest_plan.log = log_dir.string();
    guest_plan.choose = [&](const auto &listed) { return agenda.choose(listed); };

    GuestConfig config;
    config.arch = target.arch;
    config.kernel = target.kernel;
    config.initramfs = target.initramfs;
    config.overlay = job_files(target.suite ? *target.suite : plan.suite, guest_plan.nonce,
                               target.arch.slowdown);
    config.log_dir = log_dir;
    if (plan.alter) {
        plan.alter(config);
    }
    auto started = Clock::now();
    auto guest = Guest::boot(config);
    if (!guest) {
        GuestReport report;
        report.reason = guest.error().message;
        return report;
    }
    progress.guest_started(guest->pid());
    GuestMonitor monitor(std::move(guest_plan), started, progress);
    drive(*guest, monitor, stop_fd);
    return monitor.take_report();
}

} // namespace

TargetResult run_target(const Target &target, const RunPlan &plan, Progress &progress,
                        int stop_fd) {
    TargetResult result;
    result.arch = target.arch.arch;
    result.kernel = target.kernel_name;
    Agenda agenda(plan.selection);
    auto add = [&](TestResult test) {
        progress.test_finished(test);
        result.results.push_back(std::move(test));
    };

    while (!agenda.finished()) {
        auto log_dir = target.log_dir / fmt::format("guest-{}", ++result.boots);
        auto report = run_guest(target, plan, agenda, log_dir, progress, stop_fd);
        if (!report.release.empty()) {
            result.release = report.release;
        }
        agenda.done(report.results);
        for (auto &test : report.results) {
            result.results.push_back(std::move(test));
        }
        if (report.end == GuestEnd::completed || report.end == GuestEnd::used) {
            continue;
        }
        if (report.end == GuestEnd::boot_failed && result.boot_retries < plan.boot_retries) {
            result.boot_retries++;
            progress.boot_retried(report.reason);
            continue;
        }
        auto outcome =
            report.end == GuestEnd::boot_failed ? Outcome::boot_failed : Outcome::infrastructure;
        auto guest = without_guest("(guest)", outcome, report.reason);
        guest.excerpt = report.excerpt;
        guest.log = log_dir.string();
        add(std::move(guest));
        for (const auto &test : agenda.left()) {
            add(without_guest(test.id, outcome, "not run: there was no guest to run it in"));
        }
        return result;
    }
    if (result.results.empty()) {
        add(without_guest("(suite)", Outcome::infrastructure, agenda.problem()));
    }
    return result;
}

RunResult run_targets(const std::vector<Target> &targets, const RunPlan &plan, unsigned jobs,
                      const std::function<std::unique_ptr<Progress>(const Target &)> &progress_for,
                      int stop_fd) {
    auto started = Clock::now();
    RunResult run;
    run.targets.resize(targets.size());
    std::atomic<std::size_t> next = 0;
    {
        std::vector<std::jthread> workers;
        for (unsigned worker = 0; worker < std::min<std::size_t>(jobs, targets.size()); worker++) {
            workers.emplace_back([&] {
                for (std::size_t i; (i = next++) < targets.size();) {
                    auto progress = progress_for(targets[i]);
                    run.targets[i] = run_target(targets[i], plan, *progress, stop_fd);
                }
            });
        }
    }
    run.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
    return run;
}

} // namespace suture::harness
