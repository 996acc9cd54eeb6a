#include "kernel_list.h"

#include "record_fields.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace suture::harness {

bool ListedKernel::is_for(const std::string &arch) const {
    return archs.empty() || std::ranges::find(archs, arch) != archs.end();
}

std::vector<ListedKernel> parse_kernels(const std::string &text) {
    std::vector<ListedKernel> kernels;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name, suite, origin, archs;
        words >> name >> suite >> origin >> archs;
        if (!name.empty() && name[0] != '#') {
            kernels.push_back({name, words_of(archs)});
        }
    }
    return kernels;
}

Result<std::vector<ListedKernel>> load_kernels(const std::filesystem::path &vm_images) {
    auto path = vm_images / "kernels";
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        return fail(fmt::format("cannot read the list of kernels, {}", path.string()));
    }
    return parse_kernels(text.str());
}

} // namespace suture::harness
