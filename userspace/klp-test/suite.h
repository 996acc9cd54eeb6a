// The suites that a guest can be told to run, and the job that tells it.
#pragma once

#include "error.h"
#include "overlay.h"
#include "verdict_by.h"

#include <filesystem>
#include <string>
#include <vector>

namespace suture::harness {

struct Suite {
    // Where it lies in the guest, without a leading slash.
    std::string path;
    // What the guest's image does not have of it already.
    std::vector<OverlayFile> files;
    VerdictBy verdict_by = VerdictBy::ktap;
};

// The selftests of the image.
Suite image_suite();

// All regular files of a folder of this machine, for the folder `path` of the guest.
Result<std::vector<OverlayFile>> folder_files(const std::filesystem::path &folder,
                                              const std::string &path);

// A suite that lies in a folder of this machine, in kselftest's layout: a kselftest-list.txt, and a
// folder for each collection. Its tests are judged as kselftests, or by their KTAP alone where
// there is a file `require-ktap` beside the list.
Result<Suite> folder_suite(const std::filesystem::path &folder);

struct SuiteTest {
    std::string name;
    std::string script;
};

// A suite of these scripts, in a collection of this name. Each may take `seconds` (0: as usual).
Suite script_suite(const std::string &collection, const std::vector<SuiteTest> &tests, int seconds);

// A suite of one test: this command, run in the guest's root folder and judged by its exit status.
Suite command_suite(const std::vector<std::string> &command);

// The overlay of a guest that runs this suite.
std::vector<OverlayFile> job_files(const Suite &suite, const std::string &nonce, int slowdown);

} // namespace suture::harness
