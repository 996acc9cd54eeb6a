#include "klp/dialogue.h"

#include "libklp/expiry.h"

#include <fmt/ostream.h>
#include <string>

namespace suture {

namespace {

int exit_status(const Error &error) {
    switch (error.code) {
    case ErrorCode::invalid_name:
        return exit_usage;
    case ErrorCode::still_in_transition:
        return exit_in_transition;
    default:
        return exit_failed;
    }
}

} // namespace

int report(const Terminal &terminal, const Error &error) {
    fmt::print(terminal.err, "klp: {}\n", to_text(error));
    return exit_status(error);
}

void warn_if_expired(const Terminal &terminal, const std::string &patch, const Metadata &metadata,
                     const std::string &today) {
    if (is_expired(metadata, today))
        fmt::print(
            terminal.err,
            "klp: '{}' has expired: its last day was {}\n"
            "  hint: it works as before, but get a later version: klp install, klp upgrade\n",
            printable(patch), metadata.expires);
}

Answer ask(const Terminal &terminal, const std::string &question) {
    if (terminal.in == nullptr)
        return Answer::nobody_to_ask;
    fmt::print(terminal.err, "{}", question);
    terminal.err.flush();
    std::string answer;
    return std::getline(*terminal.in, answer) && answer == "yes" ? Answer::yes : Answer::no;
}

} // namespace suture
