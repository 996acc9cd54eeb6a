// Trying a patch: the suite that does it in a guest, and what that has measured.
//
// The guest's script prints its figures among its KTAP, one a line, as "# try: NAME VALUE":
//     patched_us N, unpatched_us N     a transition that ended there took so long
//     reversed 1                       a transition was turned round
//     blocked TIMES REASON WHERE COMM  a task could not be moved
//     cycles, retries, woken, memory_kib, each with a number
//     audit_checks, audit_violations   likewise, where the audit was on
#pragma once

#include "patch_source.h"
#include "runner.h"

#include <map>
#include <string>
#include <vector>

namespace suture::harness {

struct TrialRequest {
    unsigned cycles = 20;
    // A command for the guest's bash; empty: the built-in mix of system calls.
    std::string load;
    bool audit = true;
    // A trial in which the audit has seen no call fails.
    bool require_audit = false;
};

// A suite of one test, which tries this patch, with the modules that it needs.
Suite trial_suite(const TrialRequest &request, const PatchModules &modules);

struct Blocked {
    unsigned long times = 0;
    std::string reason;
    std::string where;
    std::string comm;
};

struct TrialFigures {
    // In milliseconds, in the order in which they happened.
    std::vector<double> patched;
    std::vector<double> unpatched;
    unsigned reversed = 0;
    std::vector<Blocked> blocked;
    // Those with a number, by name.
    std::map<std::string, long> counts;
};

// The audit was on and has seen no call: it proves nothing.
bool nothing_audited(const TrialFigures &figures);
constexpr const char *nothing_audited_text =
    "nothing audited: no task called what the patch changes during a transition; give a --load "
    "that does";

TrialFigures parse_figures(const std::vector<std::string> &output);

// Those of all that ran on a target.
TrialFigures trial_figures(const TargetResult &target);

// 0 where there are none.
double median(std::vector<double> values);
double longest(const std::vector<double> &values);

// A target's trial: the verdict of its one test, and the figures.
struct Trial {
    TargetResult target;
    TrialFigures figures;

    // What is wrong with it, if anything: the first result that did not pass, or the only one.
    const TestResult &verdict() const;
};

struct TrialRun {
    std::string patch;
    std::vector<Trial> trials;
};

} // namespace suture::harness
