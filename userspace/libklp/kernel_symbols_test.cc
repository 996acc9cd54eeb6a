// Addresses become what the kernel prints for them, also after modules have come and gone.

#include "libklp/kernel_symbols.h"
#include "libklp/testing/fake_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::HasSubstr;

constexpr const char *modules = "ext4 65536 1 jbd2, Live 0xffffffffc0200000\n"
                                "jbd2 131072 0 - Live 0xffffffffc0100000 (E)\n";
constexpr const char *kallsyms = "0000000000000000 A fixed_percpu_data\n"
                                 "ffffffff81000000 T _text\n"
                                 "ffffffff81000000 T startup\n"
                                 "ffffffff81000010 t do_it\n"
                                 "ffffffff81000030 T last\n"
                                 "ffffffff81000100 R table\n"
                                 "ffffffff81000200 B _end\n"
                                 "ffffffffc0200040 t ext4_open\t[ext4]\n"
                                 "ffffffffc0200000 t ext4_init\t[ext4]\n"
                                 "ffffffffc0200040 t ext4_alias\t[ext4]\n"
                                 "ffffffffc0208000 d ext4_data\t[ext4]\n"
                                 "ffffffffc0100000 t jbd2_open\t[jbd2]\n"
                                 "broken\n\n";

class KernelSymbolsTest : public ::testing::Test {
  protected:
    FakeMachine machine{{file("proc/modules", modules), file("proc/kallsyms", kallsyms)}};
};

TEST_F(KernelSymbolsTest, EndWhereTheNextOneBegins) {
    KernelSymbols symbols = KernelSymbols::open(machine.environment().roots).value();
    EXPECT_EQ(symbols.describe(0xffffffff81000015), "do_it+0x5/0x20");
    EXPECT_EQ(symbols.describe(0xffffffff81000010), "do_it+0x0/0x20");
    EXPECT_EQ(symbols.describe(0xffffffff81000044), "last+0x14/0xd0");
    EXPECT_EQ(symbols.describe(0xffffffffc0200005), "ext4_init+0x5/0x40 [ext4]");
}

TEST_F(KernelSymbolsTest, OfSeveralNamesTheFirst) {
    KernelSymbols symbols = KernelSymbols::open(machine.environment().roots).value();
    EXPECT_EQ(symbols.describe(0xffffffff81000002), "_text+0x2/0x10");
    EXPECT_THAT(symbols.describe(0xffffffffc0200041), HasSubstr("ext4_open+0x1/"));
}

TEST_F(KernelSymbolsTest, TheLastOfAModuleEndsWithAPage) {
    KernelSymbols symbols = KernelSymbols::open(machine.environment().roots).value();
    // Pages are of 4 or of 64 KiB.
    EXPECT_THAT(symbols.describe(0xffffffffc0200044),
                ::testing::AnyOf("ext4_open+0x4/0xfc0 [ext4]", "ext4_open+0x4/0xffc0 [ext4]"));
}

TEST_F(KernelSymbolsTest, WhatIsNoCodeIsANumber) {
    KernelSymbols symbols = KernelSymbols::open(machine.environment().roots).value();
    for (const char *address : {"0x0", "0x1000", "0xffffffff81000108", "0xffffffff81000300",
                                "0xffffffffc0208004", "0xffffffffc0300000"})
        EXPECT_EQ(symbols.describe(std::stoull(address, nullptr, 16)), address);
}

TEST_F(KernelSymbolsTest, AreReadWhenModulesHaveChanged) {
    KernelSymbols symbols = KernelSymbols::open(machine.environment().roots).value();
    EXPECT_EQ(symbols.describe(0xffffffffc0400002), "0xffffffffc0400002");
    machine.append("proc/kallsyms", "ffffffffc0400000 t patched\t[demo]\n"
                                    "ffffffffc0400010 t other\t[demo]\n");
    EXPECT_EQ(symbols.describe(0xffffffffc0400002), "0xffffffffc0400002");
    machine.append("proc/modules", "demo 16384 1 - Live 0xffffffffc0400000 (OK)\n");
    EXPECT_EQ(symbols.describe(0xffffffffc0400002), "patched+0x2/0x10 [demo]");
    machine.write("proc/modules", modules);
    machine.write("proc/kallsyms", kallsyms);
    EXPECT_EQ(symbols.describe(0xffffffffc0400002), "0xffffffffc0400002");
}

TEST_F(KernelSymbolsTest, WithoutTheListAreNumbers) {
    machine.remove("proc/kallsyms");
    KernelSymbols symbols = KernelSymbols::open(machine.environment().roots).value();
    EXPECT_EQ(symbols.describe(0xffffffff81000015), "0xffffffff81000015");
}

TEST_F(KernelSymbolsTest, ThatAreHiddenAreAnError) {
    machine.write("proc/modules", "ext4 65536 1 jbd2, Live 0x0000000000000000\n");
    const auto symbols = KernelSymbols::open(machine.environment().roots);
    ASSERT_FALSE(symbols);
    EXPECT_EQ(symbols.error().code, ErrorCode::no_permission);
    EXPECT_THAT(to_text(symbols.error()), HasSubstr("kptr_restrict"));
    machine.remove("proc/modules");
    EXPECT_FALSE(KernelSymbols::open(machine.environment().roots));
}

} // namespace
} // namespace suture
