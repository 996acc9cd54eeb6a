#include "libklp/initramfs.h"

#include "libklp/file.h"

#include <algorithm>
#include <fmt/format.h>

namespace suture {

namespace {

struct Maker {
    const char *hook; // ours for it, under /usr
    const char *program;
    std::vector<std::string> images; // as it may call them
    std::string command;
};

std::vector<Maker> makers(const std::string &release) {
    return {
        {"share/initramfs-tools/hooks/klp",
         "sbin/update-initramfs",
         {"initrd.img-" + release},
         "update-initramfs -u -k " + release},
        {"lib/dracut/modules.d/90klp",
         "bin/dracut",
         {fmt::format("initramfs-{}.img", release), "initrd-" + release, "initrd.img-" + release},
         "dracut --force --kver " + release}};
}

} // namespace

std::optional<Initramfs> find_initramfs(const Environment &environment,
                                        const std::string &release) {
    const Roots &roots = environment.roots;
    for (const Maker &maker : makers(release)) {
        if (!is_there(roots.usr / maker.hook) || !is_there(roots.usr / maker.program))
            continue;
        const auto image =
            std::find_if(maker.images.begin(), maker.images.end(),
                         [&](const std::string &name) { return is_there(roots.boot / name); });
        if (image != maker.images.end())
            return Initramfs{.image = roots.boot / *image, .command = maker.command};
    }
    return std::nullopt;
}

std::string initramfs_command(const Environment &environment, const std::string &release) {
    const std::optional<Initramfs> initramfs = find_initramfs(environment, release);
    return initramfs ? initramfs->command : "";
}

} // namespace suture
