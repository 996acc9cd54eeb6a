// The command as scripts and people meet it: what goes where, and the exit status of each verb.

#include "klp/command.h"
#include "klp/help.h"
#include "libklp/lock.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"
#include "libklp/testing/full_disk.h"
#include "libklp/testing/slow_answer.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace suture {
namespace {

using namespace std::chrono_literals;
using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CommandTest : public ::testing::Test {
  protected:
    CommandTest() { machine.write("demo.ko", FakeModule{}.build()); }

    int run(std::vector<std::string> arguments, bool color = false, unsigned columns = 0) {
        out.str("");
        err.str("");
        return run_command(std::move(arguments), machine.environment(), loader, clock,
                           {.out = out, .err = err, .color = color, .progress_columns = columns});
    }
    int load(std::vector<std::string> more = {}, unsigned columns = 0) {
        more.insert(more.begin(), {"load", machine.path("demo.ko")});
        return run(more, false, columns);
    }
    void appear(PatchFiles files) {
        machine.add(
            {directory("sys/kernel/suture", {patch("demo", std::move(files),
                                                   {object("vmlinux", {"meminfo_proc_show,1"}),
                                                    object("ext4", {"ext4_open,0"}, "0")})})});
    }

    void demo_says(const std::string &notes) {
        machine.add({directory("sys/module/demo/notes", {file(".note.Suture", notes)})});
    }

    FakeMachine machine{{directory("sys/kernel/suture"), module("suture")}};
    FakeClock clock;
    FakeLoader loader;
    std::ostringstream out;
    std::ostringstream err;
};

const std::vector<Entry> counts{file("pending_tasks", "3\n"), file("total_tasks", "57\n")};

void expect_to_fit_a_screen(const std::string &help) {
    EXPECT_LT(std::count(help.begin(), help.end(), '\n'), 25) << help; // and the prompt below it
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 80u) << line;
}

TEST_F(CommandTest, HelpFitsAScreen) {
    EXPECT_EQ(run({"--help"}), exit_done);
    EXPECT_EQ(err.str(), "");
    expect_to_fit_a_screen(out.str());
    const std::string last_line = out.str().substr(out.str().rfind("\nFor authors"));
    for (const Verb &verb : verbs()) {
        if (verb.audience == Audience::authors)
            EXPECT_THAT(last_line,
                        HasSubstr(fmt::format(" {} {}", verb.name, name_of(verb.subject))));
        else
            EXPECT_THAT(out.str(), HasSubstr(std::string("\n  ") + verb.name + " "));
    }
}

TEST_F(CommandTest, EveryVerbHasAHelpWithItsOptions) {
    for (const Verb &verb : verbs()) {
        EXPECT_EQ(run({verb.name, "--help"}), exit_done);
        EXPECT_EQ(err.str(), "");
        EXPECT_THAT(out.str(), StartsWith("Usage: " + synopsis(verb) + "\n"));
        expect_to_fit_a_screen(out.str());
        for (const Option &option : verb.options)
            EXPECT_THAT(out.str(), HasSubstr(option.what));
    }
    run({"load", "-h"});
    EXPECT_THAT(out.str(), HasSubstr(fmt::format("(default {})", default_timeout)));
    EXPECT_THAT(out.str(), HasSubstr(fmt::format("(default {}, 0: never)", default_deadline)));
    EXPECT_THAT(out.str(), HasSubstr("-t, --timeout SECONDS"));
    run({"apply", "-h"});
    EXPECT_THAT(out.str(), StartsWith("Usage: klp apply [--at-boot|--booted|--again] [OPTION...]"));
}

TEST_F(CommandTest, Version) {
    EXPECT_EQ(run({"--version"}), exit_done);
    EXPECT_THAT(out.str(), StartsWith("klp "));
}

TEST_F(CommandTest, WrongUsage) {
    for (const std::vector<std::string> &arguments :
         std::vector<std::vector<std::string>>{{},
                                               {"frobnicate"},
                                               {"load"},
                                               {"revert"},
                                               {"status", "--frobnicate"},
                                               {"load", "a.ko", "b.ko"},
                                               {"revert", "demo", "--timeout"},
                                               {"revert", "demo", "--timeout", "soon"},
                                               {"revert", "demo", "--timeout", "-1"},
                                               {"revert", "demo", "--timeout", "nan"},
                                               {"revert", "demo", "--timeout", "1e300"},
                                               {"revert", "../demo"},
                                               {"revert", "a\nb"},
                                               {"enable", std::string(10000, 'x')},
                                               {"disable", ""},
                                               {"events", "--count", "0"},
                                               {"events", "--count", "-1"},
                                               {"events", "--count", "many"},
                                               {"events", "--timeout", "1e7"},
                                               {"unload", "../demo"},
                                               {"force", "a\nb", "--yes"},
                                               {"new", "my-fix"},
                                               {"new", "--function", "f"},
                                               {"new", "my fix", "--function", "f"},
                                               {"new", "my-fix", "--function", "f()"},
                                               {"new", "x", "--function", "f", "--object", "."},
                                               {"package"},
                                               {"package", "a", "b"},
                                               {"package", "a", "--format", "zip"}}) {
        EXPECT_EQ(run(arguments), exit_usage) << ::testing::PrintToString(arguments);
        EXPECT_EQ(out.str(), "");
        EXPECT_THAT(err.str(), StartsWith("klp: "));
        EXPECT_THAT(err.str(), HasSubstr("hint:"));
        EXPECT_LT(err.str().size(), 1000u);
    }
}

