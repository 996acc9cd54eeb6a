// A patch comes from its file or from make, and what cannot be had is explained.
#include "patch_source.h"

#include "fd.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

namespace suture::harness {
namespace {

using testing::HasSubstr;

using Modules = tl::expected<PatchModules, NoModules>;

class PatchSource : public testing::Test {
  protected:
    PatchSource()
        : top_(std::filesystem::temp_directory_path() /
               ("patch-source-test-" + std::to_string(getpid()))) {
        std::filesystem::create_directories(top_ / "my-fix");
        int ends[2];
        EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
        stop_ = UniqueFd(ends[0]);
        told_ = UniqueFd(ends[1]);
    }
    ~PatchSource() override { std::filesystem::remove_all(top_); }

    void write(const char *name, const std::string &content) const {
        std::ofstream(top_ / name) << content;
    }

    // A checkout whose Makefile builds patches by this recipe.
    Modules build_with(const std::string &recipe, const std::string &module = "",
                       const std::vector<std::string> &with = {}) const {
        write("Makefile", "out = build/$(ARCH)/$(KERNEL)/patches/$(notdir $(DIR))\n"
                          "patch: modules\n\t" +
                              recipe + "\nmodules:\n\t" + modules_recipe_ + "\n");
        return modules({top_ / "my-fix/", module, with});
    }

    Modules modules(const PatchChoice &choice) const {
        return modules_for(choice, "s390x", "6.1", top_, top_ / "logs/build.log", stop_.get());
    }

    void tell_to_stop() const { EXPECT_EQ(::write(told_.get(), "x", 1), 1); }

