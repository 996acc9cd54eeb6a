// What is run is what was asked for, without what cannot be, and nothing is left out in silence.
#include "matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture::harness {
namespace {

using testing::HasSubstr;

const Matrix matrix{{"ppc64le", "s390x", "x86_64"},
                    {{"6.1", {}}, {"6.12", {}}, {"6.1-rt", {"x86_64"}}},
                    {{"s390x", "6.1"}, {"x86_64", "6.1"}, {"x86_64", "6.1-rt"}}};

// As "ARCH/KERNEL ", one after the other, or the error.
std::string chosen(const std::vector<std::string> &archs, const std::vector<std::string> &kernels,
                   const Matrix &from = matrix) {
    auto guests = choose_guests(archs, kernels, from);
    if (!guests) {
        return guests.error().message;
    }
    std::string names;
    for (const auto &guest : *guests) {
        names += guest.arch + "/" + guest.kernel + " ";
    }
    return names;
}

TEST(Matrix, IsAllThatIsBuiltWhereNothingIsAskedFor) {
    EXPECT_EQ(chosen({}, {}), "s390x/6.1 x86_64/6.1 x86_64/6.1-rt ");
}

TEST(Matrix, IsWhatIsBuiltOfAnArchitectureOrKernel) {
    EXPECT_EQ(chosen({"x86_64"}, {}), "x86_64/6.1 x86_64/6.1-rt ");
    EXPECT_EQ(chosen({}, {"6.1"}), "s390x/6.1 x86_64/6.1 ");
}

TEST(Matrix, IsEachWithEachWhereBothAreAskedFor) {
    EXPECT_EQ(chosen({"x86_64", "s390x"}, {"6.12", "6.1"}),
              "x86_64/6.12 x86_64/6.1 s390x/6.12 s390x/6.1 ");
}

TEST(Matrix, TakesWhatIsGivenTwiceOnce) {
    EXPECT_EQ(chosen({"x86_64", "x86_64"}, {"6.1", "6.12", "6.1"}), "x86_64/6.1 x86_64/6.12 ");
    EXPECT_EQ(chosen({"x86_64", "x86_64"}, {}), "x86_64/6.1 x86_64/6.1-rt ");
    EXPECT_EQ(chosen({}, {"6.1", "6.1"}), "s390x/6.1 x86_64/6.1 ");
}

TEST(Matrix, LeavesOutWhatCannotBe) {
    EXPECT_EQ(chosen({"s390x", "x86_64"}, {"6.1", "6.1-rt"}),
              "s390x/6.1 x86_64/6.1 x86_64/6.1-rt ");
}

TEST(Matrix, TakesAnExactReleaseForAnyArchitecture) {
    EXPECT_EQ(chosen({"s390x"}, {"6.1.0-50"}), "s390x/6.1.0-50 ");
}

TEST(Matrix, RefusesWhatMatchesNothing) {
    EXPECT_EQ(chosen({"s390x"}, {"6.1-rt"}),
              "there is no kernel 6.1-rt for s390x, only for x86_64; see vm-images/kernels");
    EXPECT_EQ(chosen({"s390x", "x86_64"}, {"6.1-rt"}),
              "s390x has none of the kernels 6.1-rt; see vm-images/kernels");
}

TEST(Matrix, SaysHowToBuildWhatIsMissing) {
    EXPECT_EQ(chosen({}, {"6.1", "6.12"}), "no guest of kernel 6.12 has been built; make one with "
                                           "'make guest ARCH=ppc64le KERNEL=6.12'");
    EXPECT_EQ(chosen({"ppc64le"}, {}), "no guest of ppc64le has been built; make one with "
                                       "'make guest ARCH=ppc64le KERNEL=6.1'");
    EXPECT_THAT(chosen({}, {}, {matrix.archs, matrix.kernels, {}}),
                HasSubstr("no guest has been built"));
}

} // namespace
} // namespace suture::harness
