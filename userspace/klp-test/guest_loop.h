// Drives one guest: carries bytes between QEMU and the monitor, watches the clock, QEMU's end and
// the wish to stop, and leaves no QEMU behind.
#pragma once

#include "guest.h"
#include "monitor.h"

namespace suture::harness {

// `stop_fd` becomes readable, and stays so, when everything is to end.
void drive(Guest &guest, GuestMonitor &monitor, int stop_fd);

} // namespace suture::harness
