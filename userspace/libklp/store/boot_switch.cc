#include "libklp/store/boot_switch.h"

#include "libklp/file.h"
#include "libklp/sysfs.h"

#include <sstream>

namespace suture {

std::string switched_off_by(const Environment &environment) {
    std::istringstream words(read_attribute(environment.roots.proc / "cmdline").value_or(""));
    for (std::string word; words >> word;) {
        if (word == "klp=off")
            return "klp=off on the kernel's command line";
    }
    if (is_there(environment.roots.proc / "vmcore"))
        return "the crash dump that this kernel was started for";
    return switched_off_by_file(environment);
}

std::string switched_off_by_file(const Environment &environment) {
    const std::filesystem::path file = switch_file(environment);
    return is_there(file) ? "the file " + file.native() : "";
}

std::filesystem::path switch_file(const Environment &environment) {
    return environment.roots.store / "off";
}

} // namespace suture
