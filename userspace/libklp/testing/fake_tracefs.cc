#include "libklp/testing/fake_tracefs.h"

namespace suture::testing {

FakeTracefs::FakeTracefs(FakeMachine &machine) : machine_(machine) {
    machine.add({directory("sys/kernel/suture"), directory("sys/kernel/tracing/instances"),
                 directory("sys/kernel/tracing/events/suture")});
}

int FakeTracefs::make_instance(const std::filesystem::path &path) {
    if (refusal != 0)
        return refusal;
    made.push_back(path.filename());
    machine_.add({directory("sys/kernel/tracing/instances/" + made.back(), files)});
    return 0;
}

int FakeTracefs::remove_instance(const std::filesystem::path &path) {
    removed.push_back(path.filename());
    std::filesystem::remove_all(path);
    return 0;
}

} // namespace suture::testing
