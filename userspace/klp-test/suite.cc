#include "suite.h"

#include "shell.h"

#include <fmt/format.h>

namespace suture::harness {

Suite image_suite() {
    return {"opt/suture/selftests", {}};
}

Suite script_suite(const std::string &collection, const std::vector<SuiteTest> &tests,
                   int seconds) {
    Suite suite;
    suite.path = "opt/klp-test";
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
    return script_suite(
        "exec", {{"command", fmt::format("#!/bin/bash\ncd / && exec {}\n", shell_quoted(command))}},
        0);
}

std::vector<OverlayFile> job_files(const Suite &suite, const std::string &nonce, int slowdown) {
    auto files = suite.files;
    files.push_back(
        {"job/job", 0600,
         fmt::format("nonce={}\nslowdown={}\nsuite=/{}\n", nonce, slowdown, suite.path)});
    return files;
}

} // namespace suture::harness
