#include "libklp/preflight.h"

#include "libklp/livepatch.h"
#include "libklp/modules.h"
#include "libklp/name.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture {

namespace {

Error load_error(const PatchFile &file, ErrorCode code, std::string why, std::string hint) {
    return {.code = code,
            .action = "load",
            .subject = file.path,
            .why = std::move(why),
            .hint = std::move(hint)};
}

Result<void> check_kernel(const PatchFile &file, const Environment &environment) {
    const std::string here = environment.kernel().release;
    if (file.kernel_release() == here)
        return {};
    return fail(load_error(
        file, ErrorCode::wrong_kernel,
        fmt::format("it was built for kernel '{}', and this is '{}'", file.kernel_release(), here),
        fmt::format("build the patch against the headers of {}", here)));
}

Result<void> check_runtime(const PatchFile &file, const Environment &environment) {
    const std::vector<Livepatch> runtimes = Livepatch::find(environment.roots);
    const Runtime wanted = file.needs_suture() ? Runtime::suture : Runtime::in_kernel;
    if (std::any_of(runtimes.begin(), runtimes.end(),
                    [wanted](const Livepatch &livepatch) { return livepatch.runtime() == wanted; }))
        return {};
    if (wanted == Runtime::suture)
        return fail(load_error(file, ErrorCode::runtime_missing, "Suture is not loaded",
                               "load it first: modprobe suture"));
    return fail(load_error(file, ErrorCode::runtime_missing,
                           "it was built for the kernel's own livepatch, which this kernel lacks",
                           "build the patch against Suture's <linux/livepatch.h>"));
}

// The kernel's own livepatch applies such sections, Suture does not.
Result<void> check_linking(const PatchFile &file, const Environment &) {
    if (file.late_link_section.empty() || !file.needs_suture())
        return {};
    return fail(load_error(
        file, ErrorCode::refused,
        fmt::format("its section '{}' is left to the kernel's own livepatch to link, which Suture "
                    "does not do",
                    printable(file.late_link_section)),
        "declare the symbols that it stands for with <suture/symbols.h>, and build the patch "
        "anew"));
}

Result<void> check_dependencies(const PatchFile &file, const Environment &environment) {
    for (const std::string &module : file.depends) {
        const Result<PatchName> name = PatchName::parse(module);
        if (name && Modules(environment.roots).is_loaded(name->text()))
            continue;
        return fail(load_error(
            file, ErrorCode::dependency_missing,
            fmt::format("it needs the module '{}', which is not loaded", printable(module)),
            fmt::format("load it first: modprobe {}", printable(module))));
    }
    return {};
}

} // namespace

Result<void> check_machine(const PatchFile &file, const Environment &environment) {
    const std::string here = environment.kernel().machine;
    if (file.machine == here)
        return {};
    return fail(
        load_error(file, ErrorCode::wrong_machine,
                   fmt::format("it was built for {}, and this machine is {}", file.machine, here),
                   fmt::format("load the build of the patch for {}", here)));
}

Result<void> check_livepatch(const PatchFile &file, const Environment &) {
    if (file.is_livepatch)
        return {};
    return fail(load_error(file, ErrorCode::not_a_livepatch,
                           fmt::format("the module '{}' is not a live patch: its modinfo has no "
                                       "livepatch tag",
                                       file.name),
                           "use modprobe or insmod for other modules; the source of a patch says "
                           "MODULE_INFO(livepatch, \"Y\")"));
}

Result<PatchFile> preflight(const Environment &environment, const std::filesystem::path &path) {
    Result<PatchFile> file = read_patch_file(path);
    if (!file)
        return file;
    for (const auto check : {check_machine, check_livepatch, check_kernel, check_runtime,
                             check_linking, check_dependencies}) {
        const Result<void> passed = check(*file, environment);
        if (!passed)
            return fail(passed.error());
    }
    return file;
}

} // namespace suture
