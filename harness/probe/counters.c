#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

static const char *const paths[] = { "/proc/thread-self/net/snmp6", "/proc/thread-self/net/snmp",
	                             "/proc/thread-self/net/netstat", "/proc/thread-self/net/dev" };

int counters_open(struct counters *counters, struct error *err)
{
	for (size_t i = 0; i < COUNT(paths); i++) {
		counters->files[i] = open(paths[i], O_RDONLY | O_CLOEXEC);
		if (counters->files[i] < 0)
			return fail(err, "%s: %s", paths[i], strerror(errno));
	}
	return 0;
}

void counters_close(struct counters *counters)
{
	for (size_t i = 0; i < COUNT(counters->files); i++)
		if (counters->files[i] >= 0)
			close(counters->files[i]);
}

static void add(struct counter_set *set, const char *prefix, const char *name, size_t length, const char *value)
{
	struct counter_value *counter = PUSH(set->values, set->count);

	snprintf(counter->name, sizeof counter->name, "%s%.*s", prefix, (int)length, name);
	counter->value = strtoll(value, NULL, 10);
}

/* "Ip6InReceives    12" a line. */
static void read_pairs(struct counter_set *set, char *text)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		size_t name = strcspn(line, " \t");
		add(set, "", line, name, line + name);
	}
}

/* "Tcp: NameA NameB" followed by "Tcp: 1 2". */
static void read_tables(struct counter_set *set, char *text)
{
	char *rest = NULL, *names = strtok_r(text, "\n", &rest);

	for (char *values; names && (values = strtok_r(NULL, "\n", &rest)); names = strtok_r(NULL, "\n", &rest)) {
		char *colon = strchr(names, ':'), *value = strchr(values, ':');
		if (!colon || !value)
			return;
		*colon = 0;
		for (char *name = colon + 1; *name && *value; value++) {
			name += strspn(name, " ");
			value += strspn(value, ": ");
			size_t length = strcspn(name, " ");
			if (length)
				add(set, names, name, length, value);
			name += length;
			value += strcspn(value, " ") - 1;
		}
	}
}

/* Columns of /proc/net/dev that tell of trouble; how many packets passed, the captures tell. */
static const struct {
	int column;
	const char *name;
} device_columns[] = { { 2, "rx_errors" },  { 3, "rx_dropped" },  { 4, "rx_fifo_errors" },
	               { 10, "tx_errors" }, { 11, "tx_dropped" }, { 12, "tx_fifo_errors" } };

static void read_devices(struct counter_set *set, char *text)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *colon = strchr(line, ':'), prefix[24];
		if (!colon)
			continue;
		line += strspn(line, " ");
		snprintf(prefix, sizeof prefix, "%.*s:", (int)(colon - line), line);
		char *value = colon + 1;
		for (int column = 0; *value; column++) {
			value += strspn(value, " ");
			for (size_t i = 0; i < COUNT(device_columns); i++)
				if (device_columns[i].column == column)
					add(set, prefix, device_columns[i].name, strlen(device_columns[i].name), value);
			value += strcspn(value, " ");
		}
	}
}

char *file_text(int fd)
{
	size_t used = 0, size = 16384;
	char *text = zalloc(size);

	for (ssize_t got; (got = pread(fd, text + used, size - used - 1, (off_t)used)) > 0;) {
		used += (size_t)got;
		if (size - used < 4096) {
			text = realloc(text, size *= 2);
			if (!text)
				abort();
		}
	}
	text[used] = 0;
	return text;
}

struct counter_set counters_read(const struct counters *counters)
{
	static void (*const readers[])(struct counter_set *, char *) = { read_pairs, read_tables, read_tables,
		                                                         read_devices };
	struct counter_set set = { 0 };

	for (size_t i = 0; i < COUNT(readers); i++) {
		owned_text text = file_text(counters->files[i]);
		readers[i](&set, text);
	}
	return set;
}

/* Both sets have the same order; /proc/net/snmp6 grows a line when an ICMPv6 type is first seen, devices come and go.
 */
static int64_t value_before(const struct counter_set *before, size_t *from, const char *name)
{
	for (size_t i = *from; i < before->count; i++) {
		if (strcmp(before->values[i].name, name) == 0) {
			*from = i + 1;
			return before->values[i].value;
		}
	}
	return 0;
}

void counters_difference(struct trace *trace, size_t node, const struct counter_set *before,
                         const struct counter_set *after)
{
	size_t from = 0;

	for (size_t i = 0; i < after->count; i++) {
		const struct counter_value *now = &after->values[i];
		int64_t delta = now->value - value_before(before, &from, now->name);
		if (delta == 0)
			continue;
		struct counter *counter = PUSH(trace->counters, trace->counter_count);
		counter->node = node;
		counter->delta = delta;
		memcpy(counter->name, now->name, sizeof counter->name);
	}
}
