// Suture's tracepoints, as the text of a trace_pipe tells of them: kernel/trace.h has its form.

#pragma once

#include "libklp/event.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suture {

// Takes the text apart as it comes, and leaves out what is no event. The trace's clock has to be
// "mono", its options those that TraceInstance sets.
class TraceParser {
  public:
    // The events that are complete with this piece of the text, which may end anywhere.
    std::vector<Event> parse(std::string_view piece);

  private:
    void take_line(std::string_view line, std::vector<Event> &events);
    void finish_unfinished(std::vector<Event> &events);

    std::string rest_; // of a line that has not ended yet
    // An event whose line was broken by a newline in the name of its task.
    std::optional<Event> unfinished_;
    unsigned joined_ = 0; // how many lines it consists of
};

} // namespace suture
