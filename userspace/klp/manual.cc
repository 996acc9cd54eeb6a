#include "klp/manual.h"

#include "klp/help.h"

#include <algorithm>
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

// With the name in capitals, the name, and what the page is about.
constexpr const char *page_head =
    R"(.\" Made from the table of klp's verbs: see the end of docs/klp.md.
.TH {} 8 "" Suture "System administration"
.SH NAME
{} \- {}
.SH SYNOPSIS
)";

constexpr const char *exit_statuses =
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
)";

constexpr const char *tail =
    R"(.SH ENVIRONMENT
.TP
.B NO_COLOR
no colour on terminals, if it is set and not empty
.SH JOURNAL
Each change of the machine or of the store, and each that failed, is an entry in the journal of
systemd, where that runs. These fields stay:
.TP
.B KLP_VERB
the verb
.TP
.B KLP_RESULT
.IR done ,
.I failed
or
.I in_transition
.TP
.B KLP_PATCH, KLP_VERSION
the patch, and its version, for the verbs of the store; neither where it is not known
.TP
.B KLP_KERNEL
the release of the kernel that the patch is for
.TP
.B KLP_ERROR
why it failed, as one word
.PP
.I MESSAGE
is what
.B klp
says of it,
.I SYSLOG_IDENTIFIER
is
.IR klp ,
and
.I PRIORITY
is 5 for what was done, 4 for what was forced or goes on, and 3 for what failed.
.SH FILES
.TP
.I /sys/kernel/suture, /sys/kernel/livepatch
the patches of Suture and of the in-kernel livepatch
.TP
.I /var/lib/suture
the store: RELEASE/NAME/VERSION holds a patch for one kernel
.TP
.I /run/klp.lock, /run/klp\-store.lock
held while a klp changes something; they may stay
.TP
.I /run/systemd/journal/socket
takes entries for the journal
.TP
.I /sys/kernel/tracing/instances/klp\-PID
the ring buffer of a
.B klp events
that follows through tracefs, while it runs
)";

constexpr const char *status_text =
    R"(These read what the kernel and Suture show, and change nothing. All but a few figures of
.B klp status
is for every user.
.PP
A patch is
.IR enabled ,
.IR disabled ,
or in a transition:
.I enabling
or
.IR disabling ,
with the tasks that have yet to move. What a patch says of itself, its version, the CVEs that it
fixes with their scores, and the day until which it is meant to be used, comes from the running
kernel; its file may be gone.
.PP
.B klp uname
appends to the release of the kernel, for each patch that every task runs,
.RI + NAME = VERSION .
.B klp metrics \-\-output
replaces its file as a whole, as the textfile collector of node_exporter wants it.
.PP
.B klp check \-\-reboot
is for scripts that restart machines, or tell people to: its exit status is 1 where this kernel has a
patch, and the one that boots next will load none. That is taken to be the newest, in the order of
Debian's versions, that has an image in
.IR /boot ;
.B \-\-kernel
names another. Where systemd runs, and neither
.I klp\-apply.service
is enabled nor the initramfs loads patches, it will load none.
)";

constexpr const char *transition_text =
    R"(A task moves to the new code, or back, only where its stack shows that it is in none of the
functions that change. One that sleeps in such a function holds the transition until it leaves.
.PP
.B klp blocking
shows who does, as far as the runtime tells, and needs root.
.B klp events
follows the tracepoints of Suture through a ring buffer of its own, so that nothing else that is
traced matters, and needs root. Where the kernel and Suture have BTF it is one of BPF, and Suture
cannot be unloaded meanwhile; elsewhere it is one of tracefs. The in-kernel livepatch has no such
tracepoints.
.PP
.B klp force
is for when no restart can be had and it is known what the tasks in the way do. They go on in the
code that they are in, and may mix old and new; the module of a patch that was forced off stays
loaded until the machine restarts.
)";

constexpr const char *load_text =
    R"(These need root. Each waits until every task has moved, or the time that
.B \-\-timeout
gives has passed; the transition goes on by itself then, and the exit status is 3. Given again, the
same command goes on waiting. The opposite one turns the transition round.
.PP
.B klp load
checks the file before the kernel sees it. When not every task could be moved by the
.BR \-\-deadline ,
Suture takes the patch back by itself, and
.B klp
says which tasks were in which functions and unloads the module. The in-kernel livepatch knows no
deadlines.
.PP
One
.B klp
changes something at a time; others wait for it.
)";

constexpr const char *store_text =
    R"(The store keeps live patches, each for exactly one kernel release and under a version. All that are
