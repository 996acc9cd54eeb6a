// Whether this machine and kernel can take the file at all.

#include "libklp/installed_modules.h"
#include "libklp/livepatch.h"
#include "libklp/modules.h"
#include "libklp/verify/checks.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture::checks {

namespace {

bool has_runtime(const Environment &environment, Runtime wanted) {
    const std::vector<Livepatch> runtimes = Livepatch::find(environment.roots);
    return std::any_of(runtimes.begin(), runtimes.end(), [wanted](const Livepatch &livepatch) {
        return livepatch.runtime() == wanted;
    });
}

// Without the blank at the end, and without the release.
std::string flags_of(std::string vermagic) {
    while (vermagic.ends_with(' '))
        vermagic.pop_back();
    return vermagic.substr(std::min(vermagic.find(' '), vermagic.size()));
}

} // namespace

Results machine(const Scene &scene) {
    const std::string here = scene.environment.kernel().machine;
    if (scene.file.machine == here)
        return {ok("machine", fmt::format("it was built for {}", here))};
    return {
        error("machine", ErrorCode::wrong_machine,
              fmt::format("it was built for {}, and this machine is {}", scene.file.machine, here),
              fmt::format("load the build of the patch for {}", here))};
}

Results livepatch(const Scene &scene) {
    if (scene.file.is_livepatch)
        return {ok("livepatch", "it is a live patch")};
    return {error("livepatch", ErrorCode::not_a_livepatch,
                  fmt::format("the module '{}' is not a live patch: its modinfo has no livepatch "
                              "tag",
                              scene.file.name),
                  "use modprobe or insmod for other modules; the source of a patch says "
                  "MODULE_INFO(livepatch, \"Y\")")};
}

Results kernel(const Scene &scene) {
    const std::string here = scene.environment.kernel().release;
    if (scene.file.kernel_release() == here)
        return {ok("kernel", fmt::format("it was built for {}", here))};
    return {error("kernel", ErrorCode::wrong_kernel,
                  fmt::format("it was built for kernel '{}', and this is '{}'",
                              scene.file.kernel_release(), here),
                  fmt::format("build the patch against the headers of {}", here))};
}

Results vermagic(const Scene &scene) {
    constexpr const char *check = "vermagic";
    const std::optional<std::string> kernels = InstalledModules(scene.environment).vermagic();
    if (!kernels)
        return {unknown(check,
                        fmt::format("how modules of this kernel are built is not known: none is in "
                                    "{}/{}/kernel",
                                    scene.environment.roots.modules.native(),
                                    scene.environment.kernel().release),
                        "the kernel compares it when the patch loads")};
    if (flags_of(scene.file.vermagic) == flags_of(*kernels))
        return {ok(check, "it was built as this kernel's modules are")};
    return {error(check, ErrorCode::wrong_kernel,
                  fmt::format("its vermagic is '{}', and this kernel's modules have '{}'",
                              scene.file.vermagic, *kernels),
                  fmt::format("build the patch against the headers of exactly {}",
                              scene.environment.kernel().release))};
}

Results runtime(const Scene &scene) {
    constexpr const char *check = "runtime";
    const Runtime wanted = scene.file.needs_suture() ? Runtime::suture : Runtime::in_kernel;
    if (has_runtime(scene.environment, wanted))
        return {ok(check, fmt::format("{} is there", to_text(wanted)))};
    if (wanted == Runtime::suture)
        return {error(check, ErrorCode::runtime_missing, "Suture is not loaded",
                      "load it first: modprobe suture")};
    return {error(check, ErrorCode::runtime_missing,
                  "it was built for the kernel's own livepatch, which this kernel lacks",
                  "build the patch against Suture's <linux/livepatch.h>")};
}

// The kernel's own livepatch applies such sections, Suture does not.
Results linking(const Scene &scene) {
    constexpr const char *check = "linking";
    if (scene.file.late_link_section.empty() || !scene.file.needs_suture())
        return {ok(check, "the runtime has nothing to link that it cannot")};
    return {error(check, ErrorCode::refused,
                  fmt::format("its section '{}' is left to the kernel's own livepatch to link, "
                              "which Suture does not do",
                              printable(scene.file.late_link_section)),
                  "declare the symbols that it stands for with <suture/symbols.h>, and build the "
                  "patch anew")};
}

Results dependencies(const Scene &scene) {
    constexpr const char *check = "dependencies";
    Results results;
    for (const std::string &module : scene.file.depends) {
        const Result<PatchName> name = PatchName::parse(module);
        // The runtime has a check of its own.
        if (module == "suture" ||
            (name && Modules(scene.environment.roots).is_loaded(name->text())))
            continue;
        const bool installed = name && InstalledModules(scene.environment).has(name->text());
        results.push_back(error(
            check, ErrorCode::dependency_missing,
            fmt::format("it needs the module '{}', which is not loaded", printable(module)),
            fmt::format("load it first: modprobe {}{}", printable(module),
                        installed ? "" : ", which does not find it yet, as it is not installed")));
    }
    if (results.empty())
        results.push_back(ok(check, "the modules that it needs are loaded"));
    return results;
}

} // namespace suture::checks
