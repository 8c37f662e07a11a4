#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "build_internal.h"
#include "device.h"

static void texts_free(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

static void fill(int *array, size_t count)
{
	for (size_t i = 0; i < count; i++)
		array[i] = -1;
}

static struct lab *lab_new(const struct plan *plan)
{
	const struct topology *topology = plan->topology;
	struct lab *lab = zalloc(sizeof *lab);

	lab->key = text_copy(plan->key);
	lab->node_count = topology->node_count;
	lab->interface_count = INTERFACES(topology);
	lab->line_count = plan->lab.count;
	lab->lacks = zalloc(lab->line_count * sizeof *lab->lacks);
	lab->answers = zalloc(lab->line_count * sizeof *lab->answers);
	lab->home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	lab->machine = open(MACHINE_PATH, O_RDONLY | O_CLOEXEC);
	lab->namespaces = zalloc(lab->node_count * sizeof *lab->namespaces);
	lab->names = zalloc(lab->node_count * sizeof *lab->names);
	lab->tuns = zalloc(lab->node_count * sizeof *lab->tuns);
	lab->ifindex = zalloc(lab->interface_count * sizeof *lab->ifindex);
	lab->nics = zalloc(lab->interface_count * sizeof *lab->nics);
	lab->taps = zalloc(lab->interface_count * sizeof *lab->taps);
	lab->flushes = zalloc(lab->interface_count * sizeof *lab->flushes);
	lab->original = zalloc(lab->interface_count * sizeof *lab->original);
	lab->controls = zalloc(lab->node_count * sizeof *lab->controls);
	fill(lab->namespaces, lab->node_count);
	fill(lab->controls, lab->node_count);
	fill(lab->tuns, lab->node_count);
	fill(lab->taps, lab->interface_count);
	fill(lab->flushes, lab->interface_count);
	for (size_t i = 0; i < lab->node_count; i++)
		lab->names[i] = text_copy(topology->nodes[i].name);
	for (size_t i = 0; i < topology->link_count; i++)
		lab->sums |= link_kind(&topology->links[i])->sums;
	return lab;
}

static enum lab_status attach_failed(const char *node, const char *device, struct error *err)
{
	bool closed = errno == EACCES || errno == EPERM || errno == ENOENT || errno == ENODEV;

	fail(err, "%s.%s: cannot open /dev/net/tun: %s%s", node, device, strerror(errno),
	     closed ? " (run as root, or let users open it: `sudo chmod 666 /dev/net/tun`)" : "");
	return closed ? LAB_SKIP : LAB_BROKEN;
}

/* Opens the user-space side of TAP and TUN devices, which have a carrier only while it is open. */
static enum lab_status devices_attach(struct lab *lab, const struct plan *plan, size_t node, struct error *err)
{
	const struct topology *topology = plan->topology;

	FOR_EACH_INTERFACE (i, topology, node) {
		if (!port_kind(topology, i)->carry)
			continue;
		const bool napi = port_kind(topology, i)->napi, paged = port_kind(topology, i)->paged;
		if ((napi || paged) && !tap_has_napi()) {
			fail(err, "links of `kind: wire` and `pages` need Linux 5.15: before, GRO breaks TAP devices "
			          "with NAPI");
			return LAB_SKIP;
		}
		lab->taps[i] = tap_attach(topology->interfaces[i].name, paged ? TAP_PAGES : napi ? TAP_NAPI : TAP);
		if (lab->taps[i] < 0 && paged && errno == EPERM) {
			fail(err, "links of `kind: pages` need root of the machine");
			return LAB_SKIP;
		}
		if (lab->taps[i] < 0)
			return attach_failed(lab->names[node], topology->interfaces[i].name, err);
		if (napi && (lab->flushes[i] = tap_flush_open(topology->interfaces[i].name)) < 0) {
			fail(err, "%s.%s: gro_flush_timeout: %s (only root of the machine may set it)",
			     lab->names[node], topology->interfaces[i].name, strerror(errno));
			return LAB_SKIP;
		}
	}
	for (size_t s = 0; s < plan->service_count; s++) {
		const struct device_kind *kind = plan->services[s].device.kind;
		if (plan->services[s].node != node || kind->input != INPUT_TUN)
			continue;
		lab->tuns[node] = tap_attach(kind->name, TUN);
		if (lab->tuns[node] < 0)
			return attach_failed(lab->names[node], kind->name, err);
	}
	return LAB_READY;
}

static int interfaces_read(struct lab *lab, const struct plan *plan, size_t node, struct error *err)
{
	const struct topology *topology = plan->topology;
	int fd = lab_control(lab, node);
	int result = 0;
	bool on[OFFLOADS] = { false };
	enum offload unread;

	lab_enter(lab, node);
	for (size_t i = 0; i < lab->interface_count && result == 0; i++) {
		const char *name = topology->interfaces[i].name;
		if (topology->interfaces[i].node != node)
			continue;
		lab->ifindex[i] = if_nametoindex(name);
		if (*lab->nics[i].name)
			nic_describe(&lab->nics[i], name, fd);
		if (offloads_get(fd, name, on, &unread) < 0)
			result = fail(err, "%s.%s: reading %s: %s", lab->names[node], name,
			              word_of(offload_words, unread), strerror(errno));
		for (enum offload o = 0; o < OFFLOADS; o++)
			lab->original[i][o] = on[o];
	}
	return result;
}

static enum lab_status devices_open(struct lab *lab, const struct plan *plan, struct error *err)
{
	enum lab_status status = LAB_READY;

	for (size_t node = 0; node < lab->node_count && status == LAB_READY; node++) {
		lab_enter(lab, node);
		status = devices_attach(lab, plan, node, err);
		if (status == LAB_READY && interfaces_read(lab, plan, node, err) < 0)
			status = LAB_BROKEN;
	}
	lab_enter(lab, NOT_FOUND);
	return status;
}

/* TUN devices that cannot be opened are a missing capability: check before `ip` fails with a less clear message. */
static enum lab_status check_tun(const struct plan *plan, struct error *err)
{
	if (!plan_uses_tun(plan) || access("/dev/net/tun", R_OK | W_OK) == 0)
		return LAB_READY;
	return attach_failed(plan->topology->name, "tun", err);
}

/* Only what exists can settle: first read back that the kernel holds all that the lines make. */
static enum lab_status lines_apply(struct lab *lab, const struct plan *plan, struct error *err)
{
	char **said = zalloc(plan->lab.count * sizeof *said);
	enum lab_status status = LAB_BROKEN;

	if (commands_apply(lab, plan->lab.commands, plan->lab.count, said, err) == 0)
		status = lab_read_back(lab, plan, said, err);
	texts_free(said, plan->lab.count);
	return status;
}

static enum lab_status build(struct lab *lab, struct watch *watch, const struct plan *plan, const int *namespaces,
                             struct error *err)
{
	enum lab_status status = check_tun(plan, err);

	if (status != LAB_READY)
		return status;
	for (size_t i = 0; i < lab->node_count; i++)
		if (namespace_make(lab, i, namespaces, err) < 0)
			return LAB_BROKEN;
	if (watch_open(watch, lab, err) < 0)
		return LAB_BROKEN;
	status = nics_take(lab, plan, err);
	if (status == LAB_READY)
		status = lines_apply(lab, plan, err);
	if (status == LAB_READY)
		status = devices_open(lab, plan, err);
	if (status == LAB_READY && settle(watch, lab, plan, err) < 0)
		status = LAB_BROKEN;
	return status;
}

enum lab_status lab_build(struct lab **ret, const struct plan *plan, const int *namespaces, bool by_ip,
                          struct error *err)
{
	struct lab *lab = lab_new(plan);
	struct watch watch = { 0 };

	lab->by_ip = by_ip;
	enum lab_status status = build(lab, &watch, plan, namespaces, err);

	watch_close(&watch);
	if (status != LAB_READY)
		blame(err, "building %s", plan->topology->name);
	*ret = lab;
	return status;
}

size_t lab_interface(const struct lab *lab, const struct topology *topology, size_t node, unsigned ifindex)
{
	FOR_EACH_INTERFACE (i, topology, node)
		if (lab->ifindex[i] == ifindex)
			return i;
	return NOT_FOUND;
}

static void close_all(int *descriptors, size_t count)
{
	for (size_t i = 0; descriptors && i < count; i++)
		if (descriptors[i] >= 0)
			close(descriptors[i]);
	free(descriptors);
}

void lab_free(struct lab *lab)
{
	if (!lab)
		return;
	nics_return(lab);
	namespaces_unname(lab);
	for (size_t i = 0; i < lab->node_count; i++)
		free(lab->names[i]);
	close_all(lab->taps, lab->interface_count);
	close_all(lab->flushes, lab->interface_count);
	close_all(lab->tuns, lab->node_count);
	close_all(lab->controls, lab->node_count);
	close_all(lab->namespaces, lab->node_count);
	if (lab->home >= 0)
		close(lab->home);
	if (lab->machine >= 0)
		close(lab->machine);
	free(lab->nics);
	free(lab->names);
	free(lab->ifindex);
	free(lab->original);
	texts_free(lab->lacks, lab->line_count);
	texts_free(lab->answers, lab->line_count);
	free(lab->refused_line);
	free(lab->refusal);
	free(lab->key);
	free(lab);
}
