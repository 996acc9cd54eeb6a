// KVM is used only where it was seen to work, and why it is not is said.
#include "accel.h"

#include "fake_guest.h"
#include "fd.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <sys/eventfd.h>

namespace suture::harness {
namespace {

using testing::HasSubstr;

class AccelTest : public testing::Test {
  protected:
    Result<void> probed(Seconds limit) { return probe_kvm(guest_.target(), limit, stop_.get()); }

    // What QEMU is told for a target, and what was noted.
    std::string chosen(Accel accel, const Host &host, const Result<void> &works) {
        std::vector<Target> targets{guest_.target(), guest_.target()};
        targets[1].kernel_name = "6.12";
        std::ostringstream notes;
        auto probe = [&](const Target &) {
            probes_++;
            return works;
        };
        auto set = set_accel(targets, accel, host, probe, notes);
        if (!set) {
            return set.error().message;
        }
        EXPECT_EQ(targets[0].arch.accel, targets[1].arch.accel);
        return targets[0].arch.accel + " " + targets[0].arch.cpu + "\n" + notes.str();
    }

    FakeGuest guest_{"accel-test"};
    UniqueFd stop_{eventfd(0, EFD_CLOEXEC)};
    // Which anybody may read and write.
    const Host has_kvm_{"x86_64", "/dev/null"};
    const Host has_none_{"x86_64", "/nonexistent/kvm"};
    int probes_ = 0;
};

TEST_F(AccelTest, IsWhatTheRecordSaysByDefault) {
    EXPECT_EQ(chosen(Accel::record, has_kvm_, {}), "tcg,thread=single max\n");
    EXPECT_EQ(chosen(Accel::tcg, has_kvm_, {}), "tcg,thread=single max\n");
    EXPECT_EQ(probes_, 0);
}

TEST_F(AccelTest, IsKvmWhereTheProbeBoots) {
    EXPECT_EQ(chosen(Accel::automatic, has_kvm_, {}), "kvm host\n");
    EXPECT_EQ(probes_, 1) << "one is enough for an architecture";
}

TEST_F(AccelTest, IsNotKvmWhereTheProbeDoesNotBoot) {
    EXPECT_EQ(chosen(Accel::automatic, has_kvm_, fail("it hung")),
              "tcg,thread=single max\nklp-test: no KVM for x86_64: it hung\n");
    EXPECT_EQ(probes_, 1);
}

TEST_F(AccelTest, IsNotProbedWhereItCannotBe) {
    EXPECT_EQ(chosen(Accel::automatic, has_none_, {}),
              "tcg,thread=single max\nklp-test: no KVM for x86_64: cannot use /nonexistent/kvm: No "
              "such file or directory\n");
    EXPECT_THAT(chosen(Accel::automatic, {"s390x", "/dev/null"}, {}),
                HasSubstr("this machine is s390x, and KVM runs no other"));
    EXPECT_EQ(probes_, 0);
}

TEST_F(AccelTest, IsAnErrorWhereItIsAskedForAndCannotBe) {
    EXPECT_EQ(chosen(Accel::kvm, has_kvm_, {}), "kvm host\n");
    EXPECT_THAT(chosen(Accel::kvm, has_none_, {}), HasSubstr("no KVM for x86_64/6.1: cannot use"));
    EXPECT_EQ(probes_, 0);
}

TEST_F(AccelTest, ProbesWithAGuestThatIsTheSameButForKvm) {
    auto works = probed(Seconds(20));
    ASSERT_TRUE(works) << works.error().message;
    std::ifstream file(guest_.build_dir() / "logs/kvm-probe/guest-1/qemu.command");
    std::string command(std::istreambuf_iterator<char>(file), {});
    EXPECT_THAT(command, HasSubstr("'-accel' 'kvm'"));
    EXPECT_THAT(command, HasSubstr("'-cpu' 'host'"));
}

TEST_F(AccelTest, SaysThatQemuRefused) {
    guest_.set_qemu("echo could not access KVM >&2; exit 1");
    auto works = probed(Seconds(20));
    ASSERT_FALSE(works);
    EXPECT_THAT(works.error().message, HasSubstr("could not access KVM"));
}

TEST_F(AccelTest, WaitsNoLongerThanItIsTold) {
    guest_.set_qemu("exec sleep 1000");
    auto started = Clock::now();
    auto works = probed(Seconds(1));
    ASSERT_FALSE(works);
    EXPECT_THAT(works.error().message, HasSubstr("no word from the guest's agent within 1 s"));
    EXPECT_LT(Clock::now() - started, Seconds(20));
}

} // namespace
} // namespace suture::harness
