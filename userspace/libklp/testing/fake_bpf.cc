#include "libklp/testing/fake_bpf.h"

#include <fcntl.h>

namespace suture::testing {

class FakeBpf::Ring : public BpfRing {
  public:
    explicit Ring(FakeBpf &bpf) : bpf_(bpf) {}

    tl::expected<void, int> consume(const Take &take) override {
        if (bpf_.refused == Step::consume)
            return tl::unexpected(bpf_.refusal);
        for (bool more = true; more && !bpf_.records.empty();) {
            const BpfRecord record = bpf_.records.front();
            bpf_.records.pop_front();
            more = take({reinterpret_cast<const char *>(&record), sizeof(record)});
        }
        return {};
    }

  private:
    FakeBpf &bpf_;
};

Bpf::Expected<File> FakeBpf::make(Step step) const {
    if (refused == step)
        return tl::unexpected(refusal);
    return File::open("/dev/null", O_RDONLY);
}

Bpf::Expected<File> FakeBpf::find_btf(const std::string & /*module*/) {
    return make(Step::find_btf);
}

Bpf::Expected<File> FakeBpf::make_ring(unsigned /*size*/) {
    return make(Step::make_ring);
}

Bpf::Expected<std::unique_ptr<BpfRing>> FakeBpf::open_ring(const File & /*map*/) {
    if (refused == Step::open_ring)
        return tl::unexpected(refusal);
    return std::make_unique<Ring>(*this);
}

Bpf::Expected<File> FakeBpf::make_counter() {
    return make(Step::make_counter);
}

Bpf::Expected<std::vector<uint64_t>> FakeBpf::read_counter(const File & /*map*/) {
    if (refused == Step::read_counter)
        return tl::unexpected(refusal);
    return lost;
}

Bpf::Expected<File> FakeBpf::load(const std::vector<bpf_insn> & /*code*/, const File & /*btf*/,
                                  unsigned id, std::string &log) {
    log = verdict;
    loaded.push_back(id);
    return make(Step::load);
}

Bpf::Expected<File> FakeBpf::attach(const File & /*program*/) {
    ++attached;
    return make(Step::attach);
}

} // namespace suture::testing
