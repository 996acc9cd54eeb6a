// The guests of a run: found where they were built, each with what its kernel needs.
#include "targets.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace suture::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

void write(const std::filesystem::path &file, const std::string &text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

class Targets : public testing::Test {
  protected:
    Targets()
        : folder_(std::filesystem::temp_directory_path() /
                  ("targets-test-" + std::to_string(getpid()))) {
        write(folder_ / "vm-images/arch/x86_64.env",
              "ARCH=x86_64\nQEMU=q\nQEMU_PACKAGE=p\nQEMU_MACHINE=m\nQEMU_CPU=c\nQEMU_ACCEL=tcg\n"
              "QEMU_SMP=2\nQEMU_MEMORY=1024\nCONSOLE=ttyS0\nSERIAL_DEVICE=d\nSLOWDOWN=3\n");
        choice_ = {
            {"x86_64"}, {"6.12-debug", "6.12"}, folder_ / "build", folder_ / "vm-images", ""};
    }
    ~Targets() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path guest(const char *kernel) const {
        return folder_ / "build/x86_64" / kernel / "guest";
    }
    void build(const char *kernel) const {
        for (const char *part : {"kernel", "initramfs", "qemu"}) {
            write(guest(kernel) / part, "");
        }
    }

    std::filesystem::path folder_;
    TargetChoice choice_;
};

TEST_F(Targets, GetWhatTheirKernelNeedsAndNoOthers) {
    build("6.12-debug");
    build("6.12");
    write(guest("6.12-debug") / "guest.env",
          "TIMES_SLOWER=4\nMEMORY=2048\nKERNEL_ARGUMENTS=watchdog_thresh=40\n");
    auto targets = find_targets(choice_);
    ASSERT_TRUE(targets) << targets.error().message;
    ASSERT_EQ(targets->size(), 2U);
    const auto &debug = (*targets)[0], &stock = (*targets)[1];
    EXPECT_EQ(debug.name(), "x86_64/6.12-debug");
    EXPECT_EQ(debug.arch.slowdown, 12);
    EXPECT_EQ(debug.arch.memory_mib, 2048);
    EXPECT_EQ(debug.arch.qemu, (guest("6.12-debug") / "qemu").string());
    EXPECT_THAT(debug.kernel_arguments, ElementsAre("watchdog_thresh=40"));
    EXPECT_EQ(stock.arch.slowdown, 3);
    EXPECT_EQ(stock.arch.memory_mib, 1024);
    EXPECT_THAT(stock.kernel_arguments, IsEmpty());
}

TEST_F(Targets, AreMissedByName) {
    build("6.12-debug");
    auto targets = find_targets(choice_);
    ASSERT_FALSE(targets);
    EXPECT_THAT(targets.error().message, HasSubstr("make guest ARCH=x86_64 KERNEL=6.12"));
}

TEST_F(Targets, AreRefusedWithARecordThatIsNone) {
    build("6.12-debug");
    build("6.12");
    write(guest("6.12") / "guest.env", "TIMES_SLOWER=many\n");
    auto targets = find_targets(choice_);
    ASSERT_FALSE(targets);
    EXPECT_THAT(targets.error().message, HasSubstr("TIMES_SLOWER=many"));
}

} // namespace
} // namespace suture::harness
