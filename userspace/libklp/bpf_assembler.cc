#include "libklp/bpf_assembler.h"

#include <limits>
#include <stdexcept>

namespace suture {

namespace {

constexpr auto unused = BpfRegister::r0;
constexpr size_t nowhere = std::numeric_limits<size_t>::max();

} // namespace

void BpfAssembler::append(int code, Register to, Register from, int16_t offset, int32_t value) {
    bpf_insn instruction = {};
    instruction.code = static_cast<uint8_t>(code);
    instruction.dst_reg = static_cast<uint8_t>(to) & 0xf;
    instruction.src_reg = static_cast<uint8_t>(from) & 0xf;
    instruction.off = offset;
    instruction.imm = value;
    code_.push_back(instruction);
}

void BpfAssembler::set(Register to, int32_t value) {
    append(BPF_ALU64 | BPF_MOV | BPF_K, to, unused, 0, value);
}

void BpfAssembler::copy(Register to, Register from) {
    append(BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

void BpfAssembler::add(Register to, int32_t value) {
    // NOLINTNEXTLINE(misc-redundant-expression): BPF_ADD and BPF_K are both 0
    append(BPF_ALU64 | BPF_ADD | BPF_K, to, unused, 0, value);
}

void BpfAssembler::load(Size size, Register to, Register base, int16_t offset) {
    append(BPF_LDX | BPF_MEM | static_cast<int>(size), to, base, offset, 0);
}

void BpfAssembler::store(Size size, Register base, int16_t offset, Register from) {
    append(BPF_STX | BPF_MEM | static_cast<int>(size), base, from, offset, 0);
}

void BpfAssembler::store_value(Size size, Register base, int16_t offset, int32_t value) {
    append(BPF_ST | BPF_MEM | static_cast<int>(size), base, unused, offset, value);
}

void BpfAssembler::add_to_memory(Register base, int16_t offset, Register from) {
    append(BPF_STX | BPF_ATOMIC | BPF_DW, base, from, offset, BPF_ADD);
}

void BpfAssembler::load_map(Register to, int descriptor) {
    // A value of 64 bits takes two instructions; the kernel puts the map's address there.
    append(BPF_LD | BPF_IMM | BPF_DW, to, Register(BPF_PSEUDO_MAP_FD), 0, descriptor);
    append(0, unused, unused, 0, 0);
}

void BpfAssembler::call(bpf_func_id helper) {
    append(BPF_JMP | BPF_CALL, unused, unused, 0, static_cast<int32_t>(helper));
}

void BpfAssembler::leave() {
    append(BPF_JMP | BPF_EXIT, unused, unused, 0, 0);
}

BpfAssembler::Label BpfAssembler::new_label() {
    places_.push_back(nowhere);
    return Label(places_.size() - 1);
}

void BpfAssembler::jump(Label label) {
    jumps_.push_back({.instruction = code_.size(), .label = label.index_});
    append(BPF_JMP | BPF_JA, unused, unused, 0, 0);
}

void BpfAssembler::jump_if_zero(Register what, Label label) {
    jumps_.push_back({.instruction = code_.size(), .label = label.index_});
    append(BPF_JMP | BPF_JEQ | BPF_K, what, unused, 0, 0);
}

void BpfAssembler::place(Label label) {
    places_.at(label.index_) = code_.size();
}

std::vector<bpf_insn> BpfAssembler::finish() const {
    std::vector<bpf_insn> code = code_;
    for (const Jump &jump : jumps_) {
        const size_t place = places_[jump.label];
        if (place == nowhere || place <= jump.instruction ||
            place - jump.instruction > std::numeric_limits<int16_t>::max())
            throw std::logic_error("a jump to nowhere");
        // Counted from the instruction that follows the jump.
        code[jump.instruction].off = static_cast<int16_t>(place - jump.instruction - 1);
    }
    return code;
}

} // namespace suture
