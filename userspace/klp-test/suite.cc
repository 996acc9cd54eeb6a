#include "suite.h"

#include "shell.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace suture::harness {

namespace {

constexpr const char *own_path = "opt/klp-test";

Result<std::string> content_of(const std::filesystem::path &file) {
    std::ifstream stream(file, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) {
        return fail("cannot read " + file.string());
    }
    return content;
}

} // namespace

Suite image_suite() {
    return {"opt/suture/selftests", {}, VerdictBy::ktap};
}

Result<std::vector<OverlayFile>> folder_files(const std::filesystem::path &folder,
                                              const std::string &path) {
    std::vector<OverlayFile> files;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator entry(folder, error), end;
         !error && entry != end; entry.increment(error)) {
        if (!entry->is_regular_file()) {
            continue;
        }
        auto content = content_of(entry->path());
        if (!content) {
            return tl::unexpected(content.error());
        }
        auto mode = static_cast<unsigned>(entry->status().permissions()) & 0777U;
        auto name = entry->path().lexically_relative(folder).string();
        files.push_back({fmt::format("{}/{}", path, name), mode, std::move(*content)});
    }
    if (error) {
        return fail(fmt::format("cannot read the folder {}: {}", folder.string(), error.message()));
    }
    // Always the same archive for the same folder.
    std::sort(files.begin(), files.end(),
              [](const OverlayFile &a, const OverlayFile &b) { return a.path < b.path; });
    return files;
}

Result<Suite> folder_suite(const std::filesystem::path &folder) {
    auto files = folder_files(folder, own_path);
    if (!files) {
        return fail("no suite: " + files.error().message);
    }
    auto has = [&](const char *name) {
        return std::ranges::find(*files, fmt::format("{}/{}", own_path, name),
                                 &OverlayFile::path) != files->end();
    };
    if (!has("kselftest-list.txt")) {
        return fail(
            fmt::format("no suite: {} has no kselftest-list.txt; it is made where kselftests "
                        "are installed (make -C tools/testing/selftests install)",
                        folder.string()));
    }
    auto by = has("require-ktap") ? VerdictBy::ktap : VerdictBy::kselftest;
    return Suite{own_path, std::move(*files), by};
}

Suite script_suite(const std::string &collection, const std::vector<SuiteTest> &tests,
                   int seconds) {
    Suite suite;
    suite.path = own_path;
    std::string list;
    for (const auto &test : tests) {
        list += fmt::format("{}:{}\n", collection, test.name);
        suite.files.push_back(
            {fmt::format("{}/{}/{}", suite.path, collection, test.name), 0755, test.script});
    }
    suite.files.push_back({suite.path + "/kselftest-list.txt", 0644, list});
    if (seconds > 0) {
        suite.files.push_back({fmt::format("{}/{}/settings", suite.path, collection), 0644,
                               fmt::format("timeout={}\n", seconds)});
    }
    return suite;
}

Suite command_suite(const std::vector<std::string> &command) {
    auto script = fmt::format("#!/bin/bash\ncd / && exec {}\n", shell_quoted(command));
    auto suite = script_suite("exec", {{"command", script}}, 0);
    suite.verdict_by = VerdictBy::exit_status;
    return suite;
}

std::vector<OverlayFile> job_files(const Suite &suite, const std::string &nonce, int slowdown) {
    auto files = suite.files;
    files.push_back(
        {"job/job", 0600,
         fmt::format("nonce={}\nslowdown={}\nsuite=/{}\n", nonce, slowdown, suite.path)});
    return files;
}

} // namespace suture::harness
