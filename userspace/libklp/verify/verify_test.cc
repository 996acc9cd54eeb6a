// Each thing that can be wrong with a patch is found before it is loaded, with the object and the
// function that it is about; what cannot be looked at is said, and never called fine.

#include "libklp/expiry.h"
#include "libklp/testing/fake_btf.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"
#include "libklp/testing/fake_signature.h"
#include "libklp/verify/checks.h"
#include "libklp/verify/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace suture {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char *traceable_list = "sys/kernel/tracing/available_filter_functions";
constexpr const char *enabled_list = "sys/kernel/tracing/enabled_functions";
constexpr const char *kprobe_list = "sys/kernel/debug/kprobes/list";
constexpr const char *today = "2026-11-27";
constexpr const char *enforced = "sys/module/module/parameters/sig_enforce";
constexpr const char *trusted_ring = "1 I 1 perm 1f0b0000 0 0 keyring .builtin_trusted_keys: 1\n";
constexpr const char *kernels_own = "lib/modules/6.1.0-50-amd64/kernel/ext4.ko";

class VerifyTest : public ::testing::Test {
  protected:
    VerifyTest() {
        const int file = kernel.pointer(kernel.structure("file", 200));
        kernel.function("do_it", kernel.integer("int", 4), {{"file", file}});
        FakeBtf split(&kernel);
        split.function("patched_do_it", split.integer("int", 4), {{"file", file}});
        patch.btf = split.bytes();
        machine.add({file_of(kernels_own, FakeModule{.name = "ext4"}.build()),
                     file_of("sys/kernel/btf/vmlinux", kernel.bytes())});
    }

    static Entry file_of(const char *path, const std::string &content) {
        return testing::file(path, content);
    }

    std::vector<CheckResult> results(const std::string &check) {
        machine.write("demo.ko", patch.build() + tail);
        const Verification verification =
            verify(machine.environment(), machine.path("demo.ko"), today).value();
        std::vector<CheckResult> found;
        for (const CheckResult &result : verification.results) {
            if (result.check == check)
                found.push_back(result);
        }
        return found;
    }

    // That check has just one result, about this.
    void expect(const std::string &check, Verdict verdict, const std::string &text) {
        const std::vector<CheckResult> found = results(check);
        ASSERT_THAT(found, SizeIs(1)) << check;
        EXPECT_EQ(to_text(found[0].verdict), std::string(to_text(verdict))) << to_text(found[0]);
        EXPECT_THAT(to_text(found[0]), HasSubstr(text));
        EXPECT_EQ(found[0].hint.empty(), verdict == Verdict::ok);
    }

    FakeBtf kernel;
    FakeModule patch{.metadata_notes = metadata_field("object=vmlinux build-id 61626364"),
                     .objects = {{"", {{"do_it", "patched_do_it"}}}}};
    std::string tail; // of the file
    FakeMachine machine{{directory("sys/kernel/suture"), module("suture"),
                         file("sys/kernel/notes", build_id_note("abcd")),
                         file("proc/kallsyms", "0 T do_it\n"), file(traceable_list, "do_it\n"),
                         file(enabled_list), file(kprobe_list)}};
};

constexpr const char *in_do_it = "object 'vmlinux': function 'do_it': ";

TEST_F(VerifyTest, AGoodPatchIsFineInEveryCheck) {
    machine.write("demo.ko", patch.build());
    const Verification verification =
        verify(machine.environment(), machine.path("demo.ko"), today).value();
    for (const CheckResult &result : verification.results)
        EXPECT_EQ(result.verdict, Verdict::ok) << result.check << ": " << to_text(result);
    EXPECT_EQ(verification.count(Verdict::ok), 16u);
}

TEST_F(VerifyTest, ForAnotherKernelNothingElseIsLookedAt) {
    machine.kernel.release = "6.1.0-51-amd64";
    expect("kernel", Verdict::error, "'6.1.0-50-amd64', and this is '6.1.0-51-amd64'");
    expect("function", Verdict::unknown, "was not looked at");
    EXPECT_THAT(results("prototype"), SizeIs(0));
}

TEST_F(VerifyTest, VermagicIsComparedWithTheKernelsOwnModules) {
    machine.write(kernels_own, FakeModule{.vermagic = "6.1.0-50-amd64 SMP mod_unload "}.build());
    expect("vermagic", Verdict::error, "this kernel's modules have '6.1.0-50-amd64 SMP mod_unload");
    machine.remove(kernels_own);
    expect("vermagic", Verdict::unknown, "lib/modules/6.1.0-50-amd64/kernel");
}

