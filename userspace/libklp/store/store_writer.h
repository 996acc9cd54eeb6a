// Changes the store. Whatever happens in between, a lost power supply included, who opens it next
// finds all of the old state or all of the new one: everything is made under another name, brought
// to the disk, and renamed.

#pragma once

#include "libklp/lock.h"
#include "libklp/store/disk.h"
#include "libklp/store/store.h"

namespace suture {

struct Installed {
    PatchId id;
    bool was_there = false; // the very same
};

// Who has it is alone with the store. Waits for another one until `deadline`.
Result<Lock> store_lock(const Environment &environment, Clock &clock, Clock::TimePoint deadline,
                        const std::function<void(const std::string &)> &on_wait);

class StoreWriter {
  public:
    // Takes the lock, makes the store where there is none, and sweeps what was not finished. Keeps
    // the reference to `disk`.
    static Result<StoreWriter> open(const Environment &environment, Disk &disk, Clock &clock,
                                    Clock::TimePoint deadline,
                                    const std::function<void(const std::string &)> &on_wait);

    // Puts the file into the store, and leaves what is active as it is. Of one version on a kernel
    // there is one build: the same again is fine, another one fails with ErrorCode::version_taken.
    // `package` is the one that brings it, empty where a person does.
    Result<Installed> install(const std::filesystem::path &file, const std::string &package = {});

    // Takes it out of the store; if it was active, none is.
    Result<void> remove(const PatchId &id);

    // Fails with ErrorCode::untrusted where others than root may write the folders that it is in:
    // what is taken out there could become something else on the way.
    Result<void> check_removable(const PatchId &id) const;

    // Makes it the active one of its kernel. That an earlier boot with it failed counts no more.
    Result<void> activate(const PatchId &id);

    // The same in two steps, for what has to be done in between: what a full disk refuses, the
    // first one does. It counts from the second on; forget_activation() takes the first back.
    Result<void> prepare_activation(const PatchId &id);
    Result<void> finish_activation(const PatchId &id);
    void forget_activation(const PatchId &id) { sweep_kernel(id.release); }

    // What a boot is about to load, before it does.
    Result<void> note_attempt(const Attempt &attempt);
    // That boot has come to its end, or loads nothing after all.
    Result<void> forget_attempt(const std::string &release);
    // That an earlier boot failed counts no more. What this one has noted stays until its end.
    Result<void> forget_failed_boot(const std::string &release);

    const Store &store() const { return store_; }

  private:
    StoreWriter(const Environment &environment, Disk &disk, Lock lock)
        : environment_(environment), store_(environment), disk_(&disk), lock_(std::move(lock)) {}

    Result<void> prepare_root();
    void sweep();
    void sweep_kernel(const std::string &release);
    void sweep_notes(const std::string &release);

    Result<bool> is_there(const PatchId &id, const std::string &digest,
                          const std::filesystem::path &file) const;
    Result<void> make_folders(const PatchId &id);
    Result<void> write_version(const PatchId &id, const std::string &content,
                               const std::string &digest, const std::string &package);
    Error not_written(const char *action, const std::string &release,
                      const std::filesystem::path &path, int error_number);

    // These return an errno, or 0.
    int make_folder(const std::filesystem::path &folder, const std::filesystem::path &parent);
    int write_durably(const std::filesystem::path &file, std::string_view content);
    int move_durably(const std::filesystem::path &from, const std::filesystem::path &to);
    int remove_all(const std::filesystem::path &path);
    // What cannot be removed now can be by the next one.
    void remove_if_there(const std::filesystem::path &file);

    Environment environment_;
    Store store_;
    Disk *disk_;
    Lock lock_;
};

} // namespace suture
