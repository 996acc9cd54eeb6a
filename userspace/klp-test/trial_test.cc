// What a guest measured is read, and told in every form.
#include "trial.h"
#include "trial_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace suture::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> output{
    "KTAP version 1",
    "1..1",
    "# try: patched_us 1500",
    "# try: unpatched_us 9000",
    "# try: patched_us 2500",
    "# try: reversed 1",
    "# try: blocked 3 function do_nanosleep my <task>",
    "# try: cycles 2",
    "# try: audit_checks 70",
    "# try: audit_violations 0",
    "# try: memory_kib -12",
    "# try: nonsense",
    "ok 1 works",
};

Trial trial(Outcome outcome, const std::string &reason) {
    Trial trial;
    trial.target.arch = "s390x";
    trial.target.kernel = "6.1";
    trial.target.release = "6.1.0-50-s390x";
    TestResult result;
    result.name = "try:fix.ko";
    result.outcome = outcome;
    result.reason = reason;
    result.output = output;
    trial.target.results = {result};
    trial.figures = parse_figures(output);
    return trial;
}

using Writer = void (*)(const TrialRun &, std::ostream &);

std::string text(Writer writer, const Trial &one) {
    std::ostringstream out;
    writer({"fix.ko", {one}}, out);
    return out.str();
}

TEST(TrialFigures, AreFoundInTheOutput) {
    auto figures = parse_figures(output);
    EXPECT_THAT(figures.patched, ElementsAre(1.5, 2.5));
    EXPECT_THAT(figures.unpatched, ElementsAre(9.0));
    EXPECT_EQ(figures.reversed, 1U);
    ASSERT_EQ(figures.blocked.size(), 1U);
    EXPECT_EQ(figures.blocked[0].times, 3U);
    EXPECT_EQ(figures.blocked[0].reason, "function");
    EXPECT_EQ(figures.blocked[0].where, "do_nanosleep");
    EXPECT_EQ(figures.blocked[0].comm, "my <task>");
    EXPECT_EQ(figures.counts.at("memory_kib"), -12);
    EXPECT_EQ(figures.counts.count("nonsense"), 0U);
}

TEST(TrialFigures, HaveNoPlaceWhereTheReasonHasNone) {
    auto figures = parse_figures({"# try: blocked 2 unreliable 0x0 mix"});
    ASSERT_EQ(figures.blocked.size(), 1U);
    EXPECT_EQ(figures.blocked[0].where, "");
    EXPECT_EQ(figures.blocked[0].comm, "mix");
}

TEST(TrialFigures, HaveAMedianAndALongest) {
    EXPECT_EQ(median({}), 0);
    EXPECT_EQ(median({3, 1, 2}), 2);
    EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
    EXPECT_EQ(longest({}), 0);
    EXPECT_EQ(longest({1, 3, 2}), 3);
}

TEST(TrialSuite, CarriesThePatchAndWhatIsWanted) {
    auto suite = trial_suite({5, "it's heavy", false, false},
                             {{"my-fix.ko", "module"}, {{"a.ko", "first"}, {"a.ko", "second"}}});
    std::map<std::string, OverlayFile> files;
    for (const auto &file : suite.files) {
        files[file.path] = file;
    }
    EXPECT_EQ(files["opt/klp-test/kselftest-list.txt"].content, "try:my-fix.ko\n");
    EXPECT_EQ(files["opt/klp-test/try/my-fix.ko"].mode, 0755U);
    EXPECT_EQ(files["opt/klp-test/try/patch/my-fix.ko"].content, "module");
    EXPECT_EQ(files["opt/klp-test/try/settings"].content, "timeout=110\n");
    EXPECT_EQ(files["opt/klp-test/try/given"].content,
              "FILE='patch/my-fix.ko' CYCLES=5 LOAD='it'\\''s heavy' AUDIT=0 REQUIRE_AUDIT=0\n"
              "WITH=('with/0/a.ko' 'with/1/a.ko')\n");
    EXPECT_EQ(files["opt/klp-test/try/with/0/a.ko"].content, "first");
    EXPECT_EQ(files["opt/klp-test/try/with/1/a.ko"].content, "second");
}

TEST(TrialSuite, HasALoadOfItsOwn) {
    auto suite = trial_suite({}, {{"a.ko", ""}, {}});
    EXPECT_THAT(suite.files.back().content,
                HasSubstr("CYCLES=20 LOAD='./mix' AUDIT=1 REQUIRE_AUDIT=0\nWITH=()\n"));
}

