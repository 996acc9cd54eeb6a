// The few instructions of BPF that our programs are made of, and the jumps between them. They are
// those of the kernel's Documentation/bpf; without a BPF compiler nothing else is to be installed.

#pragma once

#include <cstddef>
#include <cstdint>
#include <linux/bpf.h>
#include <vector>

namespace suture {

// r0: what a call gives, and the program itself; r1 to r5: arguments of a call, which it destroys;
// r6 to r9 survive it; r10: the end of the stack's 512 bytes.
enum class BpfRegister : uint8_t { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10 };

enum class BpfSize : uint8_t { byte = BPF_B, half = BPF_H, word = BPF_W, double_word = BPF_DW };

class BpfAssembler {
  public:
    using Register = BpfRegister;
    using Size = BpfSize;

    // A place to jump to, forwards only, as older kernels want it.
    class Label {
        friend BpfAssembler;
        explicit Label(size_t index) : index_(index) {}
        size_t index_;
    };

    void set(Register to, int32_t value);
    void copy(Register to, Register from);
    void add(Register to, int32_t value);

    // Between a register and the memory at base + offset.
    void load(Size size, Register to, Register base, int16_t offset);
    void store(Size size, Register base, int16_t offset, Register from);
    void store_value(Size size, Register base, int16_t offset, int32_t value);
    // Of 64 bits, and atomically.
    void add_to_memory(Register base, int16_t offset, Register from);

    // The map, as helpers take it, that the descriptor stands for.
    void load_map(Register to, int descriptor);

    void call(bpf_func_id helper);
    void leave();

    Label new_label();
    void jump(Label label);
    void jump_if_zero(Register what, Label label);
    // The next instruction is where jumps to the label lead. Each label has one place.
    void place(Label label);

    // The program. Every label that is jumped to has been placed; else std::logic_error.
    std::vector<bpf_insn> finish() const;

  private:
    struct Jump {
        size_t instruction;
        size_t label;
    };

    void append(int code, Register to, Register from, int16_t offset, int32_t value);

    std::vector<bpf_insn> code_;
    std::vector<size_t> places_; // by label, in instructions
    std::vector<Jump> jumps_;
};

} // namespace suture