TEST_F(VerifyTest, BuildsAreThoseThatThePatchWasMadeFor) {
    machine.write("sys/kernel/notes", build_id_note("abce"));
    expect("build", Verdict::error,
           "'vmlinux': its build-id is 61626365, and the patch was made "
           "for 61626364");
    machine.remove("sys/kernel/notes");
    expect("build", Verdict::unknown, "cannot be read");
    patch.metadata_notes = metadata_field("object=vmlinux release 6.1.0-50-amd64");
    expect("build", Verdict::ok, "its release is the one");
    patch.metadata_notes += metadata_field("object=ext4 build-id 61626364");
    EXPECT_THAT(to_text(results("build").at(0)),
                HasSubstr("object 'ext4': the patch names the build"));
    patch.metadata_notes = "";
    expect("build", Verdict::unknown, "does not say for which build");
}

TEST_F(VerifyTest, BuildsOfModulesAreCompared) {
    patch.objects = {{"ext4", {}}};
    patch.metadata_notes = metadata_field("object=ext4 build-id 6162");
    EXPECT_THAT(results("build"), SizeIs(0)); // it is not loaded
    machine.add({module("ext4", {file("notes/.note.gnu.build-id", build_id_note("ab"))})});
    expect("build", Verdict::ok, "object 'ext4': its build-id");
    patch.metadata_notes = metadata_field("object=ext4 srcversion ABC");
    machine.write("sys/module/ext4/srcversion", "ABD\n");
    expect("build", Verdict::error, "its srcversion is ABD, and the patch was made for ABC");
}

TEST_F(VerifyTest, ModulesThatAreNotLoadedAreCheckedWhenTheyCome) {
    patch.objects = {{"ext4", {{"ext4_open", "patched_open"}}}};
    expect("object", Verdict::unknown, "'ext4': it is not loaded: checked when it comes; 1 func");
    EXPECT_THAT(results("function"), SizeIs(0));
    machine.add({directory("sys/module/ext4/parameters")}); // has no initstate: is built in
    expect("object", Verdict::warning, "a part of this kernel");
    machine.add({module("ext4")});
    expect("object", Verdict::ok, "it is there; 1 function is changed in it");
    expect("function", Verdict::error, "object 'ext4': function 'ext4_open': there is no such");
    patch.objects = {{"../../kernel", {{"ext4_open", "patched_open"}}}};
    expect("object", Verdict::unknown, "'../../kernel': it is not loaded");
}

TEST_F(VerifyTest, WhatThePatchChangesMayNotBeTold) {
    patch.objects = {};
    expect("object", Verdict::unknown, "no table of what it changes");
    patch.objects = {{"", {{"", "patched"}, {"do_it", "patched_do_it"}}}};
    ASSERT_THAT(results("object"), SizeIs(1));
    ASSERT_THAT(results("function"), SizeIs(2));
    EXPECT_THAT(results("function")[0].what, HasSubstr("names of 1 of its functions only when"));
}

TEST_F(VerifyTest, FunctionsThatAreMissing) {
    machine.write("proc/kallsyms", "0 T other\n");
    expect("function", Verdict::error, std::string(in_do_it) + "there is no such function");
    machine.write("proc/kallsyms", "0 T do_it.isra.0\n");
    EXPECT_THAT(results("function").at(0).hint, HasSubstr("made do_it.isra.0 of it"));
    machine.remove("proc/kallsyms");
    expect("function", Verdict::unknown, "cannot be read");
}

TEST_F(VerifyTest, FunctionsThatAreThereSeveralTimes) {
    machine.write("proc/kallsyms", "0 T do_it\n0 t do_it\n0 t do_it\t[ext4]\n");
    machine.write(traceable_list, "do_it\ndo_it\n");
    expect("function", Verdict::error, std::string(in_do_it) + "2 functions have that name");
    patch.objects[0].functions[0].sympos = 2;
    expect("function", Verdict::ok, "1 of 1 functions are there");
    expect("prototype", Verdict::unknown, "several functions have that name");
    patch.objects[0].functions[0].sympos = 3;
    expect("function", Verdict::error, "means number 3 of that name, and there are only 2");
}

TEST_F(VerifyTest, CopiesThatCallersMayUse) {
    machine.write("proc/kallsyms", "0 T do_it\n0 t do_it.cold\n0 t do_it.part.0\n");
    expect("function", Verdict::warning, "callers may use in its place: do_it.part.0");
    machine.write("proc/kallsyms", "0 T do_it\n0 t do_it.cold\n");
    expect("function", Verdict::ok, "");
}

TEST_F(VerifyTest, FunctionsThatCannotBeRedirected) {
    machine.write(traceable_list, "do_it [ext4]\n");
    expect("traceable", Verdict::error, std::string(in_do_it) + "it cannot be redirected");
    patch.objects[0].functions[0].sympos = 1;
    machine.write("proc/kallsyms", "0 T do_it\n0 t do_it\n");
    machine.write(traceable_list, "do_it\n");
    expect("traceable", Verdict::unknown, "1 of the 2 functions of that name");
    machine.remove(traceable_list);
    expect("traceable", Verdict::unknown, "cannot be read");
}

