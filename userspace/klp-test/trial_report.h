// The forms in which trials are reported.
#pragma once

#include "trial.h"

#include <ostream>

namespace suture::harness {

// One line for each target, and below it what blocked and what went wrong.
void write_trial_table(const TrialRun &run, std::ostream &out);

// As GitHub's annotations, what is no failure and yet should be known: trials that audited nothing.
// What failed is in the run's annotations.
void write_trial_annotations(const TrialRun &run, std::ostream &out);

// All there is, with a schema_version.
void write_trial_json(const TrialRun &run, std::ostream &out);

// One page that needs nothing else, with the latencies plotted.
void write_trial_html(const TrialRun &run, std::ostream &out);

} // namespace suture::harness
