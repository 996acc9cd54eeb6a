// A kernel that takes patches at once, as far as sysfs shows it: a cumulative one takes the place
// of those before.

#pragma once

#include "libklp/module_loader.h"
#include "libklp/testing/fake_machine.h"

#include <functional>
#include <string>
#include <vector>

namespace suture::testing {

class FakeKernel : public ModuleLoader {
  public:
    explicit FakeKernel(FakeMachine &machine) : machine_(machine) {}

    int insert(const std::filesystem::path &path) override;
    int remove(const std::string &name) override;

    std::vector<std::string> enabled() const;

    bool cumulative = true;                // whether the next one is
    bool slow = false;                     // whether its transition stays under way
    int refuses = 0;                       // the errno for it
    std::vector<std::string> history = {}; // "insert demo", "remove demo"
    bool was_unpatched = false;            // though it had been patched

  private:
    void look();

    FakeMachine &machine_;
    bool was_patched_ = false;
};

} // namespace suture::testing
