// The forms in which a run is reported: one interface, one class for each form.
#pragma once

#include "error.h"
#include "progress.h"
#include "result.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>

namespace suture::harness {

class Report {
  public:
    virtual ~Report() = default;
    virtual void write(const RunResult &run, std::ostream &out) const = 0;
};

// KTAP, one test a target, its tests as subtests, with those that they have themselves.
class KtapPrinter : public Report {
  public:
    void write(const RunResult &run, std::ostream &out) const override;
};

// JUnit XML, one suite a target. The subtests of a test are its properties.
class JunitPrinter : public Report {
  public:
    void write(const RunResult &run, std::ostream &out) const override;
};

// All there is, with a schema_version.
class JsonPrinter : public Report {
  public:
    void write(const RunResult &run, std::ostream &out) const override;
};

// Lines that GitHub shows as annotations of the run that printed them.
class AnnotationPrinter : public Report {
  public:
    void write(const RunResult &run, std::ostream &out) const override;
};

// For people: a table with a line for each target, of what ran it, its tests, its guests and how
// many of these booted after a failed boot, and at the end the count line.
class PlainPrinter : public Report {
  public:
    void write(const RunResult &run, std::ostream &out) const override;
};

// One such line: an `error`, or a `warning`.
void annotate(std::ostream &out, const char *command, const std::string &title,
              const std::string &message);

// What `write` prints becomes the whole of the file.
Result<void> write_file(const std::filesystem::path &path,
                        const std::function<void(std::ostream &)> &write);

// One result, with what explains it where it failed; and a boot that failed. Whole lines.
void print_result(std::ostream &out, const std::string &target, const TestResult &result);
void print_boot_retry(std::ostream &out, const std::string &target, const std::string &reason);

// Prints each result as it comes, targets mixed; lines of one result stay together.
class PlainProgress : public Progress {
  public:
    PlainProgress(std::string target, std::ostream &out, std::mutex &lock)
        : target_(std::move(target)), out_(out), lock_(lock) {}

    void boot_retried(const std::string &reason) override;
    void test_finished(const TestResult &result) override;

  private:
    std::string target_;
    std::ostream &out_;
    std::mutex &lock_;
};

} // namespace suture::harness
