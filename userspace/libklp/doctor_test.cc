// Each thing that can be wrong with a machine is found by its name, and comes with what to do.

#include "libklp/doctor.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/gzip.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::HasSubstr;

constexpr const char *enabled_functions = "sys/kernel/tracing/enabled_functions";

class DoctorTest : public ::testing::Test {
  protected:
    // The worst of a check.
    Finding found(const std::string &check) {
        Finding worst{.check = "no finding"};
        for (const Finding &finding : examine(machine.environment())) {
            EXPECT_EQ(finding.hint.empty(), finding.health == Health::good) << finding.what;
            if (finding.check == check && (worst.check != check || finding.health > worst.health))
                worst = finding;
        }
        EXPECT_EQ(worst.check, check);
        return worst;
    }
    void expect(const std::string &check, Health health, const std::string &part) {
        const Finding finding = found(check);
        EXPECT_EQ(finding.health, health) << finding.what;
        EXPECT_THAT(finding.what, HasSubstr(part));
    }

    FakeMachine machine{
        {directory("sys/kernel/suture"), file("proc/kallsyms"),
         file("proc/sys/kernel/ftrace_enabled", "1\n"), file("proc/sys/kernel/tainted", "12288\n"),
         file("proc/sys/kernel/modules_disabled", "0\n"), file(enabled_functions),
         file("boot/config-6.1.0-50-amd64",
              "# CONFIG_LIVEPATCH is not set\nCONFIG_MODULES=y\nCONFIG_KALLSYMS=y\n"
              "CONFIG_KPROBES=y\nCONFIG_DYNAMIC_FTRACE=y\nCONFIG_FUNCTION_TRACER=y\n"
              "CONFIG_SYSFS=y\n")}};
};

TEST_F(DoctorTest, AGoodMachineIsGood) {
    for (const Finding &finding : examine(machine.environment()))
        EXPECT_EQ(finding.health, Health::good) << finding.check << ": " << finding.what;
}

TEST_F(DoctorTest, NoRuntime) {
    machine.remove("sys/kernel/suture");
    expect("runtime", Health::note, "no runtime");
}

TEST_F(DoctorTest, TheKernelsOptions) {
    machine.write("boot/config-6.1.0-50-amd64", "CONFIG_MODULES=y\nCONFIG_KALLSYMS=y\n"
                                                "CONFIG_KPROBES=n\nCONFIG_SYSFS=y\n");
    expect("config", Health::bad,
           "without CONFIG_KPROBES, CONFIG_DYNAMIC_FTRACE, CONFIG_FUNCTION_TRACER");
    machine.remove("boot");
    expect("config", Health::unknown, "boot/config-6.1.0-50-amd64");
    EXPECT_THAT(found("config").hint, HasSubstr("CONFIG_KPROBES"));
}

TEST_F(DoctorTest, TheKernelsOptionsFromItself) {
    const std::string options = machine.read("boot/config-6.1.0-50-amd64");
    machine.remove("boot");
    machine.write("proc/config.gz", gzip(options));
    expect("config", Health::good, "");
    machine.write("proc/config.gz", gzip("CONFIG_MODULES=y\n"));
    expect("config", Health::bad, "without CONFIG_KALLSYMS");
    machine.write("proc/config.gz", gzip(std::string(size_t(64) << 20, '\n')));
    expect("config", Health::unknown, "proc/config.gz");
}

TEST_F(DoctorTest, Symbols) {
    machine.remove("proc/kallsyms");
    expect("kallsyms", Health::bad, "/proc/kallsyms");
}

TEST_F(DoctorTest, Ftrace) {
    machine.write("proc/sys/kernel/ftrace_enabled", "0\n");
    expect("ftrace", Health::bad, "switched off");
    machine.remove("proc/sys/kernel/ftrace_enabled");
    expect("ftrace", Health::bad, "has no ftrace");
}

