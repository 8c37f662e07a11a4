/* Listening: maps, the program at the tracepoint, and records from the ring. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "drops_internal.h"

#define RING_OCTETS (1U << 20)
#define TRACEPOINT  "kfree_skb"
#define BTF_PATH    "/sys/kernel/btf/vmlinux"
/* The kernel requires a GPL-compatible licence of a program that reads its memory; ours is dual MIT/GPL. */
#define LICENSE "Dual MIT/GPL"

struct drops {
	const struct kernel_facts *facts;
	struct program_maps maps;
	int program, tracepoint;
	struct ring_buffer *ring;
	uint64_t lost;     /* counted until the last call */
	uint32_t *watched; /* namespaces */
	size_t watched_count;
	struct symbols symbols; /* read when the first cell with drops is over */
	bool has_symbols;
	/* while records are taken */
	const struct lab *lab;
	const struct plan *plan;
	struct trace *trace;
	int64_t to_wall_clock; /* ns */
};

static int64_t nanoseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Offset of the captures' clock from the monotonic clock, which BPF reads; the two reads are back to back unless
 * preempted. */
static int64_t to_wall_clock(void)
{
	const int64_t near = 5000;
	int64_t best = INT64_MAX, difference = 0;

	for (int i = 0; i < 8 && best > near; i++) {
		int64_t before = nanoseconds(CLOCK_MONOTONIC), wall = nanoseconds(CLOCK_REALTIME);
		int64_t took = nanoseconds(CLOCK_MONOTONIC) - before;
		if (took >= best)
			continue;
		best = took;
		difference = wall - before - took / 2;
	}
	return difference;
}

static int record_arrived(void *context, void *data, size_t size)
{
	struct drops *drops = context;
	const struct drop_record *record = data;
	struct drop drop;

	if (!drops->trace || size < sizeof *record || !record_drop(&drop, record, drops->lab, drops->plan))
		return 0;
	drop.time = (uint64_t)((int64_t)record->time + drops->to_wall_clock);
	if (drops->facts->has_reason)
		reason_text(drops->facts, record->reason, drop.reason, sizeof drop.reason);
	*PUSH(drops->trace->drops, drops->trace->drop_count) = drop;
	return 0;
}

/* Why bpf() failed, and what helps. */
static int refused(const char *what, int error, struct error *err)
{
	if (error == EPERM || error == EACCES)
		return fail(err,
		            "%s: %s; the kernel lets root only (CAP_BPF and CAP_PERFMON, not in a user namespace) "
		            "see what it drops: run as root; kernel lockdown may forbid it to root too",
		            what, strerror(error));
	return fail(err,
	            "%s: %s; BPF programs at tracepoints and a ring buffer are needed (Linux 5.8 and later, "
	            "CONFIG_BPF_SYSCALL, CONFIG_BPF_EVENTS)",
	            what, strerror(error));
}

static int map_make(int *map, enum bpf_map_type type, const char *name, const uint32_t sizes[3], struct error *err)
{
	*map = bpf_map_create(type, name, sizes[0], sizes[1], sizes[2], NULL);
	return *map < 0 ? refused("a BPF map", errno, err) : 0;
}

static int maps_make(struct program_maps *maps, struct error *err)
{
	*maps = (struct program_maps){ -1, -1, -1 };
	/* sizes of key and value, and how many */
	if (map_make(&maps->records, BPF_MAP_TYPE_RINGBUF, "hopcheck_drops", (uint32_t[]){ 0, 0, RING_OCTETS }, err) <
	    0)
		return -1;
	if (map_make(&maps->namespaces, BPF_MAP_TYPE_HASH, "hopcheck_netns", (uint32_t[]){ 4, 4, 256 }, err) < 0)
		return -1;
	return map_make(&maps->lost, BPF_MAP_TYPE_ARRAY, "hopcheck_lost", (uint32_t[]){ 4, 8, 1 }, err);
}

static int program_load(struct drops *drops, struct error *err)
{
	struct program program;

	if (program_build(&program, drops->facts, &drops->maps) < 0)
		return fail(err, "the BPF program is longer than its buffer");
	drops->program = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "hopcheck_drops", LICENSE, program.code,
	                               program.count, NULL);
	if (drops->program < 0)
		return refused("loading a BPF program", errno, err);
	return 0;
}

static int program_attach(struct drops *drops, struct error *err)
{
	drops->tracepoint = bpf_raw_tracepoint_open(TRACEPOINT, drops->program);
	if (drops->tracepoint < 0)
		return refused("tracepoint skb:" TRACEPOINT, errno, err);
	drops->ring = ring_buffer__new(drops->maps.records, record_arrived, drops, NULL);
	return drops->ring ? 0 : refused("reading a BPF ring buffer", errno, err);
}

static int quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

/* Everything up to listening; the caller closes *drops in any case. */
static int drops_prepare(struct drops **drops, const struct kernel_facts *facts, struct error *err)
{
	*drops = zalloc(sizeof **drops);
	libbpf_set_print(quiet); /* its errors come back as numbers too */
	(*drops)->facts = facts;
	(*drops)->program = (*drops)->tracepoint = -1;
	return maps_make(&(*drops)->maps, err) < 0 ? -1 : program_load(*drops, err);
}

