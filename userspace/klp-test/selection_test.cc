// No test is forgotten, none runs twice, and a selection that means nothing says so.
#include "selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suture::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string> suite{"s:a.sh", "s:b.sh", "s:c.sh", "t:a.sh", "t:d.sh"};

std::vector<std::string> selected(const Selection &selection) {
    auto chosen = select(selection, suite);
    return chosen ? *chosen : std::vector<std::string>{chosen.error().message};
}

TEST(Selection, IsEverythingByDefault) {
    EXPECT_EQ(selected({}), suite);
}

TEST(Selection, TakesWhatAnyGlobMatches) {
    EXPECT_THAT(selected({{"d*", "s:a*"}, {}}), ElementsAre("s:a.sh", "t:d.sh"));
    EXPECT_THAT(selected({{"a.sh", "s:a.sh"}, {}}), ElementsAre("s:a.sh", "t:a.sh"));
}

TEST(Selection, RefusesAGlobForNothing) {
    EXPECT_THAT(selected({{"a.sh", "typo"}, {}}),
                ElementsAre("no test matches 'typo'; the suite has: s:a.sh, s:b.sh, s:c.sh, "
                            "t:a.sh, t:d.sh"));
}

TEST(Selection, SharesOutEveryTestOnce) {
    for (unsigned count = 1; count <= suite.size(); count++) {
        std::vector<std::string> all;
        for (unsigned index = 1; index <= count; index++) {
            auto part = selected({{}, {index, count}});
            all.insert(all.end(), part.begin(), part.end());
        }
        EXPECT_THAT(all, testing::UnorderedElementsAreArray(suite)) << count;
    }
}

TEST(Selection, SharesOutWhatTheGlobsMatch) {
    EXPECT_THAT(selected({{"a.sh"}, {1, 2}}), ElementsAre("s:a.sh"));
    EXPECT_THAT(selected({{"a.sh"}, {2, 2}}), ElementsAre("t:a.sh"));
}

TEST(Selection, RefusesAShardOfNothing) {
    EXPECT_THAT(
        selected({{"a.sh"}, {3, 3}}),
        ElementsAre("shard 3/3 is empty: there are 2 tests to share out; use fewer shards"));
}

TEST(Selection, OfNoTestsIsAnError) {
    auto chosen = select({}, {});
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().message, "the guest's suite has no tests");
}

TEST(Shard, IsRead) {
    auto shard = parse_shard("2/13");
    ASSERT_TRUE(shard);
    EXPECT_EQ(shard->index, 2U);
    EXPECT_EQ(shard->count, 13U);
}

TEST(Shard, ThatMeansNothingIsRefused) {
    for (const char *text : {"", "/", "1", "1/", "/2", "0/2", "3/2", "1/0", "1/2/3", "a/2", "1/b",
                             "-1/2", "+1/2", " 1/2", "1/2 ", "1/99999999999"}) {
        auto shard = parse_shard(text);
        ASSERT_FALSE(shard) << text;
        EXPECT_THAT(shard.error().message, HasSubstr(text));
    }
}

} // namespace
} // namespace suture::harness
