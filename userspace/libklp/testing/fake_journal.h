// A journald that keeps what it is told.

#pragma once

#include "libklp/file.h"
#include "libklp/testing/fake_machine.h"

#include <map>
#include <string>
#include <vector>

namespace suture::testing {

class FakeJournal {
  public:
    explicit FakeJournal(const FakeMachine &machine);

    using Fields = std::map<std::string, std::string>;
    // What came since the last call; throws where that is not as the protocol wants it.
    std::vector<Fields> entries() const;

  private:
    File socket_;
};

} // namespace suture::testing
