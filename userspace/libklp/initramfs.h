// The initramfs of a kernel, which may carry the active version too, where the hook for it is
// installed: then it has to be made anew when another version becomes the active one.

#pragma once

#include "libklp/environment.h"

#include <filesystem>
#include <optional>
#include <string>

namespace suture {

struct Initramfs {
    std::filesystem::path image;
    std::string command; // that makes it anew
};

// The kernel's; nothing where it carries no patches.
std::optional<Initramfs> find_initramfs(const Environment &environment, const std::string &release);

// The command that makes it anew; empty where it carries no patches.
std::string initramfs_command(const Environment &environment, const std::string &release);

} // namespace suture
