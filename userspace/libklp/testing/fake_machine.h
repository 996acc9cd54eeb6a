// A whole machine for tests: a tree of files that is one C++ expression, a clock that moves only
// when somebody waits, and a module loader that does what the test says.

#pragma once

#include "libklp/clock.h"
#include "libklp/controller.h"
#include "libklp/environment.h"
#include "libklp/module_loader.h"

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace suture::testing {

struct Entry {
    enum class Kind { file, directory, symlink };
    Kind kind;
    std::string name;    // may be a path of several parts
    std::string content; // of a file, or the target of a symlink
    std::vector<Entry> children;
};

Entry file(std::string name, std::string content = "");
Entry symlink(std::string name, std::string target);
Entry directory(std::string name, std::vector<Entry> children = {});

// What sysfs shows of a patch, an object, a loaded module.
struct PatchFiles {
    std::string enabled = "1";
    std::string transition = "0";
    std::vector<Entry> more = {};
};
Entry patch(std::string name, PatchFiles files = {}, std::vector<Entry> objects = {});
Entry object(std::string name, const std::vector<std::string> &functions,
             std::string patched = "1");
Entry module(const std::string &name, std::vector<Entry> more = {});

// What the machine calls the boot that it begins with.
inline constexpr const char *first_boot = "11111111-1111-4111-8111-111111111111";

class FakeMachine {
  public:
    // Kernel 6.1.0-50-amd64 on x86_64, all capabilities, an empty log, and `entries`: paths begin
    // with sys/, proc/, run/, boot/, lib/, etc/, usr/, var/ or dev/.
    explicit FakeMachine(const std::vector<Entry> &entries = {});
    ~FakeMachine();
    FakeMachine(const FakeMachine &) = delete;
    FakeMachine &operator=(const FakeMachine &) = delete;

    std::filesystem::path path(const std::string &relative) const { return root_ / relative; }
    Environment environment() const;

    void add(const std::vector<Entry> &entries);
    void write(const std::string &relative, const std::string &content);
    void append(const std::string &relative, const std::string &content);
    std::string read(const std::string &relative) const;
    void remove(const std::string &relative);

    // Of the rings with these serial numbers; it is root who asks for them.
    std::map<int, std::set<std::string>> key_ids = {};
    Kernel kernel = {.release = "6.1.0-50-amd64", .machine = "x86_64"};

  private:
    std::filesystem::path root_;
};

// Time passes only in sleep(), which runs what was planned for the moments that it passes. The date
// stays.
class FakeClock : public Clock {
  public:
    TimePoint now() override { return now_; }
    void sleep(Duration duration) override;
    // The start of time is that of the year 2026.
    std::chrono::system_clock::time_point wall_time(TimePoint moment) override;
    std::string today() override { return "2026-11-27"; }

    // `delay` from the start of time.
    void plan(Duration delay, std::function<void()> event);
    Duration elapsed() const { return now_.time_since_epoch(); }
    int sleeps() const { return sleeps_; }

  private:
    TimePoint now_;
    std::multimap<TimePoint, std::function<void()>> events_;
    int sleeps_ = 0;
};

class FakeLoader : public ModuleLoader {
  public:
    int insert(std::string_view bytes) override;
    int remove(const std::string &name) override;

    std::function<int()> on_insert = [] { return 0; };
    std::function<int()> on_remove = [] { return 0; };
    std::vector<std::string> inserted; // the bytes of each
    std::vector<std::string> removed;
};

class FakeObserver : public Observer {
  public:
    void on_progress(const std::string &patch, const Progress &progress,
                     Clock::Duration elapsed) override;
    void on_lock_held(const std::string &holder) override { holders.push_back(holder); }
    void on_doubt(const std::string &, const CheckResult &doubt) override {
        doubts.push_back(doubt);
    }

    std::vector<Progress> seen; // consecutive equal ones once
    std::vector<std::string> holders;
    std::vector<CheckResult> doubts;
};

} // namespace suture::testing
