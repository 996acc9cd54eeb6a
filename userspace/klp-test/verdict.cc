#include "verdict.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace suture::harness {

namespace {

// kselftest's exit statuses (tools/testing/selftests/kselftest.h).
constexpr int exit_pass = 0;
constexpr int exit_expected_failure = 2;
constexpr int exit_unexpected_success = 3;
constexpr int exit_skip = 4;

struct Judgement {
    Outcome outcome;
    std::string reason;
};

std::string describe(const Splat &splat) {
    return fmt::format("{}: {}", name_of(splat.kind), splat.headline);
}

const Splat &gravest(const std::vector<Splat> &splats) {
    return *std::min_element(splats.begin(), splats.end(),
                             [](const Splat &a, const Splat &b) { return a.kind < b.kind; });
}

Judgement judge_lost(const Evidence &evidence) {
    if (!evidence.splats.empty()) {
        return {Outcome::crashed, fmt::format("no verdict: the kernel died under it ({})",
                                              describe(gravest(evidence.splats)))};
    }
    // A triple fault and a disabled wait look like that: what a kernel dies of that is patched
    // badly.
    if (evidence.ended_itself) {
        return {
            Outcome::crashed,
            fmt::format("no verdict: the guest reset or powered itself off in the middle of the "
                        "test, and its console does not say why: {}",
                        evidence.guest_end)};
    }
    return {Outcome::guest_lost,
            fmt::format("no verdict, and the console does not say why: {}", evidence.guest_end)};
}

bool all_skipped(const std::vector<KtapPoint> &points) {
    return !points.empty() && std::all_of(points.begin(), points.end(), [](const KtapPoint &p) {
        return p.status == PointStatus::skipped;
    });
}

Judgement judge_status(int code) {
    if (code == exit_pass) {
        return {Outcome::passed, ""};
    }
    return {Outcome::failed, fmt::format("exit status {}", code)};
}

// As ksft_finished() has it, of the kernel's kselftest.h: what was expected to fail and did is no
// failure; what was expected to and did not is one, as somebody has to look why. Only who prints
// KTAP ends so: of any other program 2 may be plain failure.
std::optional<Judgement> judge_unusual_end(int code) {
    if (code == exit_expected_failure) {
        return Judgement{Outcome::passed, "exit status 2: it failed, as expected (XFAIL)"};
    }
    if (code == exit_unexpected_success) {
        return Judgement{Outcome::failed, "exit status 3: it passed, unexpectedly (XPASS)"};
    }
    return std::nullopt;
}

Judgement judge_without_ktap(int code, VerdictBy by) {
    if (code == exit_skip) {
        return {Outcome::skipped, "exit status 4, no reason given"};
    }
    if (code != exit_pass) {
        return {Outcome::failed, fmt::format("exit status {}, no KTAP result", code)};
    }
    if (by == VerdictBy::kselftest) {
        return {Outcome::passed, ""};
    }
    return {Outcome::crashed, "no verdict: it exited with 0, but printed no KTAP result"};
}

Judgement judge_ktap(const KtapReport &ktap, int code, VerdictBy by) {
    if (ktap.empty()) {
        return judge_without_ktap(code, by);
    }
    if (ktap.bail_out) {
        return {Outcome::failed, fmt::format("bailed out: {}", *ktap.bail_out)};
    }
    auto failed = failed_points(ktap.points);
    if (!failed.empty()) {
        return {Outcome::failed, fmt::format("not ok: {}", fmt::join(failed, "; "))};
    }
    if (!ktap.errors.empty()) {
        return {Outcome::failed, fmt::format("bad KTAP: {}", fmt::join(ktap.errors, "; "))};
    }
    if (!ktap.plan) {
        return {Outcome::crashed, "no verdict: KTAP results, but no plan (1..N) to hold them to"};
    }
    auto unusual = by == VerdictBy::kselftest ? judge_unusual_end(code) : std::nullopt;
    if (code != exit_pass && code != exit_skip && !unusual) {
        return {Outcome::failed, fmt::format("exit status {}, though no KTAP result failed", code)};
    }
    if (ktap.skip_all) {
        return {Outcome::skipped, *ktap.skip_all};
    }
    if (ktap.points.empty()) {
        return {Outcome::crashed, "no verdict: its plan is 1..0, and it is not skipped"};
    }
    if (all_skipped(ktap.points)) {
        return {Outcome::skipped, ktap.points.front().reason};
    }
    if (code == exit_skip) {
        return {Outcome::failed, "exit status 4 (skipped), but KTAP has results"};
    }
    return unusual ? *unusual : Judgement{Outcome::passed, ""};
}

Judgement judge_ended(const Evidence &evidence, const KtapReport &ktap) {
    const auto &ended = *evidence.ended;
    if (ended.how == frame::How::timeout) {
        return {Outcome::timed_out, "it did not end within its time limit"};
    }
    if (ended.how == frame::How::stuck) {
        return {Outcome::timed_out, "it left a process that cannot be killed"};
    }
    if (!evidence.splats.empty()) {
        return {Outcome::splat, describe(gravest(evidence.splats))};
    }
    auto taint = unexpected_taint(ended.before, ended.after);
    if (!taint.empty()) {
        return {Outcome::splat, fmt::format("it left the kernel tainted: {}", taint)};
    }
    if (evidence.verdict_by == VerdictBy::exit_status) {
        return judge_status(ended.code);
    }
    if (ended.code > 128 && ended.code <= 128 + SIGRTMAX) {
        int signal = ended.code - 128;
        return {Outcome::crashed,
                fmt::format("killed by signal {} ({})", signal, strsignal(signal))};
    }
    return judge_ktap(ktap, ended.code, evidence.verdict_by);
}

Judgement judge_partly(const Evidence &evidence, const KtapReport &ktap, const std::string &why) {
    if (!evidence.ended && !evidence.splats.empty()) {
        return {Outcome::splat,
                fmt::format("{}; then: {}", describe(gravest(evidence.splats)), why)};
    }
    if (evidence.ended) {
        auto judgement = judge_ended(evidence, ktap);
        // A command may have any exit status. Whether it had it of a clean kernel is what counts.
        bool accepted =
            evidence.verdict_by == VerdictBy::exit_status && judgement.outcome == Outcome::failed;
        if (tally_of(judgement.outcome) == Tally::failed && !accepted) {
            return judgement;
        }
    }
    return {Outcome::infrastructure, why};
}

KtapReport ktap_of(const Evidence &evidence) {
    bool silent = evidence.verdict_by == VerdictBy::exit_status;
    return silent ? KtapReport{} : parse_ktap(evidence.output);
}

TestResult result_of(Judgement judgement, const Evidence &evidence, KtapReport ktap) {
    TestResult result;
    result.outcome = judgement.outcome;
    result.reason = std::move(judgement.reason);
    result.exit_code = evidence.ended ? evidence.ended->code : 0;
    result.points = std::move(ktap.points);
    result.output = evidence.output;
    for (const auto &splat : evidence.splats) {
        result.excerpt.insert(result.excerpt.end(), splat.excerpt.begin(), splat.excerpt.end());
    }
    return result;
}

} // namespace

TestResult judge(const Evidence &evidence) {
    auto ktap = ktap_of(evidence);
    auto judgement = evidence.ended ? judge_ended(evidence, ktap) : judge_lost(evidence);
    return result_of(std::move(judgement), evidence, std::move(ktap));
}

TestResult judge_cut_short(const Evidence &evidence, const std::string &why) {
    auto ktap = ktap_of(evidence);
    auto judgement = judge_partly(evidence, ktap, why);
    return result_of(std::move(judgement), evidence, std::move(ktap));
}

} // namespace suture::harness
