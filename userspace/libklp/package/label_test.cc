// What a package is called by dpkg and by rpm.

#include "libklp/package/label.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using ::testing::HasSubstr;

PatchPackage package_of(const std::string &version, const std::string &machine = "x86_64") {
    return {.id = {.release = "6.1.0-50-amd64", .name = "demo", .version = version},
            .machine = machine,
            .source = "patch/demo.ko"};
}

PackageLabel label(const std::string &version, const std::string &architecture) {
    return {.name = "suture-livepatch-6.1.0-50-amd64",
            .version = version,
            .architecture = architecture};
}

TEST(PackageLabel, HasTheVersionOfThePatch) {
    for (const char *version : {"1", "1.10", "2~rc1", "1+b2.A"}) {
        EXPECT_EQ(deb_label(package_of(version)).value(), label(version, "amd64"));
        EXPECT_EQ(rpm_label(package_of(version)).value(), label(version, "x86_64"));
    }
}

TEST(PackageLabel, HasAnotherWhereAHyphenMeansSomething) {
    EXPECT_EQ(deb_label(package_of("1-2")).value(), label("1-2-1", "amd64"));
    EXPECT_EQ(rpm_label(package_of("1-2")).value(), label("1_2", "x86_64"));
}

TEST(PackageLabel, RefusesWhatDpkgCannotHave) {
    for (const char *version : {"v1", "1_2", "a"}) {
        const Result<PackageLabel> refused = deb_label(package_of(version));
        ASSERT_FALSE(refused) << version;
        EXPECT_THAT(to_text(refused.error()), HasSubstr("cannot package 'patch/demo.ko': no .deb "
                                                        "can have its version '" +
                                                        std::string(version) + "'"));
        EXPECT_THAT(to_text(refused.error()), HasSubstr("--format rpm"));
        EXPECT_TRUE(rpm_label(package_of(version)));
    }
}

TEST(PackageLabel, HasTheArchitectureAsEachSystemCallsIt) {
    EXPECT_EQ(deb_label(package_of("1", "ppc64le")).value(), label("1", "ppc64el"));
    EXPECT_EQ(rpm_label(package_of("1", "ppc64le")).value(), label("1", "ppc64le"));
    EXPECT_EQ(deb_label(package_of("1", "s390x")).value(), label("1", "s390x"));
    EXPECT_EQ(rpm_label(package_of("1", "s390x")).value(), label("1", "s390x"));
    for (const auto &refused :
         {deb_label(package_of("1", "aarch64")), rpm_label(package_of("1", "aarch64"))}) {
        ASSERT_FALSE(refused);
        EXPECT_THAT(to_text(refused.error()), HasSubstr("it was built for aarch64"));
    }
}

} // namespace
} // namespace suture
