#include "libklp/bpf.h"

#include <array>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstring>

namespace suture {

namespace {

// As bpftool shows them.
constexpr const char *ring_name = "klp_events";
constexpr const char *counter_name = "klp_lost";
constexpr const char *program_name = "klp_event";
// Some of the helpers are for programs under this license alone.
constexpr const char *license = "GPL";
constexpr size_t log_size = size_t(1) << 16;

// A descriptor, or why there is none: libbpf leaves that in errno.
Bpf::Expected<File> opened(int descriptor) {
    if (descriptor < 0)
        return tl::unexpected(errno);
    return File::own(descriptor);
}

// Of a module, or empty if it is somebody's own.
std::string name_of_btf(const File &btf) {
    std::array<char, 64> name = {}; // a module's is shorter
    bpf_btf_info info = {};
    info.name = reinterpret_cast<uintptr_t>(name.data());
    info.name_len = name.size();
    uint32_t size = sizeof(info);
    if (bpf_obj_get_info_by_fd(btf.descriptor(), &info, &size) != 0 || info.kernel_btf == 0)
        return {};
    return {name.data(), strnlen(name.data(), name.size())};
}

class Ring : public BpfRing {
  public:
    Ring() = default;
    Ring(const Ring &) = delete;
    Ring &operator=(const Ring &) = delete;
    ~Ring() override { ring_buffer__free(ring_); }

    bool open(const File &map) {
        ring_ = ring_buffer__new(map.descriptor(), on_record, this, nullptr);
        return ring_ != nullptr;
    }

    tl::expected<void, int> consume(const Take &take) override {
        take_ = &take;
        const int result = ring_buffer__consume(ring_);
        take_ = nullptr;
        if (result < 0 && result != enough)
            return tl::unexpected(-result);
        return {};
    }

  private:
    static constexpr int enough = -ECANCELED;

    // The record counts as taken either way.
    static int on_record(void *ring, void *record, size_t size) {
        const Take &take = *static_cast<Ring *>(ring)->take_;
        return take({static_cast<const char *>(record), size}) ? 0 : enough;
    }

    ring_buffer *ring_ = nullptr;
    const Take *take_ = nullptr;
};

} // namespace

Bpf::Expected<File> Bpf::find_btf(const std::string &module) {
    libbpf_set_print(nullptr);
    uint32_t id = 0;
    // Ends with ENOENT, or with what is in the way.
    while (bpf_btf_get_next_id(id, &id) == 0) {
        Expected<File> btf = opened(bpf_btf_get_fd_by_id(id));
        if (!btf && btf.error() != ENOENT) // which is gone by now
            return btf;
        if (btf && name_of_btf(*btf) == module)
            return btf;
    }
    return tl::unexpected(errno);
}

Bpf::Expected<File> Bpf::make_ring(unsigned size) {
    return opened(bpf_map_create(BPF_MAP_TYPE_RINGBUF, ring_name, 0, 0, size, nullptr));
}

Bpf::Expected<std::unique_ptr<BpfRing>> Bpf::open_ring(const File &map) {
    auto ring = std::make_unique<Ring>();
    if (!ring->open(map))
        return tl::unexpected(errno);
    return ring;
}

Bpf::Expected<File> Bpf::make_counter() {
    return opened(bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, counter_name, sizeof(uint32_t),
                                 sizeof(uint64_t), 1, nullptr));
}

Bpf::Expected<std::vector<uint64_t>> Bpf::read_counter(const File &map) {
    const int cpus = libbpf_num_possible_cpus();
    if (cpus < 0)
        return tl::unexpected(-cpus);
    std::vector<uint64_t> values(static_cast<size_t>(cpus));
    const uint32_t key = 0;
    if (bpf_map_lookup_elem(map.descriptor(), &key, values.data()) != 0)
        return tl::unexpected(errno);
    return values;
}

Bpf::Expected<File> Bpf::load(const std::vector<bpf_insn> &code, const File &btf, unsigned id,
                              std::string &log) {
    log.assign(log_size, '\0');
    bpf_prog_load_opts options = {};
    options.sz = sizeof(options);
    options.expected_attach_type = BPF_TRACE_RAW_TP;
    options.attach_btf_id = id;
    options.attach_btf_obj_fd = static_cast<uint32_t>(btf.descriptor());
    // The verifier only writes where it refuses: libbpf tries once more then.
    options.log_buf = log.data();
    options.log_size = log_size;
    Expected<File> program = opened(bpf_prog_load(BPF_PROG_TYPE_TRACING, program_name, license,
                                                  code.data(), code.size(), &options));
    log.resize(strnlen(log.data(), log.size()));
    return program;
}

Bpf::Expected<File> Bpf::attach(const File &program) {
    return opened(bpf_raw_tracepoint_open(nullptr, program.descriptor()));
}

} // namespace suture