TEST_F(CommandTest, StatusWithoutAPatch) {
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_EQ(out.str(), "ready\n"
                         "kernel:  6.1.0-50-amd64 (x86_64)\n"
                         "runtime: suture\n"
                         "patches: none\n");
}

TEST_F(CommandTest, StatusWithoutARuntimeSaysHowToGetOne) {
    machine.remove("sys/kernel/suture");
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("runtime: none (load Suture: modprobe suture)"));
}

TEST_F(CommandTest, StatusInATransition) {
    machine.write("sys/module/suture/version", "0.1\n");
    appear({.transition = "1", .more = counts});
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_EQ(out.str(), "in_progress\n"
                         "kernel:  6.1.0-50-amd64 (x86_64)\n"
                         "runtime: suture 0.1\n"
                         "patches:\n"
                         "  demo: enabling, 3 of 57 tasks to go\n"
                         "    ext4 (not patched)\n"
                         "      ext4_open,0\n"
                         "    vmlinux\n"
                         "      meminfo_proc_show,1\n");
}

TEST_F(CommandTest, StatusOfBothRuntimesSaysWhosePatchItIs) {
    appear({});
    machine.add({directory("sys/kernel/livepatch", {patch("other")})});
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("runtime: suture, in-kernel livepatch\n"));
    EXPECT_THAT(out.str(), HasSubstr("demo: enabled [suture]\n"));
    EXPECT_THAT(out.str(), HasSubstr("other: enabled [in-kernel livepatch]\n"));
}

std::string all_fields() {
    std::string notes;
    for (const char *field :
         {"object=ext4 srcversion 0A1B", "bug=https://bugs.debian.org/1000000", "cve=CVE-2026-2 ",
          "cve=CVE-2026-1 7.8", "expires=2027-06-30", "description=Hide the build details",
          "kernel=6.1.0-50-amd64", "version=3"})
        notes += metadata_field(field);
    return notes;
}

TEST_F(CommandTest, PatchesShowsWhatIsFixed) {
    EXPECT_EQ(run({"patches"}), exit_done);
    EXPECT_EQ(out.str(), "");
    appear({});
    EXPECT_EQ(run({"patches"}), exit_done);
    EXPECT_EQ(out.str(), "demo: enabled\n");
    demo_says(all_fields());
    EXPECT_EQ(run({"patches"}), exit_done);
    EXPECT_EQ(out.str(), "demo: enabled, version 3\n"
                         "  fixes: CVE-2026-1 (7.8)\n"
                         "  fixes: CVE-2026-2\n");
}

TEST_F(CommandTest, PatchesShowsAllWhenAskedTo) {
    appear({});
    demo_says(all_fields());
    EXPECT_EQ(run({"patches", "-v"}), exit_done);
    EXPECT_EQ(out.str(), "demo: enabled, version 3\n"
                         "  description: Hide the build details\n"
                         "  built for: 6.1.0-50-amd64\n"
                         "  expires: 2027-06-30\n"
                         "  fixes: CVE-2026-1 (7.8)\n"
                         "  fixes: CVE-2026-2\n"
                         "  bug: https://bugs.debian.org/1000000\n"
                         "  only for: ext4 with srcversion 0A1B\n");
}

