// Every verb that reads a patch's file, given truncated, damaged and random ones, and names that
// are meant to do harm: it ends with an error for people, and loads nothing.

#include "klp/command.h"
#include "klp/verbs.h"
#include "libklp/testing/damage.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace suture {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

bool takes_file(const Verb &verb) {
    return verb.subject == Subject::file || verb.subject == Subject::files ||
           verb.subject == Subject::patch;
}

bool is_for_terminals(const std::string &text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
}

class BadFilesTest : public ::testing::Test {
  protected:
    BadFilesTest() {
        FakeModule module = versioned_patch("demo", "1");
        module.build_id_note = build_id_note("0123456789", std::endian::little);
        module.objects = {{"", {{"do_it", "patched_do_it"}}}, {"ext4", {{"open", "patched_open"}}}};
        whole = module.build();
    }

    int run(std::vector<std::string> arguments) {
        out.str("");
        err.str("");
        return run_command(std::move(arguments), machine.environment(), loader, clock,
                           {.out = out, .err = err});
    }
    void write(const std::string &bytes) { machine.write("patch/bad.ko", bytes); }

    // What is no module at all is refused by name.
    void expect_refused(const std::string &bytes) {
        write(bytes);
        for (const Verb &verb : verbs()) {
            if (takes_file(verb))
                expect_failure({verb.name, machine.path("patch/bad.ko")});
            else if (verb.subject == Subject::built)
                expect_failure({verb.name, machine.path("patch"), "--format", "deb"});
        }
        EXPECT_TRUE(loader.inserted.empty());
    }
    void expect_failure(const std::vector<std::string> &arguments) {
        SCOPED_TRACE(arguments.front());
        EXPECT_EQ(run(arguments), exit_failed);
        EXPECT_EQ(out.str(), "");
        EXPECT_THAT(err.str(), StartsWith("klp: cannot "));
        EXPECT_THAT(err.str(), HasSubstr("patch/bad.ko'"));
        EXPECT_THAT(err.str(), HasSubstr("\n  hint: "));
    }

    std::string whole;
    FakeMachine machine{
        {directory("sys/kernel/suture"), directory("patch"), module("suture"), module("ext4")}};
    FakeClock clock;
    FakeLoader loader;
    std::ostringstream out;
    std::ostringstream err;
};

TEST_F(BadFilesTest, TruncatedFiles) {
    for (size_t length = 0; length < whole.size(); length += 61) {
        SCOPED_TRACE(length);
        expect_refused(whole.substr(0, length));
    }
    expect_refused(whole.substr(0, whole.size() - 1));
}

TEST_F(BadFilesTest, RandomBytesWithAndWithoutTheMarkOfElf) {
    std::mt19937 random(4711);
    for (const std::string &start : {std::string(), whole.substr(0, 4), whole.substr(0, 64)})
        expect_refused(start + damaged(std::string(4096, '\0'), random, 4096));
}

// One that is still a patch is a patch, whatever it says then.
TEST_F(BadFilesTest, DamagedFiles) {
    const std::string file = machine.path("patch/bad.ko");
    std::mt19937 random(4711);
    for (int round = 0; round < 200; ++round) {
        SCOPED_TRACE(round);
        write(damaged(whole, random, 1 + random() % 8));
        for (const Verb &verb : verbs()) {
            if (!takes_file(verb))
                continue;
            const int status = run({verb.name, file});
            EXPECT_TRUE(status >= exit_done && status <= exit_in_transition) << verb.name;
            EXPECT_FALSE(out.str().empty() && err.str().empty()) << verb.name;
            EXPECT_TRUE(is_for_terminals(out.str() + err.str())) << verb.name;
        }
    }
}

TEST_F(BadFilesTest, HostileNames) {
    for (const std::string &name :
         {std::string("../../../absent.ko"), std::string("a\nb.ko"), std::string("\x1b[2J.ko"),
          std::string(10000, 'x') + ".ko", machine.path("patch").native() + ".ko/"}) {
        for (const Verb &verb : verbs()) {
            if (!takes_file(verb) && verb.subject != Subject::built)
                continue;
            SCOPED_TRACE(verb.name);
            const int status = run({verb.name, name});
            EXPECT_TRUE(is_for_terminals(out.str() + err.str()));
            EXPECT_LT(out.str().size() + err.str().size(), 1500u);
            // What is not there may be the name of a patch that is not loaded.
            if (verb.subject == Subject::patch && status == exit_done)
                continue;
            EXPECT_TRUE(status == exit_failed || status == exit_usage);
            EXPECT_THAT(err.str(), StartsWith("klp: "));
            EXPECT_THAT(err.str(), HasSubstr("\n  hint: "));
        }
    }
    EXPECT_TRUE(loader.inserted.empty());
}

} // namespace
} // namespace suture
