// Handles of libkmod that free themselves.

#pragma once

#include <cstdarg>
#include <filesystem>
#include <libkmod.h>
#include <memory>

namespace suture {

using KmodContext = std::unique_ptr<kmod_ctx, decltype(&kmod_unref)>;
using KmodModule = std::unique_ptr<kmod_module, decltype(&kmod_module_unref)>;

// For the modules below `directory`; null if there is no memory.
inline KmodContext make_kmod_context(const std::filesystem::path &directory) {
    // No configuration: the options and aliases of modprobe.d are none of a patch's business.
    const char *no_configuration = nullptr;
    KmodContext context(kmod_new(directory.c_str(), &no_configuration), kmod_unref);
    // It would write to stderr; its errors reach the user as an Error instead.
    if (context)
        kmod_set_log_fn(
            context.get(),
            [](void *, int, const char *, int, const char *, const char *, va_list) {}, nullptr);
    return context;
}

} // namespace suture
