#include "klp/record.h"

#include "libklp/journal.h"

namespace suture {

namespace {

// See syslog(3).
constexpr const char *priority_error = "3";
constexpr const char *priority_warning = "4";
constexpr const char *priority_notice = "5";

// People search for these.
const char *word_for(ErrorCode code) {
    switch (code) {
    case ErrorCode::invalid_name:
        return "invalid_name";
    case ErrorCode::not_found:
        return "not_found";
    case ErrorCode::gone:
        return "gone";
    case ErrorCode::no_permission:
        return "no_permission";
    case ErrorCode::not_a_module:
        return "not_a_module";
    case ErrorCode::wrong_machine:
        return "wrong_machine";
    case ErrorCode::wrong_kernel:
        return "wrong_kernel";
    case ErrorCode::not_a_livepatch:
        return "not_a_livepatch";
    case ErrorCode::runtime_missing:
        return "runtime_missing";
    case ErrorCode::dependency_missing:
        return "dependency_missing";
    case ErrorCode::name_taken:
        return "name_taken";
    case ErrorCode::busy:
        return "busy";
    case ErrorCode::refused:
        return "refused";
    case ErrorCode::locked:
        return "locked";
    case ErrorCode::reversed:
        return "reversed";
    case ErrorCode::no_metadata:
        return "no_metadata";
    case ErrorCode::version_taken:
        return "version_taken";
    case ErrorCode::damaged:
        return "damaged";
    case ErrorCode::untrusted:
        return "untrusted";
    case ErrorCode::ambiguous:
        return "ambiguous";
    case ErrorCode::failed_boot:
        return "failed_boot";
    case ErrorCode::deadline_passed:
        return "deadline_passed";
    case ErrorCode::still_in_transition:
        return "still_in_transition";
    case ErrorCode::system:
        return "system";
    }
    return "system";
}

} // namespace

void Record::done(const About &about, const std::string &message) const {
    write(about, priority_notice, "done", message);
}

void Record::done_with_force(const About &about, const std::string &message) const {
    write(about, priority_warning, "done", message);
}

void Record::failed(const About &about, const Error &error) const {
    // Names that no patch can have are wrong usage: nothing was tried.
    if (error.code == ErrorCode::invalid_name)
        return;
    const bool goes_on = error.code == ErrorCode::still_in_transition;
    write(about, goes_on ? priority_warning : priority_error, goes_on ? "in_transition" : "failed",
          to_text(error), word_for(error.code));
}

void Record::write(const About &about, const char *priority, const char *result,
                   const std::string &message, const char *error) const {
    std::vector<JournalField> fields{
        {"MESSAGE", message},
        {"PRIORITY", priority},
        {"KLP_VERB", verb_},
        {"KLP_RESULT", result},
        {"KLP_PATCH", about.patch},
        {"KLP_VERSION", about.version},
        {"KLP_KERNEL", about.kernel.empty() ? environment_.kernel().release : about.kernel},
        {"KLP_ERROR", error},
        {"SYSLOG_IDENTIFIER", "klp"}};
    std::erase_if(fields, [](const JournalField &field) { return field.value.empty(); });
    write_journal(environment_, fields);
}

} // namespace suture
