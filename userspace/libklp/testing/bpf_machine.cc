#include "libklp/testing/bpf_machine.h"

#include <bit>
#include <cstring>
#include <stdexcept>
#include <string>

namespace suture::testing {

namespace {

constexpr uint64_t destroyed = 0xdead0000dead0000;

uint64_t address_of(const void *memory) {
    return reinterpret_cast<uintptr_t>(memory);
}

char *memory_at(uint64_t address) {
    return std::bit_cast<char *>(static_cast<uintptr_t>(address));
}

[[noreturn]] void unknown(const char *what, int code) {
    throw std::runtime_error(std::string("unknown ") + what + " " + std::to_string(code));
}

template<typename Number>
uint64_t read_as(uint64_t address) {
    Number number = 0;
    std::memcpy(&number, memory_at(address), sizeof(number));
    return number;
}

template<typename Number>
void write_as(uint64_t address, uint64_t value) {
    const auto number = static_cast<Number>(value);
    std::memcpy(memory_at(address), &number, sizeof(number));
}

uint64_t read_memory(int size, uint64_t address) {
    switch (size) {
    case BPF_B:
        return read_as<uint8_t>(address);
    case BPF_H:
        return read_as<uint16_t>(address);
    case BPF_W:
        return read_as<uint32_t>(address);
    default:
        return read_as<uint64_t>(address);
    }
}

void write_memory(int size, uint64_t address, uint64_t value) {
    switch (size) {
    case BPF_B:
        return write_as<uint8_t>(address, value);
    case BPF_H:
        return write_as<uint16_t>(address, value);
    case BPF_W:
        return write_as<uint32_t>(address, value);
    default:
        return write_as<uint64_t>(address, value);
    }
}

uint64_t signed_value(int32_t value) {
    return static_cast<uint64_t>(static_cast<int64_t>(value));
}

} // namespace

uint64_t BpfMachine::run(const std::vector<bpf_insn> &code, const uint64_t *arguments) {
    registers_.fill(destroyed);
    registers_[1] = address_of(arguments);
    registers_[10] = address_of(stack_.data() + stack_.size());
    // Jumps only lead forwards, so it ends.
    for (size_t index = 0; index < code.size(); ++index) {
        const bpf_insn &instruction = code[index];
        if (instruction.code == (BPF_JMP | BPF_EXIT))
            return registers_[0];
        index += static_cast<size_t>(step(instruction));
    }
    throw std::runtime_error("the program does not end");
}

// How many instructions to leave out.
int BpfMachine::step(const bpf_insn &instruction) {
    const int code = instruction.code;
    uint64_t &to = registers_.at(instruction.dst_reg);
    const uint64_t from = registers_.at(instruction.src_reg);
    const uint64_t offset = signed_value(instruction.off);
    const uint64_t value = signed_value(instruction.imm);
    const int access = BPF_CLASS(code) | BPF_MODE(code); // of any size
    if (code == (BPF_LD | BPF_IMM | BPF_DW)) {
        to = value;
        return 1;
    }
    if (BPF_CLASS(code) == BPF_JMP)
        return jump(instruction);
    if (code == (BPF_ALU64 | BPF_MOV | BPF_K))
        to = value;
    else if (code == (BPF_ALU64 | BPF_MOV | BPF_X))
        to = from;
    // NOLINTNEXTLINE(misc-redundant-expression): BPF_ADD and BPF_K are both 0
    else if (code == (BPF_ALU64 | BPF_ADD | BPF_K))
        to += value;
    else if (code == (BPF_STX | BPF_ATOMIC | BPF_DW) && instruction.imm == BPF_ADD)
        write_memory(BPF_DW, to + offset, read_memory(BPF_DW, to + offset) + from);
    else if (access == (BPF_LDX | BPF_MEM))
        to = read_memory(BPF_SIZE(code), from + offset);
    else if (access == (BPF_STX | BPF_MEM))
        write_memory(BPF_SIZE(code), to + offset, from);
    else if (access == (BPF_ST | BPF_MEM))
        write_memory(BPF_SIZE(code), to + offset, value);
    else
        unknown("instruction", code);
    return 0;
}

int BpfMachine::jump(const bpf_insn &instruction) {
    switch (BPF_OP(instruction.code)) {
    case BPF_CALL:
        call(instruction.imm);
        return 0;
    case BPF_JA:
        return instruction.off;
    case BPF_JEQ:
        return registers_.at(instruction.dst_reg) == signed_value(instruction.imm) ? instruction.off
                                                                                   : 0;
    default:
        unknown("jump", instruction.code);
    }
}

void BpfMachine::call(int helper) {
    registers_[0] = perform(helper);
    for (size_t argument = 1; argument <= 5; ++argument)
        registers_.at(argument) = destroyed;
}

uint64_t BpfMachine::perform(int helper) {
    const uint64_t first = registers_[1];
    const uint64_t second = registers_[2];
    const uint64_t third = registers_[3];
    switch (helper) {
    case BPF_FUNC_map_lookup_elem:
        return first == counter && read_as<uint32_t>(second) == 0 ? address_of(&lost) : 0;
    case BPF_FUNC_ringbuf_reserve:
        return first == ring && second == sizeof(BpfRecord) && third == 0 ? reserve() : 0;
    case BPF_FUNC_ringbuf_submit:
        return submit();
    case BPF_FUNC_ktime_get_ns:
        return time;
    case BPF_FUNC_get_smp_processor_id:
        return cpu;
    case BPF_FUNC_probe_read_kernel:
        std::memcpy(memory_at(first), memory_at(third), second);
        return 0;
    case BPF_FUNC_probe_read_kernel_str:
        memccpy(memory_at(first), memory_at(third), '\0', second);
        *memory_at(first + second - 1) = '\0';
        return 0;
    default:
        unknown("helper", helper);
    }
}

// What was there before is still in it, as in a ring buffer.
uint64_t BpfMachine::reserve() {
    if (full)
        return 0;
    std::memset(static_cast<void *>(&reserved_), 'x', sizeof(reserved_));
    return address_of(&reserved_);
}

uint64_t BpfMachine::submit() {
    if (registers_[1] != address_of(&reserved_))
        throw std::runtime_error("it submits what it has not reserved");
    records.push_back(reserved_);
    return 0;
}

} // namespace suture::testing
