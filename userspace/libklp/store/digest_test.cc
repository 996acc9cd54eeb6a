// The digest is SHA-256, and its file one for sha256sum.

#include "libklp/store/digest.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

// From FIPS 180-4's examples.
constexpr const char *of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Digest, IsSha256) {
    EXPECT_EQ(sha256("abc"), of_abc);
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, IsFoundInItsLine) {
    EXPECT_EQ(digest_in(digest_line(of_abc, "demo.ko"), "demo.ko"), of_abc);
    EXPECT_EQ(digest_in(digest_line(of_abc, "other.ko"), "demo.ko"), "");
    EXPECT_EQ(digest_in("", "demo.ko"), "");
    EXPECT_EQ(digest_in("no digest", "demo.ko"), "");
    EXPECT_EQ(digest_in(std::string(of_abc) + "  demo.ko", "demo.ko"), ""); // cut off
}

} // namespace
} // namespace suture
