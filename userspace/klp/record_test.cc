// What changes the machine, or fails to, is in the journal once; what only looks, or has nothing to
// do, is not.

#include "klp/command.h"
#include "libklp/testing/fake_journal.h"
#include "libklp/testing/fake_kernel.h"
#include "libklp/testing/fake_module.h"

#include <cerrno>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Fields = FakeJournal::Fields;

constexpr const char *release = "6.1.0-50-amd64";
constexpr const char *other = "6.12.95-amd64";

class RecordTest : public ::testing::Test {
  protected:
    int run(std::vector<std::string> arguments) {
        out.str("");
        err.str("");
        return run_command(std::move(arguments), machine.environment(), kernel, clock,
                           {.out = out, .err = err});
    }
    std::string file_of(const std::string &version, const char *release = suture::release) {
        const std::string path = fmt::format("demo_{}.ko", version);
        machine.write(path, versioned_patch("demo_" + version, version, release).build());
        return machine.path(path);
    }
    // Without these that are tested by themselves.
    std::vector<Fields> entries() {
        std::vector<Fields> all = journal.entries();
        for (Fields &fields : all) {
            EXPECT_NE(fields["MESSAGE"], "");
            EXPECT_EQ(fields["SYSLOG_IDENTIFIER"], "klp");
            fields.erase("MESSAGE");
            fields.erase("SYSLOG_IDENTIFIER");
        }
        return all;
    }
    static Fields entry(const char *verb, const char *patch, const char *result,
                        const char *priority) {
        return {{"KLP_VERB", verb},
                {"KLP_PATCH", patch},
                {"KLP_RESULT", result},
                {"PRIORITY", priority},
                {"KLP_KERNEL", release}};
    }
    static Fields stored(const char *verb, const char *version, const char *kernel = release) {
        Fields fields = entry(verb, version[0] == '1' ? "demo_1" : "demo_2", "done", "5");
        fields["KLP_VERSION"] = version;
        fields["KLP_KERNEL"] = kernel;
        return fields;
    }
    static Fields with_error(Fields fields, const char *error) {
        fields["KLP_ERROR"] = error;
        return fields;
    }

    FakeMachine machine{{directory("sys/kernel/suture"), module("suture")}};
    FakeJournal journal{machine};
    FakeClock clock;
    FakeKernel kernel{machine};
    std::ostringstream out;
    std::ostringstream err;
};

TEST_F(RecordTest, WhatWasDone) {
    EXPECT_EQ(run({"load", file_of("1")}), exit_done);
    EXPECT_THAT(entries(), ElementsAre(entry("load", "demo_1", "done", "5")));
    EXPECT_EQ(run({"revert", "demo-1"}), exit_done);
    EXPECT_THAT(entries(), ElementsAre(entry("revert", "demo_1", "done", "5")));
}

TEST_F(RecordTest, TheMessageIsWhatKlpSays) {
    EXPECT_EQ(run({"load", file_of("1")}), exit_done);
    const std::vector<Fields> loaded = journal.entries();
    ASSERT_THAT(loaded, SizeIs(1));
    EXPECT_EQ(loaded[0].at("MESSAGE") + "\n", out.str());
    EXPECT_EQ(run({"load", machine.path("absent.ko")}), exit_failed);
    const std::vector<Fields> failed = journal.entries();
    ASSERT_THAT(failed, SizeIs(1));
    EXPECT_EQ("klp: " + failed[0].at("MESSAGE") + "\n", err.str());
    EXPECT_THAT(failed[0].at("MESSAGE"), HasSubstr("\n  hint: "));
}

TEST_F(RecordTest, WhatFailed) {
    kernel.refuses = ENOEXEC;
    EXPECT_EQ(run({"load", file_of("1")}), exit_failed);
    EXPECT_EQ(run({"load", machine.path("absent.ko")}), exit_failed);
    EXPECT_EQ(run({"force", "demo_1", "--yes"}), exit_failed);
    EXPECT_THAT(entries(),
                ElementsAre(with_error(entry("load", "demo_1", "failed", "3"), "refused"),
                            with_error(entry("load", "absent", "failed", "3"), "not_found"),
                            with_error(entry("force", "demo_1", "failed", "3"), "refused")));
}

TEST_F(RecordTest, WhatGoesOn) {
    kernel.slow = true;
    EXPECT_EQ(run({"load", file_of("1"), "--timeout", "1"}), exit_in_transition);
    EXPECT_THAT(entries(), ElementsAre(with_error(entry("load", "demo_1", "in_transition", "4"),
                                                  "still_in_transition")));
}

TEST_F(RecordTest, WhatWasForced) {
    machine.add(
        {directory("sys/kernel/suture",
                   {patch("demo", {.transition = "1", .more = {file("force")}})}),
         file("proc/suture/blockers",
              "# patch=demo target=patched pending=1 tasks=9\n"
              "pid=7 tid=7 kind=user state=S cpu=1 pending_ms=4200 reason=running comm=a\n")});
    EXPECT_EQ(run({"force", "demo"}), exit_usage); // there is nobody to be asked
    EXPECT_THAT(entries(), IsEmpty());
    clock.plan(std::chrono::milliseconds(5),
               [this] { machine.write("sys/kernel/suture/demo/transition", "0\n"); });
    EXPECT_EQ(run({"force", "demo", "--yes"}), exit_done) << err.str();
    EXPECT_THAT(entries(), ElementsAre(entry("force", "demo", "done", "4")));
}

