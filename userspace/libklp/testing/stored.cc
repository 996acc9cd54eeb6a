#include "libklp/testing/stored.h"

#include "libklp/testing/failing_disk.h"

#include <chrono>
#include <fmt/format.h>
#include <stdexcept>

namespace suture::testing {

namespace {

template<typename T>
T value_of(Result<T> result) {
    if (!result)
        throw std::runtime_error(to_text(result.error()));
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

} // namespace

StoreWriter open_store(const FakeMachine &machine, Disk &disk) {
    FakeClock clock;
    return value_of(StoreWriter::open(machine.environment(), disk, clock, clock.now(),
                                      [](const std::string &) {}));
}

std::filesystem::path patch_file(FakeMachine &machine, const FakeModule &module) {
    machine.write("patch.ko", module.build());
    return machine.path("patch.ko");
}

PatchId install(FakeMachine &machine, const FakeModule &module, const std::string &package) {
    QuickDisk disk;
    return value_of(open_store(machine, disk).install(patch_file(machine, module), package)).id;
}

void activate(FakeMachine &machine, const PatchId &id) {
    QuickDisk disk;
    value_of(open_store(machine, disk).activate(id));
}

Result<Switched> go_to(Updates &updates, const PatchId &id) {
    const auto named = [&]() -> Result<PatchId> { return id; };
    return updates.switch_to(id, named, "upgrade", {.timeout = std::chrono::seconds(5)});
}

void fail_a_boot(FakeMachine &machine, const PatchId &id) {
    QuickDisk disk;
    value_of(open_store(machine, disk).note_attempt({.id = id, .boot = "an-earlier-boot"}));
}

std::string stored(const FakeMachine &machine) {
    std::string text;
    for (const StoredPatch &patch : value_of(Store(machine.environment()).patches()))
        text += fmt::format("{} {} {}{}{}{}\n", patch.id.release, to_text(patch.id),
                            to_text(patch.state), patch.failed_boot ? ", failed" : "",
                            patch.package.empty() ? "" : " from " + patch.package,
                            patch.problem.empty() ? "" : ", " + patch.problem);
    return text;
}

} // namespace suture::testing
