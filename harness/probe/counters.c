/* Which of the kernel's counters moved at a node while the traffic ran. Their texts are compared as they are, and only
 * what differs is read as numbers: a cell reads hundreds of counters at each node, of which a handful move. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

enum { SNMP6, SNMP, NETSTAT, DEV };

/* A read that gives fewer octets than `last` gives the last ones: where the kernel makes the text at once
 * (single_open_net()), whatever fits; else it comes by pages, and a device's line is shorter than half a page. */
#define AT_ONCE 4095 /* octets_read() asks for as many at least */
#define BY_PAGE 2048

static const struct {
	const char *path;
	size_t last;
	void (*compare)(struct counter_set *moved, const char *before, const char *after);
} sources[COUNTER_FILES] = {
	[SNMP6] = { "/proc/thread-self/net/snmp6", AT_ONCE, counters_compare_pairs },
	[SNMP] = { "/proc/thread-self/net/snmp", AT_ONCE, counters_compare_tables },
	[NETSTAT] = { "/proc/thread-self/net/netstat", AT_ONCE, counters_compare_tables },
	[DEV] = { "/proc/thread-self/net/dev", BY_PAGE, counters_compare_devices },
};

int counter_file(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC);
}

int counters_open(struct counters *counters, int (*open_file)(const char *path), struct error *err)
{
	for (size_t i = 0; i < COUNTER_FILES; i++) {
		counters->files[i] = open_file(sources[i].path);
		if (counters->files[i] < 0)
			return fail(err, "%s: %s", sources[i].path, strerror(errno));
	}
	return 0;
}

void counters_close(struct counters *counters)
{
	for (size_t i = 0; i < COUNTER_FILES; i++) {
		if (counters->files[i] >= 0)
			close(counters->files[i]);
		free(counters->before[i].text);
		free(counters->now[i].text);
	}
	free(counters->local);
}

const char *octets_read(int fd, struct file_text *into, size_t last)
{
	size_t used = 0;

	for (;;) {
		if (into->size - used < 4096) {
			into->size = 2 * into->size + 16384;
			into->text = realloc(into->text, into->size);
			if (!into->text)
				abort();
		}
		ssize_t got = pread(fd, into->text + used, into->size - used - 1, (off_t)used);
		if (got <= 0)
			break;
		used += (size_t)got;
		if ((size_t)got < last)
			break;
	}
	into->text[used] = 0;
	return into->text;
}

/* What netstat counts is done with a packet that comes to a socket or leaves one, or that is IPv4: while the node has
 * delivered and sent none, nothing in it moves. It is half of what reading all counters costs. */
static char *local_packets(const struct file_text texts[COUNTER_FILES])
{
	static const char *const names[] = { "\nIp6InDelivers", "\nIp6OutRequests" };
	const char *ipv4 = strstr(texts[SNMP].text, "\nIp: ");
	char *local = text_format("%.*s", ipv4 ? (int)strcspn(ipv4 + 1, "\n") : 0, ipv4 ? ipv4 + 1 : "");

	for (size_t i = 0; i < COUNT(names); i++) {
		const char *line = strstr(texts[SNMP6].text, names[i]);
		if (!line)
			line = "\n?"; /* unlike what is read next */
		text_append(&local, "%.*s", (int)strcspn(line + 1, "\n"), line + 1);
	}
	return local;
}

/* Reads all; netstat only if it can have moved, else it stays as it was in *netstat. */
static bool read_all(struct counters *counters, struct file_text into[COUNTER_FILES], struct file_text *netstat)
{
	for (size_t i = 0; i < COUNTER_FILES; i++)
		if (i != NETSTAT)
			octets_read(counters->files[i], &into[i], sources[i].last);
	owned_text local = local_packets(into);
	if (counters->local && strcmp(counters->local, local) == 0)
		return false;
	octets_read(counters->files[NETSTAT], netstat, sources[NETSTAT].last);
	free(counters->local);
	counters->local = take(local);
	return true;
}

void counters_mark(struct counters *counters)
{
	read_all(counters, counters->before, &counters->before[NETSTAT]);
}

struct counter_set counters_moved(struct counters *counters)
{
	struct counter_set moved = { 0 };
	struct file_text *now = counters->now, *before = counters->before;
	const bool all = read_all(counters, now, &now[NETSTAT]);

	for (size_t i = 0; i < COUNTER_FILES; i++)
		if (i != NETSTAT || all)
			sources[i].compare(&moved, before[i].text, now[i].text);
	if (all) {
		const struct file_text last = before[NETSTAT];
		before[NETSTAT] = now[NETSTAT];
		now[NETSTAT] = last;
	}
	return moved;
}

static void add(struct counter_set *moved, const char *prefix, size_t prefix_length, const char *name, size_t length,
                int64_t delta)
{
	if (delta == 0)
		return;
	struct counter_value *counter = PUSH(moved->values, moved->count);
	snprintf(counter->name, sizeof counter->name, "%.*s%.*s", (int)prefix_length, prefix, (int)length, name);
	counter->value = delta;
}

