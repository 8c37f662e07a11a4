/* What the network stack did on the worker's CPU. The kernel counts per CPU, not per namespace: everything that ran
 * there during the cell is included. A drop in this queue also raises rx_dropped of the interface, which belongs to a
 * node. */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

static const struct {
	unsigned column;
	const char *name;
} columns[] = { { 1, "softnet_dropped" }, { 2, "softnet_time_squeeze" } };

#define COLUMN_CPU 12 /* since 5.10; before, a row's number is its CPU's, as long as none is offline */

void softnet_parse(struct counter_set *set, char *text, unsigned cpu)
{
	char *rest = NULL;
	unsigned row = 0;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), row++) {
		uint32_t values[COLUMN_CPU + 1] = { [COLUMN_CPU] = row };
		char *at = line, *end;
		for (size_t i = 0; i < COUNT(values); i++, at = end) {
			uint32_t value = (uint32_t)strtoul(at, &end, 16);
			if (end == at)
				break;
			values[i] = value;
		}
		for (size_t i = 0; i < COUNT(columns) && values[COLUMN_CPU] == cpu; i++) {
			struct counter_value *counter = PUSH(set->values, set->count);
			snprintf(counter->name, sizeof counter->name, "cpu%u:%s", cpu, columns[i].name);
			counter->value = values[columns[i].column];
		}
	}
}

/* The one CPU that this thread may run on; false when there are several. */
static bool own_cpu(unsigned *cpu)
{
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof allowed, &allowed) < 0 || CPU_COUNT(&allowed) != 1)
		return false;
	for (*cpu = 0; !CPU_ISSET(*cpu, &allowed); ++*cpu)
		;
	return true;
}

int softnet_open(void)
{
	return open("/proc/thread-self/net/softnet_stat", O_RDONLY | O_CLOEXEC);
}

struct counter_set softnet_read(int fd)
{
	struct counter_set set = { 0 };
	unsigned cpu;

	if (fd < 0 || !own_cpu(&cpu))
		return set;
	struct file_text text = { 0 };
	octets_read(fd, &text, 0);
	softnet_parse(&set, text.text, cpu);
	free(text.text);
	return set;
}

struct counter_set softnet_moved(int fd, const struct counter_set *before)
{
	struct counter_set now = softnet_read(fd);

	for (size_t i = 0; i < now.count && i < before->count; i++)
		now.values[i].value -= before->values[i].value;
	return now;
}
