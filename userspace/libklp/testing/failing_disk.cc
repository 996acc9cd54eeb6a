#include "libklp/testing/failing_disk.h"

#include <fstream>
#include <sstream>
#include <utility>

namespace suture::testing {

namespace fs = std::filesystem;

namespace {

std::optional<std::string> content_of(const fs::path &path) {
    if (!fs::is_regular_file(fs::symlink_status(path)))
        return std::nullopt;
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

void put(const fs::path &path, std::string_view content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

// Where `path` is once `from` is called `to`.
fs::path after_move(const fs::path &path, const fs::path &from, const fs::path &to) {
    const fs::path inside = path.lexically_relative(from);
    if (inside.empty() || *inside.begin() == "..")
        return path;
    return inside == "." ? to : to / inside;
}

} // namespace

// An errno where this one is to fail.
int FailingDisk::step(const std::string &what) {
    const int number = steps_++;
    if (number == dies_at)
        throw PowerLoss();
    if (number != fails_at_ && what != fails_to_)
        return 0;
    failed = what;
    return error_number_;
}

int FailingDisk::make_directory(const fs::path &path) {
    if (const int failure = step("make_directory"))
        return failure;
    const int result = Disk::make_directory(path);
    if (result == 0)
        note({.path = path});
    return result;
}

int FailingDisk::write(const fs::path &path, std::string_view content) {
    if (steps_ == dies_at || steps_ == fails_at_ || fails_to_ == "write") {
        static_cast<void>(Disk::write(path, content.substr(0, content.size() / 2)));
        note({.path = path});
        unsynced_.insert(path);
    }
    if (const int failure = step("write"))
        return failure;
    const int result = Disk::write(path, content);
    if (result == 0) {
        note({.path = path});
        unsynced_.insert(path);
    }
    return result;
}

int FailingDisk::sync(const fs::path &path) {
    if (const int failure = step(fs::is_directory(path) ? "sync folder" : "sync file"))
        return failure;
    const int result = QuickDisk::sync(path);
    if (result == 0) {
        unsynced_.erase(path);
        std::erase_if(changes_,
                      [&](const Change &change) { return change.path.parent_path() == path; });
    }
    return result;
}

int FailingDisk::rename(const fs::path &from, const fs::path &to) {
    if (const int failure = step("rename"))
        return failure;
    Change change{.path = to, .from = from, .old_content = content_of(to)};
    const int result = Disk::rename(from, to);
    if (result == 0) {
        moved(from, to);
        note(std::move(change));
    }
    return result;
}

int FailingDisk::remove(const fs::path &path) {
    if (const int failure = step("remove"))
        return failure;
    Change change{.path = path,
                  .old_content = content_of(path),
                  .was_folder = fs::is_directory(fs::symlink_status(path))};
    const int result = Disk::remove(path);
    if (result == 0) {
        unsynced_.erase(path);
        note(std::move(change));
    }
    return result;
}

void FailingDisk::note(Change change) {
    changes_.push_back(std::move(change));
}

void FailingDisk::moved(const fs::path &from, const fs::path &to) {
    for (Change &change : changes_) {
        change.path = after_move(change.path, from, to);
        change.from = change.from.empty() ? fs::path() : after_move(change.from, from, to);
    }
    std::set<fs::path> renamed;
    for (const fs::path &path : unsynced_)
        renamed.insert(after_move(path, from, to));
    unsynced_ = std::move(renamed);
}

void FailingDisk::undo(const Change &change) {
    if (!change.from.empty())
        fs::rename(change.path, change.from);
    else if (change.was_folder)
        fs::create_directory(change.path);
    else if (!change.old_content)
        fs::remove_all(change.path);
    if (change.old_content)
        put(change.path, *change.old_content);
}

void FailingDisk::lose() {
    for (const fs::path &path : unsynced_)
        put(path, "");
    unsynced_.clear();
    while (!changes_.empty()) {
        const Change change = changes_.back();
        changes_.pop_back();
        undo(change);
        if (!change.from.empty())
            moved(change.path, change.from);
    }
}

} // namespace suture::testing