TEST_F(VerifyTest, PrototypesOfReplacements) {
    FakeBtf split(&kernel);
    split.function("patched_do_it", split.integer("long int", 8), {});
    patch.btf = split.bytes();
    const std::vector<CheckResult> found = results("prototype");
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].verdict, Verdict::error);
    EXPECT_EQ(to_text(found[0]),
              std::string(in_do_it) + "it returns 'int', in the replacement 'long'");
    EXPECT_THAT(found[1].what, HasSubstr("it takes 1 parameter, the replacement 0 parameters"));
}

TEST_F(VerifyTest, PrototypesThatOnlyMeanSomethingElse) {
    FakeBtf split(&kernel);
    split.function("patched_do_it", split.integer("int", 4), {{"file", split.pointer(0)}});
    patch.btf = split.bytes();
    expect("prototype", Verdict::warning,
           "parameter 1 'file' is 'struct file *', in the replacement 'void *'");
}

TEST_F(VerifyTest, PrototypesThatAreNotTold) {
    patch.btf = "";
    expect("prototype", Verdict::unknown, "neither BTF nor DWARF");
    patch.btf = "damaged";
    expect("prototype", Verdict::unknown, "neither BTF nor DWARF");
    machine.remove("sys/kernel/btf");
    expect("prototype", Verdict::unknown, "this kernel does not tell");
}

TEST_F(VerifyTest, PrototypesOfModules) {
    machine.add({module("ext4")});
    machine.write("proc/kallsyms", "0 t open\t[ext4]\n");
    machine.write(traceable_list, "open [ext4]\n");
    patch.objects = {{"ext4", {{"open", "patched_do_it"}}}};
    expect("prototype", Verdict::unknown, "object 'ext4': the module does not tell");
    FakeBtf ext4(&kernel);
    ext4.function("open", 0, {});
    machine.write("sys/kernel/btf/ext4", ext4.bytes());
    EXPECT_THAT(to_text(results("prototype").at(0)),
                HasSubstr("object 'ext4': function 'open': it returns 'void', in the repl"));
}

TEST_F(VerifyTest, OthersThatRedirect) {
    machine.remove("sys/module/suture"); // which would be given time to let go
    machine.write(enabled_list, "do_it (1) I \ttramp: 0x1 (other_handler [other]+0x0/0x1)\n");
    expect("users", Verdict::error,
           std::string(in_do_it) + "something else redirects it already: other_handler [other]");
    machine.add({directory("sys/kernel/suture",
                           {testing::patch("older", {}, {object("vmlinux", {"do_it,1"})})})});
    expect("users", Verdict::ok, "1 of 1 functions are hooked by nobody else");
}

TEST_F(VerifyTest, SutureIsGivenTimeToLetGo) {
    machine.write(enabled_list, "do_it (1) I \n");
    std::thread worker([this] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        machine.write(enabled_list, "");
    });
    expect("users", Verdict::ok, "are hooked by nobody else");
    worker.join();
}

TEST_F(VerifyTest, TheOtherRuntimeRedirects) {
    machine.write(enabled_list, "do_it (1) I \n");
    machine.add({directory("sys/kernel/livepatch",
                           {testing::patch("theirs", {}, {object("vmlinux", {"do_it,1"})})})});
    expect("users", Verdict::error, "the patch 'theirs' of the other runtime");
}

TEST_F(VerifyTest, DirectCallersAndKprobes) {
    machine.write(enabled_list, "do_it (1) D \n\tdirect-->bpf_trampoline_64+0x0/0x1000\n");
    expect("users", Verdict::warning, "called directly in its place: bpf_trampoline_64");
    machine.write(enabled_list, "do_it [ext4] (1) I \n");
    machine.write(kprobe_list,
                  "0  k  do_it+0x10    \n0  r  do_it+0x0    \n0  k  do_it+0x0  ext4\n");
    expect("users", Verdict::warning, "a kprobe at +0x10, a kretprobe at +0x0 are set in it");
}

TEST_F(VerifyTest, UsersThatCannotBeSeen) {
    machine.remove(enabled_list);
    std::vector<CheckResult> found = results("users");
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[0].verdict, Verdict::unknown);
    EXPECT_THAT(found[1].what, HasSubstr("have no kprobe in them"));
    machine.remove(kprobe_list);
    found = results("users");
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[1].verdict, Verdict::unknown);
}

