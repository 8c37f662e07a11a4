/* The kernel's own log while a cell runs. Of a host's log only what a cell cannot be judged without: the rest is not
 * about the test. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "probe_internal.h"

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		kmsg_skip(fd);
	return fd;
}

void kmsg_skip(int fd)
{
	lseek(fd, 0, SEEK_END);
}

/* A host's log does not say whose device of a name it means: one at a time listens for wrong sums. */
void kmsg_start(const struct probe *probe)
{
	if (probe->kmsg < 0)
		return;
	if (probe->lab->sums)
		flock(probe->kmsg, LOCK_EX);
	kmsg_skip(probe->kmsg);
}

void kmsg_end(const struct probe *probe)
{
	if (probe->kmsg >= 0)
		flock(probe->kmsg, LOCK_UN);
}

/* "6,339,5140900,-;the text", and below it lines about the device, which start with a blank. */
char *kmsg_text(char *record)
{
	char *text = strchr(record, ';');

	if (!text)
		return NULL;
	text++;
	text[strcspn(text, "\n")] = 0;
	return text;
}

char *kmsg_line(int fd)
{
	char record[8192];

	for (;;) {
		ssize_t got = read(fd, record, sizeof record - 1);
		if (got < 0 && (errno == EPIPE || errno == EINTR)) /* older ones were overwritten */
			continue;
		if (got <= 0)
			return NULL;
		record[got] = 0;
		const char *text = kmsg_text(record);
		if (text)
			return text_copy(text);
	}
}

/* Where `word` stands in a line with no letter or digit around it, or NULL. */
static const char *word_in(const char *line, const char *word)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t length = strlen(word);

	for (const char *at = line; length && (at = strstr(at, word)); at++)
		if ((at == line || !strchr(letters, at[-1])) && (!at[length] || !strchr(letters, at[length])))
			return at;
	return NULL;
}

/* The interface that a line is about: by the bus address of its NIC, which is unique, else by its name, if no other has
 * the same. */
static size_t subject(const struct lab *lab, const struct topology *topology, const char *line)
{
	size_t found = NOT_FOUND, count = 0;

	for (size_t i = 0; i < lab->interface_count; i++)
		if (word_in(line, lab->nics[i].bus))
			return i;
	for (size_t i = 0; i < lab->interface_count; i++) {
		if (!word_in(line, topology->interfaces[i].name))
			continue;
		found = i;
		count++;
	}
	return count == 1 ? found : NOT_FOUND;
}

#define SUM_FAULT "hw csum failure" /* netdev_rx_csum_fault(): from 5.14 on once a boot */

/* Words of the network core about something that goes wrong. */
static bool core_complains(const char *line)
{
	static const char *const words[] = {
		SUM_FAULT,
		"NETDEV WATCHDOG",
		"net_ratelimit:",
		"callbacks suppressed",
		"Dead loop on virtual device",
		"recursion limit reached on datapath",
		"strict mode",
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

static bool driver_speaks(const struct lab *lab, const char *line)
{
	for (size_t i = 0; i < lab->interface_count; i++)
		if (word_in(line, lab->nics[i].driver) || word_in(line, lab->nics[i].bus))
			return true;
	return false;
}

/* "b0: ...": how a device without a bus is named. Not "IPv6: ADDRCONF(NETDEV_CHANGE): b0: link becomes ready".
 */
static bool starts_with_nic(const struct lab *lab, const struct topology *topology, const char *line)
{
	for (size_t i = 0; i < lab->interface_count; i++)
		if (*lab->nics[i].name && word_in(line, topology->interfaces[i].name) == line)
			return true;
	return false;
}

/* Whether a host's line is about a device of the lab, by its name. */
static bool host_tells(const struct topology *topology, const char *line)
{
	for (size_t i = 0; i < INTERFACES(topology); i++)
		if (strstr(line, SUM_FAULT) && word_in(line, topology->interfaces[i].name))
			return true;
	return false;
}

char *kmsg_complaint(const struct lab *lab, const struct topology *topology, const char *line)
{
	size_t who = subject(lab, topology, line);

	if (!core_complains(line) && !driver_speaks(lab, line) && !starts_with_nic(lab, topology, line))
		return NULL;
	if (lab->machine < 0 && !host_tells(topology, line))
		return NULL;
	if (who == NOT_FOUND)
		return text_format("kernel: %s", line);
	/* Before its name come the driver and the bus. */
	const char *name = topology->interfaces[who].name, *at = word_in(line, name);
	const char *said = at ? at + strlen(name) : line;
	said += strspn(said, ": ");
	if (at != line && core_complains(line)) /* its words stand before the name */
		said = line;
	return text_format("%s.%s: %s", lab->names[topology->interfaces[who].node], name, *said ? said : line);
}

void kmsg_read(struct play *play)
{
	const struct probe *probe = play->probe;
	char *line;

	while (probe->kmsg >= 0 && (line = kmsg_line(probe->kmsg))) {
		owned_text complaint = kmsg_complaint(probe->lab, play->plan->topology, line);
		if (complaint)
			complain(play->trace, "%s", complaint);
		if (complaint || probe->lab->machine >= 0)
			*PUSH(play->trace->log, play->trace->log_count) = line;
		else
			free(line);
	}
}
