// Files that a guest gets for one run, on top of its image: a cpio archive that the kernel unpacks
// after the image's own.
#pragma once

#include "error.h"

#include <string>
#include <vector>

namespace suture::harness {

struct OverlayFile {
    // From the guest's root, without a leading slash.
    std::string path;
    unsigned mode = 0644;
    std::string content;
};

// The archive, with the folders that the files lie in.
Result<std::string> make_overlay(const std::vector<OverlayFile> &files);

} // namespace suture::harness
