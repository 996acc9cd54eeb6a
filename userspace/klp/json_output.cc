#include "klp/output.h"

#include "klp/json_values.h"
#include "libklp/effective_release.h"
#include "libklp/expiry.h"

#include <nlohmann/json.hpp>

namespace suture {

namespace {

using nlohmann::ordered_json;

// Where a transition leads, as the kernel says it.
ordered_json target_of(PatchState state) {
    if (!in_transition(state))
        return nullptr;
    return state == PatchState::enabling ? "patched" : "unpatched";
}

ordered_json to_milliseconds(const std::optional<Clock::Duration> &duration) {
    if (!duration)
        return nullptr;
    return std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
}

ordered_json to_json(const Object &object) {
    ordered_json functions = ordered_json::array();
    for (const Function &function : object.functions)
        functions.push_back({{"name", function.name}, {"sympos", function.sympos}});
    return {{"name", object.name},
            {"patched", or_null(object.patched)},
            {"functions", std::move(functions)}};
}

// The same, and whose code calls of each function run.
ordered_json with_live_owners(const Object &object) {
    ordered_json json = to_json(object);
    for (size_t index = 0; index < object.functions.size(); ++index)
        json["functions"][index]["live"] = or_null(object.functions[index].live);
    return json;
}

ordered_json to_json(const Metadata &metadata) {
    ordered_json cves = ordered_json::array();
    for (const Cve &cve : metadata.cves)
        cves.push_back({{"name", cve.name}, {"score", or_null(cve.score)}});
    ordered_json objects = ordered_json::array();
    for (const ObjectBuild &object : metadata.objects)
        objects.push_back({{"name", object.object}, {"kind", object.kind}, {"id", object.id}});
    return {{"version", or_null(metadata.version)},
            {"kernel", or_null(metadata.kernel)},
            {"description", or_null(metadata.description)},
            {"expires", or_null(metadata.expires)},
            {"initial", metadata.initial},
            {"cves", std::move(cves)},
            {"bugs", metadata.bugs},
            {"objects", std::move(objects)}};
}

ordered_json to_json(const Patch &patch) {
    ordered_json objects = ordered_json::array();
    for (const Object &object : patch.objects)
        objects.push_back(to_json(object));
    return {{"name", patch.name},
            {"runtime", name_of(patch.runtime)},
            {"state", to_text(patch.progress.state)},
            {"target", target_of(patch.progress.state)},
            {"pending_tasks", or_null(patch.progress.pending_tasks)},
            {"total_tasks", or_null(patch.progress.total_tasks)},
            {"elapsed_ms", to_milliseconds(patch.elapsed)},
            {"replace", or_null(patch.replace)},
            {"stack_order", or_null(patch.stack_order)},
            {"objects", std::move(objects)}};
}

ordered_json to_json(const Blocker &task, const std::string &command_line) {
    return {{"pid", task.pid},
            {"tid", task.tid},
            {"comm", task.comm},
            {"command_line", or_null(command_line)},
            {"kind", or_null(task.kind)},
            {"state", or_null(task.state)},
            {"cpu", or_null(task.cpu)},
            {"pending_ms", or_null(task.pending_ms)},
            {"reason", or_null(task.reason)},
            {"frame", or_null(task.frame)},
            {"function", or_null(task.function)},
            {"object", or_null(task.object)},
            {"stack", task.stack}};
}

ordered_json to_json(const StoredPatch &patch) {
    return {{"kernel", patch.id.release},
            {"name", patch.id.name},
            {"version", patch.id.version},
            {"state", to_text(patch.state)},
            {"file", patch.file ? ordered_json(patch.file->path.native()) : ordered_json(nullptr)},
            {"sha256", or_null(patch.digest)},
            {"package", or_null(patch.package)},
            {"metadata", patch.file ? to_json(*patch.file->metadata) : ordered_json(nullptr)},
            {"problem", or_null(patch.problem)},
            {"failed_boot", patch.failed_boot}};
}

ordered_json to_json(const PatchId &id) {
    return {{"name", id.name}, {"version", id.version}};
}

ordered_json to_json(const InstalledKernel &kernel) {
    return {{"kernel", kernel.release},
            {"running", kernel.running},
            {"boots_next", kernel.boots_next},
            {"active", kernel.active ? to_json(*kernel.active) : ordered_json(nullptr)},
            {"will_be_patched", kernel.will_be_patched()},
            {"problem", kernel.will_be_patched() ? ordered_json(nullptr)
                                                 : ordered_json(why_unpatched(kernel))}};
}

// A name need not be valid UTF-8, but the document must be.
void print(std::ostream &out, const ordered_json &document) {
    out << document.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

} // namespace

void JsonOutput::status(const Status &status, const std::optional<Attempt> &failed_boot) {
    ordered_json runtimes = ordered_json::array();
    for (const RuntimeStatus &runtime : status.runtimes)
        runtimes.push_back({{"name", name_of(runtime.runtime)},
                            {"version", runtime.version.empty() ? ordered_json(nullptr)
                                                                : ordered_json(runtime.version)}});
    ordered_json patches = ordered_json::array();
    for (const Patch &patch : status.patches)
        patches.push_back(to_json(patch));
    const ordered_json document = {
        {"schema_version", schema_version},
        {"state", overall_state(status)},
        {"kernel", {{"release", status.kernel.release}, {"machine", status.kernel.machine}}},
        {"runtimes", std::move(runtimes)},
        {"failed_boot", failed_boot ? to_json(failed_boot->id) : ordered_json(nullptr)},
        {"patches", std::move(patches)}};
    print(out_, document);
}

void JsonOutput::state(const Status &status) {
    print(out_, {{"schema_version", schema_version}, {"state", overall_state(status)}});
}

void JsonOutput::effective(const Status &status) {
    ordered_json patches = ordered_json::array();
    for (const Patch &patch : status.patches) {
        if (patch.progress.state == PatchState::enabled)
            patches.push_back({{"name", patch.name}, {"version", or_null(patch.metadata.version)}});
    }
    print(out_, {{"schema_version", schema_version},
                 {"release", status.kernel.release},
                 {"effective_release", effective_release(status)},
                 {"patches", std::move(patches)}});
}

void JsonOutput::stored(const std::vector<StoredPatch> &patches, const std::string &running) {
    ordered_json list = ordered_json::array();
    for (const StoredPatch &patch : patches)
        list.push_back(to_json(patch));
    print(out_, {{"schema_version", schema_version},
                 {"running_kernel", running},
                 {"patches", std::move(list)}});
}

void JsonOutput::lifecycle(const std::vector<StoredPatch> &patches, const std::string &running,
                           const std::string &today) {
    ordered_json list = ordered_json::array();
    for (const StoredPatch &patch : patches)
        list.push_back({{"kernel", patch.id.release},
                        {"name", patch.id.name},
                        {"version", patch.id.version},
                        {"state", to_text(patch.state)},
                        {"expires", or_null(metadata_of(patch).expires)},
                        {"expired", is_expired(metadata_of(patch), today)}});
    print(out_, {{"schema_version", schema_version},
                 {"today", today},
                 {"running_kernel", running},
                 {"patches", std::move(list)}});
}

void JsonOutput::kernels(const std::vector<InstalledKernel> &kernels) {
    ordered_json list = ordered_json::array();
    for (const InstalledKernel &kernel : kernels)
        list.push_back(to_json(kernel));
    print(out_, {{"schema_version", schema_version}, {"kernels", std::move(list)}});
}

void JsonOutput::next_kernel(const InstalledKernel &kernel, bool loses_patch) {
    print(out_, {{"schema_version", schema_version},
                 {"loses_patch", loses_patch},
                 {"next_kernel", to_json(kernel)}});
}

void JsonOutput::findings(const std::vector<Finding> &findings) {
    ordered_json list = ordered_json::array();
    for (const Finding &finding : findings)
        list.push_back({{"check", finding.check},
                        {"health", to_text(finding.health)},
                        {"what", finding.what},
                        {"hint", or_null(finding.hint)}});
    print(out_, {{"schema_version", schema_version}, {"findings", std::move(list)}});
}

void JsonOutput::verification(const Verification &verification) {
    ordered_json list = ordered_json::array();
    for (const CheckResult &result : verification.results)
        list.push_back({{"check", result.check},
                        {"verdict", to_text(result.verdict)},
                        {"object", or_null(result.object)},
                        {"function", or_null(result.function)},
                        {"what", result.what},
                        {"hint", or_null(result.hint)}});
    print(out_, {{"schema_version", schema_version},
                 {"file", verification.file.path.native()},
                 {"patch", verification.file.name},
                 {"errors", verification.count(Verdict::error)},
                 {"warnings", verification.count(Verdict::warning)},
                 {"unknown", verification.count(Verdict::unknown)},
                 {"results", std::move(list)}});
}

void JsonOutput::blocking(const std::vector<Blocking> &transitions, bool) {
    ordered_json list = ordered_json::array();
    for (const Blocking &blocking : transitions) {
        ordered_json tasks = ordered_json::array();
        for (const Blocker &task : blocking.tasks)
            tasks.push_back(to_json(task, command_line_of_ ? command_line_of_(task.pid) : ""));
        list.push_back({{"patch", blocking.patch},
                        {"runtime", name_of(blocking.runtime)},
                        {"target", or_null(blocking.target)},
                        {"pending_tasks", or_null(blocking.pending)},
                        {"total_tasks", or_null(blocking.total)},
                        {"forced_at", or_null(blocking.time)},
                        {"tasks", std::move(tasks)}});
    }
    print(out_, {{"schema_version", schema_version}, {"transitions", std::move(list)}});
}

void JsonOutput::patches(const Status &status) {
    ordered_json list = ordered_json::array();
    for (const Patch &patch : status.patches) {
        ordered_json objects = ordered_json::array();
        for (const Object &object : patch.objects)
            objects.push_back(with_live_owners(object));
        list.push_back({{"name", patch.name},
                        {"runtime", name_of(patch.runtime)},
                        {"state", to_text(patch.progress.state)},
                        {"file", or_null(patch.file)},
                        {"package", or_null(patch.package)},
                        {"metadata", to_json(patch.metadata)},
                        {"metadata_problem", or_null(patch.metadata_problem)},
                        {"objects", std::move(objects)}});
    }
    print(out_, {{"schema_version", schema_version}, {"patches", std::move(list)}});
}

} // namespace suture