TEST_F(VerifyTest, SignaturesWhereTheyAreDemanded) {
    machine.add({file(enforced, "Y\n"), file("proc/keys", trusted_ring)});
    expect("signature", Verdict::error, "it is not signed");
    tail = FakeSignature().tail();
    expect("signature", Verdict::error,
           "it is signed by 'Us', whose key this kernel does not have, and it takes signed modules "
           "only; it has no keys");
    machine.append("proc/keys", "2 I 1 perm 1f030000 0 0 asymmetri Our CA: 0a: X509.rsa 0a []\n");
    expect("signature", Verdict::error, "it has the keys of Our CA");
    EXPECT_THAT(results("signature")[0].hint, HasSubstr("mokutil --import"));
    machine.key_ids = {{1, {serial_id}}};
    expect("signature", Verdict::ok, "it is signed by 'Us', whose key this kernel has");
    machine.write(enforced, "N\n");
    machine.add({file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n")});
    expect("signature", Verdict::ok, "it is signed by 'Us', whose key this kernel has");
    tail = FakeSignature{.by_key_identifier = true}.tail();
    expect("signature", Verdict::error, "it is signed by '0123456789abcdef', whose key");
    machine.key_ids = {{1, {identifier_id}}};
    expect("signature", Verdict::ok, "whose key this kernel has");
    tail = "";
    expect("signature", Verdict::error, "it is not signed");
}

TEST_F(VerifyTest, SignaturesWhereTheyAreNotDemanded) {
    expect("signature", Verdict::ok, "without a signature");
    tail = signature_tail("none");
    expect("signature", Verdict::ok, "without a signature"); // it does not look at them either
    machine.add({file(enforced, "N\n"), file("proc/keys", trusted_ring)});
    expect("signature", Verdict::error, "its signature is no PKCS#7 message");
    tail = FakeSignature().tail();
    expect("signature", Verdict::ok,
           "it is signed by 'Us', whose key this kernel does not have; this kernel takes modules "
           "without a signature");
    machine.key_ids = {{1, {serial_id}}};
    expect("signature", Verdict::ok, "it is signed by 'Us', whose key this kernel has");
    machine.remove("proc/keys");
    expect("signature", Verdict::ok, "it is signed by 'Us'; this kernel takes modules without");
    tail = signature_tail("OpenPGP", std::string(8, '\0'));
    expect("signature", Verdict::ok, "without a signature");
}

TEST_F(VerifyTest, SignaturesThatAreDamaged) {
    machine.add({file(enforced, "Y\n"), file("proc/keys", trusted_ring)});
    tail = signature_tail("none");
    expect("signature", Verdict::error, "its signature is no PKCS#7 message");
    tail = signature_tail("OpenPGP", std::string(8, '\0'));
    expect("signature", Verdict::error, "its signature is none of PKCS#7");
}

TEST_F(VerifyTest, SignersOfWhomOneIsEnough) {
    machine.add({file(enforced, "Y\n"), file("proc/keys", trusted_ring)});
    tail = FakeSignature{.signers = {"Us", "Them"}}.tail();
    const std::string whole = to_text(results("signature").at(0));
    EXPECT_THAT(whole, HasSubstr("'Us'"));
    EXPECT_THAT(whole, HasSubstr("'Them'"));
    machine.key_ids = {{1, {serial_id}}};
    expect("signature", Verdict::ok, "whose key this kernel has");
}

TEST_F(VerifyTest, SignersOfWhomTheKernelMayKnow) {
    machine.add({file(enforced, "Y\n")});
    tail = FakeSignature().tail();
    expect("signature", Verdict::unknown, "'Us'; whether this kernel has that key cannot be read");
    machine.write("proc/keys", std::string(trusted_ring) + "4 I 1 perm 0 0 0 keyring .platform: 1");
    machine.key_ids = {{4, {serial_id}}};
    expect("signature", Verdict::unknown, "'Us', whose key is one of the firmware's");
    tail = FakeSignature{.signers = {"Them"}, .with_certificates = true}.tail();
    expect("signature", Verdict::unknown, "the certificates that come with the signature");
}

TEST_F(VerifyTest, MetadataAndExpiry) {
    patch.metadata_notes = metadata_field("expires=2026-11-26"); // the day before `today`
    expect("expiry", Verdict::warning, "was meant to be used until 2026-11-26");
    patch.metadata_notes = metadata_field("expires=2026-11-27");
    expect("expiry", Verdict::ok, "until 2026-11-27");
    patch.metadata_notes = metadata_field("expires=soon");
    expect("expiry", Verdict::unknown, "'soon'");
    patch.metadata_notes = metadata_note("damaged");
    expect("metadata", Verdict::warning, "cannot be read");
    EXPECT_FALSE(is_past("2026-06-30", "2026-06-30")); // the last day is one of them
    EXPECT_TRUE(is_past("2026-06-30", "2026-07-01"));
}

} // namespace
} // namespace suture
