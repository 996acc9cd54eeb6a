#include "libklp/store/store.h"

#include "libklp/file.h"
#include "libklp/package_name.h"
#include "libklp/preflight.h"
#include "libklp/store/digest.h"
#include "libklp/store/trust.h"
#include "libklp/store/version.h"
#include "libklp/sysfs.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>

namespace suture {

namespace fs = std::filesystem;

namespace {

// A line; far more than any name and version need.
constexpr size_t small_file = 4096;

// Folders that are there no longer, or not yet, have nothing in them.
Result<std::vector<std::string>> names_in(const fs::path &folder) {
    Result<std::vector<std::string>> names = list_directories(folder);
    if (!names && names.error().code == ErrorCode::gone)
        return std::vector<std::string>();
    if (names)
        std::erase_if(*names, [](const std::string &name) { return name.front() == '.'; });
    return names;
}

// `versions` in order; what comes after the active one is available, and so is all where none is.
StoredState state_of(const PatchId &id, const std::optional<PatchId> &active) {
    if (active == id)
        return StoredState::active;
    if (!active || compare_versions(id.version, active->version) > 0)
        return StoredState::available;
    return StoredState::installed;
}

} // namespace

Result<std::vector<PatchId>> Store::ids(const std::string &release) const {
    std::vector<PatchId> ids;
    const auto names = names_in(layout_.kernel(release));
    if (!names)
        return fail(names.error());
    for (const std::string &name : *names) {
        PatchId id{.release = release, .name = name, .version = ""};
        const auto versions = names_in(layout_.name(id));
        if (!versions)
            return fail(versions.error());
        for (const std::string &version : *versions) {
            id.version = version;
            if (is_version(version))
                ids.push_back(id);
        }
    }
    std::stable_sort(ids.begin(), ids.end(), [](const PatchId &a, const PatchId &b) {
        return compare_versions(a.version, b.version) < 0;
    });
    return ids;
}

Result<std::vector<PatchId>> Store::ids() const {
    const auto releases = names_in(layout_.root);
    if (!releases)
        return fail(releases.error());
    std::vector<PatchId> all;
    for (const std::string &release : *releases) {
        Result<std::vector<PatchId>> ids = this->ids(release);
        if (!ids)
            return ids;
        std::move(ids->begin(), ids->end(), std::back_inserter(all));
    }
    return all;
}

Result<std::vector<StoredPatch>> Store::patches() const {
    const Result<std::vector<PatchId>> ids = this->ids();
    if (!ids)
        return fail(ids.error());
    std::vector<StoredPatch> patches;
    std::optional<PatchId> active;
    std::optional<Attempt> failed;
    for (const PatchId &id : *ids) {
        if (patches.empty() || patches.back().id.release != id.release) {
            const Result<std::optional<PatchId>> marked = this->active(id.release);
            const Result<std::optional<Attempt>> attempt = failed_boot(id.release);
            if (!marked || !attempt)
                return fail(marked ? attempt.error() : marked.error());
            active = *marked;
            failed = *attempt;
        }
        StoredPatch patch{
            .id = id, .state = state_of(id, active), .failed_boot = failed && failed->id == id};
        Result<PatchFile> file = verified(id);
        if (file) {
            patch.file = std::move(*file);
            // Of the files of all patches at once, only what is known about them.
            patch.file->content.reset();
        } else {
            patch.problem = fmt::format("{}: {}", file.error().subject, file.error().why);
        }
        patch.digest = recorded_digest(id).value_or("");
        patch.package = package(id).value_or("");
        patches.push_back(std::move(patch));
    }
    return patches;
}

Result<std::optional<PatchId>> Store::active(const std::string &release) const {
    const fs::path path = layout_.active(release);
    return line_in(release, path)
        .and_then([&](const std::optional<std::string> &line) -> Result<std::optional<PatchId>> {
            if (!line)
                return std::nullopt;
            return named_in(release, path, *line);
        });
}

Result<std::optional<Attempt>> Store::attempt(const std::string &release) const {
    const fs::path path = layout_.attempt(release);
    const Result<std::optional<std::string>> line = line_in(release, path);
    if (!line)
        return fail(line.error());
    if (!*line)
        return std::nullopt;
    const size_t blank = (*line)->rfind(' ');
    if (blank == std::string::npos)
        return fail(damaged(path, fmt::format("'{}' names no boot", printable(**line))));
    return named_in(release, path, (*line)->substr(0, blank))
        .map([&](const std::optional<PatchId> &id) {
            return id ? std::optional(Attempt{.id = *id, .boot = (*line)->substr(blank + 1)})
                      : std::nullopt;
        });
}

Result<std::optional<Attempt>> Store::failed_boot(const std::string &release) const {
    Result<std::optional<Attempt>> attempt = this->attempt(release);
    if (!attempt || !*attempt)
        return attempt;
    const Result<std::optional<PatchId>> active = this->active(release);
    const Result<std::string> boot = boot_id(environment_);
    if (!active || !boot)
        return fail(active ? boot.error() : active.error());
    return *active == (*attempt)->id && *boot != (*attempt)->boot ? *attempt : std::nullopt;
}

// The command that mends it. It is about the kernel whose folder that is in.
std::string Store::remedy_for(const fs::path &path) const {
    const std::string release = *path.lexically_relative(layout_.root).begin();
    const std::string kernel = kernel_option(environment_, release);
    if (path.filename() == ".active")
        return fmt::format("'klp upgrade{}' writes it anew", kernel);
    // 'klp apply' is for the running kernel alone.
    if (path.filename() == ".trying")
        return kernel.empty()
                   ? "'klp apply --again' removes it"
                   : fmt::format("'klp upgrade{}' goes to the last version, and removes it",
                                 kernel);
    return fmt::format("remove the patch with 'klp remove{}', and install its file again", kernel);
}

Error Store::damaged(const fs::path &path, std::string why) const {
    return {.code = ErrorCode::damaged,
            .action = "use",
            .subject = path,
            .why = std::move(why),
            .hint = remedy_for(path)};
}

// One that klp replaces or removes as a whole, whoever wrote it.
Result<void> Store::check_own_file(const fs::path &path) const {
    return check_file(path, owner()).map_error([&](Error error) {
        error.hint = remedy_for(path);
        return error;
    });
}

// A FIFO, which somebody may have put there, has nothing in it, and is not waited for.
Result<std::string> Store::read_small(const fs::path &path) const {
    auto content = File::open(path, O_RDONLY | O_NONBLOCK).and_then([](const File &file) {
        return file.read_to_end(small_file);
    });
    if (content)
        return std::move(*content);
    if (content.error() == EACCES)
        return fail(sysfs_error("read", path, content.error()));
    return fail(damaged(path, errno_text(content.error())));
}

// What a file of our own about a kernel says, without the newline; nothing where there is none.
Result<std::optional<std::string>> Store::line_in(const std::string &release,
                                                  const fs::path &path) const {
    for (const auto &trusted :
         {check_folder(layout_.root, owner()), check_folder(layout_.kernel(release), owner()),
          check_own_file(path)}) {
        if (!trusted && trusted.error().code == ErrorCode::not_found)
            return std::nullopt;
        if (!trusted)
            return fail(trusted.error());
    }
    Result<std::string> line = read_small(path);
    if (!line)
        return fail(line.error());
    if (line->empty() || line->back() != '\n')
        return fail(damaged(path, fmt::format("'{}' is no whole line", printable(*line))));
    line->pop_back();
    return std::move(*line);
}

// The patch that is meant, if it has not been removed since.
Result<std::optional<PatchId>> Store::named_in(const std::string &release, const fs::path &path,
                                               const std::string &text) const {
    const Result<std::vector<PatchId>> ids = this->ids(release);
    if (!ids)
        return fail(ids.error());
    for (const PatchId &id : *ids) {
        if (text == to_text(id))
            return id;
    }
    // Where this is no name of a patch at all, nobody can say what was meant.
    const Result<PatchSpec> spec = parse_spec(text);
    if (!spec || !spec->version)
        return fail(damaged(path, fmt::format("'{}' names no patch", printable(text))));
    const PatchId removed{
        .release = release, .name = text.substr(0, text.rfind('=')), .version = *spec->version};
    return check_not_replaced(removed).map([] { return std::optional<PatchId>(); });
}

// A link in the place of a folder, say, is no removal.
Result<void> Store::check_not_replaced(const PatchId &id) const {
    for (const fs::path &folder : {layout_.name(id), layout_.version(id)}) {
        std::error_code absent;
        const fs::file_status status = fs::symlink_status(folder, absent);
        if (fs::exists(status) && !fs::is_directory(status))
            return check_folder(folder, owner());
    }
    return {};
}

Result<void> Store::check_trust(const PatchId &id) const {
    for (const fs::path &folder :
         {layout_.root, layout_.kernel(id.release), layout_.name(id), layout_.version(id)}) {
        Result<void> trusted = check_folder(folder, owner());
        if (!trusted)
            return trusted;
    }
    return check_file(layout_.digest(id), owner()).and_then([&] {
        return check_file(layout_.module(id), owner());
    });
}

Result<std::string> Store::recorded_digest(const PatchId &id) const {
    return read_small(layout_.digest(id)).and_then([&](const std::string &line) {
        const std::string digest = digest_in(line, id.name + ".ko");
        return digest.empty()
                   ? Result<std::string>(
                         fail(damaged(layout_.digest(id), "it is not the line that was written")))
                   : Result<std::string>(digest);
    });
}

Result<std::string> Store::package(const PatchId &id) const {
    const fs::path path = layout_.package(id);
    if (!is_there(path))
        return std::string();
    Result<std::string> name = read_small(path);
    if (!name)
        return name;
    if (name->ends_with('\n'))
        name->pop_back();
    return is_package_name(*name)
               ? name
               : Result<std::string>(fail(damaged(path, "it is not the line that was written")));
}

Result<PatchFile> Store::verified(const PatchId &id) const {
    const fs::path path = layout_.module(id);
    const Result<void> trusted = check_trust(id);
    if (!trusted)
        return fail(trusted.error());
    const Result<std::string> digest = recorded_digest(id);
    if (!digest)
        return fail(digest.error());
    Result<std::string> content = read_module_bytes(path);
    if (!content)
        return fail(content.error());
    if (sha256(*content) != *digest)
        return fail(damaged(path, "its content is not what was installed"));
    Result<PatchFile> file = parse_patch_file(path, std::move(*content));
    if (!file)
        return file;
    // Whole folders may have changed places.
    if (identity_of(*file) != id)
        return fail(
            damaged(path, fmt::format("it is not the patch {} for {}", to_text(id), id.release)));
    const Result<void> kind = check_kind(*file, environment_);
    if (!kind)
        return fail(kind.error());
    return file;
}

Metadata metadata_of(const StoredPatch &patch) {
    return patch.file ? patch.file->metadata.value_or(Metadata()) : Metadata();
}

const char *to_text(StoredState state) {
    switch (state) {
    case StoredState::installed:
        return "installed";
    case StoredState::available:
        return "available";
    case StoredState::active:
        return "active";
    }
    return "installed";
}

} // namespace suture