    std::filesystem::path top_;
    UniqueFd stop_, told_;
    // By which that Makefile builds Suture itself.
    std::string modules_recipe_ = "@:";
};

TEST_F(PatchSource, IsAModuleAsItIs) {
    write("a.ko", "module");
    write("b.ko", "needed");
    auto chosen = modules({top_ / "a.ko", "", {(top_ / "b.ko").string()}});
    ASSERT_TRUE(chosen) << chosen.error().message;
    EXPECT_EQ(chosen->patch.name, "a.ko");
    EXPECT_EQ(chosen->patch.content, "module");
    ASSERT_EQ(chosen->with.size(), 1U);
    EXPECT_EQ(chosen->with[0].name, "b.ko");
    EXPECT_EQ(chosen->with[0].content, "needed");
}

TEST_F(PatchSource, IsNotChosenInAFile) {
    write("a.ko", "module");
    auto chosen = modules({top_ / "a.ko", "a", {}});
    ASSERT_FALSE(chosen);
    EXPECT_THAT(chosen.error().message, HasSubstr("--module chooses among"));
}

TEST_F(PatchSource, IsBuiltForTheTarget) {
    auto module = build_with("mkdir -p $(out) && echo $(ARCH) >$(out)/my_fix.ko");
    ASSERT_TRUE(module) << module.error().message;
    EXPECT_EQ(module->patch.name, "my_fix.ko");
    EXPECT_EQ(module->patch.content, "s390x\n");
}

TEST_F(PatchSource, SaysWhereMakeComplained) {
    auto module = build_with("echo no such function; exit 1");
    ASSERT_FALSE(module);
    EXPECT_THAT(module.error().message,
                HasSubstr("my-fix cannot be built for s390x/6.1: make ended "
                          "with exit status 2; what it said is in " +
                          (top_ / "logs/build.log").string()));
    EXPECT_EQ(module.error().outcome, Outcome::failed);
    std::ifstream log(top_ / "logs/build.log");
    EXPECT_THAT(std::string(std::istreambuf_iterator<char>(log), {}),
                HasSubstr("no such function"));
}

TEST_F(PatchSource, IsNotAtFaultWhereMakeCannotBeRun) {
    write("logs", "a file, where a folder should be");
    auto unlogged = build_with("exit 1");
    ASSERT_FALSE(unlogged);
    EXPECT_THAT(unlogged.error().message, HasSubstr("cannot create"));
    EXPECT_EQ(unlogged.error().outcome, Outcome::infrastructure);
}

TEST_F(PatchSource, IsNotAtFaultWhereSutureCannotBeBuilt) {
    modules_recipe_ = "echo no such package; exit 1";
    auto module = build_with("exit 1");
    ASSERT_FALSE(module);
    EXPECT_THAT(module.error().message,
                HasSubstr("my-fix was not built for s390x/6.1: 'make modules', which builds Suture "
                          "itself, ended with exit status 2; what it said is in " +
                          (top_ / "logs/build.log").string()));
    EXPECT_EQ(module.error().outcome, Outcome::infrastructure);
    std::ifstream log(top_ / "logs/build.log");
    EXPECT_THAT(std::string(std::istreambuf_iterator<char>(log), {}), HasSubstr("no such package"));
}

TEST_F(PatchSource, IsNotAtFaultWhereMakeIsKilled) {
    auto killed = build_with("kill -KILL $$PPID");
    ASSERT_FALSE(killed);
    EXPECT_THAT(killed.error().message, HasSubstr("make ended with killed by signal 9"));
    EXPECT_EQ(killed.error().outcome, Outcome::infrastructure);
}

TEST_F(PatchSource, IsNoLongerBuiltOnceToldToStop) {
    std::jthread user([this](const std::stop_token &over) {
        while (!over.stop_requested() && !std::filesystem::exists(top_ / "pid")) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        tell_to_stop();
    });
    // make's child, which must not outlive it.
    auto module = build_with("echo $$$$ >new && mv new pid && exec sleep 1000");
    ASSERT_FALSE(module);
    EXPECT_THAT(module.error().message,
                HasSubstr("my-fix was not built for s390x/6.1: klp-test was told to stop"));
    EXPECT_EQ(module.error().outcome, Outcome::infrastructure);
    pid_t child = 0;
    std::ifstream(top_ / "pid") >> child;
    ASSERT_GT(child, 0);
    EXPECT_EQ(kill(child, 0), -1);
    EXPECT_EQ(errno, ESRCH);
}

TEST_F(PatchSource, IsNotEvenBegunAfterThat) {
    tell_to_stop();
    auto module = build_with("touch begun");
    ASSERT_FALSE(module);
    EXPECT_THAT(module.error().message, HasSubstr("klp-test was told to stop"));
    EXPECT_FALSE(std::filesystem::exists(top_ / "begun"));
}

TEST_F(PatchSource, HasAModule) {
    auto none = build_with("mkdir -p $(out)");
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("no module was built in"));
    EXPECT_EQ(none.error().outcome, Outcome::failed);
}

constexpr const char *two = "mkdir -p $(out) && echo a >$(out)/my-a.ko && echo b >$(out)/b.ko";

TEST_F(PatchSource, SaysHowToChooseAmongSeveralModules) {
    auto unclear = build_with(two);
    ASSERT_FALSE(unclear);
    EXPECT_THAT(unclear.error().message,
                testing::ContainsRegex("several modules were built: b, my-a; .*--module NAME"));
    auto wrong = build_with(two, "c");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().message, "no module 'c' was built, only b, my-a");
}

TEST_F(PatchSource, IsTheChosenOneOfSeveralModulesAndMayNeedOthers) {
    for (const char *name : {"my-a", "my_a", "my-a.ko"}) {
        auto chosen = build_with(two, name, {"b"});
        ASSERT_TRUE(chosen) << chosen.error().message;
        EXPECT_EQ(chosen->patch.name, "my-a.ko");
        ASSERT_EQ(chosen->with.size(), 1U);
        EXPECT_EQ(chosen->with[0].content, "b\n");
    }
}

TEST_F(PatchSource, MayNeedAFileThatIsCalledLikeAModuleOfTheFolder) {
    write("my-fix/b.ko", "another b");
    auto chosen = build_with(two, "my-a", {(top_ / "my-fix/b.ko").string()});
    ASSERT_TRUE(chosen) << chosen.error().message;
    ASSERT_EQ(chosen->with.size(), 1U);
    EXPECT_EQ(chosen->with[0].content, "another b");
}

TEST_F(PatchSource, SaysWhatIsNotThere) {
    auto module = modules({top_ / "none.ko", "", {}});
    ASSERT_FALSE(module);
    EXPECT_THAT(module.error().message, HasSubstr("none.ko: No such file or directory"));
    write("a.ko", "module");
    module = modules({top_ / "a.ko", "", {(top_ / "needed.ko").string()}});
    ASSERT_FALSE(module);
    EXPECT_THAT(module.error().message, HasSubstr("needed.ko: No such file or directory"));
}

} // namespace
} // namespace suture::harness
