#include "klp/dialogue.h"

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

Answer ask(const Terminal &terminal, const std::string &question) {
    if (terminal.in == nullptr)
        return Answer::nobody_to_ask;
    fmt::print(terminal.err, "{}", question);
    terminal.err.flush();
    std::string answer;
    return std::getline(*terminal.in, answer) && answer == "yes" ? Answer::yes : Answer::no;
}

} // namespace suture
