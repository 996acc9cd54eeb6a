// The command line, taken apart by the table of verbs.

#pragma once

#include "klp/command.h"
#include "klp/verbs.h"

#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace suture {

struct CommandLine {
    const Verb *verb = nullptr;
    Arguments arguments = {};
};

// The exit status where there is no more to do: after --help, which is printed, or a usage that is
// wrong, of which is said what.
tl::expected<CommandLine, ExitStatus> parse_command_line(std::vector<std::string> arguments,
                                                         const Terminal &terminal);

// Of what a person gives in seconds.
Clock::Duration duration_of(double seconds);

} // namespace suture
