#include "libklp/bpf_program.h"

#include "libklp/bpf_assembler.h"

#include <cstddef>

namespace suture {

namespace {

using enum BpfRegister;

// What the registers that survive calls hold.
constexpr BpfRegister arguments = r6;
constexpr BpfRegister subject = r7; // the first argument
constexpr BpfRegister lost = r8;    // the number of lost events
constexpr BpfRegister record = r9;

constexpr int16_t argument_size = sizeof(uint64_t); // of any, however wide it is in C

// r0: where the number of lost events of this CPU is, or 0.
void find_counter(BpfAssembler &code, int map) {
    constexpr int16_t key = -4;
    code.store_value(BpfSize::word, r10, key, 0);
    code.load_map(r1, map);
    code.copy(r2, r10);
    code.add(r2, key);
    code.call(BPF_FUNC_map_lookup_elem);
}

// r0: the new record, or 0.
void reserve_record(BpfAssembler &code, int map) {
    code.load_map(r1, map);
    code.set(r2, sizeof(BpfRecord));
    code.set(r3, 0);
    code.call(BPF_FUNC_ringbuf_reserve);
}

void write_circumstances(BpfAssembler &code, uint32_t event) {
    code.load(BpfSize::double_word, r1, lost, 0);
    code.store(BpfSize::double_word, record, offsetof(BpfRecord, lost), r1);
    code.store_value(BpfSize::word, record, offsetof(BpfRecord, event),
                     static_cast<int32_t>(event));
    code.call(BPF_FUNC_ktime_get_ns);
    code.store(BpfSize::double_word, record, offsetof(BpfRecord, time), r0);
    code.call(BPF_FUNC_get_smp_processor_id);
    code.store(BpfSize::word, record, offsetof(BpfRecord, cpu), r0);
}

void write_numbers(BpfAssembler &code, unsigned count) {
    for (unsigned index = 0; index < count; ++index) {
        const auto offset = static_cast<int16_t>(index * sizeof(uint64_t));
        code.load(BpfSize::double_word, r1, arguments,
                  static_cast<int16_t>(argument_size + offset));
        code.store(BpfSize::double_word, record,
                   static_cast<int16_t>(offsetof(BpfRecord, numbers) + offset), r1);
    }
}

// `size` bytes of the kernel's memory, `offset` behind what the event is about.
void write_memory(BpfAssembler &code, bpf_func_id helper, size_t field, unsigned size,
                  unsigned offset) {
    code.copy(r1, record);
    code.add(r1, static_cast<int32_t>(field));
    code.set(r2, static_cast<int32_t>(size));
    code.copy(r3, subject);
    code.add(r3, static_cast<int32_t>(offset));
    code.call(helper);
}

void write_subject(BpfAssembler &code, const BpfProgram &program) {
    constexpr size_t text = offsetof(BpfRecord, text);
    if (!program.of_task) {
        write_memory(code, BPF_FUNC_probe_read_kernel_str, text, sizeof(BpfRecord::text), 0);
        return;
    }
    write_memory(code, BPF_FUNC_probe_read_kernel, text, program.task.comm_size, program.task.comm);
    write_memory(code, BPF_FUNC_probe_read_kernel, offsetof(BpfRecord, pid), sizeof(BpfRecord::pid),
                 program.task.pid);
}

void submit_record(BpfAssembler &code) {
    code.copy(r1, record);
    code.set(r2, BPF_RB_NO_WAKEUP);
    code.call(BPF_FUNC_ringbuf_submit);
}

void count_as_lost(BpfAssembler &code) {
    code.set(r1, 1);
    code.add_to_memory(lost, 0, r1);
}

} // namespace

std::vector<bpf_insn> assemble(const BpfProgram &program) {
    BpfAssembler code;
    const auto no_room = code.new_label();
    const auto end = code.new_label();
    code.copy(arguments, r1);
    // It never is none, but the kernel's verifier does not know.
    code.load(BpfSize::double_word, subject, arguments, 0);
    code.jump_if_zero(subject, end);
    find_counter(code, program.lost);
    code.jump_if_zero(r0, end);
    code.copy(lost, r0);
    reserve_record(code, program.records);
    code.jump_if_zero(r0, no_room);
    code.copy(record, r0);
    write_circumstances(code, program.event);
    write_numbers(code, program.numbers);
    write_subject(code, program);
    submit_record(code);
    code.jump(end);
    code.place(no_room);
    count_as_lost(code);
    code.place(end);
    code.set(r0, 0);
    code.leave();
    return code.finish();
}

} // namespace suture
