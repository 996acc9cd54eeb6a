// By what a test says how it went.
#pragma once

namespace suture::harness {

enum class VerdictBy {
    // KTAP and the exit status, which must agree. Silence is no verdict.
    ktap,
    // KTAP where the test prints any, and the exit status, by kselftest's numbers. Of a test that
    // prints none the exit status alone is the verdict, as many of the kernel's tests have it.
    kselftest,
    // The exit status alone: for a command, which knows nothing of KTAP.
    exit_status,
};

} // namespace suture::harness