TEST_F(CommandTest, PatchesShowsWhoseCodeIsLive) {
    const std::string live = "sys/kernel/suture/demo/vmlinux/meminfo_proc_show,1/live";
    appear({});
    machine.write(live, "demo\n");
    EXPECT_EQ(run({"patches", "-vv"}), exit_done);
    EXPECT_EQ(out.str(), "demo: enabled\n"
                         "  object: ext4 (not patched)\n"
                         "    ext4_open,0\n"
                         "  object: vmlinux\n"
                         "    meminfo_proc_show,1: demo\n");
    machine.write(live, "original -> demo\n");
    EXPECT_EQ(run({"patches", "-vv"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("    meminfo_proc_show,1: original -> demo\n"));
    EXPECT_EQ(run({"patches", "-v"}), exit_done);
    EXPECT_EQ(out.str(), "demo: enabled\n");
}

TEST_F(CommandTest, PatchesSaysWhatIsWrongWithANote) {
    appear({});
    demo_says("rubbish");
    EXPECT_EQ(run({"patches"}), exit_done);
    EXPECT_EQ(out.str(), "demo: enabled\n  its metadata cannot be read: a note is cut off\n");
    demo_says(metadata_field("version=\x1b[31m\xff"));
    EXPECT_EQ(run({"patches"}), exit_done);
    EXPECT_EQ(out.str(), "demo: enabled, version \\x1b[31m\\xff\n");
}

TEST_F(CommandTest, PatchesAsJson) {
    appear({});
    demo_says(metadata_field("cve=CVE-2026-1 7.8") + metadata_field("version=3"));
    machine.write("sys/kernel/suture/demo/vmlinux/meminfo_proc_show,1/live", "demo\n");
    EXPECT_EQ(run({"patches", "--json"}), exit_done);
    EXPECT_EQ(out.str(), R"({
  "schema_version": 1,
  "patches": [
    {
      "name": "demo",
      "runtime": "suture",
      "state": "enabled",
      "file": null,
      "package": null,
      "metadata": {
        "version": "3",
        "kernel": null,
        "description": null,
        "expires": null,
        "initial": false,
        "cves": [
          {
            "name": "CVE-2026-1",
            "score": "7.8"
          }
        ],
        "bugs": [],
        "objects": []
      },
      "metadata_problem": null,
      "objects": [
        {
          "name": "ext4",
          "patched": false,
          "functions": [
            {
              "name": "ext4_open",
              "sympos": 0,
              "live": null
            }
          ]
        },
        {
          "name": "vmlinux",
          "patched": true,
          "functions": [
            {
              "name": "meminfo_proc_show",
              "sympos": 1,
              "live": "demo"
            }
          ]
        }
      ]
    }
  ]
}
)");
}

TEST_F(CommandTest, StatusWarnsOfAPatchThatHasExpired) {
    appear({});
    demo_says(metadata_field("expires=2026-11-26")); // today is the day after
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_THAT(err.str(), StartsWith("klp: 'demo' has expired: its last day was 2026-11-26\n"));
    demo_says(metadata_field("expires=2026-11-27"));
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_EQ(err.str(), "");
}

TEST_F(CommandTest, VerifySaysWhatIsWrongAndLoadsNothing) {
    EXPECT_EQ(run({"verify", machine.path("demo.ko")}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("ok: kernel: it was built for 6.1.0-50-amd64\n"));
    EXPECT_THAT(out.str(), HasSubstr("\ndemo: 0 errors, 0 warnings, "));
    machine.write("proc/kallsyms", "");
    machine.write("demo.ko", FakeModule{.objects = {{"", {{"do_it", "patched"}}}}}.build());
    EXPECT_EQ(run({"verify", machine.path("demo.ko")}), exit_failed);
    EXPECT_THAT(out.str(), HasSubstr("error: function: object 'vmlinux': function 'do_it': there "
                                     "is no such function"));
    EXPECT_THAT(out.str(), HasSubstr("    do: compare with /proc/kallsyms"));
    EXPECT_EQ(err.str(), "");
    EXPECT_EQ(load(), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("patch 'demo': object 'vmlinux': function 'do_it': there is"));
    EXPECT_TRUE(loader.inserted.empty());
    EXPECT_EQ(run({"verify", machine.path("absent.ko")}), exit_failed);
    EXPECT_THAT(err.str(), StartsWith("klp: cannot verify '"));
}

TEST_F(CommandTest, VerifyAsJson) {
    machine.write("proc/kallsyms", "");
    machine.write("demo.ko", FakeModule{.objects = {{"", {{"do_it", "patched"}}}}}.build());
    EXPECT_EQ(run({"verify", "--json", machine.path("demo.ko")}), exit_failed);
    EXPECT_THAT(out.str(), HasSubstr("\"schema_version\": 1"));
    EXPECT_THAT(out.str(), HasSubstr("\"patch\": \"demo\""));
    EXPECT_THAT(out.str(), HasSubstr("\"errors\": 1"));
    EXPECT_THAT(out.str(), HasSubstr(R"(      "check": "function",
      "verdict": "error",
      "object": "vmlinux",
      "function": "do_it",)"));
}

TEST_F(CommandTest, LoadWarnsOfWhatIsDoubtful) {
    const std::string yesterday = metadata_field("expires=2026-11-26");
    machine.write("demo.ko", FakeModule{.metadata_notes = yesterday}.build());
    loader.on_insert = [this] {
        appear({});
        return 0;
    };
    EXPECT_EQ(load(), exit_done);
    EXPECT_THAT(err.str(), StartsWith("klp: warning: patch 'demo': it was meant to be used until "
                                      "2026-11-26\n  hint: "));
    EXPECT_THAT(out.str(), StartsWith("demo: loaded and enabled"));
}

TEST_F(CommandTest, NewMakesAFolderAndNeverAnother) {
    const std::string folder = machine.path("my-fix");
    EXPECT_EQ(run({"new", folder, "--function", "ext4_open", "--object", "ext4"}), exit_done);
    EXPECT_THAT(out.str(), StartsWith(folder + ": made; "));
    EXPECT_THAT(machine.read("my-fix/my-fix.c"), HasSubstr("patched_ext4_open"));
    EXPECT_EQ(run({"new", folder, "--function", "ext4_open"}), exit_failed);
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(err.str(), HasSubstr("it is there already"));
}

TEST_F(CommandTest, ColorsOnlyWhenAskedTo) {
    appear({});
    run({"status"});
    EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
    run({"status"}, true);
    EXPECT_THAT(out.str(), HasSubstr("demo: \x1b[32menabled\x1b[0m\n"));
}

TEST_F(CommandTest, StatusAsJson) {
    appear({.transition = "1",
            .more = {file("replace", "0\n"), file("stack_order", "1\n"),
                     file("pending_tasks", "3\n"), file("total_tasks", "57\n")}});
    EXPECT_EQ(run({"status", "--json"}), exit_done);
    EXPECT_EQ(out.str(), R"({
  "schema_version": 1,
  "state": "in_progress",
  "kernel": {
    "release": "6.1.0-50-amd64",
    "machine": "x86_64"
  },
  "runtimes": [
    {
      "name": "suture",
      "version": null
    }
  ],
  "failed_boot": null,
  "patches": [
    {
      "name": "demo",
      "runtime": "suture",
      "state": "enabling",
      "target": "patched",
      "pending_tasks": 3,
      "total_tasks": 57,
      "elapsed_ms": null,
      "replace": false,
      "stack_order": 1,
      "objects": [
        {
          "name": "ext4",
          "patched": false,
          "functions": [
            {
              "name": "ext4_open",
              "sympos": 0
            }
          ]
        },
        {
          "name": "vmlinux",
          "patched": true,
          "functions": [
            {
              "name": "meminfo_proc_show",
              "sympos": 1
            }
          ]
        }
      ]
    }
  ]
}
)");
}

TEST_F(CommandTest, JsonSaysNullWhereTheKernelDoesNotTell) {
    machine.remove("sys/kernel/suture");
    machine.add({directory("sys/kernel/livepatch", {patch("other", {}, {directory("vmlinux")})})});
    EXPECT_EQ(run({"status", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"runtime\": \"in-kernel\""));
    for (const char *field :
         {"target", "pending_tasks", "total_tasks", "replace", "stack_order", "patched"})
        EXPECT_THAT(out.str(), HasSubstr(std::string("\"") + field + "\": null"));
}

TEST_F(CommandTest, JsonStaysJsonWhateverANameIs) {
    machine.add({directory("sys/kernel/suture", {patch("de\xffmo\"\n")})});
    EXPECT_EQ(run({"status", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("de\xef\xbf\xbdmo\\\"\\n"));
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("de\\xffmo\"\\x0a"));
}

TEST_F(CommandTest, StatusThatCannotBeReadFails) {
    appear({.enabled = "nonsense"});
    EXPECT_EQ(run({"status", "--json"}), exit_failed);
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(err.str(), HasSubstr("'nonsense'"));
}

constexpr const char *blockers =
    "# patch=demo target=patched pending=4 tasks=57\n"
    "pid=7 tid=7 kind=user state=D cpu=1 pending_ms=4200 reason=function function=do_it "
    "object=ext4 comm=work er\n"
    "\tdo_wait+0x10/0x20\n"
    "\tdo_it+0x5/0x9 [ext4]\n"
    "pid=7 tid=9 kind=user state=R cpu=0 pending_ms=20 reason=running comm=\\033[31m\n"
    "pid=3 tid=3 kind=kthread state=S cpu=0 pending_ms=20 reason=unreliable frame=2 comm=k\n";

TEST_F(CommandTest, StatusSaysHowLongATransitionTakesAlready) {
    appear({.transition = "1", .more = counts});
    machine.add({file("proc/suture/blockers", blockers)});
    EXPECT_EQ(run({"status"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("demo: enabling, 3 of 57 tasks to go after 4.2 s\n"));
    EXPECT_EQ(run({"status", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"elapsed_ms\": 4200"));
}

TEST_F(CommandTest, BlockingShowsWhoAndWhy) {
    EXPECT_EQ(run({"blocking"}), exit_done);
    EXPECT_EQ(out.str(), "no transition runs\n");
    machine.add({file("proc/suture/blockers", blockers),
                 file("proc/7/cmdline", std::string("./worker\0\x1b[31m\0", 15))});
    EXPECT_EQ(run({"blocking"}), exit_done);
    EXPECT_EQ(out.str(), "demo: enabling, 4 of 57 tasks to go after 4.2 s; 1 of these have moved "
                         "meanwhile\n"
                         "  7 work er: in do_it of ext4, for 4.2 s\n"
                         "  9 \\033[31m (thread of 7): running, and not to be stopped, for 20 ms\n"
                         "  3 k: its stack cannot be walked past frame 2, for 20 ms\n");
    EXPECT_EQ(run({"blocking", "-v"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("  7 work er: in do_it of ext4, for 4.2 s\n"
                                     "    command: ./worker \\x1b[31m\n"));
    EXPECT_THAT(out.str(), Not(HasSubstr("do_wait")));
    EXPECT_EQ(run({"blocking", "-vv"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("    command: ./worker \\x1b[31m\n"
                                     "    kind: user, state D, CPU 1\n"
                                     "      do_wait+0x10/0x20\n"
                                     "      do_it+0x5/0x9 [ext4]\n"));
}

TEST_F(CommandTest, BlockingAsJson) {
    machine.add({file("proc/suture/blockers", std::string(blockers).substr(0, 196)),
                 file("proc/7/cmdline", "./worker")});
    EXPECT_EQ(run({"blocking", "--json"}), exit_done);
    EXPECT_EQ(out.str(), R"({
  "schema_version": 1,
  "transitions": [
    {
      "patch": "demo",
      "runtime": "suture",
      "target": "patched",
      "pending_tasks": 4,
      "total_tasks": 57,
      "forced_at": null,
      "tasks": [
        {
          "pid": 7,
          "tid": 7,
          "comm": "work er",
          "command_line": "./worker",
          "kind": "user",
          "state": "D",
          "cpu": 1,
          "pending_ms": 4200,
          "reason": "function",
          "frame": null,
          "function": "do_it",
          "object": "ext4",
          "stack": [
            "do_wait+0x10/0x20",
            "do_it+0x5/0x9 [ext4]"
          ]
        }
      ]
    }
  ]
}
)");
}

TEST_F(CommandTest, BlockingOfTheInKernelLivepatchSaysWhatCanBeKnown) {
    machine.remove("sys/kernel/suture");
    machine.add(
        {directory("sys/kernel/livepatch", {patch("other", {.enabled = "0", .transition = "1"})}),
         directory("proc/7/task/7", {file("patch_state", "1\n"), file("comm", "worker\n")})});
    EXPECT_EQ(run({"blocking"}), exit_done);
    EXPECT_EQ(out.str(), "other: disabling, 1 task to go\n"
                         "  7 worker: has not moved; this runtime does not tell why\n");
}

TEST_F(CommandTest, BlockingShowsWhomTransitionsWereForcedOver) {
    EXPECT_EQ(run({"blocking", "--forced"}), exit_done);
    EXPECT_EQ(out.str(), "no transition was forced\n");
    machine.add({file("proc/suture/forced",
                      "# patch=demo target=unpatched time=1767225600 tasks=1\n"
                      "pid=7 tid=7 reason=function function=f object=vmlinux comm=worker\n"),
                 file("proc/7/cmdline", "another by now")});
    EXPECT_EQ(run({"blocking", "--forced", "-v"}), exit_done);
    EXPECT_EQ(out.str(), "demo: forced to be unpatched on 2026-01-01 00:00:00 UTC, over 1 task\n"
                         "  7 worker: in f of vmlinux\n");
    EXPECT_EQ(run({"blocking", "--forced", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr("\"forced_at\": 1767225600"));
}

TEST_F(CommandTest, BlockingThatMayNotBeReadFails) {
    machine.add({directory("proc/suture/blockers")}); // like a file that one may not read
    EXPECT_EQ(run({"blocking"}), exit_failed);
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(err.str(), StartsWith("klp: cannot read '"));
}

TEST_F(CommandTest, EventsThatCannotBeFollowedFail) {
    EXPECT_EQ(run({"events"}), exit_failed);
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(err.str(), HasSubstr("tracefs is not mounted there"));
    machine.add({directory("sys/kernel/tracing/instances")});
    machine.remove("sys/kernel/suture");
    machine.add({directory("sys/kernel/livepatch")});
    EXPECT_EQ(run({"events", "--json"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("the in-kernel livepatch has no tracepoints"));
    EXPECT_THAT(err.str(), HasSubstr("hint: load it: modprobe suture"));
}

TEST_F(CommandTest, EventsLeaveNoInstanceWhereTheyCannotBeSetUp) {
    // Here a directory that is made has no files in it.
    machine.add(
        {directory("sys/kernel/tracing/instances"), directory("sys/kernel/tracing/events/suture")});
    EXPECT_EQ(run({"events"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("trace_options"));
    EXPECT_TRUE(std::filesystem::is_empty(machine.path("sys/kernel/tracing/instances")));
}

TEST_F(CommandTest, DoctorSaysWhatIsWrongAndWhatToDo) {
    machine.add({file("proc/kallsyms"), file("proc/sys/kernel/ftrace_enabled", "0\n"),
                 file("proc/sys/kernel/tainted", "0\n")});
    EXPECT_EQ(run({"doctor"}), exit_failed);
    EXPECT_THAT(out.str(), StartsWith("good: runtime: suture\n"));
    EXPECT_THAT(out.str(), HasSubstr("\nbad: ftrace: ftrace is switched off, so nothing can be "
                                     "redirected\n    do: sysctl kernel.ftrace_enabled=1"));
    EXPECT_EQ(err.str(), "");
    machine.write("proc/sys/kernel/ftrace_enabled", "1\n");
    EXPECT_EQ(run({"doctor"}, true), exit_done); // what is not known is not bad
    EXPECT_THAT(out.str(), HasSubstr("\n\x1b[32mgood\x1b[0m: ftrace: "));
    EXPECT_THAT(out.str(), HasSubstr("\n\x1b[33munknown\x1b[0m: config: "));
    EXPECT_EQ(run({"doctor", "--json"}), exit_done);
    EXPECT_THAT(out.str(), HasSubstr(R"(    {
      "check": "ftrace",
      "health": "good",
      "what": "functions can be redirected",
      "hint": null
    })"));
}

TEST_F(CommandTest, UnameShowsWhatIsPatchedOnTop) {
    EXPECT_EQ(run({"uname"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64\n");
    appear({});
    demo_says(metadata_field("version=3"));
    EXPECT_EQ(run({"uname"}), exit_done);
    EXPECT_EQ(out.str(), "6.1.0-50-amd64+demo=3\n");
    EXPECT_EQ(run({"uname", "--json"}), exit_done);
    EXPECT_EQ(out.str(), R"({
  "schema_version": 1,
  "release": "6.1.0-50-amd64",
  "effective_release": "6.1.0-50-amd64+demo=3",
  "patches": [
    {
      "name": "demo",
      "version": "3"
    }
  ]
}
)");
}

TEST_F(CommandTest, MetricsForPrometheus) {
    appear({.transition = "1", .more = counts});
    demo_says(metadata_field("version=3\"\\\n\xff") + metadata_field("cve=CVE-2026-1 7.8"));
    machine.add({file("proc/suture/stats", "transitions 5\nlongest_task_us 1500\nOdd-1 2\n")});
    EXPECT_EQ(run({"metrics"}), exit_done);
    for (
        const char *line :
        {"# TYPE klp_kernel_info gauge",
         R"(klp_kernel_info{release="6.1.0-50-amd64",machine="x86_64",effective="6.1.0-50-amd64"} 1)",
         R"(klp_runtime_info{runtime="suture",version=""} 1)", "klp_in_transition 1",
         R"(klp_patch_info{patch="demo",runtime="suture",state="enabling",version="3\"\\\n?",expires=""} 1)",
         R"(klp_patch_enabled{patch="demo"} 0)", R"(klp_patch_pending_tasks{patch="demo"} 3)",
         R"(klp_patch_fixes_info{patch="demo",cve="CVE-2026-1",score="7.8"} 1)",
         "# TYPE suture_transitions_total counter", "suture_transitions_total 5",
         "# TYPE suture_longest_task_seconds gauge", "suture_longest_task_seconds 0.0015"})
        EXPECT_THAT(out.str(), HasSubstr(std::string(line) + "\n"));
    EXPECT_THAT(out.str(), Not(HasSubstr("Odd")));
    EXPECT_EQ(err.str(), "");
}

TEST_F(CommandTest, MetricsReplaceAFileWholeOrNotAtAll) {
    const std::string path = machine.path("run/klp.prom");
    EXPECT_EQ(run({"metrics", "--output", path}), exit_done);
    EXPECT_EQ(out.str(), "");
    const std::string before = machine.read("run/klp.prom");
    EXPECT_THAT(before, HasSubstr("klp_in_transition 0\n"));
    appear({});
    {
        const NoFileMayGrow full;
        EXPECT_EQ(run({"metrics", "-o", path}), exit_failed);
    }
    EXPECT_THAT(err.str(), HasSubstr("the file is as it was"));
    EXPECT_EQ(machine.read("run/klp.prom"), before);
}

TEST_F(CommandTest, CheckTellsByItsExitStatus) {
    EXPECT_EQ(run({"check"}), exit_done);
    EXPECT_EQ(out.str(), "ready\n");
    appear({.transition = "1", .more = counts});
    EXPECT_EQ(run({"check"}), exit_in_transition);
    EXPECT_EQ(out.str(), "in_progress\n");
    EXPECT_EQ(err.str(), "");
    EXPECT_EQ(run({"check", "--json"}), exit_in_transition);
    EXPECT_EQ(out.str(), "{\n  \"schema_version\": 1,\n  \"state\": \"in_progress\"\n}\n");
    machine.write("sys/kernel/suture/demo/enabled", "nonsense\n");
    EXPECT_EQ(run({"check"}), exit_failed);
    EXPECT_EQ(out.str(), "");
}

// A watch that ends after 3 s, when the status cannot be read.
TEST_F(CommandTest, WatchShowsEachChangeOnce) {
    appear({.transition = "1", .more = counts});
    clock.plan(1200ms, [this] { machine.write("sys/kernel/suture/demo/transition", "0\n"); });
    clock.plan(3s, [this] { machine.write("sys/kernel/suture/demo/enabled", "nonsense\n"); });
    EXPECT_EQ(run({"status", "--watch"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("'nonsense'"));
    const std::string shown = out.str();
    const size_t second = shown.find("\n\nready\n");
    EXPECT_THAT(shown, StartsWith("in_progress\n"));
    ASSERT_NE(second, shown.npos);
    EXPECT_THAT(shown.substr(0, second), HasSubstr("demo: enabling, 3 of 57 tasks to go\n"));
    EXPECT_THAT(shown.substr(second), HasSubstr("demo: enabled\n"));
    EXPECT_EQ(shown.find("kernel:", shown.find("kernel:", second) + 1), shown.npos);
}

TEST_F(CommandTest, WatchRedrawsATerminal) {
    appear({});
    clock.plan(700ms, [this] { machine.remove("sys/kernel/suture/demo"); });
    clock.plan(2s, [this] { appear({.enabled = "nonsense"}); });
    EXPECT_EQ(run_command({"status", "-w"}, machine.environment(), loader, clock,
                          {.out = out, .err = err, .redraw = true}),
              exit_failed);
    const std::string clear = "\x1b[H\x1b[2J";
    EXPECT_THAT(out.str(), StartsWith(clear + "ready\n"));
    EXPECT_THAT(out.str(), HasSubstr(clear + "ready\nkernel:  6.1.0-50-amd64 (x86_64)\nruntime: "
                                             "suture\npatches: none\n"));
}

TEST_F(CommandTest, WatchEndsWithItsReader) {
    std::ostream broken(nullptr);
    EXPECT_EQ(run_command({"status", "-w"}, machine.environment(), loader, clock,
                          {.out = broken, .err = err}),
              exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("cannot write the output"));
}

TEST_F(CommandTest, LoadThatSucceeds) {
    loader.on_insert = [this] {
        appear({.transition = "1", .more = counts});
        return 0;
    };
    clock.plan(12ms, [this] { machine.write("sys/kernel/suture/demo/transition", "0\n"); });
    EXPECT_EQ(load(), exit_done);
    EXPECT_THAT(out.str(), StartsWith("demo: loaded and enabled in 1"));
    EXPECT_THAT(out.str(), HasSubstr(" ms\n"));
    EXPECT_EQ(err.str(), "demo: enabling, 3 of 57 tasks to go\n"); // one line a change of state
    EXPECT_EQ(load(), exit_done);
    EXPECT_EQ(out.str(), "demo: loaded and enabled already; nothing to do\n");
    EXPECT_EQ(err.str(), "");
}

TEST_F(CommandTest, LoadThatFails) {
    loader.on_insert = [] { return EINVAL; };
    EXPECT_EQ(load(), exit_failed);
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(err.str(), StartsWith("klp: cannot load '"));
    EXPECT_EQ(run({"load", "/absent.ko"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("'/absent.ko'"));
}

TEST_F(CommandTest, LoadThatIsNotDoneAtItsDeadline) {
    loader.on_insert = [this] {
        appear({.transition = "1", .more = counts});
        return 0;
    };
    EXPECT_EQ(load({"--timeout", "0.5"}), exit_in_transition);
    EXPECT_EQ(clock.elapsed(), 500ms);
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(err.str(), HasSubstr("still enabling after 0.5 s, with 3 of 57 tasks to go\n"));
    machine.add({file("proc/suture/blockers", blockers)});
    EXPECT_EQ(load({"--timeout", "0"}), exit_in_transition);
    EXPECT_THAT(err.str(), HasSubstr("to go, such as 7 (work er), in do_it of ext4\n"));
}

TEST_F(CommandTest, LoadHasADeadlineByDefault) {
    const auto expect_deadline = [&](const std::vector<std::string> &arguments,
                                     const std::string &expected) {
        loader.on_insert = [&] {
            const std::string as_long(expected.size(), '9');
            appear({.transition = "1", .more = {file("deadline_ms", as_long)}});
            return 0;
        };
        clock.plan(clock.elapsed() + 5ms, [&] {
            EXPECT_EQ(machine.read("sys/kernel/suture/demo/deadline_ms"), expected);
            machine.write("sys/kernel/suture/demo/transition", "0\n");
        });
        EXPECT_EQ(load(arguments), exit_done);
        machine.remove("sys/kernel/suture/demo");
        machine.remove("sys/module/demo");
    };
    expect_deadline({}, "30000");
    expect_deadline({"--deadline", "0.25"}, "250");
    expect_deadline({"--deadline", "0"}, "0");
    EXPECT_EQ(load({"--deadline", "soon"}), exit_usage);
}

TEST_F(CommandTest, ATerminalSeesOneLineThatIsRedrawnAndGoes) {
    loader.on_insert = [this] {
        appear({.transition = "1", .more = counts});
        return 0;
    };
    clock.plan(300ms, [this] { machine.write("sys/kernel/suture/demo/pending_tasks", "2\n"); });
    clock.plan(600ms, [this] { machine.write("sys/kernel/suture/demo/transition", "0\n"); });
    EXPECT_EQ(load({}, 80), exit_done);
    EXPECT_THAT(err.str(), HasSubstr("\rdemo: enabling, 3 of 57 tasks to go (0.0 s)\x1b[K"));
    EXPECT_THAT(err.str(), HasSubstr("\rdemo: enabling, 2 of 57 tasks to go (0.5 s)\x1b[K"));
    EXPECT_THAT(err.str(), Not(HasSubstr("\n")));
    // Only when there is something new to see: it would flicker.
    const std::string drawn = err.str();
    EXPECT_LE(std::count(drawn.begin(), drawn.end(), '\r'), 10);
    EXPECT_THAT(err.str(), ::testing::EndsWith("\r\x1b[K"));
}

TEST_F(CommandTest, ANarrowTerminalsLineDoesNotWrap) {
    loader.on_insert = [this] {
        appear({.transition = "1", .more = counts});
        return 0;
    };
    EXPECT_EQ(load({"--timeout", "0"}, 20), exit_in_transition);
    EXPECT_THAT(err.str(), StartsWith("\rdemo: enabling, 3 o\x1b[K\r\x1b[Kklp: "));
}

TEST_F(CommandTest, RevertByNameOrFile) {
    for (const std::string &argument : {std::string("demo"), machine.path("demo.ko").string()}) {
        appear({.enabled = "0", .transition = "1"});
        clock.plan(clock.elapsed() + 5ms, [this] { machine.remove("sys/kernel/suture/demo"); });
        EXPECT_EQ(run({"revert", argument}), exit_done);
        EXPECT_THAT(out.str(), StartsWith("demo: reverted and unloaded in "));
        EXPECT_EQ(err.str(), "demo: disabling\n");
    }
    EXPECT_EQ(run({"revert", "demo"}), exit_done);
    EXPECT_EQ(out.str(), "demo: not loaded; nothing to do\n");
}

TEST_F(CommandTest, DisableAndEnable) {
    appear({});
    EXPECT_EQ(run({"disable", "demo"}), exit_done);
    EXPECT_THAT(out.str(), StartsWith("demo: disabled in "));
    EXPECT_EQ(run({"enable", "demo"}), exit_done);
    EXPECT_EQ(run({"enable", "other"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("no such patch is loaded"));
}

TEST_F(CommandTest, UnloadIsForDisabledPatches) {
    machine.add({module("demo", {file("taint", "OK\n")})});
    EXPECT_EQ(run({"unload", "demo"}), exit_done);
    EXPECT_EQ(out.str(), "demo: was disabled already; unloaded\n");
    appear({});
    EXPECT_EQ(run({"unload", "demo"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("klp revert demo"));
}

class ForceTest : public CommandTest {
  protected:
    ForceTest() {
        appear({.transition = "1", .more = {file("force", "-")}});
        machine.add({file("proc/suture/blockers", blockers)});
    }
    // With a person there who gives that answer, and what happens before it.
    int force_and_answer(
        const std::string &text, const std::function<void()> &meanwhile = [] {}) {
        SlowAnswer answer(text, meanwhile);
        std::istream in(&answer);
        clock.plan(clock.elapsed() + 5ms,
                   [this] { machine.write("sys/kernel/suture/demo/transition", "0\n"); });
        out.str("");
        err.str("");
        return run_command({"force", "demo"}, machine.environment(), loader, clock,
                           {.out = out, .err = err, .in = &in});
    }
    std::string force() const { return machine.read("sys/kernel/suture/demo/force"); }
};

TEST_F(ForceTest, AsksAndShowsWhomItOverrides) {
    EXPECT_EQ(force_and_answer("yes\n"), exit_done);
    EXPECT_EQ(force(), "1");
    EXPECT_THAT(err.str(), HasSubstr("  7 work er: in do_it of ext4, for 4.2 s\n"));
    EXPECT_THAT(err.str(), HasSubstr("Type 'yes' to force"));
    EXPECT_THAT(out.str(), StartsWith("demo: forced, and enabled in "));
    EXPECT_THAT(out.str(), HasSubstr("klp blocking --forced"));
}

TEST_F(ForceTest, TakesNothingButYesForAYes) {
    for (const char *answer : {"", "\n", "y\n", "no\n", "yes please\n"}) {
        EXPECT_EQ(force_and_answer(answer), exit_failed) << answer;
        EXPECT_EQ(force(), "-") << answer;
        EXPECT_EQ(out.str(), "");
        EXPECT_THAT(err.str(), HasSubstr("nothing was forced"));
    }
}

TEST_F(ForceTest, LeavesWhatIsTurnedRoundBeforeTheAnswer) {
    EXPECT_EQ(force_and_answer("yes\n",
                               [this] { machine.write("sys/kernel/suture/demo/enabled", "0\n"); }),
              exit_failed);
    EXPECT_EQ(force(), "-");
    EXPECT_EQ(out.str(), "");
    EXPECT_THAT(err.str(), HasSubstr("klp: cannot force 'demo': it was turned round meanwhile, and "
                                     "is disabling now; nothing was forced\n  hint: see 'klp "
                                     "blocking'"));
}

TEST_F(ForceTest, RefusesWhereNobodyCanBeAsked) {
    EXPECT_EQ(run({"force", "demo"}), exit_usage);
    EXPECT_EQ(force(), "-");
    EXPECT_THAT(err.str(), HasSubstr("give --yes if you are sure"));
}

TEST_F(ForceTest, NeedsNobodyWithYes) {
    clock.plan(5ms, [this] { machine.write("sys/kernel/suture/demo/transition", "0\n"); });
    EXPECT_EQ(run({"force", "demo", "--yes"}), exit_done);
    EXPECT_EQ(force(), "1");
    EXPECT_THAT(err.str(), HasSubstr("  7 work er: in do_it of ext4"));
}

TEST_F(ForceTest, OnlyOfATransition) {
    EXPECT_EQ(run({"force", "other", "--yes"}), exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("no transition of it runs"));
    machine.write("proc/suture/blockers", "");
    EXPECT_EQ(run({"force", "demo", "--yes"}), exit_failed); // it was shown to nobody
    EXPECT_EQ(force(), "-");
}

// The dpkg-deb that makes packages is a script of the test's.
class PackageTest : public CommandTest {
  protected:
    PackageTest() {
        machine.add({directory("patch", {file("demo.ko", versioned_patch("demo", "1").build())}),
                     directory("out"), directory("tmp"), directory("bin")});
        setenv("PATH", (machine.path("bin").native() + ":" + path).c_str(), 1);
        setenv("TMPDIR", machine.path("tmp").c_str(), 1);
    }
    ~PackageTest() override {
        setenv("PATH", path.c_str(), 1);
        setenv("TMPDIR", tmpdir.c_str(), 1);
    }

    // It makes the file and then goes on with `script`, but for --version.
    void dpkg_deb(const std::string &script) {
        machine.write("bin/dpkg-deb", "#!/bin/sh\n"
                                      "[ \"$1\" != --version ] || exit 0\n"
                                      "for last; do :; done\n"
                                      ">\"$last\"\n" +
                                          script);
        std::filesystem::permissions(machine.path("bin/dpkg-deb"),
                                     std::filesystem::perms::owner_all);
    }
    int package(const std::string &folder) {
        return run({"package", folder, "--format", "deb", "-o", out_folder});
    }

    const std::string path = std::getenv("PATH");
    const std::string tmpdir = std::filesystem::temp_directory_path();
    const std::string out_folder = machine.path("out");
};

TEST_F(PackageTest, SaysWhatItMade) {
    dpkg_deb("");
    EXPECT_EQ(package(machine.path("patch")), exit_done);
    EXPECT_EQ(out.str(), out_folder + "/suture-livepatch-6.1.0-50-amd64_1_amd64.deb: made\n");
    EXPECT_EQ(err.str(), "");
    EXPECT_TRUE(
        std::filesystem::exists(out_folder + "/suture-livepatch-6.1.0-50-amd64_1_amd64.deb"));
    EXPECT_EQ(package(out_folder), exit_failed);
    EXPECT_THAT(err.str(),
                HasSubstr("klp: cannot package '" + out_folder + "': there is no module"));
    EXPECT_THAT(err.str(), HasSubstr("hint: build the patch first"));
}

using PackageDeathTest = PackageTest;

TEST_F(PackageDeathTest, ASignalEndsItWithNothingLeftBehind) {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        dpkg_deb(fmt::format("kill -{} $PPID\n", signal));
        EXPECT_EXIT(package(machine.path("patch")), ::testing::KilledBySignal(signal), "");
        EXPECT_TRUE(std::filesystem::is_empty(machine.path("tmp")));
        EXPECT_TRUE(std::filesystem::is_empty(out_folder));
    }
}

TEST_F(CommandTest, WaitingForAnotherKlpIsSaid) {
    appear({});
    const auto held =
        Lock::acquire(machine.path("run/klp.lock"), clock, clock.now(), [](const std::string &) {});
    ASSERT_TRUE(held);
    EXPECT_EQ(run({"revert", "demo", "--timeout", "1"}), exit_failed);
    EXPECT_THAT(err.str(), StartsWith("waiting for another klp (pid "));
    EXPECT_EQ(machine.read("sys/kernel/suture/demo/enabled"), "1\n");
}

TEST_F(CommandTest, OutputThatCannotBeWrittenIsNoSuccess) {
    std::ostream broken(nullptr);
    EXPECT_EQ(
        run_command({"status"}, machine.environment(), loader, clock, {.out = broken, .err = err}),
        exit_failed);
    EXPECT_THAT(err.str(), HasSubstr("cannot write the output"));
}

} // namespace
} // namespace suture