int drops_open(struct drops **ret, const struct kernel_facts *facts, struct error *err)
{
	struct drops *drops;

	if (drops_prepare(&drops, facts, err) < 0 || program_attach(drops, err) < 0) {
		drops_close(drops);
		return -1;
	}
	*ret = drops;
	return 0;
}

static void close_one(int fd)
{
	if (fd >= 0)
		close(fd);
}

void drops_close(struct drops *drops)
{
	if (!drops)
		return;
	close_one(drops->tracepoint);
	close_one(drops->program);
	ring_buffer__free(drops->ring);
	close_one(drops->maps.records);
	close_one(drops->maps.namespaces);
	close_one(drops->maps.lost);
	symbols_free(&drops->symbols);
	free(drops->watched);
	free(drops);
}

int drops_watch(struct drops *drops, const struct lab *lab, struct error *err)
{
	struct stat status;

	if (!drops)
		return 0;
	for (size_t i = 0; i < drops->watched_count; i++)
		bpf_map_delete_elem(drops->maps.namespaces, &drops->watched[i]);
	drops->watched_count = 0;
	for (size_t i = 0; lab && i < lab->node_count; i++) {
		uint32_t node = (uint32_t)i;
		if (fstat(lab->namespaces[i], &status) < 0)
			return fail(err, "the namespace of %s: %s", lab->names[i], strerror(errno));
		uint32_t *inode = PUSH(drops->watched, drops->watched_count);
		*inode = (uint32_t)status.st_ino;
		if (bpf_map_update_elem(drops->maps.namespaces, inode, &node, BPF_ANY) < 0)
			return refused("a BPF map", errno, err);
	}
	return 0;
}

static uint64_t lost_now(const struct drops *drops)
{
	uint32_t key = 0;
	uint64_t lost = drops->lost;

	bpf_map_lookup_elem(drops->maps.lost, &key, &lost);
	return lost;
}

void drops_take(struct drops *drops, const struct lab *lab, const struct plan *plan, struct trace *trace)
{
	if (!drops)
		return;
	drops->lab = lab;
	drops->plan = plan;
	drops->trace = trace;
	drops->to_wall_clock = to_wall_clock();
	ring_buffer__consume(drops->ring);
	drops->trace = NULL;
	uint64_t lost = lost_now(drops);
	trace->drops_lost += lost - drops->lost;
	drops->lost = lost;
}

void drops_name(struct drops *drops, struct trace *trace)
{
	size_t kept = 0;

	if (!drops || !trace->drop_count)
		return;
	if (!drops->has_symbols)
		symbols_read(&drops->symbols);
	drops->has_symbols = true;
	for (size_t i = 0; i < trace->drop_count; i++) {
		struct drop drop = trace->drops[i];
		symbols_function(&drops->symbols, drop.location, drop.function, sizeof drop.function);
		if (drop_is_none(&drop))
			free(drop.data);
		else
			trace->drops[kept++] = drop;
	}
	trace->drop_count = kept;
}

/* The first function shows whether addresses are hidden. */
static char *why_unnamed(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long long address;
	char line[512], type;
	char *why = NULL;
	bool found = false;

	while (file && !found && fgets(line, sizeof line, file))
		found = sscanf(line, "%llx %c", &address, &type) == 2 && strchr("tT", type);
	if (file)
		fclose(file);
	if (!found)
		why = text_copy("/proc/kallsyms shows no functions; a kernel with CONFIG_KALLSYMS is needed");
	else if (!address)
		why = text_copy("the kernel hides its addresses: `sudo sysctl -w kernel.kptr_restrict=0` shows them");
	return why;
}

static int btf_read(struct kernel_facts *facts, struct error *err)
{
	struct btf *btf = btf__parse(BTF_PATH, NULL);

	if (!btf)
		return fail(err, BTF_PATH ": %s; a kernel with CONFIG_DEBUG_INFO_BTF is needed (Linux 5.4 and later)",
		            strerror(errno));
	int read = kernel_facts_read(facts, btf, err);
	btf__free(btf);
	return read;
}

int drops_learn(struct kernel_facts **ret, char **unnamed, struct error *err)
{
	owned(kernel_facts) facts = zalloc(sizeof *facts);
	struct program_maps maps;
	struct drops *trial;

	/* Whether bpf() is refused is cheap to check, reading BTF is not. */
	int allowed = maps_make(&maps, err);
	close_one(maps.records);
	close_one(maps.namespaces);
	close_one(maps.lost);
	if (allowed < 0)
		return -1;
	if (btf_read(facts, err) < 0)
		return -1;
	/* Not attached: attaching again soon after would wait for the kernel's grace periods. */
	int loaded = drops_prepare(&trial, facts, err);
	drops_close(trial);
	if (loaded < 0)
		return -1;
	*unnamed = why_unnamed();
	*ret = take(facts);
	return 0;
}
