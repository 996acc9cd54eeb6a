#include "klp/manual.h"

#include "klp/help.h"
#include "klp/verbs.h"

#include <fmt/format.h>

namespace suture {

namespace {

constexpr const char *head =
    R"(.\" Made from the table of klp's verbs: see the end of docs/klp.md.
.TH KLP 8 "" Suture "System administration"
.SH NAME
klp \- see and control the live patches of the running kernel
.SH SYNOPSIS
.B klp
.I VERB
.RI [ OPTION ...]
.SH DESCRIPTION
.B klp
shows and controls the live patches of Suture and, on a kernel that has its own, those of the
in-kernel livepatch. Doing again what is done already succeeds.
.PP
.I NAME
is a patch as
.B klp status
prints it; \(aq\-\(aq and \(aq_\(aq count as the same, and the path of the patch's .ko file will do.
.SH VERBS
)";

constexpr const char *tail =
    R"(.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
failed; stderr says what, on what, why, and what to do next
.TP
.B 2
wrong usage
.TP
.B 3
still in transition at the deadline; of
.BR check :
a transition runs
.SH ENVIRONMENT
.TP
.B NO_COLOR
no colour on terminals, if it is set and not empty
.SH FILES
.TP
.I /sys/kernel/suture, /sys/kernel/livepatch
the patches of Suture and of the in-kernel livepatch
.TP
.I /var/lib/suture
the store: RELEASE/NAME/VERSION holds a patch for one kernel
.TP
.I /run/klp.lock, /run/klp-store.lock
held while a klp changes something; they may stay
.SH SEE ALSO
.BR insmod (8),
.BR rmmod (8)
)";

// Text in which nothing means anything to roff.
std::string plain(const std::string &text) {
    std::string shown;
    for (const char c : text) {
        if (c == '\\')
            shown += "\\e";
        else if (c == '-')
            shown += "\\-";
        else if (c == '\'')
            shown += "\\(aq";
        else
            shown += c;
    }
    return shown.starts_with('.') ? "\\&" + shown : shown;
}

std::string item(const std::string &what, const std::string &text) {
    return fmt::format(".TP\n.B {}\n{}\n", plain(what), plain(text));
}

} // namespace

std::string manual_page() {
    std::string page = head;
    for (const Verb &verb : verbs()) {
        page += item(synopsis(verb), verb.summary) + ".RS\n";
        if (verb.subject != Subject::none)
            page += item(name_of(verb.subject), description_of(verb.subject));
        for (const Option &option : verb.options)
            page += item(usage_of(option), option.what);
        page += ".RE\n";
    }
    return page + tail;
}

} // namespace suture
