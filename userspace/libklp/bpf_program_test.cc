// What the programs write down when they run, and when there is no room to.

#include "libklp/bpf_program.h"
#include "libklp/testing/bpf_machine.h"

#include <cstddef>
#include <gtest/gtest.h>

namespace suture {
namespace {

using namespace testing;

struct FakeTask {
    uint64_t state = 0;
    uint32_t pid = 412;
    std::array<char, 16> comm = {"reader"};
};

constexpr TaskLayout layout{.pid = offsetof(FakeTask, pid),
                            .comm = offsetof(FakeTask, comm),
                            .comm_size = sizeof(FakeTask::comm)};

uint64_t address_of(const void *memory) {
    return reinterpret_cast<uintptr_t>(memory);
}

BpfProgram program(uint32_t event, bool of_task, unsigned numbers) {
    return {.event = event,
            .of_task = of_task,
            .numbers = numbers,
            .task = layout,
            .records = BpfMachine::ring,
            .lost = BpfMachine::counter};
}

TEST(BpfProgram, WritesDownWhatHappenedToATask) {
    const FakeTask task;
    const uint64_t arguments[] = {address_of(&task), 1, 0xffffff9e, 0xffffffff81000005};
    BpfMachine machine;
    machine.time = 1'234'567'890'123;
    machine.cpu = 3;
    machine.lost = 17;
    EXPECT_EQ(machine.run(assemble(program(4, true, 3)), arguments), 0u);
    ASSERT_EQ(machine.records.size(), 1u);
    const BpfRecord &record = machine.records[0];
    EXPECT_EQ(record.time, 1'234'567'890'123u);
    EXPECT_EQ(record.cpu, 3u);
    EXPECT_EQ(record.lost, 17u);
    EXPECT_EQ(record.event, 4u);
    EXPECT_EQ(record.pid, 412u);
    EXPECT_STREQ(record.text.data(), "reader");
    EXPECT_EQ(record.numbers, (std::array<uint64_t, 3>{1, 0xffffff9e, 0xffffffff81000005}));
}

TEST(BpfProgram, WritesDownWhatHappenedToAPatch) {
    const uint64_t arguments[] = {address_of("demo"), 1, 57};
    BpfMachine machine;
    machine.run(assemble(program(0, false, 2)), arguments);
    ASSERT_EQ(machine.records.size(), 1u);
    EXPECT_STREQ(machine.records[0].text.data(), "demo");
    EXPECT_EQ(machine.records[0].numbers[0], 1u);
    EXPECT_EQ(machine.records[0].numbers[1], 57u);
}

TEST(BpfProgram, CutsANameThatIsTooLong) {
    const std::string name(100, 'n');
    const uint64_t arguments[] = {address_of(name.c_str())};
    BpfMachine machine;
    machine.run(assemble(program(0, false, 0)), arguments);
    ASSERT_EQ(machine.records.size(), 1u);
    const auto &text = machine.records[0].text;
    EXPECT_EQ(std::string(text.data(), text.size()), std::string(text.size() - 1, 'n') + '\0');
}

TEST(BpfProgram, CountsWhatThereIsNoRoomFor) {
    const FakeTask task;
    const uint64_t arguments[] = {address_of(&task)};
    BpfMachine machine;
    machine.full = true;
    machine.run(assemble(program(5, true, 0)), arguments);
    machine.run(assemble(program(5, true, 0)), arguments);
    EXPECT_TRUE(machine.records.empty());
    EXPECT_EQ(machine.lost, 2u);
    machine.full = false;
    machine.run(assemble(program(5, true, 0)), arguments);
    ASSERT_EQ(machine.records.size(), 1u);
    EXPECT_EQ(machine.records[0].lost, 2u);
    EXPECT_EQ(machine.lost, 2u);
}

TEST(BpfProgram, LeavesAloneWhatIsNone) {
    const uint64_t arguments[] = {0, 1, 2, 3};
    BpfMachine machine;
    EXPECT_EQ(machine.run(assemble(program(3, true, 3)), arguments), 0u);
    EXPECT_TRUE(machine.records.empty());
    EXPECT_EQ(machine.lost, 0u);
}

} // namespace
} // namespace suture
