// bpf(2) for tests: it takes every program, but for what it is told to refuse, and has the records
// that the test puts there.

#pragma once

#include "libklp/bpf.h"
#include "libklp/bpf_program.h"

#include <cerrno>
#include <deque>
#include <string>
#include <vector>

namespace suture::testing {

class FakeBpf : public Bpf {
  public:
    enum class Step {
        none,
        find_btf,
        make_ring,
        open_ring,
        make_counter,
        read_counter,
        load,
        attach,
        consume,
    };

    Expected<File> find_btf(const std::string &module) override;
    Expected<File> make_ring(unsigned size) override;
    Expected<std::unique_ptr<BpfRing>> open_ring(const File &map) override;
    Expected<File> make_counter() override;
    Expected<std::vector<uint64_t>> read_counter(const File &map) override;
    Expected<File> load(const std::vector<bpf_insn> &code, const File &btf, unsigned id,
                        std::string &log) override;
    Expected<File> attach(const File &program) override;

    // One step that fails, with that errno; what the verifier says if it is load.
    Step refused = Step::none;
    int refusal = EPERM;
    std::string verdict;

    std::deque<BpfRecord> records;    // that are yet to be read
    std::vector<uint64_t> lost{0, 0}; // by CPU
    std::vector<unsigned> loaded;     // type ids
    size_t attached = 0;

  private:
    class Ring;

    // A descriptor of something, or the refusal.
    Expected<File> make(Step step) const;
};

} // namespace suture::testing
