// What a run is at, told in one line: how much of it is done, and which tests run for how long.
#pragma once

#include "result.h"
#include "time_limits.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace suture::harness {

class StatusBoard {
  public:
    // So many tests are to be run on a target, in place of what was told before.
    void expect(const std::string &target, std::size_t tests);
    void started(const std::string &target, const std::string &test, Clock::time_point now);
    void finished(const std::string &target, const TestResult &result);

    // At most `width` characters, all of them printable.
    std::string line(Clock::time_point now, std::size_t width) const;

  private:
    struct Running {
        std::string target;
        std::string test;
        Clock::time_point since;
    };

    void stopped(const std::string &target, const std::string &test);

    std::map<std::string, std::size_t> expected_;
    std::size_t done_ = 0;
    std::size_t failed_ = 0;
    // The one that has run for longest comes first.
    std::vector<Running> running_;
};

} // namespace suture::harness
