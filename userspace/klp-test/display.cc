#include "display.h"

#include "report.h"

#include <cstdlib>
#include <iostream>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace suture::harness {

namespace {

// Running times are shown in seconds.
constexpr std::chrono::milliseconds interval(1000);
// Where the terminal does not say.
constexpr std::size_t usual_width = 80;

std::size_t terminal_width() {
    winsize size{};
    bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return told ? size.ws_col : usual_width;
}

} // namespace

bool can_redraw(bool is_terminal, const char *term, const char *ci) {
    bool is_dumb = !term || std::string_view(term).empty() || std::string_view(term) == "dumb";
    bool is_ci = ci && !std::string_view(ci).empty();
    return is_terminal && !is_dumb && !is_ci;
}

Display::Display() {
    if (can_redraw(isatty(STDOUT_FILENO) == 1, std::getenv("TERM"), std::getenv("CI"))) {
        status_.emplace(Screen{std::cout, Clock::now, terminal_width});
        ticker_.emplace(interval, [&status = *status_] { status.refresh(); });
    }
}

std::unique_ptr<Progress> Display::progress_for(const Target &target) {
    if (status_) {
        return std::make_unique<TerminalProgress>(target.name(), *status_);
    }
    return std::make_unique<PlainProgress>(target.name(), std::cout, lock_);
}

} // namespace suture::harness
