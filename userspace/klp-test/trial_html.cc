// Trials as a page to look at.
#include "markup.h"
#include "trial_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ostream.h>

namespace suture::harness {

namespace {

constexpr int width = 640, height = 220, left = 60, bottom = 30, top = 10;

double x_of(std::size_t i, std::size_t count) {
    return left + (width - left - 10) * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
}

double y_of(double value, double highest) {
    return top + (height - top - bottom) * (1 - value / highest);
}

void plot_dots(std::ostream &out, const std::vector<double> &values, double highest,
               const char *color, const char *what) {
    for (std::size_t i = 0; i < values.size(); i++) {
        fmt::print(out,
                   "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"><title>{} {}: {:.2f} ms"
                   "</title></circle>\n",
                   x_of(i, values.size()), y_of(values[i], highest), color, what, i + 1, values[i]);
    }
}

void plot(std::ostream &out, const TrialFigures &figures) {
    auto highest = std::max({longest(figures.patched), longest(figures.unpatched), 0.001});
    fmt::print(out, "<svg viewBox=\"0 0 {} {}\" role=\"img\">\n", width, height);
    for (double part : {0.0, 0.5, 1.0}) {
        auto y = y_of(part * highest, highest);
        fmt::print(out,
                   "<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"#ccc\"/>\n"
                   "<text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:.1f} ms</text>\n",
                   left, width, y, left - 5, y + 4, part * highest);
    }
    plot_dots(out, figures.patched, highest, "#1b6ca8", "enable");
    plot_dots(out, figures.unpatched, highest, "#d9822b", "disable");
    fmt::print(out,
               "<text x=\"{}\" y=\"{}\">transitions in their order; <tspan fill=\"#1b6ca8\">to the "
               "patch</tspan>, <tspan fill=\"#d9822b\">back</tspan></text>\n</svg>\n",
               left, height - 8);
}

void write_lines(std::ostream &out, const char *title, const std::vector<std::string> &lines) {
    if (lines.empty()) {
        return;
    }
    fmt::print(out, "<details><summary>{}</summary><pre>\n", title);
    for (const auto &line : lines) {
        fmt::print(out, "{}\n", escaped(line));
    }
    fmt::print(out, "</pre></details>\n");
}

void write_trial(std::ostream &out, const Trial &trial) {
    const auto &verdict = trial.verdict();
    const auto &figures = trial.figures;
    bool good = tally_of(verdict.outcome) == Tally::passed;
    fmt::print(out, "<h2>{} <small>{}</small></h2>\n<p class=\"{}\">{}{}</p>\n",
               escaped(trial.target.name()), escaped(trial.target.release), good ? "good" : "bad",
               name_of(verdict.outcome),
               verdict.reason.empty() ? "" : ": " + escaped(verdict.reason));
    if (nothing_audited(figures)) {
        fmt::print(out, "<p class=\"bad\">{}</p>\n", nothing_audited_text);
    }
    fmt::print(out,
               "<table>\n<tr><th></th><th>transitions</th><th>median</th><th>longest</th></tr>\n");
    for (const auto &[what, values] :
         {std::pair{"enable", &figures.patched}, std::pair{"disable", &figures.unpatched}}) {
        fmt::print(out, "<tr><td>{}</td><td>{}</td><td>{:.1f} ms</td><td>{:.1f} ms</td></tr>\n",
                   what, values->size(), median(*values), longest(*values));
    }
    fmt::print(out, "<tr><td>turned round</td><td>{}</td><td></td><td></td></tr>\n",
               figures.reversed);
    for (const auto &[name, value] : figures.counts) {
        fmt::print(out, "<tr><td>{}</td><td>{}</td><td></td><td></td></tr>\n", escaped(name),
                   value);
    }
    fmt::print(out, "</table>\n");
    if (!figures.patched.empty() || !figures.unpatched.empty()) {
        plot(out, figures);
    }
    std::vector<std::string> blocked;
    for (const auto &one : figures.blocked) {
        blocked.push_back(
            fmt::format("{:>6} times {}: {} {}", one.times, one.comm, one.reason, one.where));
    }
    write_lines(out, "what blocked", blocked);
    write_lines(out, "console", verdict.excerpt);
    write_lines(out, "output", verdict.output);
}

} // namespace

void write_trial_html(const TrialRun &run, std::ostream &out) {
    fmt::print(out,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<title>{0}</title>\n<style>\nbody {{ font-family: sans-serif; max-width: 50em; "
               "margin: 2em auto; }}\nsvg {{ font-size: 11px; max-width: 100%; }}\n"
               "td, th {{ text-align: left; padding-right: 1.5em; }}\n"
               ".good {{ color: #207520; }}\n.bad {{ color: #b00020; }}\n</style>\n</head>\n"
               "<body>\n<h1>{0}</h1>\n",
               escaped(run.patch));
    for (const auto &trial : run.trials) {
        write_trial(out, trial);
    }
    fmt::print(out, "</body>\n</html>\n");
}

} // namespace suture::harness
