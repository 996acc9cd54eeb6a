// tracefs for tests: the directory of an instance comes with its files, and goes with them.

#pragma once

#include "libklp/testing/fake_machine.h"
#include "libklp/trace_instance.h"

#include <string>
#include <vector>

namespace suture::testing {

class FakeTracefs : public Tracefs {
  public:
    // Puts a tracefs with Suture's events into the machine.
    explicit FakeTracefs(FakeMachine &machine);

    int make_instance(const std::filesystem::path &path) override;
    int remove_instance(const std::filesystem::path &path) override;

    // What is in the way of making one, as an errno.
    int refusal = 0;
    // The files that an instance comes with.
    std::vector<Entry> files{file("trace_pipe"), file("trace_options"), file("trace_clock"),
                             file("events/suture/enable", "0\n")};
    std::vector<std::string> made;
    std::vector<std::string> removed;

  private:
    FakeMachine &machine_;
};

} // namespace suture::testing
