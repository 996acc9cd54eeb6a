// Instructions are as the kernel's documentation has them, and jumps lead where they are meant to.

#include "libklp/bpf_assembler.h"

#include <gtest/gtest.h>
#include <stdexcept>

namespace suture {
namespace {

using enum BpfRegister;

void expect(const bpf_insn &instruction, int code, int to, int from, int offset, int value) {
    EXPECT_EQ(instruction.code, code);
    EXPECT_EQ(instruction.dst_reg, to);
    EXPECT_EQ(instruction.src_reg, from);
    EXPECT_EQ(instruction.off, offset);
    EXPECT_EQ(instruction.imm, value);
}

TEST(BpfAssembler, MovesAndMemory) {
    BpfAssembler code;
    code.set(r3, -7);
    code.copy(r6, r1);
    code.add(r2, -4);
    code.load(BpfSize::double_word, r7, r6, 8);
    code.store(BpfSize::word, r9, 40, r0);
    code.store_value(BpfSize::word, r10, -4, 5);
    code.add_to_memory(r8, 0, r1);
    const auto program = code.finish();
    ASSERT_EQ(program.size(), 7u);
    expect(program[0], 0xb7, 3, 0, 0, -7);
    expect(program[1], 0xbf, 6, 1, 0, 0);
    expect(program[2], 0x07, 2, 0, 0, -4);
    expect(program[3], 0x79, 7, 6, 8, 0);
    expect(program[4], 0x63, 9, 0, 40, 0);
    expect(program[5], 0x62, 10, 0, -4, 5);
    expect(program[6], 0xdb, 8, 1, 0, 0);
}

TEST(BpfAssembler, MapsTakeTwoInstructions) {
    BpfAssembler code;
    code.load_map(r1, 17);
    code.call(BPF_FUNC_ktime_get_ns);
    code.leave();
    const auto program = code.finish();
    ASSERT_EQ(program.size(), 4u);
    expect(program[0], 0x18, 1, BPF_PSEUDO_MAP_FD, 0, 17);
    expect(program[1], 0, 0, 0, 0, 0);
    expect(program[2], 0x85, 0, 0, 0, 5);
    expect(program[3], 0x95, 0, 0, 0, 0);
}

TEST(BpfAssembler, JumpsAreCountedFromTheNextInstruction) {
    BpfAssembler code;
    const auto next = code.new_label();
    const auto end = code.new_label();
    code.jump_if_zero(r7, end);
    code.jump(next);
    code.place(next);
    code.load_map(r1, 1);
    code.place(end);
    code.leave();
    const auto program = code.finish();
    expect(program[0], 0x15, 7, 0, 3, 0);
    expect(program[1], 0x05, 0, 0, 0, 0);
}

TEST(BpfAssembler, JumpsToNowhereAreNoProgram) {
    BpfAssembler unplaced;
    unplaced.jump(unplaced.new_label());
    EXPECT_THROW(unplaced.finish(), std::logic_error);
    BpfAssembler backwards;
    const auto begin = backwards.new_label();
    backwards.place(begin);
    backwards.jump(begin);
    EXPECT_THROW(backwards.finish(), std::logic_error);
}

} // namespace
} // namespace suture
