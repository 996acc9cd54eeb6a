// A machine is no larger than what its container is given of it.
#include "machine.h"

#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace suture::harness {
namespace {

namespace fs = std::filesystem;

TEST(AvailableMemory, IsReadFromMeminfo) {
    EXPECT_EQ(available_mib("MemTotal:       24683932 kB\nMemFree:        20095712 kB\n"
                            "MemAvailable:   23425740 kB\nBuffers:          229760 kB\n"),
              22876U);
    EXPECT_EQ(available_mib("MemTotal: 1 kB\n"), 0U);
    EXPECT_EQ(available_mib(""), 0U);
}

constexpr std::uint64_t mib = 1 << 20;

class Cgroups : public testing::Test {
  protected:
    Cgroups() { fs::create_directories(root_); }
    ~Cgroups() override { fs::remove_all(top_); }

    void write(const std::string &file, const std::string &content) const {
        auto path = root_ / file;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << content << '\n';
    }
    void write(const std::string &file, std::uint64_t number) const {
        write(file, std::to_string(number));
    }

    // Of a machine with 64 cores and 100,000 MiB.
    void expect_left(const std::string &groups, unsigned cores, std::uint64_t available) const {
        auto left = within_cgroups({64, 100'000}, groups, root_);
        EXPECT_EQ(left.cores, cores);
        EXPECT_EQ(left.available_mib, available);
    }

    const fs::path top_ = fs::temp_directory_path() / ("machine-test-" + std::to_string(getpid()));
    const fs::path root_ = top_ / "mounted";
};

TEST_F(Cgroups, SetNoLimitWhereThereIsNone) {
    expect_left("", 64, 100'000);
    expect_left("0::/\n", 64, 100'000);
    write("cpu.max", "max 100000");
    write("memory.max", "max");
    write("memory.current", 5000 * mib);
    expect_left("0::/\n", 64, 100'000);
}

TEST_F(Cgroups, LeaveWhatAContainerIsGiven) {
    write("cpu.max", "450000 100000");
    write("memory.max", 8192 * mib);
    write("memory.current", 1024 * mib);
    write("memory.stat", "anon 1\ninactive_anon 2\ninactive_file 0");
    expect_left("0::/\n", 4, 7168);
}

TEST_F(Cgroups, CountWhatIsKeptOfFilesAsFree) {
    write("memory.max", 8192 * mib);
    write("memory.current", 8000 * mib);
    write("memory.stat", "anon 1\ninactive_file " + std::to_string(7000 * mib));
    expect_left("0::/\n", 64, 7192);
}

TEST_F(Cgroups, AboveThemCount) {
    write("a/cpu.max", "200000 100000");
    write("a/memory.max", "max");
    write("a/memory.current", 9 * mib);
    write("a/b/cpu.max", "300000 100000");
    write("a/b/memory.max", 4096 * mib);
    write("a/b/memory.current", 96 * mib);
    expect_left("0::/a/b\n", 2, 4000);
}

TEST_F(Cgroups, OutOfSightDoNotCount) {
    write("cpu.max", "200000 100000");
    write("../other/cpu.max", "100000 100000");
    expect_left("0::/../other\n", 2, 100'000);
}

TEST_F(Cgroups, OfVersion1AreInAFolderForEachController) {
    write("cpu/docker/1/cpu.cfs_quota_us", 150'000);
    write("cpu/docker/1/cpu.cfs_period_us", 100'000);
    write("memory/memory.limit_in_bytes", 2048 * mib);
    write("memory/memory.usage_in_bytes", 1024 * mib);
    write("memory/memory.stat", "inactive_file 0\ntotal_inactive_file " + std::to_string(24 * mib));
    expect_left("12:name=systemd:/docker/1\n5:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n0::/\n", 1,
                1048);
    write("cpu/docker/1/cpu.cfs_quota_us", "-1");
    write("memory/memory.limit_in_bytes", 9'223'372'036'854'771'712U);
    expect_left("5:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n", 64, 100'000);
}

TEST_F(Cgroups, ThatAreFullLeaveNextToNothing) {
    write("memory.max", 1024 * mib);
    write("memory.current", 1024 * mib);
    expect_left("0::/\n", 64, 1);
    EXPECT_EQ(within_cgroups({64, 0}, "0::/\n", root_).available_mib, 1U);
}

} // namespace
} // namespace suture::harness
