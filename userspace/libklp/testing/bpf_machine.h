// Runs programs of BPF in tests, as far as ours need it: with a ring buffer, a counter, and this
// process's own memory for the kernel's. What the kernel's verifier demands it does not know, but
// that no register that a call destroys is used after it.

#pragma once

#include "libklp/bpf_program.h"

#include <array>
#include <cstdint>
#include <linux/bpf.h>
#include <vector>

namespace suture::testing {

class BpfMachine {
  public:
    static constexpr int ring = 5; // descriptors of the two maps
    static constexpr int counter = 6;

    // Gives r0. std::runtime_error for what it does not know, or does not end.
    uint64_t run(const std::vector<bpf_insn> &code, const uint64_t *arguments);

    bool full = false; // the ring buffer
    uint64_t lost = 0; // what the counter says
    uint64_t time = 0;
    uint32_t cpu = 0;
    std::vector<BpfRecord> records; // that were submitted

  private:
    int step(const bpf_insn &instruction);
    int jump(const bpf_insn &instruction);
    void call(int helper);
    uint64_t perform(int helper);
    uint64_t reserve();
    uint64_t submit();

    std::array<uint64_t, 11> registers_ = {};
    std::array<unsigned char, 512> stack_ = {};
    BpfRecord reserved_;
};

} // namespace suture::testing
