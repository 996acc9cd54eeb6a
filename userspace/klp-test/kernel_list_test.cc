// The list of kernels: which there are, and for which architectures.
#include "kernel_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture::harness {
namespace {

TEST(KernelList, HasNamesAndWhoHasThem) {
    auto kernels = parse_kernels("# KERNEL SUITE ORIGIN\n\n6.1\t\tbookworm\tpackage\n"
                                 "6.1-rt  bookworm  package  x86_64,s390x\n");
    ASSERT_EQ(kernels.size(), 2U);
    EXPECT_EQ(kernels[0].name, "6.1");
    EXPECT_TRUE(kernels[0].is_for("s390x"));
    EXPECT_EQ(kernels[1].name, "6.1-rt");
    EXPECT_TRUE(kernels[1].is_for("s390x"));
    EXPECT_FALSE(kernels[1].is_for("ppc64le"));
}

TEST(KernelList, MustBeThere) {
    auto kernels = load_kernels("/nonexistent");
    ASSERT_FALSE(kernels);
    EXPECT_EQ(kernels.error().message, "cannot read the list of kernels, /nonexistent/kernels");
}

} // namespace
} // namespace suture::harness
