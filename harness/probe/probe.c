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

static void node_close(void *context, size_t node, struct error *err)
{
	struct probe *probe = context;

	(void)err;
	counters_close(&probe->counters[node]);
	capture_close(&probe->captures[node]);
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
	probe->kmsg = lab->machine >= 0 ? kmsg_open() : -1;
	for (size_t i = 0; i < lab->node_count; i++) {
		probe->senders[i] = -1;
		probe->captures[i] = (struct capture){ .fd = -1, .sender = -1, .burst.fd = -1 };
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
	struct error ignored = { 0 };

	if (!probe)
		return;
	drops_watch(probe->drops, NULL, &ignored); /* to none: nothing that can fail */
	for (size_t i = 0; i < probe->lab->node_count; i++)
		probe->captures[i].sender = probe->senders[i];
	at_nodes(NULL, probe->lab->node_count, node_close, probe, &ignored);
	if (probe->kmsg >= 0)
		close(probe->kmsg);
	if (probe->softnet >= 0)
		close(probe->softnet);
	free(probe->captures);
	free(probe->counters);
	free(probe->senders);
	free(probe);
}
