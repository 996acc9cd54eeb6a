// Whether systemd will run what loads the active version.

#include "libklp/store/boot_unit.h"
#include "libklp/testing/fake_machine.h"

#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

constexpr const char *link_of_enable = "etc/systemd/system/sysinit.target.wants/klp-apply.service";
constexpr const char *unit_file = "usr/lib/systemd/system/klp-apply.service";

// With systemd, and the unit as its package brings it.
class BootUnitTest : public ::testing::Test {
  protected:
    void expect_problem(const std::string &why, const std::string &remedy) {
        const BootProblem problem = problem_of_unit(machine.environment());
        EXPECT_EQ(problem.why, why);
        EXPECT_EQ(problem.remedy, remedy);
    }
    void expect_not_enabled() {
        expect_problem("klp-apply.service is not enabled", "systemctl enable klp-apply.service");
    }
    void expect_masked() {
        expect_problem("klp-apply.service is masked",
                       "systemctl unmask klp-apply.service, and systemctl enable "
                       "klp-apply.service");
    }

    FakeMachine machine{{directory("run/systemd/system"), file(unit_file, "[Unit]\n")}};
};

TEST_F(BootUnitTest, WithoutSystemdNothingIsSaidOfIt) {
    machine.remove("run/systemd/system");
    machine.add({directory("run/systemd/journal")});
    expect_problem("", "");
}

TEST_F(BootUnitTest, IsEnabledByALink) {
    expect_not_enabled();
    machine.add({symlink(link_of_enable, "/usr/lib/systemd/system/klp-apply.service")});
    expect_problem("", "");
    machine.remove(link_of_enable);
    expect_not_enabled();
}

TEST_F(BootUnitTest, IsEnabledWhicheverTargetWantsItAndWhoeverSaysSo) {
    for (const char *link : {"etc/systemd/system/own.target.requires/klp-apply.service",
                             "usr/lib/systemd/system/sysinit.target.wants/klp-apply.service",
                             "usr/local/lib/systemd/system/a.target.wants/klp-apply.service",
                             "lib/systemd/system/sysinit.target.wants/klp-apply.service"}) {
        expect_not_enabled();
        machine.add({symlink(link, "../klp-apply.service")});
        expect_problem("", "");
        machine.remove(link);
    }
}

TEST_F(BootUnitTest, IsNotEnabledByWhatLooksLikeIt) {
    machine.add({file("etc/systemd/system/klp-apply.service.d/own.conf"),
                 symlink("etc/systemd/system/sysinit.target.wants/klp-booted.service", unit_file),
                 symlink("etc/systemd/system/wants/klp-apply.service", "../klp-apply.service"),
                 symlink("etc/systemd/system/own.target.wants/klp-apply.service", "/dev/null"),
                 // Until the machine goes down.
                 symlink("run/systemd/system/sysinit.target.wants/klp-apply.service", unit_file)});
    expect_not_enabled();
}

TEST_F(BootUnitTest, IsMaskedThoughItIsEnabled) {
    const std::string mask = "etc/systemd/system/klp-apply.service";
    machine.add({symlink(link_of_enable, "/usr/lib/systemd/system/klp-apply.service"),
                 symlink(mask, "/dev/null")});
    expect_masked();
    machine.remove(mask);
    machine.add({file(mask)});
    expect_masked();
    machine.write(mask, "[Unit]\n");
    expect_problem("", "");
}

TEST_F(BootUnitTest, IsNotMaskedWhereAFileOfGreaterWeightIsThere) {
    machine.remove(unit_file);
    machine.add({symlink(link_of_enable, "../klp-apply.service"), symlink(unit_file, "/dev/null")});
    expect_masked();
    machine.add({file("etc/systemd/system/klp-apply.service", "[Unit]\n")});
    expect_problem("", "");
}

} // namespace
} // namespace suture
