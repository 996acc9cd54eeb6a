// The real machine and the real terminal for klp.

#include "klp/command.h"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace suture;

namespace {

bool is_set(const char *variable) {
    const char *value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

bool is_smart_terminal(int descriptor) {
    const char *type = std::getenv("TERM");
    return isatty(descriptor) != 0 && type != nullptr && std::string(type) != "dumb";
}

// The question goes to stderr.
bool can_ask() {
    return isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0;
}

unsigned columns_of(int descriptor) {
    constexpr unsigned usual = 80;
    winsize size = {};
    if (!is_smart_terminal(descriptor))
        return 0;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

} // namespace

int main(int argc, char **argv) {
    // Who has it ignored, and has started us, would keep from us how our children end.
    (void)std::signal(SIGCHLD, SIG_DFL);
    const Environment environment = this_machine();
    KmodLoader loader(environment);
    SteadyClock clock;
    const Terminal terminal{.out = std::cout,
                            .err = std::cerr,
                            .color = is_smart_terminal(STDOUT_FILENO) && !is_set("NO_COLOR"),
                            .redraw = is_smart_terminal(STDOUT_FILENO),
                            .progress_columns = columns_of(STDERR_FILENO),
                            .in = can_ask() ? &std::cin : nullptr};
    return run_command({argv + 1, argv + argc}, environment, loader, clock, terminal);
}
