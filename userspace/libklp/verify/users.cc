// Who else hooks the functions that a patch replaces.

#include "libklp/kprobes.h"
#include "libklp/livepatch.h"
#include "libklp/modules.h"
#include "libklp/traced_functions.h"
#include "libklp/verify/checks.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <thread>

namespace suture::checks {

namespace {

constexpr const char *users_check = "users";

// What is known of all functions, not just the patch's.
struct Hooks {
    std::vector<TracedFunction> traced = {};
    std::vector<Patch> patches = {}; // loaded ones, of either runtime
};

std::string object_of(const TracedFunction &function) {
    return function.module.empty() ? "vmlinux" : function.module;
}

bool changes(const Patch &patch, const std::string &object, const std::string &function) {
    return std::any_of(patch.objects.begin(), patch.objects.end(), [&](const Object &changed) {
        return changed.name == object &&
               std::any_of(changed.functions.begin(), changed.functions.end(),
                           [&](const Function &one) { return one.name == function; });
    });
}

bool has_function(const PatchedObject &object, const std::string &name) {
    return std::any_of(object.functions.begin(), object.functions.end(),
                       [&](const PatchedFunction &function) { return function.name == name; });
}

std::vector<Patch> loaded_patches(const Environment &environment) {
    std::vector<Patch> all;
    for (const Livepatch &livepatch : Livepatch::find(environment.roots)) {
        std::vector<Patch> patches = livepatch.patches().value_or(std::vector<Patch>());
        std::move(patches.begin(), patches.end(), std::back_inserter(all));
    }
    return all;
}

std::string callbacks_of(const TracedFunction &function) {
    return function.callbacks.empty() ? ""
                                      : fmt::format(": {}", fmt::join(function.callbacks, ", "));
}

const Patch *owner_of(const std::vector<Patch> &patches, const TracedFunction &function) {
    const auto owner = std::find_if(patches.begin(), patches.end(), [&](const Patch &patch) {
        return changes(patch, object_of(function), function.name);
    });
    return owner == patches.end() ? nullptr : &*owner;
}

// Two runtimes cannot share a function; two patches of one can.
Results redirected(const Scene &scene, const Hooks &hooks, const TracedFunction &function) {
    const Runtime ours = scene.file.needs_suture() ? Runtime::suture : Runtime::in_kernel;
    const Patch *owner = owner_of(hooks.patches, function);
    if (owner == nullptr)
        return {error(users_check, ErrorCode::busy,
                      fmt::format("something else redirects it already{}", callbacks_of(function)),
                      "find who it is, and remove it: a kprobe with a post handler, another live "
                      "patching system")};
    if (owner->runtime == ours)
        return {};
    return {error(users_check, ErrorCode::busy,
                  fmt::format("the patch '{}' of the other runtime, {}, changes it already",
                              owner->name, to_text(owner->runtime)),
                  fmt::format("revert that one first: klp revert {}", owner->name))};
}

// Whether something other than a loaded patch redirects a function that this one changes.
bool is_contested(const Scene &scene, const Hooks &hooks) {
    return std::any_of(
        hooks.traced.begin(), hooks.traced.end(), [&](const TracedFunction &function) {
            return function.redirected && owner_of(hooks.patches, function) == nullptr &&
                   std::any_of(scene.present.begin(), scene.present.end(),
                               [&](const PatchedObject &object) {
                                   return object.name == object_of(function) &&
                                          has_function(object, function.name);
                               });
        });
}

// Suture itself lets go of a function a moment after the patch has gone.
Result<Hooks> read_hooks(const Scene &scene) {
    constexpr int tries = 20;
    constexpr std::chrono::milliseconds pause(100);
    const bool may_settle = Modules(scene.environment.roots).is_loaded("suture");
    for (int left = tries;; --left) {
        Result<std::vector<TracedFunction>> traced = traced_functions(scene.environment);
        if (!traced)
            return fail(traced.error());
        Hooks hooks{.traced = std::move(*traced), .patches = loaded_patches(scene.environment)};
        if (left == 0 || !may_settle || !is_contested(scene, hooks))
            return hooks;
        std::this_thread::sleep_for(pause);
    }
}

Results traced_by_others(const Scene &scene, const Hooks &hooks, const std::string &object,
                         const std::string &name) {
    Results results;
    for (const TracedFunction &function : hooks.traced) {
        if (function.name != name || object_of(function) != object)
            continue;
        if (function.redirected)
            results = redirected(scene, hooks, function);
        if (function.direct)
            results.push_back(warning(
                users_check,
                fmt::format("a BPF program or the like is called directly in its place{}",
                            callbacks_of(function)),
                "see that it gives way and still does its work: bpftool prog; where it cannot "
                "give way the kernel refuses the patch"));
    }
    return results;
}

std::string describe(const Kprobe &kprobe) {
    return fmt::format("{} at +{}", kprobe.on_return ? "a kretprobe" : "a kprobe", kprobe.offset);
}

Results probed(const std::vector<Kprobe> &kprobes, const std::string &object,
               const std::string &name) {
    std::vector<std::string> probes;
    for (const Kprobe &kprobe : kprobes) {
        if (kprobe.function == name && kprobe.object == object)
            probes.push_back(describe(kprobe));
    }
    if (probes.empty())
        return {};
    return {warning(users_check,
                    fmt::format("{} {} set in it; what is not at its entry sees no calls that the "
                                "patch redirects",
                                fmt::join(probes, ", "), probes.size() == 1 ? "is" : "are"),
                    "find whose it is (/sys/kernel/tracing/kprobe_events, bpftool perf), and set "
                    "it in the replacement too")};
}

} // namespace

Results users(const Scene &scene) {
    if (scene.present.empty())
        return {};
    const Result<Hooks> hooks = read_hooks(scene);
    const Result<std::vector<Kprobe>> kprobes = read_kprobes(scene.environment);
    Results results;
    if (!hooks)
        results.push_back(unknown(users_check, "who else redirects functions cannot be read",
                                  "run klp as root, with tracefs mounted: mount -t tracefs tracefs "
                                  "/sys/kernel/tracing"));
    if (!kprobes)
        results.push_back(unknown(users_check, "which kprobes are set cannot be read",
                                  "run klp as root, with debugfs mounted: mount -t debugfs debugfs "
                                  "/sys/kernel/debug"));
    if (!hooks && !kprobes)
        return results;
    const char *fine = !hooks     ? "have no kprobe in them"
                       : !kprobes ? "are redirected by nobody else"
                                  : "are hooked by nobody else";
    for (CheckResult &result : for_each_function(
             scene, users_check, fine,
             [&](const PatchedObject &object, const PatchedFunction &function) {
                 Results found =
                     traced_by_others(scene, hooks.value_or(Hooks()), object.name, function.name);
                 for (CheckResult &probe :
                      probed(kprobes.value_or(std::vector<Kprobe>()), object.name, function.name))
                     found.push_back(std::move(probe));
                 return found;
             }))
        results.push_back(std::move(result));
    return results;
}

} // namespace suture::checks
