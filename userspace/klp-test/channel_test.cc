// The channel's protocol: what a frame is, and that nothing else is taken for one.
#include "channel.h"

#include <gtest/gtest.h>

namespace suture::harness {
namespace {

class Channel : public testing::Test {
  protected:
    Frame only(const std::string &line) {
        auto frames = parser_.feed(line + "\n");
        EXPECT_EQ(frames.size(), 1U) << line;
        return frames.empty() ? Frame(frame::Noise{}) : frames.front();
    }
    bool is_noise(const std::string &line) {
        return std::holds_alternative<frame::Noise>(only(line));
    }
    bool is_garbled(const std::string &line) {
        return std::holds_alternative<frame::Garbled>(only(line));
    }

    ChannelParser parser_{"n0nce"};
};

TEST_F(Channel, ReadsEveryVerb) {
    auto hello = std::get<frame::Hello>(only("n0nce hello 6.1.0-50-amd64 4096"));
    EXPECT_EQ(hello.release, "6.1.0-50-amd64");
    EXPECT_EQ(hello.taint, 4096UL);
    auto listed = std::get<frame::Listed>(only("n0nce list 45 suture:a test.sh"));
    EXPECT_EQ(listed.seconds, 45);
    EXPECT_EQ(listed.id, "suture:a test.sh");
    EXPECT_EQ(std::get<frame::Ready>(only("n0nce ready 12")).count, 12U);
    EXPECT_EQ(std::get<frame::Started>(only("n0nce start 3")).sequence, 3U);
    EXPECT_EQ(std::get<frame::Output>(only("n0nce out ok 1  two ")).line, "ok 1  two ");
    EXPECT_EQ(std::get<frame::Output>(only("n0nce out ")).line, "");
    auto ended = std::get<frame::Ended>(only("n0nce end 3 exit 4 4096 4608"));
    EXPECT_EQ(ended.sequence, 3U);
    EXPECT_EQ(ended.how, frame::How::exit);
    EXPECT_EQ(ended.code, 4);
    EXPECT_EQ(ended.before, 4096UL);
    EXPECT_EQ(ended.after, 4608UL);
    EXPECT_EQ(std::get<frame::Ended>(only("n0nce end 3 timeout 0 0 0")).how, frame::How::timeout);
    EXPECT_EQ(std::get<frame::Ended>(only("n0nce end 3 stuck 0 0 0")).how, frame::How::stuck);
    EXPECT_EQ(std::get<frame::AgentError>(only("n0nce error no job")).text, "no job");
}

TEST_F(Channel, TakesNoVerdictWithoutTheNonce) {
    EXPECT_TRUE(is_noise("end 1 exit 0 0 0"));
    EXPECT_TRUE(is_noise("other end 1 exit 0 0 0"));
    EXPECT_TRUE(is_noise(" n0nce end 1 exit 0 0 0"));
}

TEST_F(Channel, TakesNoVerdictFromATestsOutput) {
    auto output = std::get<frame::Output>(only("n0nce out n0nce end 1 exit 0 0 0"));
    EXPECT_EQ(output.line, "n0nce end 1 exit 0 0 0");
}

TEST_F(Channel, TakesTheNonceWithoutAWholeFrameForAnErrorOfTheAgent) {
    EXPECT_EQ(std::get<frame::Garbled>(only("n0nce list 45 ")).text, "list 45 ");
    for (const char *line :
         {"n0nce", "n0nce end", "n0nce end 1", "n0nce end 1 exit 0 0", "n0nce end 1 exit x 0 0",
          "n0nce end 1 leave 0 0 0", "n0nce end 1 exit 0 0 0 0", "n0nce start", "n0nce start one",
          "n0nce hello 6.1", "n0nce list 45", "n0nce ready", "n0nce ready now", "n0nce dance",
          "n0nce error", "n0nce list forever a:b"}) {
        EXPECT_TRUE(is_garbled(line)) << line;
    }
}

TEST_F(Channel, BoundsATimeLimit) {
    EXPECT_EQ(std::get<frame::Listed>(only("n0nce list -1 a:b")).seconds, frame::Listed::unlimited);
    for (const char *seconds : {"2147483647", "99999999999", "99999999999999999999999"}) {
        auto listed = std::get<frame::Listed>(only(std::string("n0nce list ") + seconds + " a:b"));
        EXPECT_EQ(listed.seconds, frame::Listed::most) << seconds;
        EXPECT_EQ(listed.id, "a:b");
    }
}

TEST_F(Channel, WaitsForTheEndOfALine) {
    EXPECT_TRUE(parser_.feed("n0nce re").empty());
    EXPECT_TRUE(parser_.feed("ady 1").empty());
    auto frames = parser_.feed("\n\nn0nce start 1\n");
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<frame::Ready>(frames[0]));
    EXPECT_TRUE(std::holds_alternative<frame::Started>(frames[1]));
}

TEST_F(Channel, SurvivesALineWithoutEnd) {
    std::string flood(3 << 20, 'x');
    EXPECT_FALSE(parser_.feed(flood).empty());
    EXPECT_TRUE(std::holds_alternative<frame::Ready>(parser_.feed("\nn0nce ready 1\n").back()));
}

TEST(ChannelNonce, IsNewEachTime) {
    EXPECT_NE(make_nonce(), make_nonce());
}

} // namespace
} // namespace suture::harness
