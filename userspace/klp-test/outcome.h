// The ways in which a test or its guest can end. They are kept apart to the end: in every report
// and in the exit code.
#pragma once

namespace suture::harness {

enum class Outcome {
    passed,
    failed,
    skipped,
    // It ended, or its kernel died or left, without a verdict.
    crashed,
    // It has a verdict, and the kernel complained while it ran.
    splat,
    timed_out,
    // QEMU failed or was ended in the middle of a test, and nothing on the guest's console says
    // why.
    guest_lost,
    // The guest never came so far as to take orders, or to start its first test.
    boot_failed,
    // The harness could not do its own work.
    infrastructure,
};

const char *name_of(Outcome outcome);

enum class Tally { passed, failed, skipped };
Tally tally_of(Outcome outcome);

// True for what says nothing about the test itself.
bool is_infrastructure(Outcome outcome);

} // namespace suture::harness
