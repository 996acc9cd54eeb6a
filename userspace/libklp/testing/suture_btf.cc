#include "libklp/testing/suture_btf.h"

#include "libklp/bpf_tracepoints.h"
#include "libklp/testing/fake_btf.h"

#include <map>
#include <vector>

namespace suture::testing {

namespace {

struct KernelTypes {
    FakeBtf btf;
    std::map<unsigned, int> numbers; // by size
    int name = 0;                    // pointers to what a tracepoint is about
    int task = 0;
};

KernelTypes kernel_types(const TaskLayout &layout) {
    KernelTypes types;
    FakeBtf &btf = types.btf;
    types.numbers = {{4, btf.integer("int", 4)},
                     {8, btf.integer("long unsigned int", 8)},
                     {1, btf.integer("_Bool", 1)}};
    const int character = btf.integer("char", 1);
    const int comm = btf.array(character, types.numbers[4], layout.comm_size);
    const int task = btf.structure("task_struct", 200);
    btf.member("pid", types.numbers[4], layout.pid);
    if (layout.comm_size > 0)
        btf.member("comm", comm, layout.comm);
    types.task = btf.pointer(task);
    types.name = btf.pointer(btf.constant(character));
    return types;
}

void add_tracepoint(FakeBtf &btf, const KernelTypes &kernel, const BpfTracepoint &tracepoint,
                    const SutureBtf &what) {
    std::vector<int> parameters{btf.pointer(0), tracepoint.of_task ? kernel.task : kernel.name};
    for (const unsigned size : tracepoint.sizes) {
        if (size > 0)
            parameters.push_back(kernel.numbers.at(size));
    }
    if (what.wider == tracepoint.name)
        parameters.back() = kernel.numbers.at(1);
    if (what.also == tracepoint.name)
        parameters.push_back(kernel.numbers.at(4));
    const int function = btf.pointer(btf.prototype(0, parameters));
    btf.type_definition((std::string("btf_trace_") + tracepoint.name).c_str(), function);
}

} // namespace

void add_btf(FakeMachine &machine, const SutureBtf &what) {
    const KernelTypes kernel = kernel_types(what.task);
    FakeBtf btf(&kernel.btf);
    if (what.has_means)
        btf.enumeration("means", {{"MEANS_ASLEEP", 0}, {"MEANS_STOPPED", 1}, {"MEANS_WOKEN", 3}});
    for (const BpfTracepoint &tracepoint : tracepoints) {
        if (what.without != tracepoint.name)
            add_tracepoint(btf, kernel, tracepoint, what);
    }
    if (!what.more.empty())
        add_tracepoint(btf, kernel, {what.more.c_str(), EventKind::other, true, {}}, what);
    machine.add({file("sys/kernel/btf/vmlinux", kernel.btf.bytes()),
                 file("sys/kernel/btf/suture", btf.bytes())});
}

} // namespace suture::testing
