#include "klp/package_command.h"

#include "klp/dialogue.h"
#include "libklp/package/make.h"

#include <algorithm>
#include <fmt/ostream.h>

namespace suture {

namespace {

// All, or the one that is asked for.
Result<std::vector<PackageSystem>> systems_for(const std::string &format) {
    std::vector<PackageSystem> systems = package_systems();
    if (format.empty())
        return systems;
    std::erase_if(systems, [&](const PackageSystem &system) { return format != system.name; });
    if (!systems.empty())
        return systems;
    return fail({.code = ErrorCode::invalid_name,
                 .action = "make packages",
                 .subject = format,
                 .why = "there is no such format",
                 .hint = "give --format deb or --format rpm, or neither for both"});
}

} // namespace

int package_command(const Arguments &arguments, const Terminal &terminal) {
    Tools tools;
    const Result<std::vector<std::filesystem::path>> files =
        systems_for(arguments.format).and_then([&](std::vector<PackageSystem> systems) {
            return make_packages({.folder = arguments.subject,
                                  .output = arguments.output.empty() ? "." : arguments.output,
                                  .systems = std::move(systems)},
                                 tools);
        });
    if (!files)
        return report(terminal, files.error());
    for (const std::filesystem::path &file : *files)
        fmt::print(terminal.out, "{}: made\n", printable(file.native()));
    return exit_done;
}

} // namespace suture
