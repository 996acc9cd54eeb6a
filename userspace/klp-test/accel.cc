#include "accel.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <map>
#include <sys/utsname.h>
#include <unistd.h>

namespace suture::harness {

namespace {

// Of the probe's one test, in seconds, and beyond that: it does next to nothing.
constexpr int probe_seconds = 5;

void use_kvm(ArchRecord &arch) {
    arch.accel = "kvm";
    // No other can be had on all of them.
    arch.cpu = "host";
}

// What the record says may be KVM, too.
void use_tcg(ArchRecord &arch) {
    if (!arch.accel.starts_with("tcg")) {
        arch.accel = "tcg";
        arch.cpu = "max";
    }
}

} // namespace

Host this_host() {
    utsname name{};
    return uname(&name) == 0 ? Host{name.machine} : Host{};
}

Result<void> check_kvm(const ArchRecord &arch, const Host &host) {
    if (arch.arch != host.machine) {
        return fail(fmt::format("this machine is {}, and KVM runs no other", host.machine));
    }
    if (access(host.kvm.c_str(), R_OK | W_OK) != 0) {
        return fail(fmt::format("cannot use {}: {}", host.kvm.string(), std::strerror(errno)));
    }
    return {};
}

Result<void> probe_kvm(const Target &target, Seconds boot_limit, int stop_fd) {
    auto probed = target;
    use_kvm(probed.arch);
    probed.arch.slowdown = 1;
    probed.log_dir /= "kvm-probe";
    probed.suite = script_suite("probe", {{"boots", "#!/bin/bash\necho 1..1\necho ok 1 boots\n"}},
                                probe_seconds);
    RunPlan plan;
    plan.limits.boot = boot_limit;
    plan.limits.test = Seconds(probe_seconds);
    plan.limits.grace = Seconds(probe_seconds);
    plan.limits.leave = Seconds(probe_seconds);
    plan.boot_retries = 0;
    Progress quiet;
    auto seen = run_target(probed, plan, quiet, stop_fd);
    for (const auto &result : seen.results) {
        if (result.outcome != Outcome::passed) {
            return fail(fmt::format("a guest that was booted with it ended otherwise than it "
                                    "should: {}: {}",
                                    name_of(result.outcome), result.reason));
        }
    }
    return {};
}

Result<void> set_accel(std::vector<Target> &targets, Accel accel, const Host &host,
                       const std::function<Result<void>(const Target &)> &probe,
                       std::ostream &notes) {
    // By architecture: whether KVM works.
    std::map<std::string, bool> seen;
    for (auto &target : targets) {
        if (accel == Accel::tcg) {
            use_tcg(target.arch);
            continue;
        }
        if (accel == Accel::record) {
            continue;
        }
        auto could = check_kvm(target.arch, host);
        if (accel == Accel::kvm && !could) {
            return fail(fmt::format("no KVM for {}: {}", target.name(), could.error().message));
        }
        if (accel == Accel::automatic && seen.find(target.arch.arch) == seen.end()) {
            auto works = could ? probe(target) : could;
            seen[target.arch.arch] = works.has_value();
            if (!works) {
                fmt::print(notes, "klp-test: no KVM for {}: {}\n", target.arch.arch,
                           works.error().message);
            }
        }
        if (accel == Accel::kvm || seen[target.arch.arch]) {
            use_kvm(target.arch);
        }
    }
    return {};
}

} // namespace suture::harness
