// SPDX-License-Identifier: GPL-2.0
/*
 * Observes a kernel function as perf and BPF do, with the system calls alone.
 *
 *	observe MODE FUNCTION
 *
 * Says "attached", then for each line of its input what it has counted so far, and
 * detaches at a line "quit" or the end of the input. Its last word is "ended", also
 * where it could not attach. MODE is one of the table at the end.
 *
 * Exit status: 0; 1 something failed; 4 this kernel cannot do that at all. Why
 * goes to stderr.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/perf_event.h>

enum { SKIP = 4, MAX_CPUS = 64, RING_PAGES = 8 };

static const char *function;
static int cpus;

/* What is attached: an event a CPU, or a BPF program, and where to read the count. */
static int events[MAX_CPUS];
static struct perf_event_mmap_page *rings[MAX_CPUS];
static int map_fd = -1;

/* The kernel says ENOTSUPP, which user space has no name for. */
#define KERNEL_ENOTSUPP 524

static void fail(const char *what)
{
	bool unsupported = errno == ENOENT || errno == EOPNOTSUPP ||
			   errno == KERNEL_ENOTSUPP;

	err(unsupported ? SKIP : 1, "%s for %s", what, function);
}

/* --- perf --- */

static void open_events(struct perf_event_attr *attr)
{
	attr->size = sizeof(*attr);
	for (int cpu = 0; cpu < cpus; cpu++) {
		events[cpu] = syscall(SYS_perf_event_open, attr, -1, cpu, -1,
				      PERF_FLAG_FD_CLOEXEC);
		if (events[cpu] < 0)
			fail("perf_event_open");
	}
}

static uint32_t number_in(const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned int number;

	if (!file)
		fail(path);
	if (fscanf(file, "%u", &number) != 1)
		errx(1, "no number in %s", path);
	fclose(file);
	return number;
}

/* A probe of perf's own, as `perf probe` does not leave one behind. */
static void perf_probe(bool at_return)
{
	struct perf_event_attr attr = {
		.type = number_in("/sys/bus/event_source/devices/kprobe/type"),
		.config = at_return,
		.kprobe_func = (uintptr_t)function,
	};

	open_events(&attr);
}

static void perf_entry(void)
{
	perf_probe(false);
}

static void perf_return(void)
{
	perf_probe(true);
}

/* Samples whatever runs, with its kernel stack: the function's name does not matter. */
static void perf_sample(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_CPU_CLOCK,
		.freq = 1,
		.sample_freq = 1000,
		.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_CALLCHAIN,
		.exclude_callchain_user = 1,
	};

	open_events(&attr);
	for (int cpu = 0; cpu < cpus; cpu++) {
		/* Read-only: the kernel goes round and round, and nobody has to consume. */
		rings[cpu] = mmap(NULL, (1 + RING_PAGES) * getpagesize(), PROT_READ, MAP_SHARED,
				  events[cpu], 0);
		if (rings[cpu] == MAP_FAILED)
			fail("mmap of the samples");
	}
}

/* --- BPF --- */

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

/* A program that adds one to the only value of the map. */
static int load_counter(union bpf_attr *program)
{
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = sizeof(uint32_t),
		.value_size = sizeof(uint64_t),
		.max_entries = 1,
	};
	static char log[8192];
	int fd;

	map_fd = bpf(BPF_MAP_CREATE, &map);
	if (map_fd < 0)
		fail("a BPF map");

	struct bpf_insn code[] = {
		/* *(u32 *)(r10 - 4) = 0; r2 = r10 - 4 */
		{ .code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 10, .off = -4 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -4 },
		/* r1 = map; r0 = the value */
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = map_fd },
		{},
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem },
		{ .code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = 0, .off = 2 },
		/* atomically *(u64 *)r0 += 1 */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 1, .imm = 1 },
		{ .code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = 0, .src_reg = 1,
		  .imm = BPF_ADD },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	program->insns = (uintptr_t)code;
	program->insn_cnt = sizeof(code) / sizeof(*code);
	program->license = (uintptr_t)"GPL";
	program->log_buf = (uintptr_t)log;
	program->log_size = sizeof(log);
	program->log_level = 1;
	fd = bpf(BPF_PROG_LOAD, program);
	if (fd < 0) {
		fprintf(stderr, "%s", log);
		fail("loading the BPF program");
	}
	return fd;
}

static void bpf_probe(bool at_return)
{
	union bpf_attr program = { .prog_type = BPF_PROG_TYPE_KPROBE };
	int fd = load_counter(&program);

	perf_probe(at_return);
	/* On one of the events: they share a probe, and so the program. */
	if (ioctl(events[0], PERF_EVENT_IOC_SET_BPF, fd))
		fail("attaching the BPF program");
}

static void bpf_entry(void)
{
	bpf_probe(false);
}

static void bpf_return(void)
{
	bpf_probe(true);
}

