// Whether the objects that a patch changes are the builds that it was made for. The rules are those
// of kernel/builds.c.

#include "libklp/elf_notes.h"
#include "libklp/file.h"
#include "libklp/modules.h"
#include "libklp/sysfs.h"
#include "libklp/verify/checks.h"

#include <algorithm>
#include <fmt/format.h>
#include <strings.h>

namespace suture::checks {

namespace {

constexpr const char *check = "build";
constexpr size_t notes_limit = size_t(1) << 20;

std::string build_id_of(const Roots &roots, const std::string &object) {
    const std::filesystem::path notes =
        object == "vmlinux" ? roots.sys / "kernel/notes"
                            : roots.sys / "module" / object / "notes/.note.gnu.build-id";
    return build_id_in(read_file(notes, notes_limit).value_or(""), std::endian::native);
}

// What the running object says of itself in that way; nothing: that is no way.
std::optional<std::string> identity_of(const Environment &environment, const ObjectBuild &build) {
    const bool is_vmlinux = build.object == "vmlinux";
    if (build.kind == "build-id")
        return build_id_of(environment.roots, build.object);
    if (build.kind == "srcversion" && !is_vmlinux)
        return read_attribute(environment.roots.sys / "module" / build.object / "srcversion")
            .value_or("");
    if (build.kind == "release" && is_vmlinux)
        return environment.kernel().release;
    return std::nullopt;
}

CheckResult compare(const Environment &environment, const ObjectBuild &build) {
    const std::optional<std::string> here = identity_of(environment, build);
    if (!here)
        return error(check, ErrorCode::refused,
                     fmt::format("it is told from its other builds by '{}', which means nothing "
                                 "for it",
                                 build.kind),
                     "correct the patch: use a build-id");
    if (strcasecmp(here->c_str(), build.id.c_str()) == 0)
        return ok(check, fmt::format("its {} is the one that the patch was made for", build.kind));
    if (here->empty())
        return unknown(check, fmt::format("its {} cannot be read", build.kind),
                       "the kernel compares it when the patch loads");
    return error(
        check, ErrorCode::wrong_kernel,
        fmt::format("its {} is {}, and the patch was made for {}", build.kind, *here, build.id),
        "get the patch for this build");
}

bool names_object(const PatchFile &file, const std::string &name) {
    return name == "vmlinux" || !file.objects ||
           std::any_of(file.objects->begin(), file.objects->end(),
                       [&](const PatchedObject &object) { return object.name == name; });
}

} // namespace

Results builds(const Scene &scene) {
    const std::vector<ObjectBuild> builds = scene.file.metadata.value_or(Metadata()).objects;
    Results results;
    for (const ObjectBuild &build : builds) {
        if (!names_object(scene.file, build.object))
            results.push_back(
                about(build.object, "",
                      error(check, ErrorCode::refused,
                            "the patch names the build that it is for, but has no such object",
                            "correct the name in the patch")));
        else if (is_there(scene.environment, build.object))
            results.push_back(about(build.object, "", compare(scene.environment, build)));
    }
    for (const PatchedObject &object : scene.present) {
        if (std::none_of(builds.begin(), builds.end(),
                         [&](const ObjectBuild &build) { return build.object == object.name; }))
            results.push_back(
                about(object.name, "",
                      unknown(check, "the patch does not say for which build of it it was made",
                              "have its author name the build: SUTURE_PATCH_OBJECT_BUILD of "
                              "<suture/metadata.h>")));
    }
    return results;
}

} // namespace suture::checks
