// The manual page and the completions that lie in share/ say what the table of verbs says. With
// SUTURE_UPDATE=1 this writes them instead.

#include "klp/completion.h"
#include "klp/manual.h"
#include "klp/verbs.h"
#include "libklp/file.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <utility>

namespace suture {
namespace {

using ::testing::HasSubstr;

const std::string share = SUTURE_KLP_SHARE;

void expect_up_to_date(const std::string &name, const std::string &content) {
    const std::string path = share + "/" + name;
    if (std::getenv("SUTURE_UPDATE") != nullptr) {
        ASSERT_TRUE(replace_file(path, content)) << path;
    }
    constexpr size_t limit = 1 << 20;
    EXPECT_EQ(read_file(path, limit).value_or("nothing"), content)
        << "write it with SUTURE_UPDATE=1";
}

TEST(Reference, ManualPageIsUpToDate) {
    expect_up_to_date("klp.8", manual_page());
}

TEST(Reference, PagesOfGroupsAreUpToDate) {
    for (const Group &group : groups())
        expect_up_to_date(fmt::format("{}.8", group.name), manual_page(group));
}

TEST(Reference, EveryVerbIsInOneGroupWhosePageHasIt) {
    for (const Verb &verb : verbs()) {
        unsigned pages = 0;
        for (const Group &group : groups()) {
            if (std::find(group.verbs.begin(), group.verbs.end(), verb.id) == group.verbs.end())
                continue;
            ++pages;
            const std::string page = manual_page(group);
            EXPECT_THAT(page, HasSubstr(fmt::format("\n.B klp {}", verb.name)));
            for (const Option &option : verb.options)
                EXPECT_THAT(page, HasSubstr(fmt::format("\n{}\n", option.what)));
        }
        EXPECT_EQ(pages, 1u) << verb.name;
    }
}

TEST(Reference, BashCompletionIsUpToDate) {
    expect_up_to_date("klp.bash", bash_completion());
}

TEST(Reference, ZshCompletionIsUpToDate) {
    expect_up_to_date("_klp", zsh_completion());
}

TEST(Reference, ManualPageHasEveryVerbAndOption) {
    const std::string page = manual_page();
    for (const Verb &verb : verbs()) {
        EXPECT_THAT(page, HasSubstr(fmt::format(".B klp {}", verb.name)));
        for (const Option &option : verb.options)
            EXPECT_THAT(page, HasSubstr(fmt::format("\n{}\n", option.what)));
    }
    EXPECT_THAT(page, HasSubstr(".B \\-t, \\-\\-timeout SECONDS\n"));
}

// What bash offers after the words, of which the last is being typed. `functions` take the place of
// those in the file.
std::string completed(const std::string &words, int index, const std::string &current,
                      const std::string &functions = ":") {
    const std::string command =
        fmt::format("bash -c 'source {}/klp.bash; {}; COMP_WORDS=({}) COMP_CWORD={}; "
                    "_klp klp \"{}\" x; echo \"${{COMPREPLY[*]}}\"'",
                    share, functions, words, index, current);
    FILE *output = popen(command.c_str(), "r");
    if (output == nullptr)
        return "no bash";
    std::string text;
    for (int c = std::fgetc(output); c != EOF; c = std::fgetc(output))
        text += static_cast<char>(c);
    pclose(output);
    return text;
}

TEST(Reference, BashCompletesVerbsAndTheirOptions) {
    EXPECT_EQ(completed("klp st", 1, "st"), "status\n");
    EXPECT_EQ(completed("klp un", 1, "un"), "uname unload\n");
    EXPECT_EQ(completed("klp load --d", 2, "--d"), "--deadline\n");
    EXPECT_EQ(completed("klp frobnicate --d", 2, "--d"), "\n");
    EXPECT_EQ(completed("klp load " + share + "/klp.b", 2, share + "/klp.b"),
              share + "/klp.bash\n");
}

TEST(Reference, BashRunsNoNameOfAPatch) {
    const std::filesystem::path made = ::testing::TempDir() + "klp-completion-ran";
    std::filesystem::remove(made);
    const std::string evil = fmt::format("$(touch {})", made.native());
    for (const auto &[verb, function] :
         {std::pair("revert", "_klp_patches"), std::pair("remove", "_klp_stored")}) {
        const std::string names = fmt::format(
            "{}() {{ printf \"%s\\n\" demo_1 \"\\{}\" demo_2 other; }}", function, evil);
        const std::string words = fmt::format("klp {}", verb);
        EXPECT_EQ(completed(words, 2, "demo", names), "demo_1 demo_2\n");
        EXPECT_EQ(completed(words, 2, "", names), "demo_1 " + evil + " demo_2 other\n");
    }
    EXPECT_FALSE(std::filesystem::exists(made));
}

} // namespace
} // namespace suture
