#include "libklp/store/boot_switch.h"

#include "libklp/sysfs.h"

#include <sstream>

namespace suture {

std::string switched_off_by(const Environment &environment) {
    std::istringstream words(read_attribute(environment.roots.proc / "cmdline").value_or(""));
    for (std::string word; words >> word;) {
        if (word == "klp=off")
            return "klp=off on the kernel's command line";
    }
    const std::filesystem::path file = environment.roots.store / "off";
    std::error_code absent;
    return std::filesystem::exists(file, absent) ? "the file " + file.native() : "";
}

} // namespace suture
