/* What the machine grants a run: soft limits are raised as far as they may be, and limits that are too low are reported
 * before anything starts, with how to raise them. */
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "run.h"

#define MIB (1024UL * 1024)

/* Of a worker, with room: a node has a namespace twice, a control socket, a capture, a sender, bursts, and what is read
 * of its /proc. */
#define NODE_FILES   11
#define WORKER_FILES 32
#define RUNNER_FILES 3 /* a worker */

/* Address space: the capture's ring of a node; and of a worker, what is allocated. */
#define NODE_MEMORY   (5 * MIB)
#define WORKER_MEMORY (32 * MIB)

/* Marks of labs that end (ends_most()), each an open file. */
#define ENDS_FILES 64

static size_t most_nodes(const struct suite *suite)
{
	size_t nodes = 0;

	for (size_t i = 0; i < suite->lab_count; i++)
		if (suite->labs[i].nodes > nodes)
			nodes = suite->labs[i].nodes;
	return nodes;
}

static rlim_t raised(int resource)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0)
		return RLIM_INFINITY;
	struct rlimit most = { limit.rlim_max, limit.rlim_max };
	return setrlimit(resource, &most) == 0 ? most.rlim_cur : limit.rlim_cur;
}

static int check_files(size_t nodes, unsigned workers, struct error *err)
{
	rlim_t limit = raised(RLIMIT_NOFILE), needed = NODE_FILES * nodes + WORKER_FILES + RUNNER_FILES * workers;

	if (limit == RLIM_INFINITY || limit >= needed)
		return 0;
	return fail(err, "too few open files: %zu nodes and %u workers need %lu, the limit is %lu; `ulimit -n %lu`",
	            nodes, workers, (unsigned long)needed, (unsigned long)limit, (unsigned long)needed);
}

/* Tried, for what is used already counts; nothing of it is touched. */
static bool there_is(size_t octets, int flags)
{
	void *memory = mmap(NULL, octets, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	munmap(memory, octets);
	return true;
}

static int check_memory(size_t nodes, struct error *err)
{
	const struct {
		int resource, flags;
		size_t octets;
		const char *knob;
	} rows[] = {
		{ RLIMIT_AS, MAP_SHARED, NODE_MEMORY * nodes + WORKER_MEMORY, "ulimit -v" },
		{ RLIMIT_DATA, MAP_PRIVATE, WORKER_MEMORY, "ulimit -d" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		rlim_t limit = raised(rows[i].resource);
		if (limit != RLIM_INFINITY && !there_is(rows[i].octets, rows[i].flags))
			return fail(
			        err,
			        "too little memory: a lab of %zu nodes needs %zu MiB more, the limit is %lu MiB; raise "
			        "it (%s)",
			        nodes, rows[i].octets / MIB, (unsigned long)(limit / MIB), rows[i].knob);
	}
	return 0;
}

static int check_proc(struct error *err)
{
	if (access("/proc/thread-self/ns/net", F_OK) == 0)
		return 0;
	return fail(err, "/proc is not mounted: `mount -t proc proc /proc`");
}

/* A listener that is made ahead has the files and the memory of a node, and two more may still be closed. */
#define AHEAD  8
#define PLENTY 1024 /* threads of all the user's processes */

static bool suffices(int resource, rlim_t needed)
{
	struct rlimit limit;

	return getrlimit(resource, &limit) == 0 && limit.rlim_cur >= needed; /* RLIM_INFINITY is the largest number */
}

size_t limits_ahead(const struct suite *suite)
{
	const rlim_t files = NODE_FILES * most_nodes(suite) + WORKER_FILES + ENDS_FILES + 3 * NODE_FILES * AHEAD;
	const bool all = suffices(RLIMIT_AS, RLIM_INFINITY) && suffices(RLIMIT_DATA, RLIM_INFINITY) &&
	                 suffices(RLIMIT_NOFILE, files) && suffices(RLIMIT_NPROC, PLENTY);

	return all ? AHEAD : 0;
}

int limits_check(const struct suite *suite, unsigned workers, struct error *err)
{
	const size_t nodes = most_nodes(suite);

	raised(RLIMIT_NPROC);
	if (check_proc(err) < 0 || check_files(nodes, workers, err) < 0)
		return -1;
	return check_memory(nodes, err);
}
