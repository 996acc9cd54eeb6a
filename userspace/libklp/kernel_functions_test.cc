// Functions are counted by name and object, in the lists of kallsyms and of tracefs.

#include "libklp/kernel_functions.h"
#include "libklp/testing/fake_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(KernelFunctions, SymbolsOfThatNameAndTheirVariants) {
    const FakeMachine machine({file("proc/kallsyms", "ffffffff81000000 T do_it\n"
                                                     "ffffffff81000010 t do_it\n"
                                                     "ffffffff81000020 t do_it.part.0\n"
                                                     "ffffffff81000030 t do_it_not\n"
                                                     "0000000000000000 t do_it\t[ext4]\n"
                                                     "0000000000000000 t do_it.cold\t[ext4]\n"
                                                     "broken\n\n")});
    const KernelFunctions symbols = read_symbols(machine.environment(), {"do_it"}).value();
    EXPECT_EQ(symbols.count("vmlinux", "do_it"), 2u);
    EXPECT_EQ(symbols.count("ext4", "do_it"), 1u);
    EXPECT_EQ(symbols.count("nfs", "do_it"), 0u);
    EXPECT_EQ(symbols.count("vmlinux", "do_it_not"), 0u);
    EXPECT_THAT(symbols.variants("vmlinux", "do_it"), ElementsAre("do_it.part.0"));
    EXPECT_THAT(symbols.variants("ext4", "do_it"), ElementsAre("do_it.cold"));
    EXPECT_THAT(symbols.variants("nfs", "do_it"), IsEmpty());
}

TEST(KernelFunctions, TraceableOnes) {
    const FakeMachine machine({file("sys/kernel/tracing/available_filter_functions",
                                    "do_it\ndo_it [ext4]\nother\ndo_it.isra.0\n")});
    const auto traceable = read_traceable(machine.environment(), {"do_it.isra.0", "do_it"});
    ASSERT_TRUE(traceable);
    EXPECT_EQ(traceable->count("vmlinux", "do_it"), 1u);
    EXPECT_EQ(traceable->count("ext4", "do_it"), 1u);
    EXPECT_EQ(traceable->count("vmlinux", "do_it.isra.0"), 1u);
}

TEST(KernelFunctions, WithoutTheListThatIsAnError) {
    EXPECT_FALSE(read_symbols(FakeMachine().environment(), {}));
    EXPECT_FALSE(read_traceable(FakeMachine().environment(), {}));
}

} // namespace
} // namespace suture
