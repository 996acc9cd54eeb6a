// An entry arrives as it was given, and a journal that is not there, or does not listen, is no
// reason to wait or to fail.

#include "libklp/journal.h"
#include "libklp/testing/fake_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Fields = FakeJournal::Fields;

TEST(Journal, AnEntryHasItsFields) {
    const FakeMachine machine;
    const FakeJournal journal(machine);
    write_journal(machine.environment(), {{"MESSAGE", "it's = done"}, {"PRIORITY", "5"}});
    write_journal(machine.environment(), {{"MESSAGE", ""}});
    EXPECT_THAT(journal.entries(),
                ElementsAre(Fields{{"MESSAGE", "it's = done"}, {"PRIORITY", "5"}},
                            Fields{{"MESSAGE", ""}}));
}

TEST(Journal, ValuesOfSeveralLinesStayWhole) {
    const FakeMachine machine;
    const FakeJournal journal(machine);
    const std::string lines = "cannot\n  PRIORITY=0\n" + std::string(300, 'x') + "\n";
    write_journal(machine.environment(), {{"MESSAGE", lines}, {"PRIORITY", "3"}});
    EXPECT_THAT(journal.entries(), ElementsAre(Fields{{"MESSAGE", lines}, {"PRIORITY", "3"}}));
}

TEST(Journal, WithoutOneNothingHappens) {
    FakeMachine machine;
    write_journal(machine.environment(), {{"MESSAGE", "lost"}});
    machine.add({file("run/systemd/journal/socket", "no socket")});
    write_journal(machine.environment(), {{"MESSAGE", "lost"}});
    EXPECT_EQ(machine.read("run/systemd/journal/socket"), "no socket");
    Environment environment = machine.environment();
    environment.roots.run = machine.path(std::string(200, 'x'));
    write_journal(environment, {{"MESSAGE", "lost"}});
}

TEST(Journal, NobodyWaitsForAFullOne) {
    const FakeMachine machine;
    const FakeJournal journal(machine);
    for (int sent = 0; sent < 2000; ++sent)
        write_journal(machine.environment(), {{"MESSAGE", std::string(1000, 'x')}});
    EXPECT_LT(journal.entries().size(), 2000u);
    write_journal(machine.environment(), {{"MESSAGE", std::string(size_t(16) << 20, 'x')}});
    EXPECT_THAT(journal.entries(), IsEmpty());
}

} // namespace
} // namespace suture
