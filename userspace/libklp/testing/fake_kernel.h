// A kernel that takes patches at once, as far as sysfs shows it: a cumulative one takes the place
// of those before.

#pragma once

#include "libklp/module_loader.h"
#include "libklp/testing/fake_machine.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace suture::testing {

struct MachineDown {};

class FakeKernel : public ModuleLoader {
  public:
    explicit FakeKernel(FakeMachine &machine) : machine_(machine) {}

    int insert(std::string_view bytes) override;
    int remove(const std::string &name) override;

    std::vector<std::string> enabled() const;

    // A fresh one: it has no patch, and calls its boot by a name of its own.
    void reboot();

    bool cumulative = true;                // whether the next one is
    bool slow = false;                     // whether its transition stays under way
    int refuses = 0;                       // the errno for it
    bool falls = false;                    // whether the next one brings the machine down
    std::vector<std::string> history = {}; // "insert demo", "remove demo"
    bool was_unpatched = false;            // though it had been patched

  private:
    void look();
    void forget(const std::string &name);

    FakeMachine &machine_;
    bool was_patched_ = false;
    int reboots_ = 0;
};

} // namespace suture::testing
