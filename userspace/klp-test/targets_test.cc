// Guests are found where they were built, and what is missing is named.
#include "targets.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace suture::harness {
namespace {

namespace fs = std::filesystem;

using testing::ElementsAre;
using testing::HasSubstr;

class Targets : public testing::Test {
  protected:
    Targets() : top_(fs::temp_directory_path() / ("targets-test-" + std::to_string(getpid()))) {
        for (const char *arch : {"s390x", "x86_64"}) {
            write(top_ / "vm-images/arch" / (std::string(arch) + ".env"),
                  std::string("ARCH=") + arch +
                      "\nQEMU=q\nQEMU_PACKAGE=p\nQEMU_MACHINE=m\nQEMU_CPU=max\n"
                      "QEMU_ACCEL=tcg\nQEMU_SMP=2\nQEMU_MEMORY=1024\nCONSOLE=c\n"
                      "SERIAL_DEVICE=s\nSLOWDOWN=3\n");
        }
        write(top_ / "vm-images/kernels", "6.12 s package\n6.1 s package\n");
        choice_.build_dir = top_ / "build";
        choice_.vm_images = top_ / "vm-images";
    }
    ~Targets() override { fs::remove_all(top_); }

    static void write(const fs::path &path, const std::string &content) {
        fs::create_directories(path.parent_path());
        std::ofstream(path) << content;
    }

    void build(const std::string &arch, const std::string &kernel) const {
        for (const char *part : {"kernel", "initramfs", "qemu"}) {
            write(choice_.build_dir / arch / kernel / "guest" / part, "");
        }
    }

    // Their names, or the error.
    std::vector<std::string> found() const {
        auto targets = find_targets(choice_);
        if (!targets) {
            return {targets.error().message};
        }
        std::vector<std::string> names;
        for (const auto &target : *targets) {
            names.push_back(target.name());
        }
        return names;
    }

    fs::path top_;
    TargetChoice choice_;
};

TEST_F(Targets, AreAllThatAreBuiltInTheOrderOfTheList) {
    build("x86_64", "6.1");
    build("x86_64", "6.12");
    build("x86_64", "6.1.0-9");
    build("s390x", "6.1");
    // Not a whole one.
    write(choice_.build_dir / "s390x/6.12/guest/kernel", "");
    EXPECT_THAT(found(), ElementsAre("s390x/6.1", "x86_64/6.12", "x86_64/6.1", "x86_64/6.1.0-9"));
}

TEST_F(Targets, ThatAreNamedMustHaveBeenBuilt) {
    build("x86_64", "6.1");
    choice_.archs = {"x86_64"};
    choice_.kernels = {"6.1", "6.12"};
    EXPECT_THAT(found(), ElementsAre(HasSubstr("'make guest ARCH=x86_64 KERNEL=6.12'")));
}

// What the list of the suite's one target says, or the error.
std::string suite_of(const TargetChoice &choice) {
    auto targets = find_targets(choice);
    if (!targets) {
        return targets.error().message;
    }
    for (const auto &file : targets->front().suite->files) {
        if (file.path.ends_with("/kselftest-list.txt")) {
            return file.content;
        }
    }
    return "no list";
}

TEST_F(Targets, HaveASuiteOfTheirOwnByItsName) {
    build("x86_64", "6.1");
    write(choice_.build_dir / "x86_64/6.1/mine/kselftest-list.txt", "a:own\n");
    choice_.suite = "mine";
    EXPECT_EQ(suite_of(choice_), "a:own\n");
}

TEST_F(Targets, HaveASuiteByItsPath) {
    build("x86_64", "6.1");
    auto folder = top_ / "mine";
    write(folder / "kselftest-list.txt", "a:other\n");
    auto relative = fs::relative(folder);
    if (!relative.has_parent_path()) {
        relative = "." / relative;
    }
    for (const auto &path : {folder, folder / "", relative}) {
        choice_.suite = path.string();
        EXPECT_EQ(suite_of(choice_), "a:other\n") << path;
    }
    choice_.suite = (top_ / "none").string();
    EXPECT_THAT(suite_of(choice_), HasSubstr((top_ / "none").string()));
}

TEST_F(Targets, NeedARecordOfTheirArchitecture) {
    choice_.archs = {"vax"};
    EXPECT_THAT(found(), ElementsAre(HasSubstr("no record of architecture 'vax'")));
}

} // namespace
} // namespace suture::harness
