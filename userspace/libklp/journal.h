// Entries in the journal of systemd, where there is one.

#pragma once

#include "libklp/environment.h"

#include <string>
#include <vector>

namespace suture {

struct JournalField {
    const char *name; // in capitals
    std::string value;
};

// One entry, in journald's native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL). Never
// waits, and never fails: what was done is done, whether or not somebody writes it down.
//
// libsystemd's sd_journal_sendv() waits for a journald that is stuck, and knows one socket alone.
void write_journal(const Environment &environment, const std::vector<JournalField> &fields);

} // namespace suture
