// The patches that are kept on this machine, each for exactly one kernel, and which of them is the
// active one of a kernel: the one that is to run there. Nothing in it is believed before it has
// been checked; it changes through StoreWriter alone.

#pragma once

#include "libklp/environment.h"
#include "libklp/store/attempt.h"
#include "libklp/store/layout.h"
#include "libklp/store/patch_id.h"

#include <optional>
#include <string>
#include <vector>

namespace suture {

enum class StoredState {
    installed, // before the active one: one can go back to it
    available, // after the active one, or there is none
    active,
};

struct StoredPatch {
    PatchId id;
    StoredState state = StoredState::installed;
    std::optional<PatchFile> file = {}; // nothing where there is a problem
    std::string digest = {};
    std::string package = {}; // that brought it, if one did
    std::string problem = {}; // why it must not be loaded, and will not be
    bool failed_boot = false; // the last boot that loaded it; see Store::failed_boot()
};

// What it says of itself; nothing where there is a problem.
Metadata metadata_of(const StoredPatch &patch);

class Store {
  public:
    explicit Store(const Environment &environment)
        : environment_(environment), layout_{environment.roots.store} {}

    // By release; of one kernel in the order of versions. None where there is no store.
    Result<std::vector<StoredPatch>> patches() const;

    // The same without a look into the files.
    Result<std::vector<PatchId>> ids() const;
    Result<std::vector<PatchId>> ids(const std::string &release) const;

    Result<std::optional<PatchId>> active(const std::string &release) const;

    // What a boot was about to load, as long as that boot has not come to its end.
    Result<std::optional<Attempt>> attempt(const std::string &release) const;

    // The same, where that is the active version, and the boot another one than this: it failed, so
    // nothing is loaded until somebody wants it again.
    Result<std::optional<Attempt>> failed_boot(const std::string &release) const;

    // The file of a patch, if it is the one that was installed, whole, and nobody but root could
    // have changed it. Before each load.
    Result<PatchFile> verified(const PatchId &id) const;

    // What was recorded when it was installed; whether it still holds is verified()'s to say.
    Result<std::string> recorded_digest(const PatchId &id) const;

    // The package that brought it; empty where a person did.
    Result<std::string> package(const PatchId &id) const;

    const Layout &layout() const { return layout_; }
    uid_t owner() const { return environment_.trusted_user; }

  private:
    std::string remedy_for(const std::filesystem::path &path) const;
    Error damaged(const std::filesystem::path &path, std::string why) const;
    Result<void> check_own_file(const std::filesystem::path &path) const;
    Result<std::string> read_small(const std::filesystem::path &path) const;
    Result<void> check_trust(const PatchId &id) const;
    Result<void> check_not_replaced(const PatchId &id) const;
    Result<std::optional<std::string>> line_in(const std::string &release,
                                               const std::filesystem::path &path) const;
    Result<std::optional<PatchId>> named_in(const std::string &release,
                                            const std::filesystem::path &path,
                                            const std::string &text) const;

    Environment environment_;
    Layout layout_;
};

// "installed", "available", "active"
const char *to_text(StoredState state);

} // namespace suture
