#include "klp/help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace suture {

namespace {

std::string option_line(const std::string &left, const char *what) {
    constexpr int left_width = 24;
    return fmt::format("  {:<{}} {}\n", left, left_width, what);
}

} // namespace

std::string usage_of(const Option &option) {
    const std::string names = fmt::format("{}", fmt::join(names_of(option), ", "));
    return *option.value == '\0' ? names : fmt::format("{} {}", names, option.value);
}

std::string synopsis(const Verb &verb) {
    std::string text = fmt::format("klp {}", verb.name);
    const char *subject = name_of(verb.subject);
    if (is_optional(verb.subject))
        text += fmt::format(" [{}]", subject);
    else if (verb.subject != Subject::none)
        text += fmt::format(" {}", subject);
    bool optional = false;
    std::vector<std::string> exclusive;
    for (const Option &option : verb.options) {
        if (option.required)
            text += fmt::format(" {} {}", option.names, option.value);
        else if (option.exclusive)
            exclusive.push_back(names_of(option).back());
        else
            optional = true;
    }
    if (!exclusive.empty())
        text += fmt::format(" [{}]", fmt::join(exclusive, "|"));
    return optional ? text + " [OPTION...]" : text;
}

// No more than a console of 25 lines, with a prompt.
std::string help() {
    std::string text = "Usage: klp VERB [OPTION...]; 'klp VERB --help' shows the verb's options\n";
    std::vector<std::string> for_authors;
    for (const Verb &verb : verbs()) {
        if (verb.audience == Audience::authors)
            for_authors.push_back(fmt::format("{} {}", verb.name, name_of(verb.subject)));
        else
            text +=
                fmt::format("  {:<9} {:<7}  {}\n", verb.name, name_of(verb.subject), verb.summary);
    }
    return fmt::format("{}For authors of patches: {}\n", text, fmt::join(for_authors, ", "));
}

std::string help(const Verb &verb) {
    std::string text = fmt::format("Usage: {}\n  {}\n\n", synopsis(verb), verb.summary);
    if (verb.subject != Subject::none)
        text += option_line(name_of(verb.subject), description_of(verb.subject));
    for (const Option &option : verb.options)
        text += option_line(usage_of(option), option.what);
    return text + option_line("-h, --help", "show this help") +
           "\nExit status: 0 done, 1 failed, 2 usage, 3 still in transition at the deadline\n";
}

} // namespace suture