TEST_F(DoctorTest, ModulesLockdownAndSignatures) {
    machine.write("proc/sys/kernel/modules_disabled", "1\n");
    expect("modules", Health::bad, "until the next boot");
    machine.add({file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n"),
                 file("sys/module/module/parameters/sig_enforce", "Y\n")});
    expect("lockdown", Health::note, "signed modules only");
    expect("signatures", Health::note, "signed modules only");
    machine.write("sys/module/module/parameters/sig_enforce", "N\n");
    expect("signatures", Health::note, "signed modules only"); // lockdown is enough
    machine.write("proc/keys", "1 I 1 perm 1f030000 0 0 asymmetri Our CA: 0a: X509.rsa 0a []\n");
    expect("signatures", Health::note, "it knows the keys of Our CA");
    machine.write("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
    expect("lockdown", Health::bad, "confidentiality");
    machine.write("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
    machine.write("sys/module/module/parameters/sig_enforce", "N\n");
    expect("lockdown", Health::good, "");
    expect("signatures", Health::good, "");
}

TEST_F(DoctorTest, SecureBoot) {
    machine.add({file("sys/firmware/ipl/secure", "1\n")});
    expect("secure_boot", Health::note, "signed modules only");
    machine.write("sys/firmware/ipl/secure", "0\n");
    expect("secure_boot", Health::good, "off");
    machine.add({directory("sys/firmware/efi/efivars")});
    expect("secure_boot", Health::unknown, "cannot be read");
    EXPECT_THAT(found("secure_boot").hint, HasSubstr("efivarfs"));
}

TEST_F(DoctorTest, TaintsOneByOne) {
    machine.write("proc/sys/kernel/tainted", "12930\n"); // D and W, and what every patch brings
    int taints = 0;
    for (const Finding &finding : examine(machine.environment()))
        taints += finding.check == "taint";
    EXPECT_EQ(taints, 3); // and F: 1 << 1
    expect("taint", Health::bad, "oops (D)");
    machine.write("proc/sys/kernel/tainted", "512\n");
    expect("taint", Health::note, "warning (W)");
    machine.remove("proc/sys/kernel/tainted");
    expect("taint", Health::unknown, "cannot be read");
}

TEST_F(DoctorTest, OopsesInTheLog) {
    machine.write("dev/kmsg", "6,1,1,-;all is well\n12,2,2,-;somebody wrote Oops into the log\n");
    expect("log", Health::good, "");
    machine.append("dev/kmsg", "1,3,3,-;BUG: kernel NULL pointer dereference, address: 0\n");
    expect("log", Health::bad, "BUG: kernel NULL pointer");
    machine.remove("dev/kmsg");
    expect("log", Health::unknown, "cannot be read");
}

// As kernels 6.1 and 6.12 print them.
TEST_F(DoctorTest, FaultsOfTheKernelOnEveryMachine) {
    for (const char *line :
         {"BUG: unable to handle page fault for address: ffffa0e2c0a01000",
          "Oops: 0010 [#1] PREEMPT SMP NOPTI",
          "Oops: Oops: 0002 [#2] PREEMPT SMP PTI",
          "general protection fault, probably for non-canonical address 0xdead000000000108: 0000 "
          "[#1] PREEMPT SMP PTI",
          "general protection fault: 0000 [#1] SMP",
          "invalid opcode: 0000 [#1] PREEMPT SMP NOPTI",
          "Oops: general protection fault, maybe for address 0x8: 0000 [#1] PREEMPT SMP",
          "kernel BUG at mm/slub.c:435!",
          "BUG: Kernel NULL pointer dereference on write at 0x0000",
          "Oops: Kernel access of bad area, sig: 11 [#1]",
          "Oops: Exception in kernel mode, sig: 5 [#1]",
          "Unable to handle kernel pointer dereference in virtual kernel address space",
          "Oops: 0004 ilc:3 [#1] SMP ",
          "illegal operation: 0001 ilc:1 [#1] SMP ",
          "monitor event: 0040 ilc:2 [#1] SMP ",
          "BUG: scheduling while atomic: insmod/1/0x2",
          "[ BUG: Invalid wait context ]",
          "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [insmod:111]",
          "INFO: task insmod:115 blocked for more than 120 seconds.",
          "INFO: task rcuc/0:15 blocked for more than 120 seconds."}) {
        machine.write("dev/kmsg", std::string("1,1,1,-;") + line + "\n");
        expect("log", Health::bad, line);
    }
}

TEST_F(DoctorTest, FaultsOfProgramsAreNoneOfTheKernel) {
    for (const char *line :
         {"traps: prog[123] general protection fault ip:401136 sp:7ffc0 error:0 in prog[401000]",
          "traps: Oops: 0000 [#1][123] trap invalid opcode ip:401136 sp:7ffc0 error:0 in prog[4]",
          "Oops[12]: segfault at 0 ip 0000000000401136 sp 00007ffc0 error 4 in Oops[401000+1000]",
          "Oops: 0000 [#1][12]: segfault at 0 ip 0000000000401136 sp 00007ffc0 error 4",
          "BUG: x[12]: segfault (11) at 0 nip 10000 lr 10000 code 1 in prog[10000+1000]",
          "Oops: [9] bad frame in rt_sigreturn frame:1 ip:1 sp:1 orax:1 in x [#1] y[401000]",
          "kernel BUG at x[12]: segfault at 0 ip 0000000000401136 sp 00007ffc0 error 4",
          "BUG: x (12): drop_caches: 3", "BUG: x/12: reached RLIMIT_SIGPENDING, dropped signal 34",
          "BUG: x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
          "BUG: x: page allocation failure: order:9, mode:0xcc0(GFP_KERNEL), nodemask=(null)",
          "User process fault: interruption code 0010 ilc:2 in BUG: x[1000000+1000]",
          "audit: type=1701 audit(1.0:1): comm=\"BUG: x\" exe=\"/soft lockup\" sig=11",
          "demo: a message with BUG: and Unable to handle kernel and Oops: in it [#1]"}) {
        machine.write("dev/kmsg", std::string("6,1,1,-;") + line + "\n");
        expect("log", Health::good, "");
    }
}

TEST_F(DoctorTest, OthersThatRedirect) {
    machine.add(
        {directory("sys/kernel/suture", {patch("demo", {}, {object("vmlinux", {"a,1"})})})});
    machine.write(enabled_functions, "a (1) I \tops\nanchor [suture] (1) I\n");
    expect("redirected", Health::good, "");
    machine.write(enabled_functions, "a (1) I \tops\nb (1) I \nc (1) R\nd (1) I\n");
    expect("redirected", Health::note, "redirects b, d, which");
    machine.write(enabled_functions,
                  "b (1) I\nc (1) I\nd (1) I\ne (1) I\nf (1) I\ng (1) I\nh (1) I\n");
    expect("redirected", Health::note, "redirects b, c, d, e, f and 2 more");
    machine.remove(enabled_functions);
    expect("redirected", Health::unknown, "cannot be read");
}

} // namespace
} // namespace suture
