#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

static void node_open(void *context, size_t node, struct error *err)
{
	struct probe *probe = context;

	if (capture_open(&probe->captures[node]) < 0)
		fail(err, "capturing at %s: %s", probe->lab->names[node], strerror(errno));
	else
		counters_open(&probe->counters[node], counter_file, err);
}

/* Each packet socket waits for grace periods when it is closed, so each is closed beside the others. */
struct closing {
	struct probe *probe;
	struct closed {
		enum { CLOSE_CAPTURE, CLOSE_SENDER, CLOSE_BURST } what;
		size_t node;
	} * list;
	size_t count;
};

static void close_one(void *context, size_t number, struct error *err)
{
	const struct closing *closing = context;
	const struct closed *one = &closing->list[number];
	struct probe *probe = closing->probe;

	(void)err;
	switch (one->what) {
	case CLOSE_CAPTURE:
		counters_close(&probe->counters[one->node]);
		capture_close(&probe->captures[one->node]);
		break;
	case CLOSE_SENDER:
		close(probe->senders[one->node]);
		break;
	case CLOSE_BURST:
		burst_close(&probe->captures[one->node].burst);
		break;
	}
}

static void close_sockets(struct probe *probe)
{
	struct closing closing = { .probe = probe };

	for (size_t node = 0; node < probe->lab->node_count; node++) {
		*PUSH(closing.list, closing.count) = (struct closed){ CLOSE_CAPTURE, node };
		if (probe->senders[node] >= 0)
			*PUSH(closing.list, closing.count) = (struct closed){ CLOSE_SENDER, node };
		if (probe->captures[node].burst.fd >= 0)
			*PUSH(closing.list, closing.count) = (struct closed){ CLOSE_BURST, node };
	}
	at_nodes(NULL, closing.count, close_one, &closing, NULL);
	free(closing.list);
}

/* A worker has bound itself to one CPU; what it may use beside, the kernel says when it asks for all. */
static void look_at_cpus(struct probe *probe)
{
	cpu_set_t all;

	CPU_ZERO(&probe->home);
	CPU_ZERO(&probe->other_cpus);
	if (sched_getaffinity(0, sizeof probe->home, &probe->home) < 0)
		return; /* more CPUs than a set has: the worker is bound to none */
	memset(&all, 0xff, sizeof all);
	if (sched_setaffinity(0, sizeof all, &all) == 0 && sched_getaffinity(0, sizeof all, &all) == 0)
		CPU_XOR(&probe->other_cpus, &all, &probe->home);
	sched_setaffinity(0, sizeof probe->home, &probe->home);
}

int probe_open(struct probe **ret, const struct lab *lab, struct drops *drops, struct error *err)
{
	struct probe *probe = zalloc(sizeof *probe);

	probe->lab = lab;
	probe->drops = drops;
	probe->softnet = softnet_open();
	look_at_cpus(probe);
	probe->captures = zalloc(lab->node_count * sizeof *probe->captures);
	probe->counters = zalloc(lab->node_count * sizeof *probe->counters);
	probe->senders = zalloc(lab->node_count * sizeof *probe->senders);
	probe->kmsg = lab->machine >= 0 || lab->sums ? kmsg_open() : -1;
	for (size_t i = 0; i < lab->node_count; i++) {
		probe->senders[i] = -1;
		probe->captures[i] = (struct capture){ .fd = -1, .burst.fd = -1 };
		for (size_t f = 0; f < COUNT(probe->counters[i].files); f++)
			probe->counters[i].files[f] = -1;
	}
	if (at_nodes(lab, lab->node_count, node_open, probe, err) < 0 || drops_watch(drops, lab, err) < 0) {
		probe_close(probe);
		return -1;
	}
	*ret = probe;
	return 0;
}

void probe_close(struct probe *probe)
{

	if (!probe)
		return;
	drops_watch(probe->drops, NULL, NULL); /* to none: nothing that can fail */
	close_sockets(probe);
	if (probe->kmsg >= 0)
		close(probe->kmsg);
	if (probe->softnet >= 0)
		close(probe->softnet);
	free(probe->captures);
	free(probe->counters);
	free(probe->senders);
	free(probe);
}
