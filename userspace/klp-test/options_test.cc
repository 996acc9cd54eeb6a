// What is typed becomes what is asked for, and what means nothing is refused.
#include "options.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture::harness {
namespace {

using testing::ElementsAre;

// Throws what parse() throws.
Options parsed(std::vector<std::string> words) {
    CLI::App app;
    Options options;
    define_options(app, options);
    std::reverse(words.begin(), words.end());
    app.parse(words);
    return options;
}

TEST(Options, ListsOfTargetsHaveCommas) {
    auto options = parsed({"run", "--arch", "x86_64,s390x", "--kernel", "6.1,6.12"});
    EXPECT_EQ(options.verb, Verb::run);
    EXPECT_THAT(options.choice.archs, ElementsAre("x86_64", "s390x"));
    EXPECT_THAT(options.choice.kernels, ElementsAre("6.1", "6.12"));
}

TEST(Options, ListsOfTargetsMayBeGivenInParts) {
    auto options =
        parsed({"selfcheck", "--arch", "x86_64", "--arch", "s390x,ppc64le", "--kernel=6.1,6.12"});
    EXPECT_THAT(options.choice.archs, ElementsAre("x86_64", "s390x", "ppc64le"));
    EXPECT_THAT(options.choice.kernels, ElementsAre("6.1", "6.12"));
}

TEST(Options, ACommandHasOneTargetAndItsOwnWords) {
    auto options =
        parsed({"exec", "--arch", "x86_64", "--kernel", "6.1", "--", "ls", "--all", "a,b"});
    EXPECT_EQ(options.verb, Verb::exec);
    EXPECT_THAT(options.choice.archs, ElementsAre("x86_64"));
    EXPECT_THAT(options.choice.kernels, ElementsAre("6.1"));
    EXPECT_THAT(options.command, ElementsAre("ls", "--all", "a,b"));
}

TEST(Options, SeveralGlobsMayFilter) {
    auto options = parsed(
        {"run", "--arch=x86_64", "--kernel=6.1", "--filter", "stack*", "--filter", "tasks-[cu]*"});
    EXPECT_THAT(options.selection.filters, ElementsAre("stack*", "tasks-[cu]*"));
}

TEST(Options, AShardIsReadOrRefused) {
    auto options = parsed({"run", "--arch=x86_64", "--kernel=6.1", "--shard", "2/3"});
    EXPECT_EQ(options.selection.shard.index, 2U);
    EXPECT_EQ(options.selection.shard.count, 3U);
    EXPECT_THROW(parsed({"run", "--arch=x86_64", "--kernel=6.1", "--shard", "4/3"}),
                 CLI::ParseError);
}

TEST(Options, ATrialHasItsPatchAndHowItIsTried) {
    auto options = parsed({"try", "/", "--arch=x86_64,s390x", "--kernel=6.1", "--cycles", "3",
                           "--load", "cat /proc/version", "--no-audit"});
    EXPECT_EQ(options.verb, Verb::trial);
    EXPECT_EQ(options.patch.path.string(), "/");
    EXPECT_EQ(options.trial.cycles, 3U);
    EXPECT_EQ(options.trial.load, "cat /proc/version");
    EXPECT_FALSE(options.trial.audit);
    EXPECT_TRUE(parsed({"try", "/", "--arch=x86_64", "--kernel=6.1"}).trial.audit);
}

TEST(Options, ATrialMayChooseAndNeedModules) {
    auto options =
        parsed({"try", "/", "--module", "fix", "--with", "a", "--with=b.ko", "--require-audit"});
    EXPECT_EQ(options.patch.module, "fix");
    EXPECT_THAT(options.patch.with, ElementsAre("a", "b.ko"));
    EXPECT_TRUE(options.trial.require_audit);
    EXPECT_THROW(parsed({"try", "/", "--no-audit", "--require-audit"}), CLI::ParseError);
}

TEST(Options, RunsAndTrialsReportToCi) {
    for (const auto &verb : {std::vector<std::string>{"run"}, {"try", "/"}}) {
        auto words = verb;
        words.insert(words.end(), {"--junit", "results.xml", "--annotations"});
        auto options = parsed(words);
        EXPECT_EQ(options.junit, "results.xml");
        EXPECT_TRUE(options.annotations);
    }
}

TEST(Options, ATrialOfNothingIsRefused) {
    EXPECT_THROW(parsed({"try", "/none", "--arch=x86_64", "--kernel=6.1"}), CLI::ParseError);
    EXPECT_THROW(parsed({"try", "/", "--arch=x86_64", "--kernel=6.1", "--cycles=0"}),
                 CLI::ParseError);
}

TEST(Options, AShellMayHaveAFolderAndGdb) {
    auto options = parsed({"shell", "--arch=x86_64", "--kernel=6.1", "--dir", "here", "--gdb"});
    EXPECT_EQ(options.verb, Verb::shell);
    EXPECT_EQ(options.shell.folder.string(), "here");
    EXPECT_TRUE(options.shell.gdb);
}

TEST(Options, GuestsAreRunByWhatIsAskedFor) {
    EXPECT_EQ(parsed({"run"}).accel, Accel::record);
    EXPECT_EQ(parsed({"run", "--accel", "auto"}).accel, Accel::automatic);
    EXPECT_EQ(parsed({"exec", "--arch=x86_64", "--kernel=6.1", "--accel", "kvm", "--", "ls"}).accel,
              Accel::kvm);
    EXPECT_EQ(parsed({"try", "/", "--accel=tcg"}).accel, Accel::tcg);
    EXPECT_THROW(parsed({"run", "--accel", "xen"}), CLI::ParseError);
}

TEST(Options, WhatTakesOneGuestNeedsToKnowWhich) {
    EXPECT_THROW(parsed({"exec", "--kernel", "6.1", "--", "ls"}), CLI::ParseError);
    EXPECT_THROW(parsed({"shell", "--arch", "x86_64"}), CLI::ParseError);
}

TEST(Options, WhatTakesSeveralTakesAllWhereNoneAreGiven) {
    auto options = parsed({"run"});
    EXPECT_TRUE(options.choice.archs.empty());
    EXPECT_TRUE(options.choice.kernels.empty());
}

} // namespace
} // namespace suture::harness