installed for a kernel are versions of one thing, cumulative, and one of them is
.IR active :
it is to run there. Installing loads nothing, unless
.B \-\-activate
asks for that version to be the active one: then it is loaded where its kernel runs, in place of the
version before.
.B klp upgrade
goes to the last version,
.B klp downgrade
to the one before, with never a moment unpatched. Of a kernel that does not run, both only say what is
active from its next boot on.
.PP
.B klp apply
loads the active version of the running kernel, at boot, unless
.I klp=off
on the kernel's command line or a file
.I /var/lib/suture/off
switches that off.
.PP
With
.B \-\-at\-boot
it notes in the store, before it loads anything, which version it is about to load, and
.B klp apply \-\-booted
takes that note away when the boot has come to its end. Where an earlier boot has left one of the active
version, that boot failed: the version is not loaded, the exit status is 1, and
.BR "klp status" ,
.B klp list
and
.B klp metrics
say so, until
.BR "klp upgrade" ,
.BR "klp downgrade" ,
.B klp install \-\-activate
or
.B klp apply \-\-again
has loaded one. A patch that the kernel refuses is no boot that failed. Where nothing can be noted, nothing
is loaded.
.PP
.B klp remove
refuses what is loaded.
.B \-\-revert
takes it out of the kernel first; where a task holds it for too long, it is enabled again, and stays.
A
.I NAME
without a version means the one that has it; where several have, klp asks before it removes all of them.
With
.BR \-\-activate ,
.B \-\-revert
and
.B \-\-package
packages of patches install and remove them.
.PP
In a chroot or a container, such as an image that is being made, these change the store in it and never
the running kernel, which is that of another system.
.PP
.B klp list \-\-kernels
shows of each kernel that has an image in
.I /boot
which patch it will load.
.PP
A file that is corrupt, foreign, or could be written by others than root is refused by name. A full disk
or a loss of power leaves the store as it was.
)";

constexpr const char *doctor_text =
    R"(Each thing that was looked at is
.IR good ,
a
.I note
of something to be known before a patch is loaded,
.I unknown
since it could not be looked at, mostly for want of root, or
.IR bad :
then patches cannot be loaded, or should not be, and the exit status is 1. What to do about it is said
with it. The names of checks stay.
)";

constexpr const char *new_text =
    R"(The folder has the patch in C, with the function to be replaced left to be written, and what the
build needs. It is built from Suture's tree:
.PP
.RS
make patch DIR=...
.RE
.PP
A folder that is there already is left as it is.
)";

constexpr const char *package_text =
    R"(Makes a .deb and an .rpm of the module in the folder, for the kernel that it was built for, with the
package systems' own
.B dpkg\-deb
and
.BR rpmbuild .
The name is
.RI suture\-livepatch\- RELEASE ,
and the version that of the patch.
.PP
Installed on a machine, the patch goes into the store and becomes the active version of its kernel; where
that runs, it is loaded, in place of the version before. Removed, it is taken out of the kernel and of the
store; where a task holds it, the package stays. Packages for several kernels stand side by side.
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

std::string items(const Verb &verb) {
    std::string text = ".RS\n";
    if (verb.subject != Subject::none)
        text += item(name_of(verb.subject), description_of(verb.subject));
    for (const Option &option : verb.options)
        text += item(usage_of(option), option.what);
    return text + ".RE\n";
}

// The other pages, and what stands behind klp.
std::string see_also(const std::string &page) {
    std::string text = ".SH SEE ALSO\n";
    if (page != "klp")
        text += ".BR klp (8),\n";
    for (const Group &group : groups()) {
        if (page != group.name)
            text += fmt::format(".BR {} (8),\n", plain(group.name));
    }
    return text + ".BR insmod (8),\n.BR rmmod (8)\n";
}

bool is_in(const Group &group, const Verb &verb) {
    return std::find(group.verbs.begin(), group.verbs.end(), verb.id) != group.verbs.end();
}

} // namespace

const std::vector<Group> &groups() {
    static const std::vector<Group> all{
        {"klp-status",
         "see which live patches the running kernel has",
         status_text,
         {VerbId::status, VerbId::check, VerbId::patches, VerbId::uname, VerbId::metrics}},
        {"klp-transition",
         "see what a transition does and what holds it, and force it",
         transition_text,
         {VerbId::blocking, VerbId::events, VerbId::force}},
        {"klp-load",
         "load live patches, and take them back",
         load_text,
         {VerbId::verify, VerbId::load, VerbId::revert, VerbId::enable, VerbId::disable,
          VerbId::unload}},
        {"klp-store",
         "keep live patches, one version of them active for each kernel",
         store_text,
         {VerbId::install, VerbId::remove, VerbId::list, VerbId::lifecycle, VerbId::upgrade,
          VerbId::downgrade, VerbId::apply}},
        {"klp-doctor", "find out whether a machine can be patched", doctor_text, {VerbId::doctor}},
        {"klp-new", "begin to write a live patch", new_text, {VerbId::make_new}},
        {"klp-package", "make packages of a live patch", package_text, {VerbId::make_package}},
    };
    return all;
}

std::string manual_page() {
    std::string page = head;
    for (const Verb &verb : verbs())
        page += item(synopsis(verb), verb.summary) + items(verb);
    return page + exit_statuses + tail + see_also("klp");
}

std::string manual_page(const Group &group) {
    std::string upper = group.name;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    std::string page =
        fmt::format(page_head, plain(upper), plain(group.name), plain(group.summary));
    std::string described;
    for (const Verb &verb : verbs()) {
        if (!is_in(group, verb))
            continue;
        page += fmt::format("{}.B {}\n", described.empty() ? "" : ".br\n", plain(synopsis(verb)));
        described += item(synopsis(verb), verb.summary) + items(verb);
    }
    return page + ".SH DESCRIPTION\n" + group.text + ".SH VERBS\n" + described + exit_statuses +
           see_also(group.name);
}

} // namespace suture
