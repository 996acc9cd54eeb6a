#include "libklp/doctor.h"

#include "libklp/file.h"
#include "libklp/kernel_config.h"
#include "libklp/kernel_fault.h"
#include "libklp/kernel_keys.h"
#include "libklp/kernel_log.h"
#include "libklp/livepatch.h"
#include "libklp/module_signing.h"
#include "libklp/secure_boot.h"
#include "libklp/sysfs.h"
#include "libklp/text.h"
#include "libklp/traced_functions.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace suture {

namespace {

Finding good(const char *check, std::string what) {
    return {.check = check, .health = Health::good, .what = std::move(what)};
}

Finding finding(const char *check, Health health, std::string what, std::string hint) {
    return {.check = check, .health = health, .what = std::move(what), .hint = std::move(hint)};
}

Finding check_runtime(const Environment &environment) {
    constexpr const char *check = "runtime";
    std::vector<std::string> names;
    for (const Livepatch &livepatch : Livepatch::find(environment.roots))
        names.emplace_back(to_text(livepatch.runtime()));
    if (names.empty())
        return finding(check, Health::note, "no runtime for live patches is loaded",
                       "load Suture: modprobe suture");
    return good(check, fmt::format("{}", fmt::join(names, ", ")));
}

// What Suture is built on. Distributions' kernels have it all.
Finding check_config(const Environment &environment) {
    constexpr const char *check = "config";
    constexpr std::array needed{"CONFIG_MODULES",        "CONFIG_KALLSYMS",        "CONFIG_KPROBES",
                                "CONFIG_DYNAMIC_FTRACE", "CONFIG_FUNCTION_TRACER", "CONFIG_SYSFS"};
    const std::optional<KernelConfig> config = KernelConfig::read(environment);
    if (!config)
        return finding(check, Health::unknown,
                       fmt::format("how the kernel was built is not known: neither {}/config-{} "
                                   "nor {}/config.gz can be read",
                                   environment.roots.boot.native(), environment.kernel().release,
                                   environment.roots.proc.native()),
                       fmt::format("try 'modprobe configs', which some kernels have; or look where "
                                   "the kernel comes from for {}",
                                   fmt::join(needed, ", ")));
    std::vector<std::string> missing;
    for (const char *option : needed) {
        if (!config->has(option))
            missing.emplace_back(option);
    }
    if (missing.empty())
        return good(check, "the kernel has all options that live patching needs");
    return finding(check, Health::bad,
                   fmt::format("the kernel was built without {}", fmt::join(missing, ", ")),
                   "boot another kernel, such as the distribution's");
}

Finding check_symbols(const Environment &environment) {
    constexpr const char *check = "kallsyms";
    if (is_there(environment.roots.proc / "kallsyms"))
        return good(check, "the kernel knows the addresses of its functions");
    return finding(check, Health::bad, "there is no /proc/kallsyms",
                   "boot a kernel with CONFIG_KALLSYMS");
}

Finding check_ftrace(const Environment &environment) {
    constexpr const char *check = "ftrace";
    const Result<bool> enabled = read_flag(environment.roots.proc / "sys/kernel/ftrace_enabled");
    if (!enabled)
        return finding(check, Health::bad, "the kernel has no ftrace (no kernel.ftrace_enabled)",
                       "boot a kernel with CONFIG_DYNAMIC_FTRACE and CONFIG_FUNCTION_TRACER");
    if (!*enabled)
        return finding(check, Health::bad, "ftrace is switched off, so nothing can be redirected",
                       "sysctl kernel.ftrace_enabled=1, and see /etc/sysctl.d for who sets it");
    return good(check, "functions can be redirected");
}

Finding check_modules(const Environment &environment) {
    constexpr const char *check = "modules";
    if (read_flag(environment.roots.proc / "sys/kernel/modules_disabled").value_or(false))
        return finding(check, Health::bad, "loading modules is disabled until the next boot",
                       "reboot, and load patches before whatever sets kernel.modules_disabled");
    return good(check, "modules can be loaded");
}

Finding check_secure_boot(const Environment &environment) {
    constexpr const char *check = "secure_boot";
    switch (secure_boot(environment)) {
    case SecureBoot::absent:
        return good(check, "the firmware of this machine has no Secure Boot");
    case SecureBoot::off:
        return good(check, "Secure Boot is off");
    case SecureBoot::on:
        return finding(check, Health::note,
                       "Secure Boot is on, and most distributions' kernels are locked down then: "
                       "they take signed modules only",
                       "see the checks lockdown and signatures for what this kernel does; sign "
                       "Suture and every patch with a key that it trusts (with EFI: mokutil "
                       "--import KEY.der)");
    case SecureBoot::unknown:
        break;
    }
    return finding(check, Health::unknown, "whether Secure Boot is on cannot be read",
                   "mount -t efivarfs efivarfs /sys/firmware/efi/efivars");
}

Finding check_lockdown(const Environment &environment) {
    constexpr const char *check = "lockdown";
    const Lockdown mode = lockdown(environment);
    if (mode == Lockdown::none)
        return good(check, "the kernel is not locked down");
    if (mode == Lockdown::confidentiality)
        return finding(check, Health::bad,
                       "the kernel is locked down to confidentiality, which forbids kprobes: "
                       "Suture cannot find what it needs",
                       "boot with lockdown=integrity or without it");
    return finding(check, Health::note, "the kernel is locked down and takes signed modules only",
                   "sign Suture and every patch with a key that this kernel trusts");
}

Finding check_signatures(const Environment &environment) {
    constexpr const char *check = "signatures";
    if (!enforces_signatures(environment) && lockdown(environment) == Lockdown::none)
        return good(check, "modules need no signature");
    const std::vector<std::string> keys = read_keys(environment);
    const std::string known =
        keys.empty() ? "" : fmt::format("; it knows the keys of {}", some_of(keys));
    return finding(check, Health::note,
                   fmt::format("the kernel takes signed modules only{}", known),
                   "sign Suture and every patch with a key that this kernel trusts: keyctl list "
                   "%:.builtin_trusted_keys, mokutil --list-enrolled");
}

struct Taint {
    unsigned bit;
    char letter;
    Health health;
    const char *what;
};

// See Documentation/admin-guide/tainted-kernels.rst; those that every patch brings are left out.
constexpr Taint taints[] = {
    {1, 'F', Health::note, "a module was loaded by force"},
    {3, 'R', Health::note, "a module was unloaded by force"},
    {4, 'M', Health::bad, "the machine reported a hardware error"},
    {5, 'B', Health::bad, "a page of memory was found in a bad state"},
    {7, 'D', Health::bad, "the kernel had an oops"},
    {9, 'W', Health::note, "the kernel had a warning"},
    {14, 'L', Health::note, "a CPU was stuck"},
};

std::vector<Finding> check_taints(const Environment &environment) {
    constexpr const char *check = "taint";
    const Result<unsigned> tainted = read_number(environment.roots.proc / "sys/kernel/tainted");
    if (!tainted)
        return {finding(check, Health::unknown, "/proc/sys/kernel/tainted cannot be read",
                        "see the kernel log: dmesg")};
    std::vector<Finding> findings;
    for (const Taint &taint : taints) {
        if ((*tainted >> taint.bit & 1) != 0)
            findings.push_back(
                finding(check, taint.health, fmt::format("{} ({})", taint.what, taint.letter),
                        "see the kernel log, and reboot before you rely on this machine"));
    }
    if (findings.empty())
        findings.push_back(good(check, "nothing bad has happened since the machine started"));
    return findings;
}

Finding check_log(const Environment &environment) {
    constexpr const char *check = "log";
    const auto messages = KernelLog::all_messages(environment.roots.kmsg);
    if (!messages)
        return finding(check, Health::unknown, "the kernel log cannot be read", "run klp as root");
    const auto told =
        std::find_if(messages->begin(), messages->end(),
                     [&](const KernelMessage &message) { return is_kernel_fault(message.text); });
    if (told == messages->end())
        return good(check, "the kernel log has no oops in it");
    return finding(check, Health::bad, fmt::format("the kernel log has: {}", told->text),
                   "find out why before you patch this machine: dmesg");
}

// Functions that somebody else redirects cannot be patched.
Finding check_others(const Environment &environment) {
    constexpr const char *check = "redirected";
    const Result<std::vector<TracedFunction>> traced = traced_functions(environment);
    if (!traced)
        return finding(check, Health::unknown,
                       "which functions are redirected already cannot be read",
                       "run klp as root, with tracefs mounted: mount -t tracefs tracefs "
                       "/sys/kernel/tracing");
    std::set<std::string> ours;
    for (const Livepatch &livepatch : Livepatch::find(environment.roots)) {
        for (const Patch &patch : livepatch.patches().value_or(std::vector<Patch>()))
            for (const Object &object : patch.objects)
                for (const Function &function : object.functions)
                    ours.insert(function.name);
    }
    std::vector<std::string> others;
    for (const TracedFunction &function : *traced) {
        // Suture keeps one of its own there, so that its filter is never empty.
        if (function.redirected && function.module != "suture" && ours.count(function.name) == 0)
            others.push_back(function.name);
    }
    if (others.empty())
        return good(check, "nobody else redirects functions");
    return finding(check, Health::note,
                   fmt::format("something else redirects {}, which cannot be patched",
                               some_of(std::move(others))),
                   "find who it is: kprobes with a post handler, another live patching system");
}

} // namespace

std::vector<Finding> examine(const Environment &environment) {
    std::vector<Finding> findings{check_runtime(environment),  check_config(environment),
                                  check_symbols(environment),  check_ftrace(environment),
                                  check_modules(environment),  check_secure_boot(environment),
                                  check_lockdown(environment), check_signatures(environment)};
    for (Finding &taint : check_taints(environment))
        findings.push_back(std::move(taint));
    findings.push_back(check_log(environment));
    findings.push_back(check_others(environment));
    return findings;
}

std::vector<Finding> signs_of_trouble(const Environment &environment) {
    std::vector<Finding> findings = check_taints(environment);
    findings.push_back(check_log(environment));
    std::erase_if(findings, [](const Finding &finding) {
        return finding.health == Health::good || finding.health == Health::unknown;
    });
    return findings;
}

const char *to_text(Health health) {
    switch (health) {
    case Health::good:
        return "good";
    case Health::unknown:
        return "unknown";
    case Health::note:
        return "note";
    case Health::bad:
        return "bad";
    }
    return "unknown";
}

} // namespace suture
