// Packages are made with the systems' own tools, all that were asked for or none.

#include "libklp/package/make.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <sstream>
#include <sys/stat.h>

namespace suture {
namespace {

namespace fs = std::filesystem;
using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string content_of(const fs::path &path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

unsigned mode_of(const fs::path &path) {
    struct stat status = {};
    return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

// The value of rpmbuild's --define.
std::string defined(const std::vector<std::string> &command, const std::string &name) {
    for (const std::string &word : command) {
        if (word.starts_with(name + " "))
            return word.substr(name.size() + 1);
    }
    return {};
}

// They look at what they are given, and make a file of one word.
class FakeTools : public Tools {
  public:
    tl::expected<ToolRun, int> run(const std::vector<std::string> &command,
                                   const std::vector<std::string> &variables) override {
        commands.push_back(fmt::format("{}", fmt::join(command, " ")));
        if (command[0] == missing)
            return tl::unexpected(ENOENT);
        if (command[1] == "--version")
            return ToolRun{};
        environment = variables;
        if (command[0] == fails)
            return ToolRun{.status = 2, .output = "a warning\nno room\n\n"};
        if (command[0] == "rpmbuild")
            make_rpm(command);
        else
            make_deb(command);
        return ToolRun{};
    }

    std::string missing = "";
    std::string fails = "";
    std::vector<std::string> commands = {};
    std::vector<std::string> environment = {};
    std::map<std::string, std::string> seen = {}; // by path below the folder
    std::map<std::string, unsigned> modes = {};

  private:
    void look_at(const fs::path &folder) {
        for (const auto &entry : fs::recursive_directory_iterator(folder)) {
            const std::string name = entry.path().lexically_relative(folder);
            modes[name] = mode_of(entry.path());
            if (entry.is_regular_file())
                seen[name] = content_of(entry.path());
        }
    }
    void make_deb(const std::vector<std::string> &command) {
        look_at(command[command.size() - 2]);
        std::ofstream(command.back()) << "deb";
    }
    void make_rpm(const std::vector<std::string> &command) {
        look_at(defined(command, "_sourcedir"));
        const fs::path folder = defined(command, "_rpmdir");
        fs::create_directories(folder);
        std::ofstream(folder / defined(command, "_rpmfilename")) << "rpm";
    }
};

class MakePackagesTest : public ::testing::Test {
  protected:
    MakePackagesTest() { build(versioned_patch("demo", "2")); }

    void build(const FakeModule &module) {
        machine.add({directory("patch", {file("demo.ko", module.build())}), directory("out")});
    }
    Result<std::vector<fs::path>> make(const std::string &format = "") {
        std::vector<PackageSystem> systems = package_systems();
        if (!format.empty())
            std::erase_if(systems,
                          [&](const PackageSystem &system) { return system.name != format; });
        return make_packages(
            {.folder = machine.path("patch"), .output = machine.path("out"), .systems = systems},
            tools);
    }
    void expect_nothing_made(const Result<std::vector<fs::path>> &made, const std::string &why) {
        ASSERT_FALSE(made) << why;
        EXPECT_THAT(to_text(made.error()), HasSubstr(why));
        EXPECT_THAT(to_text(made.error()), HasSubstr("hint: "));
        EXPECT_TRUE(fs::is_empty(machine.path("out")));
    }

    FakeMachine machine;
    FakeTools tools;
};

TEST_F(MakePackagesTest, MakesBoth) {
    const auto made = make();
    ASSERT_TRUE(made) << to_text(made.error());
    const fs::path out = machine.path("out");
    EXPECT_THAT(*made, ElementsAre(out / "suture-livepatch-6.1.0-50-amd64_2_amd64.deb",
                                   out / "suture-livepatch-6.1.0-50-amd64-2-1.x86_64.rpm"));
    EXPECT_EQ(content_of(made->front()), "deb");
    EXPECT_EQ(content_of(made->back()), "rpm");
    EXPECT_EQ(std::distance(fs::directory_iterator(out), {}), 2);
    EXPECT_TRUE(make()); // and replaces what is there
}

TEST_F(MakePackagesTest, ADebIsMadeOfThis) {
    const mode_t old = umask(0077);
    ASSERT_TRUE(make("deb"));
    umask(old);
    EXPECT_EQ(tools.seen["DEBIAN/control"],
              fmt::format(R"(Package: suture-livepatch-6.1.0-50-amd64
Version: 2
Architecture: amd64
Maintainer: The maker of this live patch <root@localhost>
Section: kernel
Priority: optional
Installed-Size: {}
Depends: klp, suture-dkms | suture-module
Description: live patch, version 2, for the kernel 6.1.0-50-amd64
  For exactly this kernel. Where it runs, the patch is loaded when the
  package is installed; otherwise it is when that kernel starts.
  patch: demo
)",
                          (machine.read("patch/demo.ko").size() + 1023) / 1024));
    EXPECT_THAT(tools.seen["DEBIAN/postinst"], HasSubstr("klp install --activate"));
    EXPECT_THAT(tools.seen["DEBIAN/prerm"], HasSubstr("klp remove --revert"));
    EXPECT_EQ(tools.seen["usr/lib/suture/6.1.0-50-amd64/demo.ko"], machine.read("patch/demo.ko"));
    EXPECT_EQ(tools.seen.size(), 4u);
    for (const char *program : {"DEBIAN", "DEBIAN/postinst", "DEBIAN/prerm", "usr", "usr/lib",
                                "usr/lib/suture", "usr/lib/suture/6.1.0-50-amd64"})
        EXPECT_EQ(tools.modes[program], 0755u) << program;
    EXPECT_EQ(tools.modes["DEBIAN/control"], 0644u);
    EXPECT_EQ(tools.modes["usr/lib/suture/6.1.0-50-amd64/demo.ko"], 0644u);
    EXPECT_THAT(tools.commands.back(), HasSubstr("dpkg-deb --root-owner-group -Zxz --build /"));
}

TEST_F(MakePackagesTest, AnRpmIsMadeOfThis) {
    ASSERT_TRUE(make("rpm"));
    const std::string spec = tools.seen["suture-livepatch.spec"];
    for (const char *part : {
             "\nName: suture-livepatch-6.1.0-50-amd64\nVersion: 2\nRelease: 1\n",
             "\nSummary: live patch, version 2, for the kernel 6.1.0-50-amd64\n",
             "\nAutoReqProv: no\nRequires: klp\nRequires(post): klp\nRequires(preun): klp\n"
             "Requires: suture-module\nRequires(post): suture-module\n",
             "%global __os_install_post %{nil}\n%global debug_package %{nil}\n"
             "%global _build_id_links none\n",
             "\n%install\ninstall -D -m 644 \"%{_sourcedir}/demo.ko\" "
             "\"%{buildroot}/usr/lib/suture/6.1.0-50-amd64/demo.ko\"\n",
             "\n%files\n%defattr(0644, root, root, 0755)\n%dir /usr/lib/suture\n"
             "/usr/lib/suture/6.1.0-50-amd64\n",
             "\n%post\n#!/bin/sh\n",
             "\n%preun\n#!/bin/sh\n",
         })
        EXPECT_THAT(spec, HasSubstr(part));
    EXPECT_EQ(tools.seen["demo.ko"], machine.read("patch/demo.ko"));
    EXPECT_THAT(tools.commands.back(), HasSubstr("rpmbuild -bb --target x86_64-linux --define "));
}

TEST_F(MakePackagesTest, APatchForTheKernelsOwnRuntimeNeedsNoOther) {
    FakeModule in_kernel = versioned_patch("demo", "2");
    in_kernel.depends = "";
    build(in_kernel);
    ASSERT_TRUE(make());
    EXPECT_THAT(tools.seen["DEBIAN/control"], HasSubstr("\nDepends: klp\n"));
    EXPECT_THAT(tools.seen["suture-livepatch.spec"], Not(HasSubstr("suture-module")));
}

TEST_F(MakePackagesTest, NothingThatAPatchSaysIsAMacroOrAField) {
    FakeModule hostile = versioned_patch("demo", "2");
    hostile.metadata_notes +=
        metadata_field("description=%(touch /tmp/x) 100%\n%post\nid\n", std::endian::little);
    hostile.metadata_notes += metadata_field("bug=x\nDepends: y", std::endian::little);
    build(hostile);
    ASSERT_TRUE(make());
    const std::string spec = tools.seen["suture-livepatch.spec"];
    EXPECT_THAT(spec, HasSubstr("\ndescription: %%(touch /tmp/x) 100%%\\x0a%%post\\x0aid\\x0a\n"));
    EXPECT_THAT(tools.seen["DEBIAN/control"], HasSubstr("\n  bug: x\\x0aDepends: y\n"));
}

TEST_F(MakePackagesTest, WhenAndWhereItIsMadeDoesNotMatter) {
    const auto day = std::chrono::file_clock::from_sys(
        std::chrono::sys_seconds(std::chrono::seconds(1700000000)));
    fs::last_write_time(machine.path("patch/demo.ko"), day);
    ASSERT_TRUE(make());
    EXPECT_THAT(tools.environment, Contains("SOURCE_DATE_EPOCH=1700000000"));
    EXPECT_THAT(tools.environment, Contains("LC_ALL=C"));
}

TEST_F(MakePackagesTest, SaysWhichToolIsMissingBeforeAnythingIsMade) {
    tools.missing = "rpmbuild";
    expect_nothing_made(make(), "rpmbuild, which makes them, cannot be run: No such file");
    EXPECT_THAT(to_text(make().error()), HasSubstr("package rpm (Debian, Ubuntu) or rpm-build"));
    EXPECT_THAT(tools.environment, IsEmpty());
    EXPECT_TRUE(make("deb"));
    tools.missing = "dpkg-deb";
    EXPECT_THAT(to_text(make("deb").error()), HasSubstr("dpkg-deb, which makes them"));
    EXPECT_TRUE(make("rpm"));
}

TEST_F(MakePackagesTest, WhereOneCannotBeMadeThereIsNone) {
    tools.fails = "rpmbuild";
    expect_nothing_made(make(), "rpmbuild ended with status 2: no room");
    tools.fails = "dpkg-deb";
    expect_nothing_made(make(), "dpkg-deb ended with status 2: no room");
    tools.fails = "";
    build(versioned_patch("demo", "v2"));
    expect_nothing_made(make(), "no .deb can have its version 'v2'");
    EXPECT_TRUE(make("rpm"));
}

TEST_F(MakePackagesTest, NothingIsLeftInTheFolderForTemporaryFiles) {
    machine.add({directory("tmp")});
    const char *before = std::getenv("TMPDIR");
    const std::string kept = before == nullptr ? "/tmp" : before;
    setenv("TMPDIR", machine.path("tmp").c_str(), 1);
    EXPECT_TRUE(make());
    tools.fails = "rpmbuild";
    EXPECT_FALSE(make());
    EXPECT_TRUE(fs::is_empty(machine.path("tmp")));
    setenv("TMPDIR", machine.path("none").c_str(), 1);
    EXPECT_THAT(to_text(make().error()), HasSubstr("TMPDIR"));
    setenv("TMPDIR", kept.c_str(), 1);
}

TEST_F(MakePackagesTest, SaysWhereItCannotPutThem) {
    machine.remove("out");
    const auto refused = make("deb");
    ASSERT_FALSE(refused);
    EXPECT_THAT(to_text(refused.error()), HasSubstr("_2_amd64.deb': No such file"));
    EXPECT_THAT(to_text(refused.error()), HasSubstr("--output"));
}

} // namespace
} // namespace suture
