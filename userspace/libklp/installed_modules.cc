#include "libklp/installed_modules.h"

#include "libklp/kmod.h"

#include <string_view>

namespace suture {

namespace {

namespace fs = std::filesystem;

struct FreeModules {
    void operator()(kmod_list *list) const { kmod_module_unref_list(list); }
};

struct FreeInfo {
    void operator()(kmod_list *list) const { kmod_module_info_free_list(list); }
};

std::optional<std::string> vermagic_of(kmod_ctx *context, const fs::path &path) {
    kmod_module *made = nullptr;
    if (kmod_module_new_from_path(context, path.c_str(), &made) < 0)
        return std::nullopt;
    const KmodModule module(made, kmod_module_unref);
    kmod_list *read = nullptr;
    if (kmod_module_get_info(module.get(), &read) < 0)
        return std::nullopt;
    const std::unique_ptr<kmod_list, FreeInfo> info(read);
    for (kmod_list *entry = read; entry != nullptr; entry = kmod_list_next(read, entry)) {
        if (std::string_view(kmod_module_info_get_key(entry)) == "vermagic")
            return kmod_module_info_get_value(entry);
    }
    return std::nullopt;
}

} // namespace

bool InstalledModules::has(const std::string &name) const {
    const KmodContext context = make_kmod_context(directory_);
    kmod_list *found = nullptr;
    if (!context || kmod_module_new_from_lookup(context.get(), name.c_str(), &found) < 0)
        return false;
    const std::unique_ptr<kmod_list, FreeModules> list(found);
    return found != nullptr;
}

std::optional<std::string> InstalledModules::vermagic() const {
    const KmodContext context = make_kmod_context(directory_);
    std::error_code problem;
    // Beside this folder lie those of others, which may be for any kernel.
    for (fs::recursive_directory_iterator entry(directory_ / "kernel", problem), end;
         context && !problem && entry != end; entry.increment(problem)) {
        // "ext4.ko", "ext4.ko.xz"
        if (entry->path().filename().native().find(".ko") == std::string::npos)
            continue;
        std::optional<std::string> vermagic = vermagic_of(context.get(), entry->path());
        if (vermagic)
            return vermagic;
    }
    return std::nullopt;
}

} // namespace suture
