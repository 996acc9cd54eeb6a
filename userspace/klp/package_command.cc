#include "klp/package_command.h"

#include "klp/dialogue.h"
#include "klp/stop_signals.h"
#include "libklp/package/make.h"

#include <algorithm>
#include <cerrno>
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

// None is run any more, or was of use, once a signal has arrived; so nothing is made after it.
class InterruptibleTools : public Tools {
  public:
    // Keeps the reference.
    explicit InterruptibleTools(const StopSignals &signals) : signals_(signals) {}

    tl::expected<ToolRun, int> run(const std::vector<std::string> &command,
                                   const std::vector<std::string> &variables) override {
        if (signals_.arrived())
            return tl::unexpected(EINTR);
        auto run = Tools::run(command, variables);
        if (signals_.arrived())
            return tl::unexpected(EINTR);
        return run;
    }

  private:
    const StopSignals &signals_;
};

} // namespace

int package_command(const Arguments &arguments, const Terminal &terminal) {
    // What was begun in the folder for temporary files goes first.
    const StopSignals signals(StopSignals::Afterwards::end);
    InterruptibleTools tools(signals);
    const Result<std::vector<std::filesystem::path>> files =
        systems_for(arguments.format).and_then([&](std::vector<PackageSystem> systems) {
            return make_packages({.folder = arguments.subject,
                                  .output = arguments.output.empty() ? "." : arguments.output,
                                  .systems = std::move(systems)},
                                 tools);
        });
    if (!files)
        return signals.arrived() ? exit_failed : report(terminal, files.error());
    for (const std::filesystem::path &file : *files)
        fmt::print(terminal.out, "{}: made\n", printable(file.native()));
    terminal.out.flush(); // before a signal ends the process
    return exit_done;
}

} // namespace suture
