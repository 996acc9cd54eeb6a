// A patch comes from its file or from make, and what cannot be had is explained.
#include "patch_source.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace suture::harness {
namespace {

using testing::HasSubstr;

class PatchSource : public testing::Test {
  protected:
    PatchSource()
        : top_(std::filesystem::temp_directory_path() /
               ("patch-source-test-" + std::to_string(getpid()))) {
        std::filesystem::create_directories(top_ / "my-fix");
    }
    ~PatchSource() override { std::filesystem::remove_all(top_); }

    void write(const char *name, const std::string &content) const {
        std::ofstream(top_ / name) << content;
    }

    // A checkout whose Makefile builds patches by this recipe.
    Result<PatchModule> build_with(const std::string &recipe) const {
        write("Makefile",
              "out = build/$(ARCH)/$(KERNEL)/patches/$(notdir $(DIR))\npatch:\n\t" + recipe + "\n");
        return patch_for(top_ / "my-fix/", "s390x", "6.1", top_, top_ / "logs/build.log");
    }

    std::filesystem::path top_;
};

TEST_F(PatchSource, IsAModuleAsItIs) {
    write("a.ko", "module");
    auto module = patch_for(top_ / "a.ko", "s390x", "6.1", top_, top_ / "logs/build.log");
    ASSERT_TRUE(module) << module.error().message;
    EXPECT_EQ(module->name, "a.ko");
    EXPECT_EQ(module->content, "module");
}

TEST_F(PatchSource, IsBuiltForTheTarget) {
    auto module = build_with("mkdir -p $(out) && echo $(ARCH) >$(out)/my_fix.ko");
    ASSERT_TRUE(module) << module.error().message;
    EXPECT_EQ(module->name, "my_fix.ko");
    EXPECT_EQ(module->content, "s390x\n");
}

TEST_F(PatchSource, SaysWhereMakeComplained) {
    auto module = build_with("echo no such function; exit 1");
    ASSERT_FALSE(module);
    EXPECT_THAT(module.error().message,
                HasSubstr("my-fix cannot be built for s390x/6.1: make ended "
                          "with exit status 2; what it said is in " +
                          (top_ / "logs/build.log").string()));
    std::ifstream log(top_ / "logs/build.log");
    EXPECT_THAT(std::string(std::istreambuf_iterator<char>(log), {}),
                HasSubstr("no such function"));
}

TEST_F(PatchSource, MustBeOneModule) {
    auto none = build_with("mkdir -p $(out)");
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("no module was built in"));
    auto two = build_with("mkdir -p $(out) && touch $(out)/a.ko $(out)/b.ko");
    ASSERT_FALSE(two);
    EXPECT_THAT(two.error().message, testing::ContainsRegex("several modules.*a.ko, .*b.ko"));
}

TEST_F(PatchSource, SaysWhatIsNotThere) {
    auto module = patch_for(top_ / "none.ko", "s390x", "6.1", top_, top_ / "logs/build.log");
    ASSERT_FALSE(module);
    EXPECT_THAT(module.error().message, HasSubstr("none.ko: No such file or directory"));
}

} // namespace
} // namespace suture::harness
