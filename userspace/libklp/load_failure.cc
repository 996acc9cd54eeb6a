#include "libklp/load_failure.h"

#include "libklp/livepatch.h"
#include "libklp/module_signing.h"
#include "libklp/sysfs.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <linux/capability.h>

namespace suture {

namespace {

struct Reason {
    ErrorCode code;
    std::string why;
    std::string hint;
};

// Unknown counts as yes: then the kernel decides.
bool has_module_capability(const Environment &environment) {
    const Result<std::string> status = read_attribute(environment.roots.proc / "self/status");
    constexpr std::string_view label = "CapEff:\t";
    const size_t start = status ? status->find(label) : std::string::npos;
    if (start == std::string::npos)
        return true;
    const char *digits = status->data() + start + label.size();
    uint64_t capabilities = 0;
    const auto [stop, problem] =
        std::from_chars(digits, status->data() + status->size(), capabilities, 16);
    return problem != std::errc() || (capabilities >> CAP_SYS_MODULE & 1) != 0;
}

bool are_modules_disabled(const Environment &environment) {
    return read_flag(environment.roots.proc / "sys/kernel/modules_disabled").value_or(false);
}

Reason why_no_permission(const Environment &environment) {
    if (!has_module_capability(environment))
        return {ErrorCode::no_permission, "this process may not load modules (no CAP_SYS_MODULE)",
                "run klp as root"};
    if (are_modules_disabled(environment))
        return {ErrorCode::no_permission,
                "loading modules is disabled until the next boot (kernel.modules_disabled is 1)",
                "reboot, and load patches before whatever sets it"};
    if (lockdown(environment) != Lockdown::none)
        return {ErrorCode::no_permission, "the kernel is locked down and takes signed modules only",
                "sign the patch with a key that this kernel trusts"};
    return {ErrorCode::no_permission, "the kernel does not allow it (EPERM)",
            "run klp as root, outside of any container; see the kernel log for a security module"};
}

Reason reason_of(const Environment &environment, int error_number) {
    switch (error_number) {
    case EPERM:
        return why_no_permission(environment);
    // Not what the kernel itself says of one who may load no modules.
    case EACCES:
        return {ErrorCode::no_permission,
                "a security policy of this machine does not allow it (EACCES)",
                "see the kernel log and the audit log for whose: IMA, for one, takes modules that "
                "do not come straight from a file only with module.sig_enforce=1; insmod loads "
                "from the file"};
    case EKEYREJECTED:
    case ENOKEY:
    case EBADMSG:
        return {
            ErrorCode::no_permission,
            fmt::format("its signature is missing or not trusted: {}", errno_text(error_number)),
            "sign the patch with a key that this kernel trusts (mokutil --list-enrolled)"};
    case ENOEXEC:
        return {ErrorCode::refused, "the kernel does not accept it as a module (ENOEXEC)",
                "build the patch against the headers of exactly this kernel"};
    case EBUSY: {
        const std::string other = running_transition(environment.roots);
        return {ErrorCode::busy,
                other.empty() ? "the kernel is busy with another change (EBUSY)"
                              : fmt::format("{}, and there can be only one at a time", other),
                "wait until 'klp status' says ready, or revert the other patch"};
    }
    case ENOENT:
        return {ErrorCode::refused, "a symbol that it imports is not in this kernel (ENOENT)",
                "build the patch against the headers of exactly this kernel"};
    case EEXIST:
        return {ErrorCode::name_taken, "a module of that name is loaded already (EEXIST)",
                "see 'klp status'"};
    case EINVAL:
        return {ErrorCode::refused, "the kernel rejects it (EINVAL)",
                "see the kernel log: a function may be missing, ambiguous or not traceable"};
    case ENOMEM:
        return {ErrorCode::system, "the kernel has not enough memory (ENOMEM)",
                "free some memory and try again"};
    default:
        return {ErrorCode::system, errno_text(error_number), "see the kernel log: dmesg"};
    }
}

Error load_error(const PatchFile &file, Reason reason) {
    return {.code = reason.code,
            .action = "load",
            .subject = file.path,
            .why = std::move(reason.why),
            .hint = std::move(reason.hint)};
}

} // namespace

Result<void> check_may_load(const Environment &environment, const PatchFile &file) {
    if (has_module_capability(environment) && !are_modules_disabled(environment))
        return {};
    return fail(load_error(file, why_no_permission(environment)));
}

Error explain_load_failure(const Environment &environment, const PatchFile &file, int error_number,
                           const std::vector<KernelMessage> &messages) {
    Error error = load_error(file, reason_of(environment, error_number));
    error.kernel_log = failure_messages(messages, file.name);
    // The runtime's own line says it best, and then need not be shown twice.
    const auto told = std::find_if(error.kernel_log.begin(), error.kernel_log.end(),
                                   [&file](const std::string &line) {
                                       const auto reason = parse_runtime_reason(line);
                                       return reason && reason->patch == file.name;
                                   });
    if (told == error.kernel_log.end())
        return error;
    RuntimeReason reason = *parse_runtime_reason(*told);
    error.kernel_log.erase(told);
    error.patch = std::move(reason.patch);
    error.object = std::move(reason.object);
    error.function = std::move(reason.function);
    error.why = std::move(reason.why);
    error.hint = reason.hint.empty() ? "see the kernel log: dmesg" : std::move(reason.hint);
    return error;
}

} // namespace suture
