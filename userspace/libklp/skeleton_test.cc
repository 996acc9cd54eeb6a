// A new patch begins as a folder of its own, made whole or not at all, and never over something
// else. That it builds and loads is shown with real kernels elsewhere.

#include "libklp/skeleton.h"
#include "libklp/testing/fake_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

class SkeletonTest : public ::testing::Test {
  protected:
    Result<void> make(const std::string &name, const std::string &function = "ext4_open",
                      const std::string &object = "") {
        return write_skeleton(
            {.folder = machine.path(name), .function = function, .object = object});
    }
    void expect_refused(const Result<void> &made, ErrorCode code, const std::string &why) {
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, code);
        EXPECT_THAT(to_text(made.error()), HasSubstr(why));
        EXPECT_NE(made.error().hint, "");
    }
    bool exists(const std::string &path) { return std::filesystem::exists(machine.path(path)); }

    FakeMachine machine;
};

TEST_F(SkeletonTest, OfAFunctionOfTheKernel) {
    for (const std::string object : {"", "vmlinux"}) {
        ASSERT_TRUE(make("my-fix", "version_proc_show", object));
        const std::string source = machine.read("my-fix/my-fix.c");
        EXPECT_THAT(source, HasSubstr("replaces version_proc_show() in the kernel itself."));
        EXPECT_THAT(source, HasSubstr(".old_name = \"version_proc_show\",\n"
                                      "\t\t.new_func = patched_version_proc_show,\n"));
        EXPECT_THAT(source, HasSubstr("\t{\n\t\t.funcs = funcs,\n"));
        EXPECT_THAT(machine.read("my-fix/Kbuild"), HasSubstr("\nobj-m := my-fix.o\n"));
        std::filesystem::remove_all(machine.path("my-fix"));
    }
}

TEST_F(SkeletonTest, OfAFunctionOfAModule) {
    ASSERT_TRUE(make("my_fix/", "ext4_open.isra.0", "nf-tables"));
    const std::string source = machine.read("my_fix/my_fix.c");
    EXPECT_THAT(source, HasSubstr("in the module nf_tables."));
    EXPECT_THAT(source, HasSubstr("\t{\n\t\t.name = \"nf_tables\",\n\t\t.funcs = funcs,\n"));
    EXPECT_THAT(source, HasSubstr(".old_name = \"ext4_open.isra.0\""));
    EXPECT_THAT(source, HasSubstr("static void patched_ext4_open_isra_0(void)\n{\n}\n"));
}

TEST_F(SkeletonTest, DoesNotLoadBeforeItIsWritten) {
    ASSERT_TRUE(make("my-fix"));
    EXPECT_THAT(machine.read("my-fix/my-fix.c"), HasSubstr("#define UNFINISHED\n"));
}

TEST_F(SkeletonTest, NothingIsOverwritten) {
    machine.add({directory("my-fix", {file("notes", "precious")}), file("a-file", "precious"),
                 symlink("a-link", "absent")});
    for (const char *name : {"my-fix", "my-fix/", "a-file", "a-link"})
        expect_refused(make(name), ErrorCode::name_taken, "it is there already");
    EXPECT_EQ(machine.read("my-fix/notes"), "precious");
    EXPECT_FALSE(exists("my-fix/Kbuild"));
    EXPECT_EQ(machine.read("a-file"), "precious");
    EXPECT_FALSE(exists("absent"));
}

TEST_F(SkeletonTest, WrongNamesAreRefused) {
    for (const std::string &name :
         {std::string("1st"), std::string("my fix"), std::string("my.fix"), std::string("a\"b"),
          std::string("-x"), std::string(".."), std::string(56, 'x')}) {
        expect_refused(make(name), ErrorCode::invalid_name, "no patch can have that name");
        EXPECT_FALSE(exists(name + "/Kbuild"));
    }
    expect_refused(write_skeleton({.folder = "", .function = "f"}), ErrorCode::invalid_name,
                   "no patch can have that name");
    expect_refused(write_skeleton({.folder = "/", .function = "f"}), ErrorCode::invalid_name,
                   "no patch can have that name");
}

TEST_F(SkeletonTest, WrongFunctionsAndObjectsAreRefused) {
    for (const std::string &function : {std::string(), std::string("1f"), std::string("f()"),
                                        std::string("f\"; x"), std::string(512, 'f')})
        expect_refused(make("my-fix", function), ErrorCode::invalid_name,
                       "no function has such a name");
    for (const std::string &object :
         {std::string("../ext4"), std::string("ext4.ko"), std::string(56, 'x')})
        expect_refused(make("my-fix", "f", object), ErrorCode::invalid_name,
                       "no module has such a name");
    EXPECT_FALSE(exists("my-fix"));
}

TEST_F(SkeletonTest, AFolderThatCannotBeMadeIsAnError) {
    expect_refused(make("absent/my-fix"), ErrorCode::system, "ENOENT");
}

} // namespace
} // namespace suture
