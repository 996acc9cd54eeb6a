// Whether the functions that a patch replaces are there, are told apart, and can be redirected.

#include "libklp/modules.h"
#include "libklp/verify/checks.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace suture::checks {

namespace {

CheckResult object_result(const Environment &environment, const PatchedObject &object) {
    constexpr const char *check = "object";
    const std::string functions =
        fmt::format("{} function{} changed in it", object.functions.size(),
                    object.functions.size() == 1 ? " is" : "s are");
    if (is_there(environment, object.name))
        return ok(check, fmt::format("it is there; {}", functions));
    if (PatchName::parse(object.name) && Modules(environment.roots).is_built_in(object.name))
        return warning(check,
                       fmt::format("it is a part of this kernel and no module, so that the patch "
                                   "never changes it; {}",
                                   functions),
                       "get the patch that names vmlinux in its place");
    return unknown(check, fmt::format("it is not loaded: checked when it comes; {}", functions),
                   "load the module first, to have the patch checked against it now");
}

// Copies that callers may use instead of the function itself, which the patch does not change too.
std::vector<std::string> other_copies(const Scene &scene, const PatchedObject &object,
                                      const PatchedFunction &function) {
    std::vector<std::string> copies = scene.symbols->variants(object.name, function.name);
    const auto is_harmless = [&](const std::string &copy) {
        // .cold is reached from the function alone.
        return copy.find(".cold", function.name.size()) != copy.npos ||
               std::any_of(object.functions.begin(), object.functions.end(),
                           [&](const PatchedFunction &other) { return other.name == copy; });
    };
    copies.erase(std::remove_if(copies.begin(), copies.end(), is_harmless), copies.end());
    return copies;
}

CheckResult missing(const char *check, const std::vector<std::string> &copies) {
    const std::string what = "there is no such function: it is misspelt, inlined in all its "
                             "callers, or of another version";
    if (!copies.empty())
        return error(check, ErrorCode::refused, what,
                     fmt::format("the compiler made {} of it: have the patch replace that",
                                 fmt::join(copies, ", ")));
    return error(check, ErrorCode::refused, what,
                 "compare with /proc/kallsyms, and get the patch for this kernel");
}

Results function_results(const Scene &scene, const PatchedObject &object,
                         const PatchedFunction &function) {
    constexpr const char *check = "function";
    constexpr const char *count_hint =
        "have its author say which in .old_sympos, counted from 1 in the order of /proc/kallsyms";
    const unsigned count = scene.symbols->count(object.name, function.name);
    const std::vector<std::string> copies = other_copies(scene, object, function);
    if (count == 0)
        return {missing(check, copies)};
    if (function.sympos == 0 && count > 1)
        return {error(check, ErrorCode::refused,
                      fmt::format("{} functions have that name, and the patch does not say which "
                                  "it means",
                                  count),
                      count_hint)};
    if (function.sympos > count)
        return {error(check, ErrorCode::refused,
                      fmt::format("the patch means number {} of that name, and there {} {}",
                                  function.sympos, count == 1 ? "is only" : "are only", count),
                      count_hint)};
    if (copies.empty())
        return {};
    return {warning(check,
                    fmt::format("the compiler made copies or parts of it, which callers may use "
                                "in its place: {}",
                                fmt::join(copies, ", ")),
                    "see that the patch changes all that it has to: ask its author")};
}

Results not_told(const Scene &scene) {
    Results results;
    for (const PatchedObject &object : *scene.file.objects) {
        const auto nameless =
            std::count_if(object.functions.begin(), object.functions.end(),
                          [](const PatchedFunction &function) { return function.name.empty(); });
        if (nameless > 0)
            results.push_back(
                about(object.name, "",
                      unknown("function",
                              fmt::format("the patch fills in the names of {} of its functions "
                                          "only when it loads",
                                          nameless),
                              "the kernel checks them when it loads, and says what is wrong")));
    }
    return results;
}

} // namespace

Results objects(const Scene &scene) {
    if (!scene.file.objects)
        return {unknown("object", scene.file.objects.error().why, scene.file.objects.error().hint)};
    Results results;
    for (const PatchedObject &object : *scene.file.objects)
        results.push_back(about(object.name, "", object_result(scene.environment, object)));
    for (const CheckResult &result : not_told(scene))
        results.push_back(result);
    return results;
}

Results functions(const Scene &scene) {
    if (!scene.symbols)
        return {unknown(
            "function",
            fmt::format("which functions there are cannot be read: {}", scene.symbols.error().why),
            "see that /proc is mounted, and 'klp doctor'")};
    return for_each_function(scene, "function", "are there, and no other can be meant",
                             [&](const PatchedObject &object, const PatchedFunction &function) {
                                 return function_results(scene, object, function);
                             });
}

Results traceable(const Scene &scene) {
    constexpr const char *check = "traceable";
    if (!scene.symbols || scene.present.empty())
        return {};
    Names names;
    for (const PatchedObject &object : scene.present)
        for (const PatchedFunction &function : object.functions)
            names.insert(function.name);
    const Result<KernelFunctions> known = read_traceable(scene.environment, names);
    if (!known)
        return {unknown(check, "which functions can be redirected cannot be read",
                        "run klp as root, with tracefs mounted: mount -t tracefs tracefs "
                        "/sys/kernel/tracing")};
    return for_each_function(
        scene, check, "can be redirected",
        [&](const PatchedObject &object, const PatchedFunction &function) -> Results {
            const unsigned there = scene.symbols->count(object.name, function.name);
            const unsigned traced = known->count(object.name, function.name);
            if (there > 0 && traced == 0)
                return {error(check, ErrorCode::refused,
                              "it cannot be redirected: ftrace does not know it (notrace, or "
                              "without a call to ftrace)",
                              "have the patch change its callers instead")};
            if (traced < there)
                return {unknown(check,
                                fmt::format("{} of the {} functions of that name can be "
                                            "redirected; which ones ftrace does not tell",
                                            traced, there),
                                "the kernel checks it when the patch loads")};
            if (there == 0)
                return {unknown(check, "there is no such function", "see the check 'function'")};
            return {};
        });
}

} // namespace suture::checks
