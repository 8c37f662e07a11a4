/* Whether a worker ran out of memory. A failed allocation ends it with a distinct exit status; a kill by the kernel's
 * OOM killer shows only in its counters, of each cgroup and of the whole machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "file.h"
#include "run.h"

#define MIB       (1024LL * 1024)
#define FILE_MOST ((size_t)1 << 20)
#define MOUNT     "/sys/fs/cgroup"
#define UNLIMITED (1LL << 60) /* version 1 has a number near 2^63 */

/* Two versions of cgroups, and both may be mounted. */
static const struct version {
	const char *controllers; /* in a line of /proc/self/cgroup */
	const char *mount, *counter, *limit;
} versions[] = {
	{ ":memory:", MOUNT "/memory", "memory.oom_control", "memory.limit_in_bytes" },
	{ "0::", MOUNT, "memory.events", "memory.max" },
};

static char *text_of(const char *path)
{
	uint8_t *data = NULL;
	size_t length;

	return file_read(&data, &length, path, FILE_MOST, NULL) == 0 ? (char *)data : NULL;
}

/* The number behind "oom_kill" in a file with one counter per line; -1: this kernel has none. */
static long long kills_in(const char *path)
{
	owned_text text = text_of(path);

	for (const char *line = text; line && *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, "oom_kill ", 9) == 0)
			return strtoll(line + 9, NULL, 10);
	return -1;
}

/* The directory of this process' cgroup. In a container its path may be that of the host, and the mount is it. */
static char *cgroup_directory(const struct version *version)
{
	owned_text cgroups = text_of("/proc/self/cgroup");
	const char *found = cgroups ? strstr(cgroups, version->controllers) : NULL;

	if (!found)
		return NULL;
	owned_text path = text_line(found + strlen(version->controllers));
	owned_text directory = text_format("%s%s", version->mount, path);
	owned_text counter = text_format("%s/%s", directory, version->counter);
	return access(counter, R_OK) == 0 ? take(directory) : text_copy(version->mount);
}

void oom_watch_start(struct oom_watch *watch)
{
	for (size_t i = 0; i < COUNT(versions); i++) {
		owned_text directory = cgroup_directory(&versions[i]);
		owned_text counter = directory ? text_format("%s/%s", directory, versions[i].counter) : NULL;
		if (!counter || kills_in(counter) < 0)
			continue;
		*watch = (struct oom_watch){ &versions[i], take(directory), take(counter), 0 };
		watch->told = kills_in(watch->counter);
		return;
	}
	*watch = (struct oom_watch){ .counter = text_copy("/proc/vmstat") };
	watch->told = kills_in(watch->counter);
}

void oom_watch_clear(struct oom_watch *watch)
{
	free(watch->directory);
	free(watch->counter);
}

/* It counts before it kills. */
bool oom_killed_one(struct oom_watch *watch)
{
	if (kills_in(watch->counter) <= watch->told)
		return false;
	watch->told++;
	return true;
}

/* The nearest limit from the cgroup upwards; "" where none is seen. */
static char *limit_text(const struct oom_watch *watch)
{
	owned_text directory = text_copy(watch->directory);

	while (directory && strlen(directory) >= strlen(watch->version->mount)) {
		owned_text path = text_format("%s/%s", directory, watch->version->limit);
		owned_text text = text_of(path);
		long long limit = text && *text >= '0' && *text <= '9' ? strtoll(text, NULL, 10) : UNLIMITED;
		if (limit < UNLIMITED)
			return text_format(", whose limit is %lld MiB: raise %s, or", limit / MIB, path);
		*strrchr(directory, '/') = 0;
	}
	return text_copy("; give the machine more,");
}

char *oom_text(const struct oom_watch *watch)
{
	owned_text limit = watch->version ? limit_text(watch) : text_copy("; give it more,");

	return text_format(
	        "the worker ran out of memory while this cell ran: the kernel's OOM killer ended it, for %s%s run "
	        "fewer workers (-j)",
	        watch->version ? "its cgroup" : "the machine", limit);
}

char *starved_text(void)
{
	const struct {
		int resource;
		const char *knob;
	} rows[] = { { RLIMIT_AS, "ulimit -v" }, { RLIMIT_DATA, "ulimit -d" } };
	char *text = text_copy("the worker ran out of memory while this cell ran: an allocation failed");
	struct rlimit limit;
	bool limited = false;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (getrlimit(rows[i].resource, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
			continue;
		text_append(&text, "%s `%s %llu`", limited ? " and" : " under", rows[i].knob,
		            (unsigned long long)limit.rlim_cur / 1024);
		limited = true;
	}
	text_append(&text, limited ? "; raise it" : "; free memory, or run fewer workers (-j)");
	return text;
}
