#include "klp/metrics.h"

#include "libklp/effective_release.h"

#include <fmt/format.h>

namespace suture {

namespace {

struct Label {
    const char *name;
    std::string value;
};

// In quotes: with what the format wants escaped, and nothing that is no UTF-8.
std::string quoted(const std::string &value) {
    std::string text = "\"";
    for (const char c : value) {
        if (c == '\\' || c == '"')
            text += {'\\', c};
        else if (c == '\n')
            text += "\\n";
        else
            text += c >= ' ' && c <= '~' ? c : '?';
    }
    return text + '"';
}

void describe(std::string &text, const char *name, const char *type, const char *help) {
    text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

template<typename Value>
void sample(std::string &text, const char *name, const std::vector<Label> &labels, Value value) {
    text += name;
    for (const Label &label : labels)
        text += fmt::format("{}{}={}", &label == labels.data() ? "{" : ",", label.name,
                            quoted(label.value));
    text += fmt::format("{} {}\n", labels.empty() ? "" : "}", value);
}

void add_kernel(std::string &text, const Status &status) {
    describe(text, "klp_kernel_info", "gauge", "The kernel, and what is patched on top of it.");
    sample(text, "klp_kernel_info",
           {{"release", status.kernel.release},
            {"machine", status.kernel.machine},
            {"effective", effective_release(status)}},
           1);
    describe(text, "klp_runtime_info", "gauge", "A runtime for live patches that is there.");
    for (const RuntimeStatus &runtime : status.runtimes)
        sample(text, "klp_runtime_info",
               {{"runtime", name_of(runtime.runtime)}, {"version", runtime.version}}, 1);
    describe(text, "klp_in_transition", "gauge", "Whether a transition runs.");
    sample(text, "klp_in_transition", {}, status.transition_runs() ? 1 : 0);
}

void add_patches(std::string &text, const Status &status) {
    describe(text, "klp_patch_info", "gauge", "A patch that is loaded.");
    for (const Patch &patch : status.patches)
        sample(text, "klp_patch_info",
               {{"patch", patch.name},
                {"runtime", name_of(patch.runtime)},
                {"state", to_text(patch.progress.state)},
                {"version", patch.metadata.version},
                {"expires", patch.metadata.expires}},
               1);
    describe(text, "klp_patch_enabled", "gauge", "Whether every task runs the patch.");
    for (const Patch &patch : status.patches)
        sample(text, "klp_patch_enabled", {{"patch", patch.name}},
               patch.progress.state == PatchState::enabled ? 1 : 0);
    describe(text, "klp_patch_pending_tasks", "gauge", "Tasks that its transition waits for.");
    for (const Patch &patch : status.patches) {
        if (patch.progress.pending_tasks)
            sample(text, "klp_patch_pending_tasks", {{"patch", patch.name}},
                   *patch.progress.pending_tasks);
    }
    describe(text, "klp_patch_fixes_info", "gauge", "What the patch says that it fixes.");
    for (const Patch &patch : status.patches) {
        for (const Cve &cve : patch.metadata.cves)
            sample(text, "klp_patch_fixes_info",
                   {{"patch", patch.name}, {"cve", cve.name}, {"score", cve.score}}, 1);
    }
}

void add_boot(std::string &text, const BootState &boot) {
    describe(text, "klp_failed_boot_info", "gauge",
             "A version that is not loaded at boot, since the last one that did so failed.");
    if (boot.failed)
        sample(text, "klp_failed_boot_info",
               {{"patch", boot.failed->id.name}, {"version", boot.failed->id.version}}, 1);
    describe(text, "klp_next_kernel_patched", "gauge",
             "Whether the kernel that boots next will load a patch.");
    sample(text, "klp_next_kernel_patched", {{"release", boot.next.release}},
           boot.next.will_be_patched() ? 1 : 0);
}

bool is_metric_name(const std::string &name) {
    return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos;
}

// The longest of their kind so far are in microseconds; all others only ever grow.
void add_stat(std::string &text, const Stat &stat) {
    constexpr std::string_view unit = "_us";
    if (!is_metric_name(stat.name))
        return;
    if (stat.name.starts_with("longest_") && stat.name.ends_with(unit)) {
        const std::string name =
            fmt::format("suture_{}_seconds", stat.name.substr(0, stat.name.size() - unit.size()));
        describe(text, name.c_str(), "gauge", "See /proc/suture/stats.");
        sample(text, name.c_str(), {}, static_cast<double>(stat.value) / 1e6);
    } else {
        const std::string name = fmt::format("suture_{}_total", stat.name);
        describe(text, name.c_str(), "counter", "See /proc/suture/stats.");
        sample(text, name.c_str(), {}, stat.value);
    }
}

} // namespace

std::string metrics(const Status &status, const BootState &boot, const std::vector<Stat> &stats) {
    std::string text;
    add_kernel(text, status);
    add_patches(text, status);
    add_boot(text, boot);
    for (const Stat &stat : stats)
        add_stat(text, stat);
    return text;
}

} // namespace suture
