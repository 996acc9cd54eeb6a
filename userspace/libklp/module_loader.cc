#include "libklp/module_loader.h"

#include "libklp/kmod.h"

#include <cerrno>
#include <sys/syscall.h>
#include <unistd.h>

namespace suture {

KmodLoader::KmodLoader(const Environment &environment)
    : directory_(environment.roots.modules / environment.kernel().release) {}

// libkmod would read a file, and glibc has no function for the system call.
int KmodLoader::insert(std::string_view bytes) {
    const char *no_parameters = "";
    return syscall(SYS_init_module, bytes.data(), bytes.size(), no_parameters) == 0 ? 0 : errno;
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
