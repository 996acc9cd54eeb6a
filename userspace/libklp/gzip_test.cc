// What is not a whole gzip file is refused, and so is a small one that unpacks to very much.

#include "libklp/gzip.h"
#include "libklp/testing/gzip.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using testing::gzip;

constexpr size_t limit = size_t(1) << 20;

TEST(Gzip, WhatWasPackedComesOutAgain) {
    for (const std::string &text : {std::string(), std::string("CONFIG_KPROBES=y\n"),
                                    std::string(100000, 'x') + std::string(200000, '\0')})
        EXPECT_EQ(gunzip(gzip(text), limit), text);
}

TEST(Gzip, DamagedFilesAreRefused) {
    const std::string packed = gzip("CONFIG_KPROBES=y\n");
    EXPECT_FALSE(gunzip("", limit));
    EXPECT_FALSE(gunzip("CONFIG_KPROBES=y\n", limit));
    for (size_t size = 0; size < packed.size(); ++size)
        EXPECT_FALSE(gunzip(packed.substr(0, size), limit)) << size;
    std::string other_checksum = packed;
    other_checksum[packed.size() - 8] ^= 1;
    EXPECT_FALSE(gunzip(other_checksum, limit));
}

TEST(Gzip, NoMoreComesOutThanTheLimit) {
    const std::string text(limit, 'x');
    EXPECT_TRUE(gunzip(gzip(text), limit));
    EXPECT_FALSE(gunzip(gzip(text + 'x'), limit));
    EXPECT_FALSE(gunzip(gzip(std::string(size_t(64) << 20, '\0')), limit));
}

} // namespace
} // namespace suture
