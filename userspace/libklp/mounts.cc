#include "libklp/mounts.h"

#include "libklp/file.h"
#include "libklp/text.h"

#include <algorithm>

namespace suture {

namespace fs = std::filesystem;

namespace {

// A mount is a line; there may be thousands.
constexpr size_t mounts_limit = size_t(16) << 20;

// Or is it.
bool lies_in(const fs::path &path, const fs::path &folder) {
    return std::mismatch(path.begin(), path.end(), folder.begin(), folder.end()).second ==
           folder.end();
}

// The fifth word of a line of mountinfo: see proc(5).
fs::path mount_point(std::string_view line) {
    for (int before = 0; before < 4; ++before)
        take_word(line);
    return take_word(line);
}

} // namespace

bool is_on_root(const Environment &environment, const fs::path &folder) {
    std::error_code unknown;
    const fs::path &root = environment.roots.root;
    const fs::path place = fs::canonical(folder, unknown);
    if (!unknown && place != fs::canonical(root, unknown) / folder.lexically_relative(root))
        return false;
    const std::string mounts =
        read_file(environment.roots.proc / "self/mountinfo", mounts_limit).value_or("");
    for (std::string_view rest = mounts; !rest.empty();) {
        const fs::path mounted = mount_point(take(rest, '\n'));
        if (lies_in(place, mounted) && !lies_in(root, mounted))
            return false;
    }
    return true;
}

} // namespace suture