/* The bytes that follow a type of the kind, by its count of members. */
static size_t btf_extra(uint32_t kind, uint32_t count)
{
	switch (kind) {
	case BTF_KIND_INT:
		return sizeof(uint32_t);
	case BTF_KIND_VAR:
		return sizeof(struct btf_var);
	case BTF_KIND_DECL_TAG:
		return sizeof(struct btf_decl_tag);
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return count * sizeof(struct btf_member);
	case BTF_KIND_ENUM:
		return count * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64:
		return count * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO:
		return count * sizeof(struct btf_param);
	case BTF_KIND_DATASEC:
		return count * sizeof(struct btf_var_secinfo);
	default:
		return 0;
	}
}

/* The number of the function in the kernel's type information. */
static uint32_t btf_id(void)
{
	static const char path[] = "/sys/kernel/btf/vmlinux";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	const struct btf_header *header;
	const char *bytes, *types, *end, *names;
	char *copy;
	size_t size = 0;
	ssize_t count;
	uint32_t id = 0;

	if (fd < 0 || fstat(fd, &status))
		fail(path);
	bytes = copy = malloc(status.st_size);
	if (!copy)
		fail("memory");
	while (size < (size_t)status.st_size &&
	       (count = read(fd, copy + size, status.st_size - size)) > 0)
		size += count;
	close(fd);
	header = (const void *)bytes;
	if (size < sizeof(*header) || header->magic != BTF_MAGIC)
		errx(1, "%s is no BTF", path);
	types = bytes + header->hdr_len + header->type_off;
	end = types + header->type_len;
	names = bytes + header->hdr_len + header->str_off;
	while (types < end) {
		const struct btf_type *type = (const void *)types;
		uint32_t kind = BTF_INFO_KIND(type->info);

		id++;
		if (kind == BTF_KIND_FUNC && !strcmp(names + type->name_off, function)) {
			free(copy);
			return id;
		}
		types += sizeof(*type) + btf_extra(kind, BTF_INFO_VLEN(type->info));
	}
	errx(1, "%s has no function %s", path, function);
}

/* Without a JIT there are no trampolines, and the kernel says that it lacks memory. */
static void need_jit(void)
{
	if (access("/proc/sys/net/core/bpf_jit_enable", F_OK))
		errx(SKIP, "the kernel has no BPF JIT, which fentry and fexit need");
}

static void bpf_trampoline(enum bpf_attach_type where)
{
	need_jit();

	union bpf_attr program = {
		.prog_type = BPF_PROG_TYPE_TRACING,
		.expected_attach_type = where,
		.attach_btf_id = btf_id(),
	};
	union bpf_attr attach = { .raw_tracepoint.prog_fd = load_counter(&program) };

	if (bpf(BPF_RAW_TRACEPOINT_OPEN, &attach) < 0)
		fail("attaching the BPF program");
}

static void bpf_fentry(void)
{
	bpf_trampoline(BPF_TRACE_FENTRY);
}

static void bpf_fexit(void)
{
	bpf_trampoline(BPF_TRACE_FEXIT);
}

/* --- */

static uint64_t counted(void)
{
	uint64_t sum = 0, count;
	uint32_t key = 0;
	union bpf_attr lookup = {
		.map_fd = map_fd,
		.key = (uintptr_t)&key,
		.value = (uintptr_t)&count,
	};

	if (map_fd >= 0) {
		if (bpf(BPF_MAP_LOOKUP_ELEM, &lookup))
			fail("reading the BPF map");
		return count;
	}
	for (int cpu = 0; cpu < cpus; cpu++) {
		if (rings[cpu])
			count = __atomic_load_n(&rings[cpu]->data_head, __ATOMIC_ACQUIRE);
		else if (read(events[cpu], &count, sizeof(count)) != sizeof(count))
			fail("reading the event");
		sum += count;
	}
	return sum;
}

static const struct {
	const char *name;
	void (*attach)(void);
} modes[] = {
	{ "perf-entry", perf_entry },
	{ "perf-return", perf_return },
	{ "perf-sample", perf_sample },
	{ "bpf-entry", bpf_entry },
	{ "bpf-return", bpf_return },
	{ "bpf-fentry", bpf_fentry },
	{ "bpf-fexit", bpf_fexit },
};

static void say_ended(void)
{
	puts("ended");
}

int main(int argc, char **argv)
{
	char line[16];

	atexit(say_ended);
	if (argc != 3)
		errx(1, "usage: observe MODE FUNCTION");
	function = argv[2];
	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	if (cpus > MAX_CPUS)
		errx(1, "%d CPUs are more than %d", cpus, MAX_CPUS);
	for (size_t mode = 0; mode < sizeof(modes) / sizeof(*modes); mode++) {
		if (strcmp(argv[1], modes[mode].name))
			continue;
		modes[mode].attach();
		puts("attached");
		fflush(stdout);
		while (fgets(line, sizeof(line), stdin) && strcmp(line, "quit\n")) {
			printf("%llu\n", (unsigned long long)counted());
			fflush(stdout);
		}
		return 0;
	}
	errx(1, "no mode '%s'", argv[1]);
}
