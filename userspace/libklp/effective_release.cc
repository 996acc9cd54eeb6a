#include "libklp/effective_release.h"

#include <algorithm>
#include <cctype>

namespace suture {

namespace {

std::string plain(std::string text) {
    std::replace_if(
        text.begin(), text.end(),
        [](unsigned char c) {
            const bool ascii = c < 128;
            return !ascii ||
                   (std::isalnum(c) == 0 &&
                    std::string_view(".:_~-").find(static_cast<char>(c)) == std::string_view::npos);
        },
        '_');
    return text;
}

} // namespace

std::string effective_release(const Status &status) {
    std::string text = status.kernel.release;
    for (const Patch &patch : status.patches) {
        if (patch.progress.state != PatchState::enabled)
            continue;
        text += '+' + plain(patch.name);
        if (!patch.metadata.version.empty())
            text += '=' + plain(patch.metadata.version);
    }
    return text;
}

} // namespace suture
