#include "libklp/store/boot_unit.h"

#include "libklp/file.h"
#include "libklp/sysfs.h"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace suture {

namespace fs = std::filesystem;

namespace {

constexpr const char *unit = "klp-apply.service";

// Where systemd finds units at each boot, the first of a name being the one that counts: see
// systemd.unit(5). What is in /run, where there are such folders, too, is gone by then.
std::vector<fs::path> unit_folders(const Roots &roots) {
    std::vector<fs::path> folders;
    for (const fs::path &parent :
         {roots.etc, roots.usr / "local/lib", roots.usr / "lib", roots.lib})
        folders.push_back(parent / "systemd/system");
    return folders;
}

// A link to /dev/null, or an empty file, stands for nothing.
bool is_void(const fs::path &path) {
    std::error_code unknown;
    return fs::is_character_file(path, unknown) || fs::is_empty(path, unknown);
}

bool is_masked(const std::vector<fs::path> &folders) {
    const auto first = std::find_if(folders.begin(), folders.end(), [](const fs::path &folder) {
        return has_entry(folder / unit);
    });
    return first != folders.end() && is_void(*first / unit);
}

// A link that leads nowhere counts: its name says what is wanted.
bool is_wanted_in(const fs::path &folder) {
    const auto names = list_directories(folder).value_or(std::vector<std::string>());
    return std::any_of(names.begin(), names.end(), [&](const std::string &name) {
        const fs::path link = folder / name / unit;
        return (name.ends_with(".wants") || name.ends_with(".requires")) && has_entry(link) &&
               !is_void(link);
    });
}

} // namespace

BootProblem problem_of_unit(const Environment &environment) {
    // As sd_booted(3) has it.
    if (!is_there(environment.roots.run / "systemd/system"))
        return {};
    const std::vector<fs::path> folders = unit_folders(environment.roots);
    if (is_masked(folders))
        return {.why = fmt::format("{} is masked", unit),
                .remedy = fmt::format("systemctl unmask {0}, and systemctl enable {0}", unit)};
    if (std::none_of(folders.begin(), folders.end(), is_wanted_in))
        return {.why = fmt::format("{} is not enabled", unit),
                .remedy = fmt::format("systemctl enable {}", unit)};
    return {};
}

} // namespace suture
