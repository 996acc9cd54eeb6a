// Which taint bits a test may set.
#include "taint.h"

#include <gtest/gtest.h>

namespace suture::harness {
namespace {

TEST(TaintBits, AllowWhatALivePatchBrings) {
    EXPECT_EQ(unexpected_taint(0, 4096 | 8192 | 32768), "");
}

TEST(TaintBits, BlameOnlyWhoSetThem) {
    EXPECT_EQ(unexpected_taint(512, 512 | 4096), "");
    EXPECT_EQ(unexpected_taint(4096, 512 | 4096), "W (kernel warning)");
}

TEST(TaintBits, NameEachOne) {
    EXPECT_EQ(unexpected_taint(0, 2 | 128 | 16384),
              "F (module force loaded), D (the kernel died: oops or BUG), L (soft lockup)");
}

TEST(TaintBits, DoNotPassWhatNobodyKnows) {
    EXPECT_EQ(unexpected_taint(0, 1UL << 40), "bit 40");
}

} // namespace
} // namespace suture::harness
