// Programs are run as they are asked for, and what becomes of them is told.

#include "libklp/package/tools.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>

namespace suture {
namespace {

ToolRun run(const std::string &script, const std::vector<std::string> &variables = {}) {
    Tools tools;
    return tools.run({"sh", "-c", script, "sh", "one", "two words"}, variables).value();
}

TEST(Tools, TellsWhatAProgramSaidAndHowItEnded) {
    const ToolRun good = run("echo out; echo err >&2");
    EXPECT_EQ(good.status, 0);
    EXPECT_EQ(good.output, "out\nerr\n");
    EXPECT_EQ(run("exit 3").status, 3);
    EXPECT_EQ(run("kill -KILL $$").status, 128 + SIGKILL);
}

TEST(Tools, GivesArgumentsAsTheyAreAndNothingToRead) {
    EXPECT_EQ(run("echo \"$# $1 $2\"; cat").output, "2 one two words\n");
}

TEST(Tools, AddsToTheEnvironment) {
    setenv("KLP_TOOLS_TEST", "inherited", 1);
    EXPECT_EQ(run("echo $KLP_TOOLS_TEST $MORE", {"MORE=more"}).output, "inherited more\n");
    EXPECT_EQ(run("echo $KLP_TOOLS_TEST", {"KLP_TOOLS_TEST=given"}).output, "given\n");
    unsetenv("KLP_TOOLS_TEST");
}

TEST(Tools, SaysWhatCannotBeRun) {
    Tools tools;
    EXPECT_EQ(tools.run({"klp-no-such-program"}, {}).error(), ENOENT);
    EXPECT_EQ(tools.run({"/etc/passwd"}, {}).error(), EACCES);
}

TEST(Tools, HasLimitsForWhatIsSaid) {
    Tools tools;
    EXPECT_EQ(tools.run({"sh", "-c", "yes"}, {}).error(), EFBIG);
}

TEST(Tools, TakesNoEndThatNobodyIsToldOfForAGoodOne) {
    Tools tools;
    const auto old = std::signal(SIGCHLD, SIG_IGN);
    const auto unknown = tools.run({"sh", "-c", "exit 3"}, {});
    (void)std::signal(SIGCHLD, old);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error(), ECHILD);
}

} // namespace
} // namespace suture
