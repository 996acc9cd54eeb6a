#include "libklp/store/origin.h"

#include "libklp/modules.h"
#include "libklp/store/store.h"
#include "libklp/store/version.h"

namespace suture {

namespace {

void add_origin(const Environment &environment, const Store &store, Patch &patch) {
    const PatchId id{.release = environment.kernel().release,
                     .name = patch.name,
                     .version = patch.metadata.version};
    // It is to name a folder, and comes from a module that may say anything.
    if (!is_version(id.version))
        return;
    const Result<PatchFile> file = store.verified(id);
    if (!file || !Modules(environment.roots).is_same_build(*file))
        return;
    patch.file = file->path;
    patch.package = store.package(id).value_or("");
}

} // namespace

void add_origins(const Environment &environment, std::vector<Patch> &patches) {
    const Store store(environment);
    for (Patch &patch : patches)
        add_origin(environment, store, patch);
}

} // namespace suture
