// Runs a suite on targets, with as many guests as that takes: a new one whenever a test has left
// one that no other test should inherit, and several beside one another, that share a target's
// tests, where the machine has room for them.
#pragma once

#include "arch_record.h"
#include "guest.h"
#include "jobs.h"
#include "progress.h"
#include "result.h"
#include "selection.h"
#include "suite.h"
#include "time_limits.h"
#include "verdict.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace suture::harness {

// An architecture and kernel, and where its guest's parts are.
struct Target {
    // As it is with this kernel, which may be slower than others or need more memory.
    ArchRecord arch;
    std::string kernel_name;
    std::filesystem::path kernel;
    std::filesystem::path initramfs;
    std::vector<std::string> kernel_arguments;
    std::filesystem::path log_dir;
    // Built for this target; in place of the plan's.
    std::optional<Suite> suite;

    std::string name() const { return arch.arch + "/" + kernel_name; }
};

struct RunPlan {
    Suite suite;
    Selection selection;
    TimeLimits limits;
    // In seconds, as it is, for every test, whatever its settings file says.
    std::optional<Seconds> test_limit;
    // How many boots of one target may be tried again. Each that was is counted and shown.
    unsigned boot_retries = 2;
    // Changes the guest before it boots; for provoking what goes wrong.
    std::function<void(GuestConfig &)> alter;
};

// One guest at a time.
TargetResult run_target(const Target &target, const RunPlan &plan, Progress &progress, int stop_fd);

// Makes the listener of a guest; called by several threads.
using ProgressFor = std::function<std::unique_ptr<Progress>(const Target &)>;

// All targets, with as many guests at once as fit into the slots.
RunResult run_targets(const std::vector<Target> &targets, const RunPlan &plan, Slots slots,
                      const ProgressFor &progress_for, int stop_fd);

} // namespace suture::harness
