// Each thing that can be wrong with a patch for this machine is found before it is loaded, and the
// error gives both sides of the mismatch and what to do.

#include "libklp/preflight.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"
#include "libklp/testing/fake_signature.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

class PreflightTest : public ::testing::Test {
  protected:
    Result<std::vector<CheckResult>> check(const FakeModule &module) {
        return parse_patch_file("demo.ko", module.build()).and_then([&](const PatchFile &file) {
            return preflight(machine.environment(), file, "2026-11-27");
        });
    }

    void expect_error(const Result<std::vector<CheckResult>> &checked, ErrorCode code,
                      const std::vector<std::string> &parts) {
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().code, code);
        const std::string text = to_text(checked.error());
        for (const std::string &part : parts)
            EXPECT_NE(text.find(part), text.npos) << "'" << part << "' in: " << text;
    }

    FakeMachine machine{{directory("sys/kernel/suture"), module("suture")}};
};

TEST_F(PreflightTest, AGoodPatchPasses) {
    const auto doubts = check({});
    ASSERT_TRUE(doubts) << to_text(doubts.error());
    EXPECT_TRUE(doubts->empty());
}

TEST_F(PreflightTest, AnotherMachine) {
    expect_error(check({.byte_order = ELFDATA2MSB, .machine = EM_S390}), ErrorCode::wrong_machine,
                 {"built for s390x", "this machine is x86_64", "hint:"});
}

TEST_F(PreflightTest, AnotherKernel) {
    expect_error(check({.vermagic = "6.12.95-amd64 SMP mod_unload "}), ErrorCode::wrong_kernel,
                 {"'6.12.95-amd64'", "'6.1.0-50-amd64'", "hint: build the patch against"});
    expect_error(check({.vermagic = ""}), ErrorCode::wrong_kernel, {"kernel ''"});
}

TEST_F(PreflightTest, NoLivepatch) {
    expect_error(check({.livepatch_tag = ""}), ErrorCode::not_a_livepatch,
                 {"'demo' is not a live patch", "hint:"});
}

TEST_F(PreflightTest, SutureNotLoaded) {
    machine.remove("sys/kernel/suture");
    expect_error(check({}), ErrorCode::runtime_missing,
                 {"Suture is not loaded", "modprobe suture"});
}

TEST_F(PreflightTest, SutureIsNotReplacedByTheInKernelLivepatch) {
    machine.remove("sys/kernel/suture");
    machine.add({directory("sys/kernel/livepatch")});
    expect_error(check({}), ErrorCode::runtime_missing, {"modprobe suture"});
}

TEST_F(PreflightTest, AnInKernelPatchNeedsTheInKernelLivepatch) {
    const FakeModule in_kernel{.depends = "", .livepatch_tag = "livepatch"};
    expect_error(check(in_kernel), ErrorCode::runtime_missing,
                 {"which this kernel lacks", "hint:"});
    machine.add({directory("sys/kernel/livepatch")});
    EXPECT_TRUE(check(in_kernel));
}

TEST_F(PreflightTest, WhatMainlineIsToLinkIsForMainlineOnly) {
    FakeModule module{
        .more_sections = {".rela.text", ".klp.rela.ext4..text", ".klp.rela.vmlinux."}};
    expect_error(check(module), ErrorCode::refused,
                 {"'.klp.rela.ext4..text'", "which Suture does not do", "<suture/symbols.h>"});
    module.depends = "";
    machine.add({directory("sys/kernel/livepatch")});
    EXPECT_TRUE(check(module));
    EXPECT_TRUE(check({.more_sections = {".rela.text", ".klp.sym"}}));
}

TEST_F(PreflightTest, AnotherModuleThatItNeeds) {
    const FakeModule needs_more{.depends = "suture,target-module"};
    expect_error(check(needs_more), ErrorCode::dependency_missing,
                 {"'target-module', which is not loaded", "modprobe target-module"});
    machine.add({module("target_module")});
    EXPECT_TRUE(check(needs_more));
}

TEST_F(PreflightTest, WhatIsDoubtfulIsToldAndNoReason) {
    const auto expired = check({.metadata_notes = metadata_field("expires=2026-11-26")});
    ASSERT_TRUE(expired) << to_text(expired.error());
    ASSERT_EQ(expired->size(), 1u);
    EXPECT_EQ(expired->front().check, "expiry");
}

TEST_F(PreflightTest, AKeyThatTheKernelDoesNotHave) {
    machine.add({file("sys/module/module/parameters/sig_enforce", "Y\n"),
                 file("proc/keys", "1 I 1 perm 1f0b0000 0 0 keyring .builtin_trusted_keys: 1\n")});
    const auto check_signed = [this] {
        return parse_patch_file("demo.ko", FakeModule{}.build() + FakeSignature().tail())
            .and_then([&](const PatchFile &file) {
                return preflight(machine.environment(), file, "2026-11-27");
            });
    };
    expect_error(check_signed(), ErrorCode::no_permission,
                 {"'demo.ko': it is signed by 'Us', whose key this kernel does not have", "hint:"});
    machine.key_ids = {{1, {serial_id}}};
    EXPECT_TRUE(check_signed());
}

TEST_F(PreflightTest, TheFunctionThatIsWrongIsNamed) {
    const FakeModule patch{.objects = {{"", {{"do_it", "patched"}, {"do_more", "patched_more"}}}}};
    machine.write("proc/kallsyms", "0 T other\n");
    expect_error(check(patch), ErrorCode::refused,
                 {"patch 'demo': object 'vmlinux': function 'do_it': there is no such function",
                  "more is wrong: see 'klp verify'"});
}

TEST_F(PreflightTest, HostileDependenciesAndVersionsAreNoPaths) {
    expect_error(check({.depends = "suture,../../kernel"}), ErrorCode::dependency_missing,
                 {"../../kernel"});
    expect_error(check({.vermagic = std::string(10000, 'v')}), ErrorCode::wrong_kernel,
                 {"characters)"});
}

} // namespace
} // namespace suture
