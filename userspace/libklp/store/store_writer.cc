#include "libklp/store/store_writer.h"

#include "libklp/preflight.h"
#include "libklp/store/digest.h"
#include "libklp/store/trust.h"
#include "libklp/store/version.h"
#include "libklp/sysfs.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <sys/stat.h>

namespace suture {

namespace fs = std::filesystem;

namespace {

Error write_error(const char *action, const fs::path &path, int error_number) {
    const bool denied = error_number == EACCES || error_number == EPERM;
    const char *hint = denied ? "run klp as root"
                       : error_number == ENOSPC || error_number == EDQUOT
                           ? "make room on its file system; the store is as it was"
                       : error_number == EROFS ? "mount its file system for writing"
                                               : "see the kernel log: dmesg";
    return {.code = denied ? ErrorCode::no_permission : ErrorCode::system,
            .action = action,
            .subject = path,
            .why = errno_text(error_number),
            .hint = hint};
}

// `kernel` is what a command needs besides to mean that of the patch.
Error taken(const fs::path &file, const PatchId &id, const std::string &kernel, const char *what) {
    return {
        .code = ErrorCode::version_taken,
        .action = "install",
        .subject = file,
        .why = fmt::format("{} is installed for {} already, and {}", to_text(id), id.release, what),
        .hint = fmt::format("give every build a version of its own, or take that one out: klp "
                            "remove {}{}",
                            to_text(id), kernel)};
}

// Where a folder really is that an administrator has moved elsewhere, with a link in its place.
fs::path resolved(const fs::path &folder) {
    std::error_code problem;
    const bool is_link = fs::is_symlink(fs::symlink_status(folder, problem));
    const fs::path target = is_link ? fs::canonical(folder, problem) : folder;
    return problem ? folder : target;
}

// What the error is about, told as that of `action`.
template<typename T>
Result<T> as(const char *action, Result<T> result) {
    if (!result)
        result.error().action = action;
    return result;
}

} // namespace

Result<Lock> store_lock(const Environment &environment, Clock &clock, Clock::TimePoint deadline,
                        const std::function<void(const std::string &)> &on_wait) {
    return Lock::acquire(environment.roots.run / "klp-store.lock", clock, deadline, on_wait);
}

Result<StoreWriter> StoreWriter::open(const Environment &environment, Disk &disk, Clock &clock,
                                      Clock::TimePoint deadline,
                                      const std::function<void(const std::string &)> &on_wait) {
    Result<Lock> lock = store_lock(environment, clock, deadline, on_wait);
    if (!lock)
        return fail(lock.error());
    StoreWriter writer(environment, disk, std::move(*lock));
    const Result<void> prepared = writer.prepare_root();
    if (!prepared)
        return fail(prepared.error());
    writer.sweep();
    return writer;
}

Result<void> StoreWriter::prepare_root() {
    const fs::path &root = store_.layout().root;
    // What it is in may be a link; below it there is none.
    if (const int error_number = make_folder(root, resolved(root.parent_path())))
        return fail(write_error("make the store", root, error_number));
    return check_folder(root, store_.owner());
}

// What cannot be removed now can be by the next one.
void StoreWriter::sweep() {
    const auto releases = list_directories(store_.layout().root);
    for (const std::string &release : releases.value_or(std::vector<std::string>()))
        sweep_kernel(release);
}

void StoreWriter::sweep_kernel(const std::string &release) {
    const Layout &layout = store_.layout();
    const fs::path folder = layout.kernel(release);
    // Where others may write, what is removed could become something else on the way.
    if (!check_folder(folder, store_.owner()))
        return;
    for (const fs::path &file : {layout.active(release), layout.attempt(release)})
        (void)remove_all(temporary_of(file));
    const auto names = list_directories(folder);
    for (const std::string &name : names.value_or(std::vector<std::string>())) {
        if (!check_folder(folder / name, store_.owner()))
            continue;
        (void)remove_all(folder / name / unfinished);
        (void)disk_->remove(folder / name); // if it is empty
    }
    sweep_notes(release);
}

// What is noted of a patch that is gone would come true when that is installed again, and what of
// one that is active no more when it is once more.
void StoreWriter::sweep_notes(const std::string &release) {
    const Layout &layout = store_.layout();
    const Result<std::optional<PatchId>> active = store_.active(release);
    if (!active)
        return;
    if (!*active)
        remove_if_there(layout.active(release));
    const Result<std::optional<Attempt>> attempt = store_.attempt(release);
    if (attempt && (!*attempt || (*attempt)->id != *active))
        remove_if_there(layout.attempt(release));
}

Result<Installed> StoreWriter::install(const fs::path &path, const std::string &package) {
    constexpr const char *action = "install";
    const Result<PatchFile> file = read_patch_file(path);
    if (!file)
        return as<Installed>(action, fail(file.error()));
    const Result<PatchId> id =
        check_kind(*file, environment_).and_then([&] { return identity_of(*file); });
    if (!id)
        return as<Installed>(action, fail(id.error()));
    const std::string digest = sha256(*file->content);
    const Result<bool> there = is_there(*id, digest, path);
    if (!there)
        return fail(there.error());
    if (*there)
        return Installed{.id = *id, .was_there = true};
    return make_folders(*id)
        .and_then([&] { return write_version(*id, *file->content, digest, package); })
        .map([&] { return Installed{.id = *id}; });
}

Result<bool> StoreWriter::is_there(const PatchId &id, const std::string &digest,
                                   const fs::path &file) const {
    const Result<std::vector<PatchId>> others = store_.ids(id.release);
    if (!others)
        return fail(others.error());
    const std::string kernel = kernel_option(environment_, id.release);
    for (const PatchId &other : *others) {
        if (compare_versions(other.version, id.version) != 0)
            continue;
        if (other != id)
            return fail(taken(file, other, kernel, "is the same version"));
        const Result<PatchFile> stored = store_.verified(id);
        if (!stored)
            return fail(stored.error());
        if (store_.recorded_digest(id) != digest)
            return fail(taken(file, other, kernel, "this is another build"));
        return true;
    }
    return false;
}

Result<void> StoreWriter::make_folders(const PatchId &id) {
    for (const fs::path &folder : {store_.layout().kernel(id.release), store_.layout().name(id)}) {
        if (const int error_number = make_folder(folder, folder.parent_path()))
            return fail(write_error("install", folder, error_number));
        Result<void> trusted = check_folder(folder, store_.owner());
        if (!trusted)
            return trusted;
    }
    return {};
}

Result<void> StoreWriter::write_version(const PatchId &id, const std::string &content,
                                        const std::string &digest, const std::string &package) {
    const Layout &layout = store_.layout();
    const fs::path temporary = layout.name(id) / unfinished;
    const fs::path module = layout.module(id).filename();
    int error_number = disk_->make_directory(temporary);
    if (error_number == 0)
        error_number = write_durably(temporary / module, content);
    if (error_number == 0)
        error_number = write_durably(temporary / layout.digest(id).filename(),
                                     digest_line(digest, module.native()));
    if (error_number == 0 && !package.empty())
        error_number = write_durably(temporary / layout.package(id).filename(), package + "\n");
    if (error_number == 0)
        error_number = disk_->sync(temporary);
    if (error_number == 0)
        error_number = move_durably(temporary, layout.version(id));
    if (error_number == 0)
        return {};
    sweep_kernel(id.release);
    return fail(write_error("install", layout.module(id), error_number));
}

Result<void> StoreWriter::check_removable(const PatchId &id) const {
    return check_folder(store_.layout().kernel(id.release), store_.owner()).and_then([&] {
        return check_folder(store_.layout().name(id), store_.owner());
    });
}

Result<void> StoreWriter::remove(const PatchId &id) {
    Result<void> removable = check_removable(id);
    if (!removable)
        return removable;
    const Layout &layout = store_.layout();
    // The moment in which it is gone. Whoever is active by name alone is not.
    if (const int error_number = move_durably(layout.version(id), layout.name(id) / unfinished))
        return fail(write_error("remove", layout.version(id), error_number));
    sweep_kernel(id.release);
    (void)disk_->remove(layout.kernel(id.release)); // if it is empty
    return {};
}

Result<void> StoreWriter::activate(const PatchId &id) {
    return prepare_activation(id).and_then([&] { return finish_activation(id); });
}

Result<void> StoreWriter::prepare_activation(const PatchId &id) {
    // What is written where others may write could not be swept up either.
    Result<void> trusted = check_folder(store_.layout().kernel(id.release), store_.owner());
    if (!trusted)
        return trusted;
    if (store_.active(id.release) == id)
        return {};
    const fs::path path = store_.layout().active(id.release);
    if (const int error_number = write_durably(temporary_of(path), to_text(id) + "\n"))
        return fail(not_written("activate", id.release, path, error_number));
    return {};
}

Result<void> StoreWriter::finish_activation(const PatchId &id) {
    if (store_.active(id.release) == id)
        return forget_failed_boot(id.release);
    const fs::path path = store_.layout().active(id.release);
    if (const int error_number = move_durably(temporary_of(path), path))
        return fail(not_written("activate", id.release, path, error_number));
    // What became of the one before is no matter any more.
    remove_if_there(store_.layout().attempt(id.release));
    return {};
}

Result<void> StoreWriter::note_attempt(const Attempt &attempt) {
    const std::string &release = attempt.id.release;
    const fs::path path = store_.layout().attempt(release);
    int error_number = write_durably(temporary_of(path), attempt_line(attempt));
    if (error_number == 0)
        error_number = move_durably(temporary_of(path), path);
    if (error_number != 0)
        return fail(not_written("note what is about to be loaded in", release, path, error_number));
    return {};
}

Result<void> StoreWriter::forget_attempt(const std::string &release) {
    const fs::path path = store_.layout().attempt(release);
    int error_number = has_entry(path) ? disk_->remove(path) : 0;
    // It may have been removed by one who did not live to bring that to the disk.
    if (error_number == 0)
        error_number = disk_->sync(path.parent_path());
    if (error_number != 0)
        return fail(write_error("remove", path, error_number));
    return {};
}

// So does what nobody can read: that is no note of this boot.
Result<void> StoreWriter::forget_failed_boot(const std::string &release) {
    const Result<std::optional<Attempt>> attempt = store_.attempt(release);
    const Result<std::string> boot = boot_id(environment_);
    const bool is_of_this_boot = attempt && *attempt && boot && (*attempt)->boot == *boot;
    return is_of_this_boot ? Result<void>() : forget_attempt(release);
}

// What was written of it so far goes, too.
Error StoreWriter::not_written(const char *action, const std::string &release, const fs::path &path,
                               int error_number) {
    sweep_kernel(release);
    return write_error(action, path, error_number);
}

// `parent` is what it is in.
int StoreWriter::make_folder(const fs::path &folder, const fs::path &parent) {
    const int error_number = disk_->make_directory(folder);
    // It may have been made by one who did not live to bring it to the disk.
    return error_number == 0 || error_number == EEXIST ? disk_->sync(parent) : error_number;
}

int StoreWriter::write_durably(const fs::path &file, std::string_view content) {
    const int error_number = disk_->write(file, content);
    return error_number == 0 ? disk_->sync(file) : error_number;
}

int StoreWriter::move_durably(const fs::path &from, const fs::path &to) {
    const int error_number = disk_->rename(from, to);
    return error_number == 0 ? disk_->sync(to.parent_path()) : error_number;
}

// A file, or a folder of files; 0 too if there is nothing. Follows no links.
int StoreWriter::remove_all(const fs::path &path) {
    struct stat status = {};
    if (lstat(path.c_str(), &status) != 0)
        return 0;
    std::error_code problem;
    if (S_ISDIR(status.st_mode)) {
        for (fs::directory_iterator entry(path, problem), end; !problem && entry != end;
             entry.increment(problem))
            (void)disk_->remove(entry->path());
    }
    return disk_->remove(path);
}

void StoreWriter::remove_if_there(const fs::path &file) {
    if (has_entry(file))
        (void)disk_->remove(file);
}

} // namespace suture
