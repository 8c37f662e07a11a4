/* What a verdict rests on: hops, counters, offloads, sockets, drops. */
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "result_internal.h"

static void set_segments_left(struct pool *pool, struct result_hop *hop, const struct hop_summary *summary)
{
	struct value left[] = { left_value(pool, summary->left_least), left_value(pool, summary->left_most) };

	hop->segments_left.count = summary->forward ? COUNT(left) : 0;
	hop->segments_left.at = pool_keep(pool, left, hop->segments_left.count * sizeof *left);
}

static struct result_hop hop_of(struct pool *pool, const struct plan *plan, size_t number,
                                const struct hop_summary *summary)
{
	const struct interface *interface = &plan->topology->interfaces[HOP_INTERFACE(number)];
	struct result_checksums checksums = { .valid = (int64_t)summary->checksum[CHECKSUM_VALID],
		                              .partial = (int64_t)summary->checksum[CHECKSUM_PARTIAL],
		                              .bad = (int64_t)summary->checksum[CHECKSUM_BAD] };
	struct result_hop hop = { .node = pool_text(pool, plan->topology->nodes[interface->node].name),
		                  .interface = pool_text(pool, interface->name),
		                  .direction = (int)HOP_DIRECTION(number),
		                  .packets = (int64_t)summary->packets,
		                  .bytes = (int64_t)summary->bytes,
		                  .largest = (int64_t)summary->largest,
		                  .data = (int64_t)summary->data,
		                  .oversize = (int64_t)summary->oversize,
		                  .checksum = pool_keep(pool, &checksums, sizeof checksums) };

	set_segments_left(pool, &hop, summary);
	return hop;
}

static void set_hops(struct pool *pool, struct result_evidence *evidence, const struct plan *plan,
                     const struct verdict *verdict)
{
	size_t count = verdict ? verdict->hop_count : 0;
	struct result_hop *hops = zalloc((count + 1) * sizeof *hops);

	for (size_t hop = 0; hop < count; hop++)
		hops[hop] = hop_of(pool, plan, hop, &verdict->hops[hop]);
	evidence->hops.at = pool_keep(pool, hops, count * sizeof *hops);
	evidence->hops.count = count;
	free(hops);
}

/* Of equal names the last one counts, as in a JSON object. */
static struct figures figures_of(struct pool *pool, const struct plan *plan, const struct trace *trace,
                                 const char *owner)
{
	struct figure *figures = zalloc((trace->counter_count + 1) * sizeof *figures);
	size_t count = 0;

	for (size_t i = 0; i < trace->counter_count; i++) {
		const char *name = pool_text(pool, trace->counters[i].name);
		size_t at = 0;
		if (strcmp(counter_owner(plan->topology, &trace->counters[i]), owner) != 0)
			continue;
		while (at < count && figures[at].name != name)
			at++;
		figures[at] = (struct figure){ name, trace->counters[i].delta };
		count += at == count;
	}
	const void *kept = pool_keep(pool, figures, count * sizeof *figures);
	free(figures);
	return (struct figures){ kept, count };
}

static void set_counters(struct pool *pool, struct result_evidence *evidence, const struct plan *plan,
                         const struct trace *trace)
{
	struct result_counters *all = zalloc((trace->counter_count + 1) * sizeof *all);
	size_t count = 0;

	for (size_t i = 0; i < trace->counter_count; i++) {
		const char *owner = pool_text(pool, counter_owner(plan->topology, &trace->counters[i]));
		size_t at = 0;
		while (at < count && all[at].node != owner)
			at++;
		if (at == count)
			all[count++] = (struct result_counters){ owner, figures_of(pool, plan, trace, owner) };
	}
	evidence->counters.at = pool_keep(pool, all, count * sizeof *all);
	evidence->counters.count = count;
	free(all);
}

static const char *interface_name(struct pool *pool, const struct topology *topology, size_t number)
{
	const struct interface *interface = &topology->interfaces[number];

	return pool_format(pool, "%s.%s", topology->nodes[interface->node].name, interface->name);
}

static struct labels states_of(struct pool *pool, const struct trace *trace, size_t interface)
{
	struct label *states = zalloc((trace->offload_count + 1) * sizeof *states);
	size_t count = 0;

	for (size_t i = 0; i < trace->offload_count; i++) {
		const struct offload_state *state = &trace->offloads[i];
		const char *name = pool_text(pool, word_of(offload_words, (int)state->offload));
		size_t at = 0;
		if (state->interface != interface)
			continue;
		while (at < count && states[at].name != name)
			at++;
		states[at] = (struct label){ name, pool_text(pool, state->on ? "on" : "off") };
		count += at == count;
	}
	const void *kept = pool_keep(pool, states, count * sizeof *states);
	free(states);
	return (struct labels){ kept, count };
}

