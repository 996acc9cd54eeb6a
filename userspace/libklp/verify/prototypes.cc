// Whether replacements have the prototypes of the functions that they replace.

#include "libklp/btf_prototypes.h"
#include "libklp/replacement_prototypes.h"
#include "libklp/verify/checks.h"

#include <fmt/format.h>

namespace suture::checks {

namespace {

constexpr const char *prototype_check = "prototype";
constexpr const char *same = "have the prototypes of their replacements";

// Of an object of the running kernel.
std::optional<BtfPrototypes> read_object(const Environment &environment, const std::string &object,
                                         const BtfPrototypes &vmlinux) {
    if (object == "vmlinux")
        return vmlinux;
    return BtfPrototypes::read(environment.roots.sys / "kernel/btf" / object, &vmlinux);
}

CheckResult not_known(std::string why) {
    return unknown(prototype_check, std::move(why),
                   "compare the sources of the function and its replacement");
}

// The replacement is what one of its descriptions says: BTF that was made for another build of the
// kernel says anything at all.
Results compare(const Prototype &original, const std::vector<Prototype> &replacements) {
    std::vector<Difference> found;
    for (const Prototype &replacement : replacements) {
        found = differences(original, replacement);
        if (found.empty())
            return {};
    }
    Results results;
    for (const Difference &difference : found)
        results.push_back(
            difference.breaks_calls
                ? error(prototype_check, ErrorCode::refused, difference.what,
                        "have the replacement take and return what the function does")
                : warning(
                      prototype_check, difference.what,
                      "see that both mean the same: calls work, whatever the types are called"));
    return results;
}

Results compare_function(const Scene &scene, const BtfPrototypes &originals,
                         const ReplacementPrototypes &replacements, const std::string &object,
                         const PatchedFunction &function) {
    if (!scene.symbols || scene.symbols->count(object, function.name) != 1)
        return {not_known("several functions have that name, or none: which one is meant is not "
                          "told by types")};
    const std::optional<Prototype> original = originals.find(function.name);
    if (!original)
        return {not_known("the kernel's BTF does not have it, or several of its name")};
    const auto replacement = replacements.find(function.replacement);
    if (replacement == replacements.end())
        return {not_known("the patch's file does not tell the prototype of the replacement: it has "
                          "neither BTF nor DWARF of it")};
    return compare(*original, replacement->second);
}

Names replacements_of(const std::vector<PatchedObject> &objects) {
    Names names;
    for (const PatchedObject &object : objects)
        for (const PatchedFunction &function : object.functions)
            names.insert(function.replacement);
    names.erase("");
    return names;
}

} // namespace

Results prototypes(const Scene &scene) {
    if (scene.present.empty())
        return {};
    const auto vmlinux = BtfPrototypes::read(scene.environment.roots.sys / "kernel/btf/vmlinux");
    if (!vmlinux)
        return {not_known("this kernel does not tell the prototypes of its functions: it has no "
                          "BTF (CONFIG_DEBUG_INFO_BTF)")};
    const auto replacements =
        read_replacement_prototypes(*scene.file.content, replacements_of(scene.present), *vmlinux);
    if (!replacements)
        return {not_known(fmt::format(
            "the debug information of the patch's file cannot be read: {}", replacements.error()))};
    Results results;
    for (const PatchedObject &object : scene.present) {
        const auto originals = read_object(scene.environment, object.name, *vmlinux);
        if (!originals) {
            results.push_back(
                about(object.name, "",
                      not_known("the module does not tell the prototypes of its functions: it has "
                                "no BTF")));
            continue;
        }
        const Scene part{.environment = scene.environment,
                         .file = scene.file,
                         .today = scene.today,
                         .present = {object},
                         .symbols = scene.symbols};
        for (CheckResult &result :
             for_each_function(part, prototype_check, same,
                               [&](const PatchedObject &, const PatchedFunction &function) {
                                   return compare_function(scene, *originals, *replacements,
                                                           object.name, function);
                               }))
            results.push_back(std::move(result));
    }
    return results;
}

} // namespace suture::checks
