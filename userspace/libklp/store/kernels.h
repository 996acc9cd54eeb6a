// The kernels that are installed, and which patch each will load when it boots.

#pragma once

#include "libklp/controller.h"
#include "libklp/environment.h"
#include "libklp/store/patch_id.h"

#include <optional>
#include <string>
#include <vector>

namespace suture {

struct InstalledKernel {
    std::string release;
    bool running = false;
    bool boots_next = false;
    bool has_versions = false; // in the store, active or not
    std::optional<PatchId> active = {};
    std::string problem = {}; // why the active one will not be loaded, or cannot be known
    std::string remedy = {};  // what to do about it, where that is known

    bool will_be_patched() const { return active && problem.empty(); }
};

// Those that have an image in /boot, or beside their modules, and the running one; in the order of
// Debian's versions. The last that has an image is taken to boot next, as GRUB and Debian's boot
// loaders have it where nobody chose another.
std::vector<InstalledKernel> installed_kernels(const Environment &environment);

// The same of one, which need not be installed.
InstalledKernel look_at_kernel(const Environment &environment, const std::string &release);

// Of those that are installed the one that boots next, or the one that is said to.
InstalledKernel next_kernel(const Environment &environment);
InstalledKernel next_kernel(const Environment &environment, const std::string &release);

// What is to be said of a kernel that will not be patched.
std::string why_unpatched(const InstalledKernel &kernel);

// The patches that a reboot into `next` takes from the running kernel, whose state `now` is: all
// that it has, or will have once its active one is loaded, where `next` will have none. Nothing
// from a chroot or a container, whose kernel it is not.
std::vector<std::string> lost_by_reboot(const Environment &environment, const Status &now,
                                        const InstalledKernel &next);

} // namespace suture