static void set_offloads(struct pool *pool, struct result_evidence *evidence, const struct plan *plan,
                         const struct trace *trace)
{
	struct result_offloads *all = zalloc((trace->offload_count + 1) * sizeof *all);
	size_t count = 0;

	for (size_t i = 0; i < trace->offload_count; i++) {
		size_t interface = trace->offloads[i].interface, at = 0;
		const char *name = interface_name(pool, plan->topology, interface);
		while (at < count && all[at].interface != name)
			at++;
		if (at == count)
			all[count++] = (struct result_offloads){ name, states_of(pool, trace, interface) };
	}
	evidence->offloads.at = pool_keep(pool, all, count * sizeof *all);
	evidence->offloads.count = count;
	free(all);
}

/* By the end of a link; links without NICs have none. */
static void set_models(struct pool *pool, struct result_evidence *evidence, const struct topology *topology)
{
	struct label *models = zalloc((INTERFACES(topology) + 1) * sizeof *models);
	size_t count = 0;

	for (size_t i = 0; i < INTERFACES(topology); i++)
		if (topology->interfaces[i].model)
			models[count++] = (struct label){ interface_name(pool, topology, i),
				                          pool_text(pool, topology->interfaces[i].model->word) };
	evidence->models = (struct labels){ pool_keep(pool, models, count * sizeof *models), count };
	free(models);
}

static const struct result_socket *socket_of(struct pool *pool, const struct endpoint *end)
{
	struct result_socket made = { .established = end->established,
		                      .mangled = end->mangled,
		                      .sent = (int64_t)end->sent,
		                      .received = (int64_t)end->received,
		                      .retransmits = (int64_t)end->retransmits,
		                      .unacknowledged = (int64_t)end->unacknowledged };

	if (!end->used)
		return NULL;
	made.error = end->error ? pool_text(pool, strerror(end->error)) : NULL;
	return pool_keep(pool, &made, sizeof made);
}

static struct texts texts_of(struct pool *pool, char *const *texts, size_t count)
{
	const char **list = zalloc((count + 1) * sizeof *list);

	for (size_t i = 0; i < count; i++)
		list[i] = pool_text(pool, texts[i]);
	const void *kept = pool_keep(pool, list, count * sizeof *list);
	free(list);
	return (struct texts){ kept, count };
}

static struct result_drop drop_of(struct pool *pool, const struct plan *plan, const struct drop *drop)
{
	const struct topology *topology = plan->topology;
	owned_text packet = drop_packet_text(plan, drop);

	return (struct result_drop){ .node = pool_text(pool, topology->nodes[drop->node].name),
		                     .interface = drop->interface == NOT_FOUND
		                                          ? NULL
		                                          : pool_text(pool, topology->interfaces[drop->interface].name),
		                     .reason = text_or_null(pool, drop->reason),
		                     .function = text_or_null(pool, drop->function),
		                     .packet = pool_text(pool, packet) };
}

static bool is_same_drop(const struct result_drop *a, const struct result_drop *b)
{
	return a->node == b->node && a->interface == b->interface && a->reason == b->reason &&
	       a->function == b->function && a->packet == b->packet;
}

/* Alike ones once, with how many they are. */
static void set_drops(struct pool *pool, struct result_evidence *evidence, const struct plan *plan,
                      const struct trace *trace)
{
	struct result_drop *drops = zalloc((trace->drop_count + 1) * sizeof *drops);
	size_t count = 0;

	for (size_t i = 0; i < trace->drop_count; i++) {
		struct result_drop drop = drop_of(pool, plan, &trace->drops[i]);
		size_t at = 0;
		while (at < count && !is_same_drop(&drops[at], &drop))
			at++;
		if (at == count)
			drops[count++] = drop;
		drops[at].count++;
	}
	evidence->drops.at = pool_keep(pool, drops, count * sizeof *drops);
	evidence->drops.count = count;
	evidence->drops_lost = (int64_t)trace->drops_lost;
	free(drops);
}

const struct result_evidence *result_evidence_make(struct pool *pool, const struct plan *plan,
                                                   const struct trace *trace, const struct verdict *verdict)
{
	struct result_evidence evidence = { 0 };

	set_hops(pool, &evidence, plan, verdict);
	set_counters(pool, &evidence, plan, trace);
	set_offloads(pool, &evidence, plan, trace);
	set_models(pool, &evidence, plan->topology);
	evidence.sender = socket_of(pool, &trace->client);
	evidence.receiver = socket_of(pool, &trace->server);
	evidence.complaints = texts_of(pool, trace->complaints, trace->complaint_count);
	evidence.hints = texts_of(pool, verdict ? verdict->hints : NULL, verdict ? verdict->hint_count : 0);
	set_drops(pool, &evidence, plan, trace);
	set_breaches(pool, &evidence, plan, verdict);
	set_icmp(pool, &evidence.icmpv6, 6, plan, trace);
	set_icmp(pool, &evidence.icmpv4, 4, plan, trace);
	return pool_keep(pool, &evidence, sizeof evidence);
}

const struct result_evidence *result_evidence_none(struct pool *pool)
{
	const void *nothing = pool_keep(pool, "", 0);
	struct result_evidence evidence = { .hops.at = nothing,
		                            .counters.at = nothing,
		                            .offloads.at = nothing,
		                            .models.at = nothing,
		                            .complaints.at = nothing,
		                            .hints.at = nothing,
		                            .drops.at = nothing };

	return pool_keep(pool, &evidence, sizeof evidence);
}
