#include "libklp/livepatch.h"

#include "libklp/sysfs.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace suture {

namespace fs = std::filesystem;

namespace {

// An attribute that this kernel, or this state of the patch, does not have.
template<typename T>
std::optional<T> if_present(Result<T> value) {
    return value ? std::optional<T>(std::move(*value)) : std::nullopt;
}

Result<PatchState> read_state(const fs::path &patch) {
    for (;;) {
        const Result<bool> enabled = read_flag(patch / "enabled");
        if (!enabled)
            return fail(enabled.error());
        const Result<bool> transition = read_flag(patch / "transition");
        if (!transition)
            return fail(transition.error());
        // Two files are no snapshot: had a disable begun between them, the patch would look as if
        // it were being enabled.
        const Result<bool> again = read_flag(patch / "enabled");
        if (!again)
            return fail(again.error());
        if (*enabled != *again)
            continue;
        if (*transition)
            return *enabled ? PatchState::enabling : PatchState::disabling;
        return *enabled ? PatchState::enabled : PatchState::disabled;
    }
}

// "name,sympos"; a directory of another form is no function.
std::optional<Function> parse_function(const std::string &directory) {
    const size_t comma = directory.rfind(',');
    if (comma == directory.npos || comma == 0)
        return std::nullopt;
    Function function{.name = directory.substr(0, comma)};
    const char *end = directory.data() + directory.size();
    const auto [stop, problem] =
        std::from_chars(directory.data() + comma + 1, end, function.sympos);
    if (problem != std::errc() || stop != end)
        return std::nullopt;
    return function;
}

Result<Object> read_object(const fs::path &directory) {
    const Result<std::vector<std::string>> names = list_directories(directory);
    if (!names)
        return fail(names.error());
    Object object{.name = directory.filename(),
                  .patched = if_present(read_flag(directory / "patched"))};
    for (const std::string &name : *names) {
        if (std::optional<Function> function = parse_function(name))
            object.functions.push_back(std::move(*function));
    }
    return object;
}

Result<std::vector<Object>> read_objects(const fs::path &patch) {
    const Result<std::vector<std::string>> names = list_directories(patch);
    if (!names)
        return fail(names.error());
    std::vector<Object> objects;
    for (const std::string &name : *names) {
        Result<Object> object = read_object(patch / name);
        if (object)
            objects.push_back(std::move(*object));
        else if (object.error().code != ErrorCode::gone) // its module was just unloaded
            return fail(object.error());
    }
    return objects;
}

} // namespace

std::vector<Livepatch> Livepatch::find(const Roots &roots) {
    std::vector<Livepatch> found;
    std::error_code absent;
    const fs::path suture = roots.sys / "kernel/suture";
    if (fs::is_directory(suture, absent))
        found.push_back(Livepatch(Runtime::suture, suture));
    // Suture puts a symlink there for the sake of other tools, where the kernel has none.
    const fs::path in_kernel = roots.sys / "kernel/livepatch";
    if (fs::is_directory(in_kernel, absent) && !fs::is_symlink(in_kernel, absent))
        found.push_back(Livepatch(Runtime::in_kernel, in_kernel));
    return found;
}

Result<std::vector<Patch>> Livepatch::patches() const {
    const Result<std::vector<std::string>> all = names();
    if (!all)
        return fail(all.error());
    std::vector<Patch> patches;
    for (const std::string &name : *all) {
        Result<Patch> found = patch(name);
        if (found)
            patches.push_back(std::move(*found));
        else if (found.error().code != ErrorCode::gone)
            return fail(found.error());
    }
    std::stable_sort(patches.begin(), patches.end(),
                     [](const Patch &a, const Patch &b) { return a.stack_order < b.stack_order; });
    return patches;
}

Result<std::vector<std::string>> Livepatch::names() const {
    Result<std::vector<std::string>> names = list_directories(root_);
    if (!names && names.error().code == ErrorCode::gone) // the runtime was just unloaded
        return std::vector<std::string>();
    return names;
}

Result<Patch> Livepatch::patch(const std::string &name) const {
    const Result<Progress> current = progress(name);
    if (!current)
        return fail(current.error());
    const fs::path directory = root_ / name;
    Result<std::vector<Object>> objects = read_objects(directory);
    if (!objects)
        return fail(objects.error());
    return Patch{.name = name,
                 .runtime = runtime_,
                 .progress = *current,
                 .replace = if_present(read_flag(directory / "replace")),
                 .stack_order = if_present(read_number(directory / "stack_order")),
                 .objects = std::move(*objects)};
}

Result<Progress> Livepatch::progress(const std::string &name) const {
    const fs::path directory = root_ / name;
    const Result<PatchState> state = read_state(directory);
    if (!state)
        return fail(state.error());
    Progress progress{.state = *state};
    if (in_transition(*state)) {
        progress.pending_tasks = if_present(read_number(directory / "pending_tasks"));
        progress.total_tasks = if_present(read_number(directory / "total_tasks"));
    }
    return progress;
}

Result<void> Livepatch::set_enabled(const std::string &name, bool enabled) const {
    return write_attribute(root_ / name / "enabled", enabled ? "1" : "0");
}

Result<void> Livepatch::force(const std::string &name) const {
    return write_attribute(root_ / name / "force", "1");
}

Result<unsigned> Livepatch::deadline_ms(const std::string &name) const {
    return read_number(root_ / name / "deadline_ms");
}

Result<void> Livepatch::set_deadline_ms(const std::string &name, unsigned deadline) const {
    return write_attribute(root_ / name / "deadline_ms", fmt::format("{}", deadline));
}

Result<std::string> Livepatch::live_owner(const std::string &name, const std::string &object,
                                          const Function &function) const {
    const std::string directory = fmt::format("{},{}", function.name, function.sympos);
    return read_attribute(root_ / name / object / directory / "live");
}

void add_live_owners(const Roots &roots, std::vector<Patch> &patches) {
    for (const Livepatch &livepatch : Livepatch::find(roots)) {
        for (Patch &patch : patches) {
            if (patch.runtime != livepatch.runtime())
                continue;
            for (Object &object : patch.objects)
                for (Function &function : object.functions)
                    function.live =
                        livepatch.live_owner(patch.name, object.name, function).value_or("");
        }
    }
}

std::string running_transition(const Roots &roots) {
    for (const Livepatch &livepatch : Livepatch::find(roots)) {
        for (const std::string &name : livepatch.names().value_or(std::vector<std::string>())) {
            const Result<Progress> progress = livepatch.progress(name);
            if (progress && in_transition(progress->state))
                return fmt::format("patch '{}' is {}", name, to_text(progress->state));
        }
    }
    return {};
}

const char *to_text(PatchState state) {
    switch (state) {
    case PatchState::disabled:
        return "disabled";
    case PatchState::enabled:
        return "enabled";
    case PatchState::enabling:
        return "enabling";
    case PatchState::disabling:
        return "disabling";
    }
    return "unknown";
}

const char *to_text(Runtime runtime) {
    switch (runtime) {
    case Runtime::suture:
        return "suture";
    case Runtime::in_kernel:
        return "in-kernel livepatch";
    }
    return "unknown";
}

const char *name_of(Runtime runtime) {
    return runtime == Runtime::suture ? "suture" : "in-kernel";
}

} // namespace suture
