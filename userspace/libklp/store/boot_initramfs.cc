#include "libklp/store/boot_initramfs.h"

#include "libklp/initramfs.h"
#include "libklp/mounts.h"
#include "libklp/store/layout.h"

namespace suture {

namespace fs = std::filesystem;

namespace {

bool is_newer(const fs::path &one, const fs::path &other) {
    std::error_code unknown;
    return fs::last_write_time(one, unknown) > fs::last_write_time(other, unknown);
}

} // namespace

bool initramfs_loads_active(const Environment &environment, const std::string &release) {
    const fs::path &store = environment.roots.store;
    const std::optional<Initramfs> initramfs = find_initramfs(environment, release);
    return initramfs && !is_newer(Layout{store}.active(release), initramfs->image) &&
           is_on_root(environment, store);
}

} // namespace suture
