// What goes wrong in isolated work is said, and harms nobody else.

#include "libklp/isolated.h"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace suture {
namespace {

using ::testing::HasSubstr;

TEST(Isolated, TheResultComesBackWhole) {
    const std::string large(1 << 20, 'x');
    EXPECT_EQ(run_isolated([&] { return large; }), large);
    EXPECT_EQ(run_isolated([] { return std::string(); }), "");
}

TEST(Isolated, ACrashIsSaid) {
    const auto result = run_isolated([]() -> std::string {
        (void)signal(SIGSEGV, SIG_DFL);
        (void)raise(SIGSEGV);
        return "";
    });
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error(), HasSubstr("Segmentation fault"));
}

TEST(Isolated, SoIsAnEarlyEnd) {
    EXPECT_FALSE(run_isolated([]() -> std::string { _exit(3); }));
}

TEST(Isolated, AnEndThatNobodyIsToldOfIsNoGoodOne) {
    const auto old = std::signal(SIGCHLD, SIG_IGN);
    const auto result = run_isolated([]() -> std::string { _exit(3); });
    (void)std::signal(SIGCHLD, old);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error(), HasSubstr("ECHILD"));
}

TEST(Isolated, TooMuchIsRefused) {
    EXPECT_FALSE(run_isolated([] { return std::string(size_t(80) << 20, 'x'); }));
}

} // namespace
} // namespace suture
