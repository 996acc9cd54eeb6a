// Trials for people, as text.
#include "trial_report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

namespace suture::harness {

namespace {

constexpr const char *columns = "{:<14} {:<14} {:>6}  {:>17}  {:>17}  {:>8}  {:>8}  {:>10}\n";

std::string latency_text(const std::vector<double> &values) {
    return values.empty() ? "-" : fmt::format("{:.1f} / {:.1f}", median(values), longest(values));
}

std::string count(const TrialFigures &figures, const char *name) {
    auto found = figures.counts.find(name);
    return found == figures.counts.end() ? "-" : std::to_string(found->second);
}

// What was not looked for was not found either.
std::string mixtures(const TrialFigures &figures) {
    return nothing_audited(figures) ? "-" : count(figures, "audit_violations");
}

void write_details(std::ostream &out, const Trial &trial) {
    // Latencies with KVM are others.
    if (trial.target.accel == "kvm") {
        fmt::print(out, "  run by KVM\n");
    }
    for (const auto &blocked : trial.figures.blocked) {
        fmt::print(out, "  {} blocked {} times: {}{}\n", blocked.comm, blocked.times,
                   blocked.reason, blocked.where.empty() ? "" : " " + blocked.where);
    }
    if (nothing_audited(trial.figures)) {
        fmt::print(out, "  {}\n", nothing_audited_text);
    }
    const auto &verdict = trial.verdict();
    if (!verdict.reason.empty()) {
        fmt::print(out, "  {}: {}\n", name_of(verdict.outcome), verdict.reason);
    }
}

} // namespace

void write_trial_table(const TrialRun &run, std::ostream &out) {
    fmt::print(out, columns, "target", "verdict", "cycles", "enable, ms", "disable, ms", "reversed",
               "mixtures", "memory");
    fmt::print(out, columns, "", "", "", "median / max", "median / max", "", "", "KiB");
    for (const auto &trial : run.trials) {
        const auto &figures = trial.figures;
        fmt::print(out, columns, trial.target.name(), name_of(trial.verdict().outcome),
                   count(figures, "cycles"), latency_text(figures.patched),
                   latency_text(figures.unpatched), figures.reversed, mixtures(figures),
                   count(figures, "memory_kib"));
        write_details(out, trial);
    }
}

} // namespace suture::harness
