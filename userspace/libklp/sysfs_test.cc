// What sysfs answers is told apart: gone, refused, busy, not allowed, and nonsense.

#include "libklp/sysfs.h"
#include "libklp/testing/fake_machine.h"

#include <cerrno>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

TEST(Sysfs, ReadsWithoutTheNewline) {
    const FakeMachine machine({file("sys/a", "hello\n"), file("sys/b", "hello")});
    EXPECT_EQ(read_attribute(machine.path("sys/a")).value(), "hello");
    EXPECT_EQ(read_attribute(machine.path("sys/b")).value(), "hello");
}

TEST(Sysfs, ReadsFlagsAndNumbers) {
    const FakeMachine machine(
        {file("sys/yes", "1\n"), file("sys/no", "0\n"), file("sys/number", "57\n")});
    EXPECT_EQ(read_flag(machine.path("sys/yes")).value(), true);
    EXPECT_EQ(read_flag(machine.path("sys/no")).value(), false);
    EXPECT_EQ(read_number(machine.path("sys/number")).value(), 57u);
}

TEST(Sysfs, DoesNotGuessAtNonsense) {
    for (const char *nonsense : {"", "\n", "2x\n", "-1\n", " 1\n", "99999999999999999999\n"}) {
        const FakeMachine machine({file("sys/a", nonsense)});
        EXPECT_EQ(read_flag(machine.path("sys/a")).error().code, ErrorCode::system) << nonsense;
        EXPECT_EQ(read_number(machine.path("sys/a")).error().code, ErrorCode::system) << nonsense;
    }
}

TEST(Sysfs, TellsWhatIsGone) {
    const FakeMachine machine;
    EXPECT_EQ(read_attribute(machine.path("sys/a")).error().code, ErrorCode::gone);
    EXPECT_EQ(write_attribute(machine.path("sys/a"), "1").error().code, ErrorCode::gone);
    EXPECT_EQ(list_directories(machine.path("sys/a")).error().code, ErrorCode::gone);
    EXPECT_FALSE(std::filesystem::exists(machine.path("sys/a"))); // writing creates nothing
}

TEST(Sysfs, ListsOnlyDirectoriesSorted) {
    const FakeMachine machine(
        {directory("sys/d/b"), directory("sys/d/a"), file("sys/d/f"), symlink("sys/d/link", "a")});
    EXPECT_EQ(list_directories(machine.path("sys/d")).value(),
              (std::vector<std::string>{"a", "b"}));
}

TEST(Sysfs, EachErrnoHasItsMeaning) {
    const auto code = [](int error_number) {
        return sysfs_error("read", "/sys/x", error_number).code;
    };
    EXPECT_EQ(code(ENOENT), ErrorCode::gone);
    EXPECT_EQ(code(ENODEV), ErrorCode::gone); // removed while it was open
    EXPECT_EQ(code(EACCES), ErrorCode::no_permission);
    EXPECT_EQ(code(EBUSY), ErrorCode::busy);
    EXPECT_EQ(code(EINVAL), ErrorCode::refused);
    EXPECT_EQ(code(EIO), ErrorCode::system);
}

} // namespace
} // namespace suture