static int64_t number(const char *text)
{
	return text ? strtoll(text, NULL, 10) : 0;
}

static size_t line_length(const char *line)
{
	return strcspn(line, "\n");
}

static const char *next_line(const char *line)
{
	line += line_length(line);
	return *line ? line + 1 : line;
}

static bool same_line(const char *a, const char *b)
{
	size_t length = line_length(a);

	return length == line_length(b) && memcmp(a, b, length) == 0;
}

/* The line of `before` that begins as `line` does, looked for from *from on, behind the one that was found last: lines
 * come and go, but keep their order. NULL: there was none. */
static const char *line_before(const char **from, const char *line, size_t length)
{
	for (const char *at = *from; *at; at = next_line(at)) {
		if (strncmp(at, line, length) != 0)
			continue;
		*from = next_line(at);
		return at;
	}
	return NULL;
}

void counters_compare_pairs(struct counter_set *moved, const char *before, const char *after)
{
	for (const char *line = after; *line; line = next_line(line)) {
		size_t name = strcspn(line, " \t\n"), blank = line[name] ? 1 : 0;
		const char *was = line_before(&before, line, name + blank);
		if (was && same_line(was, line))
			continue;
		add(moved, "", 0, line, name, number(line + name) - (was ? number(was + name) : 0));
	}
}

struct word_at {
	const char *at;
	size_t length;
};

/* To the next word of its line; false: there is none. */
static bool next_word(struct word_at *word)
{
	word->at += word->length;
	word->at += strspn(word->at, " ");
	word->length = strcspn(word->at, " \n");
	return word->length > 0;
}

static bool same_word(struct word_at a, struct word_at b)
{
	return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/* The value below a name in a table of two lines; NULL: it has none. */
static const char *value_below(const char *names, struct word_at wanted)
{
	struct word_at name = { .at = names }, value = { .at = next_line(names) };

	while (next_word(&name) && next_word(&value))
		if (same_word(name, wanted))
			return value.at;
	return NULL;
}

/* One table; old_names is NULL when it is new. A table of ICMP types gets a column when one is first seen. */
static void compare_table(struct counter_set *moved, const char *names, size_t prefix, const char *old_names)
{
	const char *values = next_line(names), *old_values = old_names ? next_line(old_names) : "";
	bool same_names = old_names && same_line(old_names, names);
	struct word_at name = { .at = names }, value = { .at = values }, old = { .at = old_values };

	if (same_names && same_line(old_values, values))
		return;
	for (bool heading = true; next_word(&name) && next_word(&value); heading = false) {
		const char *was = NULL;
		if (same_names && next_word(&old))
			was = old.at;
		else if (old_names)
			was = value_below(old_names, name);
		if (heading || (same_names && same_word(old, value)))
			continue;
		add(moved, names, prefix, name.at, name.length, number(value.at) - number(was));
	}
}

void counters_compare_tables(struct counter_set *moved, const char *before, const char *after)
{
	for (const char *names = after; *names; names = next_line(next_line(names))) {
		size_t prefix = strcspn(names, ":\n");
		if (names[prefix] == ':')
			compare_table(moved, names, prefix, line_before(&before, names, prefix + 1));
	}
}

/* Columns of /proc/net/dev that count errors and drops. Packets are not counted: the captures have them. */
static const struct {
	unsigned column;
	const char *name;
} device_columns[] = { { 2, "rx_errors" },  { 3, "rx_dropped" },  { 4, "rx_fifo_errors" },
	               { 10, "tx_errors" }, { 11, "tx_dropped" }, { 12, "tx_fifo_errors" } };

bool counters_has_column(const char *name)
{
	for (size_t i = 0; i < COUNT(device_columns); i++)
		if (strcmp(device_columns[i].name, name) == 0)
			return true;
	return false;
}

static int64_t column_of(const char *values, unsigned column)
{
	struct word_at value = { .at = values };

	while (next_word(&value))
		if (column-- == 0)
			return number(value.at);
	return 0;
}

void counters_compare_devices(struct counter_set *moved, const char *before, const char *after)
{
	for (const char *line = after; *line; line = next_line(line)) {
		size_t prefix = strcspn(line, ":\n") + 1;
		if (line[prefix - 1] != ':')
			continue; /* a heading */
		const char *was = line_before(&before, line, prefix);
		if (was && same_line(was, line))
			continue;
		size_t blanks = strspn(line, " ");
		for (size_t i = 0; i < COUNT(device_columns); i++) {
			unsigned column = device_columns[i].column;
			int64_t old = was ? column_of(was + prefix, column) : 0;
			add(moved, line + blanks, prefix - blanks, device_columns[i].name,
			    strlen(device_columns[i].name), column_of(line + prefix, column) - old);
		}
	}
}
