#include "libklp/module_loader.h"

#include <cerrno>
#include <cstdarg>
#include <libkmod.h>
#include <memory>

namespace suture {

namespace {

using Context = std::unique_ptr<kmod_ctx, decltype(&kmod_unref)>;
using Module = std::unique_ptr<kmod_module, decltype(&kmod_module_unref)>;

// libkmod would write to stderr; its errors reach the user as an Error instead.
void discard(void *, int, const char *, int, const char *, const char *, va_list) {}

Context make_context(const std::filesystem::path &directory) {
    // No configuration: the options and aliases of modprobe.d are none of a patch's business.
    const char *no_configuration = nullptr;
    Context context(kmod_new(directory.c_str(), &no_configuration), kmod_unref);
    if (context)
        kmod_set_log_fn(context.get(), discard, nullptr);
    return context;
}

} // namespace

KmodLoader::KmodLoader(const Environment &environment)
    : directory_(environment.roots.modules / environment.kernel().release) {}

int KmodLoader::insert(const std::filesystem::path &path) {
    const Context context = make_context(directory_);
    if (!context)
        return ENOMEM;
    kmod_module *found = nullptr;
    if (const int result = kmod_module_new_from_path(context.get(), path.c_str(), &found))
        return -result;
    const Module module(found, kmod_module_unref);
    return -kmod_module_insert_module(module.get(), 0, "");
}

int KmodLoader::remove(const std::string &name) {
    const Context context = make_context(directory_);
    if (!context)
        return ENOMEM;
    kmod_module *found = nullptr;
    if (const int result = kmod_module_new_from_name(context.get(), name.c_str(), &found))
        return -result;
    const Module module(found, kmod_module_unref);
    return -kmod_module_remove_module(module.get(), 0);
}

} // namespace suture
