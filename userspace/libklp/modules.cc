#include "libklp/modules.h"

#include "libklp/file.h"
#include "libklp/sysfs.h"

#include <algorithm>

namespace suture {

namespace fs = std::filesystem;

bool Modules::is_loaded(const std::string &name) const {
    std::error_code absent;
    return fs::is_directory(root_ / name, absent);
}

bool Modules::is_built_in(const std::string &name) const {
    return is_loaded(name) && !is_there(root_ / name / "initstate");
}

bool Modules::is_livepatch(const std::string &name) const {
    const std::vector<std::string> patches = holders("suture");
    if (std::find(patches.begin(), patches.end(), name) != patches.end())
        return true;
    const Result<std::string> taint = read_attribute(root_ / name / "taint");
    return taint && taint->find('K') != taint->npos;
}

unsigned Modules::references(const std::string &name) const {
    return read_number(root_ / name / "refcnt").value_or(0);
}

std::vector<std::string> Modules::holders(const std::string &name) const {
    std::vector<std::string> names;
    std::error_code problem;
    // The entries are symlinks to the modules.
    for (fs::directory_iterator entry(root_ / name / "holders", problem), end;
         !problem && entry != end; entry.increment(problem))
        names.push_back(entry->path().filename());
    std::sort(names.begin(), names.end());
    return names;
}

bool Modules::is_same_build(const PatchFile &file) const {
    const fs::path module = root_ / file.name;
    // Straight from the kernel, and it may end in any byte at all.
    const auto note = read_file(module / "notes/.note.gnu.build-id", 65536);
    if (note && !file.build_id_note.empty())
        return *note == file.build_id_note;
    const Result<std::string> source_version = read_attribute(module / "srcversion");
    if (source_version && !file.source_version.empty())
        return *source_version == file.source_version;
    return true; // nothing tells them apart but the name, and that is the same
}

std::optional<std::string> Modules::version(const std::string &name) const {
    const Result<std::string> version = read_attribute(root_ / name / "version");
    return version ? std::optional(*version) : std::nullopt;
}

} // namespace suture
