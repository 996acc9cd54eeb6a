// A run as JSON.
#include "report.h"

#include <nlohmann/json.hpp>

namespace suture::harness {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const std::vector<KtapPoint> &points) {
    auto list = Json::array();
    for (const auto &point : points) {
        list.push_back({{"name", point.name},
                        {"status", name_of(point.status)},
                        {"reason", point.reason},
                        {"subtests", to_json(point.subtests)}});
    }
    return list;
}

Json to_json(const TestResult &result) {
    return {{"name", result.name},
            {"outcome", name_of(result.outcome)},
            {"reason", result.reason},
            {"duration_ms", result.duration.count()},
            {"exit_code", result.exit_code},
            {"points", to_json(result.points)},
            {"output", result.output},
            {"excerpt", result.excerpt},
            {"log", result.log}};
}

Json to_json(const TargetResult &target) {
    auto results = Json::array();
    for (const auto &result : target.results) {
        results.push_back(to_json(result));
    }
    return {{"arch", target.arch},       {"kernel", target.kernel},
            {"release", target.release}, {"accel", target.accel},
            {"boots", target.boots},     {"boot_retries", target.boot_retries},
            {"results", results}};
}

} // namespace

void JsonPrinter::write(const RunResult &run, std::ostream &out) const {
    auto counts = run.counts();
    auto targets = Json::array();
    for (const auto &target : run.targets) {
        targets.push_back(to_json(target));
    }
    Json json{{"schema_version", 1},
              {"passed", counts.passed},
              {"failed", counts.failed},
              {"skipped", counts.skipped},
              {"exit_code", run.exit_code()},
              {"duration_ms", run.duration.count()},
              {"targets", targets}};
    // What a test printed need not be UTF-8.
    out << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace suture::harness
