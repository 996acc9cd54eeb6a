// What happens in a guest, as it happens. Called from the thread that drives that guest.
#pragma once

#include "result.h"

#include <string>
#include <sys/types.h>

namespace suture::harness {

class Progress {
  public:
    virtual ~Progress() = default;
    virtual void guest_started(pid_t) {}
    // So many tests of the guest's target are to be run, by all its guests together. Each guest
    // that comes up says so.
    virtual void tests_chosen(std::size_t /*count*/) {}
    virtual void boot_retried(const std::string & /*reason*/) {}
    // The guest has begun with it. Where that guest is left before the test's end, another does
    // again.
    virtual void test_started(const std::string & /*name*/) {}
    virtual void test_output(const std::string & /*line*/) {}
    virtual void test_finished(const TestResult &) {}
};

} // namespace suture::harness
