// What of trials GitHub is to show besides the failures.
#include "report.h"
#include "trial_report.h"

namespace suture::harness {

void write_trial_annotations(const TrialRun &run, std::ostream &out) {
    for (const auto &trial : run.trials) {
        if (nothing_audited(trial.figures)) {
            annotate(out, "warning", trial.target.name(), nothing_audited_text);
        }
    }
}

} // namespace suture::harness
