// The tests of one target that are yet to run, which its guests share. Any thread may ask.
#pragma once

#include "channel.h"
#include "selection.h"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace suture::harness {

class Agenda {
  public:
    explicit Agenda(const Selection &selection) : selection_(selection) {}

    // The next test that no guest has taken. What the first guest lists decides which there are;
    // others have the same image.
    std::optional<frame::Listed> take(const std::vector<frame::Listed> &listed);
    // Has a test that was taken handed out once more, before all others. False where nothing is
    // handed out any more.
    bool put_back(const frame::Listed &test);
    // Hands out nothing more from now on, and returns what was left. Only the first call does.
    std::vector<frame::Listed> close();

    // Whether one more guest may find something to do beside `guests` that are up or on their way.
    // Before the first has listed its tests there is no use in a second.
    bool wants_guest(unsigned guests) const;
    bool closed() const;
    // How many tests there are, taken ones and all; 0 as long as that is not known.
    std::size_t size() const;
    // Why there is nothing to run; empty where there is.
    std::string problem() const;
    // Where a test stands in the suite; behind all of them where it is none.
    std::size_t position(const std::string &id) const;

  private:
    void choose(const std::vector<frame::Listed> &listed);

    const Selection &selection_;
    mutable std::mutex lock_;
    bool known_ = false;
    bool closed_ = false;
    std::vector<frame::Listed> chosen_;
    // The first of chosen_ that nobody has taken.
    std::size_t next_ = 0;
    std::vector<frame::Listed> returned_;
    std::string problem_;
};

} // namespace suture::harness
