// An error reads as one sentence that names everything it knows, and outside text in it cannot
// drive the terminal.

#include "libklp/error.h"

#include <cerrno>
#include <gtest/gtest.h>

namespace suture {
namespace {

TEST(ErrorText, NamesWhatItKnowsInOrder) {
    const Error error{.action = "load",
                      .subject = "demo.ko",
                      .patch = "demo",
                      .object = "vmlinux",
                      .function = "foo",
                      .why = "no such function",
                      .hint = "build it for this kernel",
                      .kernel_log = {"livepatch: one", "livepatch: two"}};
    EXPECT_EQ(to_text(error), "cannot load 'demo.ko': patch 'demo': object 'vmlinux': "
                              "function 'foo': no such function\n"
                              "  kernel: livepatch: one\n"
                              "  kernel: livepatch: two\n"
                              "  hint: build it for this kernel");
}

TEST(ErrorText, LeavesOutWhatItDoesNotKnow) {
    EXPECT_EQ(to_text({.action = "read", .why = "gone"}), "cannot read: gone");
}

TEST(ErrorText, EscapesWhatComesFromOutside) {
    const Error error{
        .action = "load", .subject = "a\nb", .why = "\x1b[31mred", .kernel_log = {"x\ry"}};
    EXPECT_EQ(to_text(error), "cannot load 'a\\x0ab': \\x1b[31mred\n  kernel: x\\x0dy");
}

TEST(Printable, CutsWhatIsTooLong) {
    const std::string shown = printable(std::string(10000, 'a'));
    EXPECT_LT(shown.size(), 500u);
    EXPECT_NE(shown.find("(10000 characters)"), shown.npos);
}

TEST(ErrnoText, GivesBothDescriptionAndName) {
    EXPECT_EQ(errno_text(ENOENT), "No such file or directory (ENOENT)");
    EXPECT_EQ(errno_text(99999), "error 99999");
}

} // namespace
} // namespace suture
