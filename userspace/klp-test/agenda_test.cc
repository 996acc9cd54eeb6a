#include "agenda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace suture::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<frame::Listed> listed(const std::vector<std::string> &ids) {
    std::vector<frame::Listed> tests;
    for (const auto &id : ids) {
        tests.push_back({.seconds = 0, .id = id});
    }
    return tests;
}

const auto suite = listed({"s:a.sh", "s:b.sh", "s:c.sh"});

std::vector<std::string> drain(Agenda &agenda) {
    std::vector<std::string> ids;
    while (auto test = agenda.take(suite)) {
        ids.push_back(test->id);
    }
    return ids;
}

TEST(Agenda, HandsOutEachTestOnceInTheSuitesOrder) {
    Selection all;
    Agenda agenda(all);
    EXPECT_THAT(drain(agenda), ElementsAre("s:a.sh", "s:b.sh", "s:c.sh"));
    EXPECT_THAT(drain(agenda), IsEmpty());
}

TEST(Agenda, HandsOutWhatIsSelected) {
    Selection some{{"a.sh", "c.sh"}, {}};
    Agenda agenda(some);
    EXPECT_THAT(drain(agenda), ElementsAre("s:a.sh", "s:c.sh"));
}

TEST(Agenda, SaysWhyThereIsNothing) {
    Selection none{{"x*"}, {}};
    Agenda agenda(none);
    EXPECT_THAT(drain(agenda), IsEmpty());
    EXPECT_THAT(agenda.problem(), HasSubstr("no test matches 'x*'"));
    EXPECT_FALSE(agenda.wants_guest(0));
}

TEST(Agenda, GuestsShareIt) {
    const unsigned count = 1000;
    std::vector<std::string> ids;
    for (unsigned i = 0; i < count; i++) {
        ids.push_back("s:" + std::to_string(i));
    }
    auto many = listed(ids);
    Selection all;
    Agenda agenda(all);
    std::vector<std::string> taken[4];
    {
        std::vector<std::jthread> guests;
        for (auto &mine : taken) {
            guests.emplace_back([&] {
                while (auto test = agenda.take(many)) {
                    mine.push_back(test->id);
                }
            });
        }
    }
    std::vector<std::string> together;
    for (const auto &mine : taken) {
        together.insert(together.end(), mine.begin(), mine.end());
    }
    EXPECT_THAT(together, testing::UnorderedElementsAreArray(ids));
}

TEST(Agenda, WantsASecondGuestOnlyOnceTheTestsAreKnown) {
    Selection all;
    Agenda agenda(all);
    EXPECT_TRUE(agenda.wants_guest(0));
    EXPECT_FALSE(agenda.wants_guest(1));
    agenda.take(suite);
    EXPECT_TRUE(agenda.wants_guest(1));
    drain(agenda);
    EXPECT_FALSE(agenda.wants_guest(0));
}

TEST(Agenda, ReturnsWhatIsLeftWhenClosedAndHandsOutNoMore) {
    Selection all;
    Agenda agenda(all);
    agenda.take(suite);
    auto left = agenda.close();
    ASSERT_EQ(left.size(), 2);
    EXPECT_EQ(left.front().id, "s:b.sh");
    EXPECT_TRUE(agenda.closed());
    EXPECT_THAT(agenda.close(), IsEmpty());
    EXPECT_FALSE(agenda.take(suite));
    EXPECT_FALSE(agenda.wants_guest(0));
}

TEST(Agenda, HandsOutOnceMoreWhatWasPutBack) {
    Selection all;
    Agenda agenda(all);
    auto first = agenda.take(suite);
    ASSERT_TRUE(first);
    drain(agenda);
    EXPECT_FALSE(agenda.wants_guest(0));
    EXPECT_TRUE(agenda.put_back(*first));
    EXPECT_TRUE(agenda.wants_guest(0));
    EXPECT_THAT(drain(agenda), ElementsAre("s:a.sh"));
}

TEST(Agenda, ReturnsWhatWasPutBackWhenClosed) {
    Selection all;
    Agenda agenda(all);
    auto first = agenda.take(suite);
    ASSERT_TRUE(first);
    EXPECT_TRUE(agenda.put_back(*first));
    EXPECT_EQ(agenda.close().size(), 3U);
    EXPECT_FALSE(agenda.put_back(*first));
}

TEST(Agenda, KnowsHowManyThereAre) {
    Selection some{{"a.sh", "c.sh"}, {}};
    Agenda agenda(some);
    EXPECT_EQ(agenda.size(), 0U);
    agenda.take(suite);
    EXPECT_EQ(agenda.size(), 2U);
}

TEST(Agenda, KnowsWhereATestStands) {
    Selection some{{"b.sh", "c.sh"}, {}};
    Agenda agenda(some);
    drain(agenda);
    EXPECT_EQ(agenda.position("s:b.sh"), 0);
    EXPECT_EQ(agenda.position("s:c.sh"), 1);
    EXPECT_EQ(agenda.position("(guest)"), 2);
}

} // namespace
} // namespace suture::harness
