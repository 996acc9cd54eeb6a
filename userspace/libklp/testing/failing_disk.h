// Disks for tests: one that waits for nothing, and one on which a step fails, or at which the power
// goes: then what was not synchronised may be on it or not.

#pragma once

#include "libklp/store/disk.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace suture::testing {

class QuickDisk : public Disk {
  public:
    int sync(const std::filesystem::path &) override { return 0; }
};

struct PowerLoss {};

class FailingDisk : public QuickDisk {
  public:
    // The step, counted from 0, that is half done when PowerLoss is thrown.
    std::optional<int> dies_at = {};

    // The step, counted from now, that returns `error_number`.
    void fails_from_here(int step, int error_number) {
        fails_at_ = steps_ + step;
        error_number_ = error_number;
    }
    // The same for each step of a kind, such as "write".
    void fails_to(const std::string &what, int error_number) {
        fails_to_ = what;
        error_number_ = error_number;
    }

    int make_directory(const std::filesystem::path &path) override;
    int write(const std::filesystem::path &path, std::string_view content) override;
    int sync(const std::filesystem::path &path) override;
    int rename(const std::filesystem::path &from, const std::filesystem::path &to) override;
    int remove(const std::filesystem::path &path) override;

    // Takes back all that was not synchronised.
    void lose();

    // What the step that failed was.
    std::string failed = {};

  private:
    // Of a folder, not synchronised yet.
    struct Change {
        std::filesystem::path path;
        std::filesystem::path from = {};             // of a rename
        std::optional<std::string> old_content = {}; // of a file that is no more
        bool was_folder = false;                     // that is no more
    };

    int step(const std::string &what);
    void note(Change change);
    void undo(const Change &change);
    void moved(const std::filesystem::path &from, const std::filesystem::path &to);

    int steps_ = 0;
    std::optional<int> fails_at_;
    std::string fails_to_;
    int error_number_ = 0;
    std::vector<Change> changes_;
    std::set<std::filesystem::path> unsynced_; // files
};

} // namespace suture::testing
