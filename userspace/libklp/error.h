// Errors as values that a person can act on: what failed, on which patch, object and function, why,
// and what to do next. They become text in one place only, to_text().

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace suture {

enum class ErrorCode {
    invalid_name,        // a name that no patch can have
    not_found,           // no such file or patch
    gone,                // it vanished from sysfs, which is often what the caller waited for
    no_permission,       // not root, lockdown, or modules are disabled
    not_a_module,        // not an ELF file, damaged, or an ELF file of another kind
    wrong_machine,       // built for another architecture
    wrong_kernel,        // built for another kernel release
    not_a_livepatch,     // a kernel module, but no live patch
    runtime_missing,     // what the patch was built for (Suture, in-kernel livepatch) isn't there
    dependency_missing,  // another module that the patch needs isn't loaded
    name_taken,          // something else is loaded under that name
    busy,                // the kernel has another transition, or a user of the module
    refused,             // the kernel did not take it
    locked,              // another klp is at work
    reversed,            // somebody turned the transition round while we waited for it
    no_metadata,         // it does not say of itself what has to be known
    version_taken,       // another build of that version is in the store
    damaged,             // not the bytes any more that were put into the store
    untrusted,           // others than root could have written it
    ambiguous,           // several versions in the store have that name
    failed_boot,         // the last boot that loaded it did not come to its end
    deadline_passed,     // the runtime gave up at the deadline, and the patch is out again
    still_in_transition, // the deadline passed first
    system,              // a system call failed in a way that is none of the above
};

struct Error {
    ErrorCode code = ErrorCode::system;
    std::string action = {};  // "load", "read"
    std::string subject = {}; // the file or name that it failed on
    std::string patch = {};   // these three where the runtime named them
    std::string object = {};
    std::string function = {};
    std::string why = {};
    std::string hint = {};                    // what to do next
    std::vector<std::string> kernel_log = {}; // what the kernel logged about it
};

std::string to_text(const Error &error);

// The description of `error_number`, with its symbolic name for those who search for it.
std::string errno_text(int error_number);

// Text from outside (file contents, arguments) made fit for a terminal: whatever is no printable
// ASCII is escaped, and what is too long is cut.
std::string printable(std::string_view text);

} // namespace suture
