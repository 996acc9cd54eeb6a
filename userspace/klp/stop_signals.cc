#include "klp/stop_signals.h"

namespace suture {

namespace {

volatile std::sig_atomic_t arrived_signal = 0;

void note(int signal) {
    arrived_signal = signal;
}

} // namespace

StopSignals::StopSignals(Afterwards afterwards) : afterwards_(afterwards) {
    arrived_signal = 0;
    struct sigaction action = {};
    action.sa_handler = note;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    for (size_t index = 0; index < signals.size(); ++index) {
        struct sigaction &old = old_actions_[index];
        // nohup, or the shell of a script that started us in the background.
        if (sigaction(signals[index], nullptr, &old) == 0 && old.sa_handler != SIG_IGN)
            (void)sigaction(signals[index], &action, nullptr);
    }
}

StopSignals::~StopSignals() {
    for (size_t index = 0; index < signals.size(); ++index)
        (void)sigaction(signals[index], &old_actions_[index], nullptr);
    if (arrived_signal == SIGPIPE || (arrived() && afterwards_ == Afterwards::end))
        (void)std::raise(arrived_signal);
}

bool StopSignals::arrived() const {
    return arrived_signal != 0;
}

} // namespace suture
