// Scans a guest's console while it runs: finds what the kernel says is wrong with itself, on every
// architecture, and the marks that the agent leaves in the kernel log around each test.
#pragma once

#include "line_reader.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suture::harness {

// The gravest first: where a test has several, or one report matches several, the first is named.
enum class SplatKind {
    kasan,
    oops,
    bug,
    // After the oops or BUG that led to it, which tells more.
    panic,
    kfence,
    ubsan,
    memory_leak,
    lockdep,
    rcu_stall,
    soft_lockup,
    hard_lockup,
    hung_task,
    out_of_memory,
    warning,
    // Not the kernel's fault, but a log with holes proves nothing.
    lost_log,
};

const char *name_of(SplatKind kind);

struct Splat {
    SplatKind kind{};
    // The line that told, without its time stamp.
    std::string headline;
    // That line and those that follow it, as they were.
    std::vector<std::string> excerpt;
    // The test in whose marks it lies; 0 where it lies in none's.
    unsigned sequence = 0;
    // The test that had ended last by then; 0 where none had.
    unsigned after = 0;
};

// What a kernel log line reports, if it reports a fault. Allowed splats report none.
std::optional<SplatKind> classify(std::string_view message);

class ConsoleScanner {
  public:
    void feed(std::string_view bytes);
    // The console is closed: what is left of a last line counts too.
    void finish();

    // True once the agent's mark for the end of that test has been seen.
    bool saw_end_of(unsigned sequence) const { return last_ended_ >= sequence; }
    bool saw_start_of(unsigned sequence) const { return last_started_ >= sequence; }
    // The agent has said that it powers off.
    bool saw_off() const { return saw_off_; }
    bool panicked() const { return panicked_; }
    bool silent() const { return silent_; }
    const std::vector<Splat> &splats() const { return splats_; }
    // The last lines, for a message about a guest that did not get far.
    const std::vector<std::string> &tail() const { return tail_; }

  private:
    void line(std::string_view text);
    std::optional<SplatKind> splat_kind(std::string_view message) const;

    LineReader lines_;
    std::vector<Splat> splats_;
    std::vector<std::string> tail_;
    bool in_excerpt_ = false;
    bool silent_ = true;
    bool panicked_ = false;
    bool saw_off_ = false;
    unsigned sequence_ = 0;
    unsigned last_started_ = 0;
    unsigned last_ended_ = 0;
};

} // namespace suture::harness
