// Trying a patch: the suite that does it in a guest, and what that has measured.
//
// The guest's script prints its figures among its KTAP, one a line, as "# try: NAME VALUE":
//     patched_us N, unpatched_us N     a transition that ended there took so long
//     reversed 1                       a transition was turned round
//     blocked TIMES REASON WHERE COMM  a task could not be moved
//     cycles, audit_checks, audit_violations, retries, woken, memory_kib, each with a number
#pragma once

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
};

// A suite of one test, which tries this module: its file name and content.
Suite trial_suite(const TrialRequest &request, const std::string &name, std::string module);

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
