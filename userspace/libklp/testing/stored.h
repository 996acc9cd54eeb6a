// A store for tests: patches put into it as klp install does, and what is in it as text.

#pragma once

#include "libklp/store/store_writer.h"
#include "libklp/store/updates.h"
#include "libklp/testing/fake_machine.h"
#include "libklp/testing/fake_module.h"

#include <string>

namespace suture::testing {

// Takes the lock; throws where it cannot be had.
StoreWriter open_store(const FakeMachine &machine, Disk &disk);

// The file of the patch, outside the store.
std::filesystem::path patch_file(FakeMachine &machine, const FakeModule &module);

// Throws where they fail.
PatchId install(FakeMachine &machine, const FakeModule &module, const std::string &package = {});
void activate(FakeMachine &machine, const PatchId &id);
// Another boot than the machine's present one was about to load it.
void fail_a_boot(FakeMachine &machine, const PatchId &id);

// As klp downgrade goes to a version that was named; on any kernel, and to a later one too.
Result<Switched> go_to(Updates &updates, const PatchId &id);

// A line "RELEASE NAME=VERSION STATE" for each, with ", failed" where the last boot with it did,
// and its package and its problem, if it has these.
std::string stored(const FakeMachine &machine);

} // namespace suture::testing
