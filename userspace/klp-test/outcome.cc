#include "outcome.h"

namespace suture::harness {

const char *name_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::passed:
        return "passed";
    case Outcome::failed:
        return "failed";
    case Outcome::skipped:
        return "skipped";
    case Outcome::crashed:
        return "crashed";
    case Outcome::splat:
        return "splat";
    case Outcome::timed_out:
        return "timed out";
    case Outcome::guest_lost:
        return "guest lost";
    case Outcome::boot_failed:
        return "boot failed";
    case Outcome::infrastructure:
        return "infrastructure";
    }
    return "unknown";
}

Tally tally_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::passed:
        return Tally::passed;
    case Outcome::skipped:
        return Tally::skipped;
    default:
        return Tally::failed;
    }
}

bool is_infrastructure(Outcome outcome) {
    return outcome == Outcome::guest_lost || outcome == Outcome::boot_failed ||
           outcome == Outcome::infrastructure;
}

} // namespace suture::harness
