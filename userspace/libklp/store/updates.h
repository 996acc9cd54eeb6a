// What klp's verbs do with the store: patches come into it and leave it, and the running kernel
// goes from one version to another, with never a moment unpatched in between. In a chroot or a
// container none of its kernels runs: see enclosure.h. To load the active version is not for there.

#pragma once

#include "libklp/controller.h"
#include "libklp/store/store_writer.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace suture {

// What became of a kernel that was to run a version.
struct Switched {
    PatchId id;
    std::optional<Outcome> load = {};           // nothing for a kernel that does not run
    std::vector<std::string> replaced = {};     // whose place it took, and which are unloaded
    std::vector<std::string> still_loaded = {}; // the same, but their modules have to stay
};

// A version that is out of the store.
struct Removed {
    PatchId id;
    bool still_loaded = false; // its patch was reverted, but the module has to stay
    bool operator==(const Removed &) const = default;
};

class Updates {
  public:
    // Keeps the references.
    Updates(const Environment &environment, Controller &controller, Disk &disk, Clock &clock,
            Observer &observer)
        : environment_(environment), store_(environment), controller_(controller), disk_(disk),
          clock_(clock), observer_(observer) {}

    const Store &store() const { return store_; }

    // `package` is the one that brings it, empty where a person does.
    Result<Installed> install(const std::filesystem::path &file, const std::string &package,
                              Clock::Duration timeout);

    // All versions that may be meant.
    Result<std::vector<PatchId>> all_meant_by(const PatchSpec &spec,
                                              const std::string &release) const;

    // What there is to say where these are several, and the spec does not say which is meant.
    std::optional<Error> ambiguity(const PatchSpec &spec, const std::vector<PatchId> &ids) const;

    using OnRemoved = std::function<void(const Removed &removed)>;

    // Takes all versions that are meant out of the store of one kernel, and says which. Where one
    // is loaded, it refuses. A NAME that several have fails with ErrorCode::ambiguous, unless the
    // spec says that all of them are meant, and with ErrorCode::refused where these are not those
    // any more that somebody was shown. `on_removed` is told of each that is gone, also where it
    // then fails with another one.
    Result<std::vector<PatchId>> remove(
        const PatchSpec &spec, const std::string &release, Clock::Duration timeout,
        const OnRemoved &on_removed = [](const Removed &) {});

    // The same, but what is loaded is taken out of the kernel first. What fails leaves the kernel
    // with the patch that it had: where a task holds it, the transition is turned round again. That
    // a module cannot be unloaded once its patch is disabled, as after a force, is no failure.
    Result<std::vector<PatchId>> revert_and_remove(
        const PatchSpec &spec, const std::string &release, Clock::Duration timeout,
        const OnRemoved &on_removed = [](const Removed &) {});

    // The last version for the kernel.
    Result<PatchId> latest(const std::string &release) const;

    // The version before the active one, or an earlier one that is named.
    Result<PatchId> earlier(const std::string &release,
                            const std::optional<std::string> &version) const;

    // Finds in the store the version that is meant.
    using Choice = std::function<Result<PatchId>()>;

    // Makes it the active one of its kernel. If that runs, it is loaded first, as the cumulative
    // patch that takes the place of the version before, and this one is unloaded last: what fails
    // leaves the kernel with the patch that it had. Room in the store is found before. That a boot
    // failed counts no more, once it is in.
    //
    // It is what `choose` found before: that is asked again once nobody else changes the store, and
    // has to find the same. Else what somebody did meanwhile, such as a later version that they
    // went to, would be undone without a word.
    Result<Switched> switch_to(const PatchId &chosen, const Choice &choose, const char *action,
                               const LoadLimits &limits);

    // Makes it the active one of its kernel from the next boot on, and loads nothing. That a boot
    // failed counts no more.
    Result<Switched> activate(const PatchId &id, Clock::Duration timeout);

    // Loads the active one of the running kernel, if there is one. Where the last boot that did so
    // failed, it fails with ErrorCode::failed_boot instead.
    Result<std::optional<Switched>> apply(const LoadLimits &limits);

    // The same as a part of the boot, which counts as failed until end_boot(). That is noted before
    // anything is loaded, and where it cannot be, nothing is.
    Result<std::optional<Switched>> apply_at_boot(const LoadLimits &limits);

    // The same though the last boot that loaded it failed, which counts no more once it is in.
    Result<std::optional<Switched>> apply_again(const LoadLimits &limits);

    // This boot went well: says which version it had noted, if it had.
    Result<std::optional<PatchId>> end_boot(Clock::Duration timeout);

    // Whether the running kernel has it in already.
    bool runs(const PatchId &id) const;

  private:
    // What is done with those that are loaded before they are removed; gives those that it
    // reverted.
    using Preparation = Result<std::vector<PatchId>> (Updates::*)(const std::vector<PatchId> &ids,
                                                                  Clock::Duration timeout);

    Result<std::vector<std::string>> patches_in_effect() const;
    Result<std::optional<Patch>> loaded(const PatchId &id) const;
    bool has_module(const PatchId &id) const;
    Result<PatchState> state_of(const std::string &patch) const;

    Result<std::vector<PatchId>> meant_by(const PatchSpec &spec, const std::string &release) const;
    Result<std::vector<PatchId>> remove_after(Preparation prepare, const PatchSpec &spec,
                                              const std::string &release, Clock::Duration timeout,
                                              const OnRemoved &on_removed);
    Result<std::vector<PatchId>> refuse_loaded(const std::vector<PatchId> &ids,
                                               Clock::Duration timeout);
    Result<std::vector<PatchId>> revert_loaded(const std::vector<PatchId> &ids,
                                               Clock::Duration timeout);
    Result<void> revert(const PatchId &id, Clock::Duration timeout);
    Error put_back(const std::vector<PatchId> &reverted, Clock::Duration timeout, Error error);
    const char *command_for(const std::string &release) const;

    Result<Switched> go_to(StoreWriter &writer, const PatchId &id, const char *action,
                           const LoadLimits &limits);
    Result<Switched> mark(StoreWriter &writer, const PatchId &id);

    Result<std::optional<PatchId>> active() const;
    Result<std::optional<PatchId>> to_apply() const;
    Result<void> note_attempt(StoreWriter &writer, const PatchId &id) const;
    Result<std::optional<Switched>> load_active(const PatchId &id, const LoadLimits &limits);
    Result<std::optional<Switched>> load_noted(StoreWriter &writer, const PatchId &id,
                                               const LoadLimits &limits);
    Result<Switched> load(const PatchId &id, const char *action, const LoadLimits &limits);
    Result<void> check_name(const PatchFile &file, const PatchId &id, const char *action) const;
    Result<void> check_replaced(const PatchId &id, const char *action, const Outcome &outcome,
                                const std::vector<std::string> &before, const LoadLimits &limits);
    Result<std::vector<std::string>> left_behind(const PatchId &id,
                                                 const std::vector<std::string> &before) const;
    void unload_replaced(Switched &done, const LoadLimits &limits);

    Result<StoreWriter> writer(Clock::Duration timeout);
    std::function<void(const std::string &)> tell_holder();

    Environment environment_;
    Store store_;
    Controller &controller_;
    Disk &disk_;
    Clock &clock_;
    Observer &observer_;
};

} // namespace suture