TEST_F(RecordTest, WhatOnlyLooksOrHasNothingToDoIsNot) {
    EXPECT_EQ(run({"load", file_of("1")}), exit_done);
    EXPECT_THAT(entries(), SizeIs(1));
    for (const std::vector<std::string> &arguments :
         std::vector<std::vector<std::string>>{{"status"},
                                               {"check"},
                                               {"list"},
                                               {"lifecycle"},
                                               {"load", machine.path("demo_1.ko")},
                                               {"revert", "absent"},
                                               {"remove", "absent"},
                                               {"apply"}})
        EXPECT_EQ(run(arguments), exit_done) << arguments[0] << err.str();
    EXPECT_EQ(run({"verify", machine.path("absent.ko")}), exit_failed);
    EXPECT_EQ(run({"revert", "../demo"}), exit_usage);
    EXPECT_EQ(run({"revert"}), exit_usage);
    EXPECT_THAT(entries(), IsEmpty());
}

TEST_F(RecordTest, TheStore) {
    EXPECT_EQ(run({"install", file_of("1"), file_of("2", other)}), exit_done);
    EXPECT_THAT(entries(), ElementsAre(stored("install", "1"), stored("install", "2", other)));
    EXPECT_EQ(run({"install", machine.path("demo_1.ko")}), exit_done);
    EXPECT_THAT(entries(), IsEmpty());
    EXPECT_EQ(run({"upgrade", "--kernel", other}), exit_done);
    EXPECT_THAT(entries(), ElementsAre(stored("upgrade", "2", other)));
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_THAT(entries(), ElementsAre(stored("upgrade", "1")));
    EXPECT_EQ(run({"revert", "demo_1"}), exit_done);
    EXPECT_EQ(run({"apply"}), exit_done);
    EXPECT_THAT(entries(),
                ElementsAre(entry("revert", "demo_1", "done", "5"), stored("apply", "1")));
    EXPECT_EQ(run({"remove", "demo_2", "--kernel", other}), exit_done);
    EXPECT_THAT(entries(), ElementsAre(stored("remove", "2", other)));
}

TEST_F(RecordTest, AVersionThatIsLoadedAlreadyBecomesTheActiveOne) {
    EXPECT_EQ(run({"install", file_of("1")}), exit_done);
    EXPECT_EQ(run({"load", machine.path("demo_1.ko")}), exit_done);
    EXPECT_THAT(entries(), SizeIs(2));
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_THAT(entries(), ElementsAre(stored("upgrade", "1")));
}

TEST_F(RecordTest, TheStoreWhenItFails) {
    machine.write("text.ko", "text");
    EXPECT_EQ(run({"install", machine.path("text.ko")}), exit_failed);
    EXPECT_EQ(run({"upgrade"}), exit_failed);
    EXPECT_EQ(run({"install", file_of("1")}), exit_done);
    EXPECT_EQ(journal.entries().size(), 3u);
    machine.add({file("proc/sys/kernel/tainted", "128\n")});
    EXPECT_EQ(run({"upgrade", "-n"}), exit_failed);
    Fields refused = with_error(stored("upgrade", "1"), "refused");
    refused["KLP_RESULT"] = "failed";
    refused["PRIORITY"] = "3";
    EXPECT_THAT(entries(), ElementsAre(refused));
}

TEST_F(RecordTest, WhatIsRemovedThoughAnotherOneStays) {
    const std::string package = "suture-livepatch-6.1.0-50-amd64";
    EXPECT_EQ(run({"install", "--package", package, file_of("1"), file_of("2")}), exit_done);
    EXPECT_THAT(entries(), SizeIs(2));
    // A folder with something in it is not replaced.
    machine.add({file("var/lib/suture/6.1.0-50-amd64/demo_2/.tmp/in/the-way")});
    EXPECT_EQ(run({"remove", "--package", package}), exit_failed);
    EXPECT_EQ(out.str(), "demo_1=1: removed, it was for 6.1.0-50-amd64\n");
    EXPECT_THAT(err.str(), HasSubstr("demo_2/2': Directory not empty"));
    EXPECT_THAT(entries(), ElementsAre(stored("remove", "1"), Fields{{"KLP_VERB", "remove"},
                                                                     {"KLP_RESULT", "failed"},
                                                                     {"KLP_KERNEL", release},
                                                                     {"KLP_ERROR", "system"},
                                                                     {"PRIORITY", "3"}}));
}

TEST_F(RecordTest, Boots) {
    EXPECT_EQ(run({"install", file_of("1")}), exit_done);
    EXPECT_EQ(run({"upgrade"}), exit_done);
    EXPECT_THAT(entries(), SizeIs(2));
    kernel.reboot();
    EXPECT_EQ(run({"apply", "--at-boot"}), exit_done);
    EXPECT_EQ(run({"apply", "--booted"}), exit_done);
    EXPECT_THAT(entries(), ElementsAre(stored("apply", "1"), stored("apply", "1")));
    kernel.reboot();
    EXPECT_EQ(run({"apply", "--at-boot"}), exit_done);
    EXPECT_THAT(entries(), SizeIs(1));
    kernel.reboot();
    EXPECT_EQ(run({"apply", "--at-boot"}), exit_failed);
    Fields failed = with_error(stored("apply", "1"), "failed_boot");
    failed["KLP_RESULT"] = "failed";
    failed["PRIORITY"] = "3";
    EXPECT_THAT(entries(), ElementsAre(failed));
}

TEST_F(RecordTest, NothingIsKeptFromItsWork) {
    machine.remove("run/systemd");
    EXPECT_EQ(run({"load", file_of("1")}), exit_done);
    EXPECT_EQ(err.str(), "");
}

} // namespace
} // namespace suture
