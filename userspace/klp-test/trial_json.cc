// Trials as JSON.
#include "trial_report.h"

#include <nlohmann/json.hpp>

namespace suture::harness {

namespace {

using Json = nlohmann::ordered_json;

Json latency_json(const std::vector<double> &values) {
    return {{"count", values.size()},
            {"median_ms", median(values)},
            {"max_ms", longest(values)},
            {"all_ms", values}};
}

Json to_json(const Trial &trial) {
    auto blocked = Json::array();
    for (const auto &one : trial.figures.blocked) {
        blocked.push_back({{"comm", one.comm},
                           {"times", one.times},
                           {"reason", one.reason},
                           {"where", one.where}});
    }
    const auto &verdict = trial.verdict();
    return {{"arch", trial.target.arch},
            {"kernel", trial.target.kernel},
            {"release", trial.target.release},
            {"accel", trial.target.accel},
            {"outcome", name_of(verdict.outcome)},
            {"reason", verdict.reason},
            {"enable", latency_json(trial.figures.patched)},
            {"disable", latency_json(trial.figures.unpatched)},
            {"reversed", trial.figures.reversed},
            {"nothing_audited", nothing_audited(trial.figures)},
            {"blocked", blocked},
            {"counts", trial.figures.counts},
            {"output", verdict.output},
            {"excerpt", verdict.excerpt},
            {"log", verdict.log}};
}

} // namespace

void write_trial_json(const TrialRun &run, std::ostream &out) {
    auto targets = Json::array();
    for (const auto &trial : run.trials) {
        targets.push_back(to_json(trial));
    }
    Json json{{"schema_version", 1}, {"patch", run.patch}, {"targets", targets}};
    // Names of tasks need not be UTF-8.
    out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace suture::harness
