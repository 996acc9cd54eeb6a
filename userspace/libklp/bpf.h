// What bpf(2) does for those who follow tracepoints, and nothing that decides anything: tests have
// another one.

#pragma once

#include "libklp/file.h"

#include <cstdint>
#include <functional>
#include <linux/bpf.h>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace suture {

// A ring buffer that programs write records into.
class BpfRing {
  public:
    // False: that is enough for now.
    using Take = std::function<bool(std::string_view record)>;

    virtual ~BpfRing() = default;
    // Hands over each record that is there, oldest first and once, without waiting. An errno where
    // that fails.
    virtual tl::expected<void, int> consume(const Take &take) = 0;
};

// Each fails with an errno. What a File stands for is there until the last one is closed.
class Bpf {
  public:
    template<typename T>
    using Expected = tl::expected<T, int>;

    virtual ~Bpf() = default;

    // The BTF of a loaded module, as the kernel has it; ENOENT if it has none. For root.
    virtual Expected<File> find_btf(const std::string &module);

    // A map that programs write records into; `size` is a power of two, and no less than a page.
    virtual Expected<File> make_ring(unsigned size);
    virtual Expected<std::unique_ptr<BpfRing>> open_ring(const File &map);

    // A map with one number of 64 bits for each CPU, all 0.
    virtual Expected<File> make_counter();
    // By CPU.
    virtual Expected<std::vector<uint64_t>> read_counter(const File &map);

    // A program for the tracepoint whose typedef has that id in `btf`. Where the kernel refuses it,
    // `log` is what its verifier says.
    virtual Expected<File> load(const std::vector<bpf_insn> &code, const File &btf, unsigned id,
                                std::string &log);

    // From now on the program runs at its tracepoint, as long as what this gives is open. The
    // module that has the tracepoint is in use as long.
    virtual Expected<File> attach(const File &program);
};

} // namespace suture
