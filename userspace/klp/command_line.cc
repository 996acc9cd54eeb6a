#include "klp/command_line.h"

#include "klp/help.h"
#include "libklp/error.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <limits>

namespace suture {

namespace {

std::string check_seconds(const std::string &text) {
    double seconds = 0;
    // Written so that NaN fails too.
    if (CLI::detail::lexical_cast(text, seconds) && seconds >= 0 && seconds <= longest_timeout)
        return {};
    return fmt::format("'{}' is no number of seconds from 0 to {}", printable(text),
                       longest_timeout);
}

std::string check_count(const std::string &text) {
    unsigned count = 0;
    if (CLI::detail::lexical_cast(text, count) && count > 0)
        return {};
    return fmt::format("'{}' is no number from 1 to {}", printable(text),
                       std::numeric_limits<unsigned>::max());
}

// One for each type of Option::Target.
struct AddOption {
    CLI::App &verb;
    const Option &option;
    Arguments &arguments;

    CLI::Option *operator()(bool Arguments::*flag) const {
        return verb.add_flag(option.names, arguments.*flag);
    }
    CLI::Option *operator()(unsigned Arguments::*count) const {
        if (*option.value == '\0')
            return verb.add_flag(option.names, arguments.*count);
        return verb.add_option(option.names, arguments.*count)->check(check_count);
    }
    CLI::Option *operator()(double Arguments::*seconds) const {
        return verb.add_option(option.names, arguments.*seconds)->check(check_seconds);
    }
    CLI::Option *operator()(std::string Arguments::*text) const {
        return verb.add_option(option.names, arguments.*text)->required(option.required);
    }
};

void add_verb(CLI::App &app, const Verb &verb, CommandLine &line) {
    CLI::App *parser = app.add_subcommand(verb.name);
    parser->callback([&line, &verb] { line.verb = &verb; });
    parser->formatter_fn([&verb](auto...) { return help(verb); });
    if (verb.subject == Subject::files)
        parser->add_option("FILE", line.arguments.files)->required();
    else if (verb.subject != Subject::none)
        parser->add_option(name_of(verb.subject), line.arguments.subject)
            ->required(!is_optional(verb.subject));
    std::vector<CLI::Option *> exclusive;
    for (const Option &option : verb.options) {
        CLI::Option *added = std::visit(AddOption{*parser, option, line.arguments}, option.target);
        if (!option.exclusive)
            continue;
        for (CLI::Option *other : exclusive)
            added->excludes(other);
        exclusive.push_back(added);
    }
}

} // namespace

tl::expected<CommandLine, ExitStatus> parse_command_line(std::vector<std::string> arguments,
                                                         const Terminal &terminal) {
    CommandLine line;
    CLI::App app("", "klp");
    app.set_version_flag("--version", "klp " SUTURE_VERSION);
    app.set_help_flag("-h,--help");
    app.require_subcommand(1);
    app.formatter_fn([](auto...) { return help(); });
    for (const Verb &verb : verbs())
        add_verb(app, verb, line);
    // CLI11 takes them from the back.
    std::reverse(arguments.begin(), arguments.end());
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::Success &asked_for) { // --help, --version
        app.exit(asked_for, terminal.out, terminal.err);
        return tl::unexpected(exit_done);
    } catch (const CLI::ParseError &error) {
        fmt::print(terminal.err, "klp: {}\n  hint: see 'klp --help'\n", error.what());
        return tl::unexpected(exit_usage);
    }
    return line;
}

Clock::Duration duration_of(double seconds) {
    return std::chrono::duration_cast<Clock::Duration>(std::chrono::duration<double>(seconds));
}

} // namespace suture
