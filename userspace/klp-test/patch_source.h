// A patch that is to be tried: a module as it is, or sources of one, to be built for each target;
// and the modules that it needs.
#pragma once

#include "outcome.h"

#include <filesystem>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace suture::harness {

struct PatchModule {
    std::string name;
    std::string content;
};

struct PatchChoice {
    // A module, or a folder with the sources of one or several.
    std::filesystem::path path;
    // Which of the folder's modules is the patch, with or without .ko; empty: the only one.
    std::string module;
    // What is to be there before the patch: files, or names of other modules of the folder. With a
    // slash in it, it is a file.
    std::vector<std::string> with;
};

struct PatchModules {
    PatchModule patch;
    // In the order in which they are to be loaded.
    std::vector<PatchModule> with;
};

// Why there is nothing to try.
struct NoModules {
    std::string message;
    // `failed` where that is for the patch, or for what was asked for; `infrastructure` where
    // klp-test could not do its own work, which says nothing of the patch.
    Outcome outcome = Outcome::failed;
};

// The modules of the choice for this architecture and kernel. Where `path` is a folder of sources,
// make builds them in the checkout `top`, and what it says goes to `log`; it is stopped, which is
// an error, once `stop_fd` becomes readable.
tl::expected<PatchModules, NoModules>
modules_for(const PatchChoice &choice, const std::string &arch, const std::string &kernel,
            const std::filesystem::path &top, const std::filesystem::path &log, int stop_fd);

} // namespace suture::harness
