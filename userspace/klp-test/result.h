// What a run found out: the model that every report is printed from.
#pragma once

#include "ktap.h"
#include "outcome.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace suture::harness {

struct TestResult {
    std::string name;
    Outcome outcome = Outcome::infrastructure;
    // Why it is not simply passed, for a person.
    std::string reason;
    std::chrono::milliseconds duration{0};
    int exit_code = 0;
    std::vector<KtapPoint> points;
    // What the test wrote.
    std::vector<std::string> output;
    // The lines of the console that make it a splat or explain its crash.
    std::vector<std::string> excerpt;
    // The folder with the guest's whole console and channel.
    std::string log;
};

struct Counts {
    std::size_t passed = 0;
    std::size_t failed = 0;
    std::size_t skipped = 0;

    Counts &operator+=(const Counts &more);
    std::string line() const;
};

// One architecture and kernel.
struct TargetResult {
    std::string arch;
    std::string kernel;
    // What `uname -r` says in the guest; empty where none came up.
    std::string release;
    // What QEMU was told to run them by: "kvm", or "tcg" with its properties.
    std::string accel;
    unsigned boots = 0;
    unsigned boot_retries = 0;
    std::vector<TestResult> results;

    std::string name() const { return arch + "/" + kernel; }
    Counts counts() const;
};

struct RunResult {
    std::vector<TargetResult> targets;
    std::chrono::milliseconds duration{0};

    Counts counts() const;
    // 0 all passed, 1 tests failed, 4 infrastructure. A failed test outweighs infrastructure, so
    // that whoever tries again after a 4 never hides one. A run without a test is no success.
    int exit_code() const;
};

} // namespace suture::harness
