// A tracefs instance of klp's own: a ring buffer with nothing but Suture's events in it, beside
// whatever else is traced on the machine. It is there from open() until it is destroyed. One whose
// klp was killed is removed by the next one.

#pragma once

#include "libklp/environment.h"
#include "libklp/file.h"
#include "libklp/result.h"

#include <filesystem>
#include <string>

namespace suture {

// What no other file system does: the directory of an instance that is made comes with all its
// files, and goes with them.
class Tracefs {
  public:
    virtual ~Tracefs() = default;
    // 0 or an errno.
    virtual int make_instance(const std::filesystem::path &path);
    virtual int remove_instance(const std::filesystem::path &path);
};

class TraceInstance {
  public:
    // `pid` is that of this process, which the instance is named after. Keeps the reference.
    // ErrorCode::runtime_missing if there are no such events on this machine.
    static Result<TraceInstance> open(const Roots &roots, Tracefs &tracefs, unsigned pid);

    TraceInstance(TraceInstance &&) = default;
    TraceInstance &operator=(TraceInstance &&) = default;

    // What was traced since the last time, without waiting.
    Result<std::string> read() const;

    // Whether the events are still there, and on. They go when Suture is unloaded.
    bool is_on() const;

  private:
    // Removes the directory at its end.
    class Directory {
      public:
        Directory(Tracefs &tracefs, std::filesystem::path path)
            : tracefs_(&tracefs), path_(std::move(path)) {}
        Directory(Directory &&other) noexcept
            : tracefs_(std::exchange(other.tracefs_, nullptr)), path_(std::move(other.path_)) {}
        Directory &operator=(Directory &&other) noexcept {
            std::swap(tracefs_, other.tracefs_);
            std::swap(path_, other.path_);
            return *this;
        }
        ~Directory();

        const std::filesystem::path &path() const { return path_; }

      private:
        Tracefs *tracefs_;
        std::filesystem::path path_;
    };

    TraceInstance(Directory directory, File pipe)
        : directory_(std::move(directory)), pipe_(std::move(pipe)) {}

    // In this order: an instance that somebody reads cannot be removed.
    Directory directory_;
    File pipe_;
};

} // namespace suture
