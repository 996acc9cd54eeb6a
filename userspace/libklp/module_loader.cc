#include "libklp/module_loader.h"

#include "libklp/kmod.h"

#include <cerrno>

namespace suture {

KmodLoader::KmodLoader(const Environment &environment)
    : directory_(environment.roots.modules / environment.kernel().release) {}

int KmodLoader::insert(const std::filesystem::path &path) {
    const KmodContext context = make_kmod_context(directory_);
    if (!context)
        return ENOMEM;
    kmod_module *found = nullptr;
    if (const int result = kmod_module_new_from_path(context.get(), path.c_str(), &found))
        return -result;
    const KmodModule module(found, kmod_module_unref);
    return -kmod_module_insert_module(module.get(), 0, "");
}

int KmodLoader::remove(const std::string &name) {
    const KmodContext context = make_kmod_context(directory_);
    if (!context)
        return ENOMEM;
    kmod_module *found = nullptr;
    if (const int result = kmod_module_new_from_name(context.get(), name.c_str(), &found))
        return -result;
    const KmodModule module(found, kmod_module_unref);
    return -kmod_module_remove_module(module.get(), 0);
}

} // namespace suture
