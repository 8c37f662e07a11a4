#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_internal.h"

static void node_open(void *context, size_t node, struct error *err)
{
	struct probe *probe = context;

	listener_open(&probe->listeners.list[node], probe->lab->names[node], err);
}

/* In the namespaces of a lab that was built without them. */
static int listeners_open(struct probe *probe, struct error *err)
{
	struct listeners *listeners = &probe->listeners;

	listeners->count = probe->lab->node_count;
	listeners->list = zalloc(listeners->count * sizeof *listeners->list);
	for (size_t i = 0; i < listeners->count; i++)
		listeners->list[i] = listener_none();
	return at_nodes(probe->lab, listeners->count, node_open, probe, err);
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

int probe_open(struct probe **ret, const struct lab *lab, struct stock *stock, struct listeners *listeners,
               struct drops *drops, struct error *err)
{
	struct probe *probe = zalloc(sizeof *probe);

	probe->lab = lab;
	probe->drops = drops;
	probe->own = stock ? NULL : stock_new(0);
	probe->stock = stock ?: probe->own;
	probe->softnet = softnet_open();
	look_at_cpus(probe);
	probe->senders = zalloc(lab->node_count * sizeof *probe->senders);
	probe->kmsg = lab->machine >= 0 || lab->sums ? kmsg_open() : -1;
	for (size_t i = 0; i < lab->node_count; i++)
		probe->senders[i] = -1;
	if (listeners)
		probe->listeners = *listeners;
	if ((!listeners && listeners_open(probe, err) < 0) || drops_watch(drops, lab, err) < 0) {
		probe_close(probe);
		return -1;
	}
	*ret = probe;
	return 0;
}

static void close_sockets(struct probe *probe)
{
	for (size_t node = 0; node < probe->listeners.count; node++) {
		struct burst_ring *burst = &probe->listeners.list[node].capture.burst;
		if (probe->senders[node] >= 0)
			stock_close(probe->stock,
			            (struct closed){ .what = CLOSE_SENDER, .sender = probe->senders[node] });
		if (burst->fd >= 0)
			stock_close(probe->stock, (struct closed){ .what = CLOSE_BURST, .burst = *burst });
	}
	listeners_close(&probe->listeners, probe->stock);
}

void probe_close(struct probe *probe)
{
	if (!probe)
		return;
	drops_watch(probe->drops, NULL, NULL); /* watching no lab cannot fail */
	close_sockets(probe);
	stock_free(probe->own);
	if (probe->kmsg >= 0)
		close(probe->kmsg);
	if (probe->softnet >= 0)
		close(probe->softnet);
	free(probe->senders);
	free(probe);
}