TEST(TrialTable, HasALineForEachTarget) {
    auto table = text(write_trial_table, trial(Outcome::passed, ""));
    EXPECT_THAT(table, testing::ContainsRegex("\ns390x/6.1 +passed +2 +2.0 / 2.5 +9.0 / 9.0 +1 +0 "
                                              "+-12\n"));
    EXPECT_THAT(table, HasSubstr("  my <task> blocked 3 times: function do_nanosleep\n"));
}

TEST(TrialTable, DoesNotCallCleanWhatNobodyLookedAt) {
    auto one = trial(Outcome::passed, "");
    one.figures.counts["audit_checks"] = 0;
    EXPECT_THAT(text(write_trial_table, one), testing::ContainsRegex(" 1 +- +-12\n"));
    for (auto writer : {write_trial_table, write_trial_html}) {
        EXPECT_THAT(text(writer, one), HasSubstr("nothing audited: no task called"));
        EXPECT_THAT(text(writer, trial(Outcome::passed, "")), Not(HasSubstr("nothing audited")));
    }
}

TEST(TrialTable, DoesNotMissWhatWasNotWanted) {
    auto one = trial(Outcome::passed, "");
    one.figures.counts.erase("audit_checks");
    one.figures.counts.erase("audit_violations");
    EXPECT_THAT(text(write_trial_table, one), testing::ContainsRegex(" 1 +- +-12\n"));
    EXPECT_THAT(text(write_trial_table, one), Not(HasSubstr("nothing audited")));
}

TEST(TrialTable, SaysWhatIsWrongWhereThereAreNoFigures) {
    auto one = trial(Outcome::boot_failed, "no word from the guest's agent");
    one.figures = {};
    auto table = text(write_trial_table, one);
    EXPECT_THAT(table, testing::ContainsRegex("s390x/6.1 +boot failed +- +- +- +0 +- +-\n"));
    EXPECT_THAT(table, HasSubstr("  boot failed: no word from the guest's agent\n"));
}

TEST(TrialAnnotations, WarnWhereNothingWasAudited) {
    auto one = trial(Outcome::passed, "");
    EXPECT_EQ(text(write_trial_annotations, one), "");
    one.figures.counts["audit_checks"] = 0;
    EXPECT_THAT(text(write_trial_annotations, one),
                testing::StartsWith("::warning title=s390x/6.1::nothing audited: "));
}

TEST(TrialVerdict, IsTheFirstThatDidNotPass) {
    auto one = trial(Outcome::passed, "");
    EXPECT_EQ(one.verdict().outcome, Outcome::passed);
    one.target.results.push_back(one.target.results.front());
    one.target.results.back().outcome = Outcome::splat;
    EXPECT_EQ(one.verdict().outcome, Outcome::splat);
}

TEST(TrialJson, HasEverything) {
    auto json = nlohmann::json::parse(text(write_trial_json, trial(Outcome::failed, "why")));
    EXPECT_EQ(json["schema_version"], 1);
    EXPECT_EQ(json["patch"], "fix.ko");
    const auto &target = json["targets"][0];
    EXPECT_EQ(target["outcome"], "failed");
    EXPECT_EQ(target["enable"]["median_ms"], 2.0);
    EXPECT_EQ(target["disable"]["all_ms"][0], 9.0);
    EXPECT_EQ(target["blocked"][0]["where"], "do_nanosleep");
    EXPECT_EQ(target["counts"]["audit_checks"], 70);
    EXPECT_EQ(target["nothing_audited"], false);
}

TEST(TrialHtml, IsOnePageWithAPlot) {
    auto html = text(write_trial_html, trial(Outcome::failed, "1 < 2 & \"x\""));
    EXPECT_THAT(html, testing::StartsWith("<!DOCTYPE html>"));
    EXPECT_THAT(html, HasSubstr("<title>enable 2: 2.50 ms</title>"));
    EXPECT_THAT(html, HasSubstr("failed: 1 &lt; 2 &amp; &quot;x&quot;"));
    EXPECT_THAT(html, HasSubstr("my &lt;task&gt;: function do_nanosleep"));
    EXPECT_THAT(html, Not(HasSubstr("http")));
}

} // namespace
} // namespace suture::harness
