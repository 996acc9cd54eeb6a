#include "trial.h"

#include "guest_scripts.h"
#include "shell.h"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>

namespace suture::harness {

namespace {

constexpr std::string_view prefix = "# try: ";
// In seconds, before the guest's slowdown: for what does not depend on the number of cycles, and
// for one cycle beside a load that takes all there is.
constexpr int seconds_at_least = 60;
constexpr int seconds_per_cycle = 10;

void take(TrialFigures &figures, const std::string &line) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (name == "blocked") {
        Blocked blocked;
        if (words >> blocked.times >> blocked.reason >> blocked.where) {
            std::getline(words >> std::ws, blocked.comm);
            // No reason but "function" has a place.
            if (blocked.where == "0x0") {
                blocked.where.clear();
            }
            figures.blocked.push_back(std::move(blocked));
        }
        return;
    }
    long value = 0;
    if (!(words >> value)) {
        return;
    }
    if (name == "patched_us") {
        figures.patched.push_back(static_cast<double>(value) / 1000);
    } else if (name == "unpatched_us") {
        figures.unpatched.push_back(static_cast<double>(value) / 1000);
    } else if (name == "reversed") {
        figures.reversed++;
    } else {
        figures.counts[name] = value;
    }
}

} // namespace

Suite trial_suite(const TrialRequest &request, const PatchModules &modules) {
    auto seconds = seconds_at_least + seconds_per_cycle * static_cast<int>(request.cycles);
    const auto &name = modules.patch.name;
    auto suite = script_suite("try", {{name, try_script}}, seconds);
    auto folder = suite.path + "/try/";
    suite.files.push_back({folder + "mix", 0755, mix_script});
    suite.files.push_back({folder + "patch/" + name, 0644, modules.patch.content});
    std::vector<std::string> with;
    for (const auto &module : modules.with) {
        // Two of them may have one name.
        with.push_back(fmt::format("with/{}/{}", with.size(), module.name));
        suite.files.push_back({folder + with.back(), 0644, module.content});
    }
    suite.files.push_back(
        {folder + "given", 0644,
         fmt::format("FILE={} CYCLES={} LOAD={} AUDIT={} REQUIRE_AUDIT={}\nWITH=({})\n",
                     shell_quoted({"patch/" + name}), request.cycles,
                     shell_quoted({request.load.empty() ? "./mix" : request.load}),
                     request.audit ? 1 : 0, request.require_audit ? 1 : 0, shell_quoted(with))});
    return suite;
}

bool nothing_audited(const TrialFigures &figures) {
    auto checks = figures.counts.find("audit_checks");
    return checks != figures.counts.end() && checks->second == 0;
}

TrialFigures parse_figures(const std::vector<std::string> &output) {
    TrialFigures figures;
    for (const auto &line : output) {
        if (line.starts_with(prefix)) {
            take(figures, line.substr(prefix.size()));
        }
    }
    return figures;
}

TrialFigures trial_figures(const TargetResult &target) {
    std::vector<std::string> output;
    for (const auto &result : target.results) {
        output.insert(output.end(), result.output.begin(), result.output.end());
    }
    return parse_figures(output);
}

double median(std::vector<double> values) {
    if (values.empty()) {
        return 0;
    }
    std::ranges::sort(values);
    auto middle = values.size() / 2;
    return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double longest(const std::vector<double> &values) {
    return values.empty() ? 0 : *std::ranges::max_element(values);
}

const TestResult &Trial::verdict() const {
    for (const auto &result : target.results) {
        if (result.outcome != Outcome::passed) {
            return result;
        }
    }
    return target.results.front();
}

} // namespace suture::harness
