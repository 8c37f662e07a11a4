/* One lab has one capture, one set of counters and one log: what of it is a flow's, of several that ran at once. */
#include <stdlib.h>
#include <string.h>

#include "probe_internal.h"

/* Another copy of what a trace owns. */
static uint8_t *octets_copy(const uint8_t *octets, size_t length)
{
	return memcpy(must(malloc(length + 1)), octets, length);
}

static void give_packet(struct trace *to, const struct captured *packet)
{
	struct captured *given = PUSH(to->packets, to->packet_count);

	*given = *packet;
	given->data = octets_copy(packet->data, packet->length);
	given->view.frame = given->data;
}

static void split_packets(const struct play *all, struct trace *whole)
{
	size_t kept = 0;

	for (size_t i = 0; i < whole->packet_count; i++) {
		struct captured *packet = &whole->packets[i];
		const size_t flow = packet_flow(all->plan, &packet->view);
		for (size_t other = 1; other < all->all_count; other++)
			if (flow == other || flow == NOT_FOUND)
				give_packet(all[other].trace, packet);
		if (flow == 0 || flow == NOT_FOUND)
			whole->packets[kept++] = *packet;
		else
			free(packet->data);
	}
	whole->packet_count = kept;
}

static void give_drop(struct trace *to, const struct drop *drop)
{
	struct drop *given = PUSH(to->drops, to->drop_count);

	*given = *drop;
	given->data = octets_copy(drop->data, drop->length);
}

static size_t flow_of_drop(const struct plan *plan, const struct drop *drop)
{
	struct captured read = { .data = drop->data, .length = drop->length, .wire_length = drop->wire_length };

	captured_parse(&read);
	return packet_flow(plan, &read.view);
}

static void split_drops(const struct play *all, struct trace *whole)
{
	size_t kept = 0;

	for (size_t i = 0; i < whole->drop_count; i++) {
		struct drop *drop = &whole->drops[i];
		const size_t flow = flow_of_drop(all->plan, drop);
		for (size_t other = 1; other < all->all_count; other++)
			if (flow == other || flow == NOT_FOUND)
				give_drop(all[other].trace, drop);
		if (flow == 0 || flow == NOT_FOUND)
			whole->drops[kept++] = *drop;
		else
			free(drop->data);
	}
	whole->drop_count = kept;
}

static void share(const struct trace *whole, struct trace *with)
{
	for (size_t i = 0; i < whole->counter_count; i++)
		*PUSH(with->counters, with->counter_count) = whole->counters[i];
	for (size_t i = 0; i < whole->complaint_count; i++)
		*PUSH(with->complaints, with->complaint_count) = text_copy(whole->complaints[i]);
	for (size_t i = 0; i < whole->log_count; i++)
		*PUSH(with->log, with->log_count) = text_copy(whole->log[i]);
	with->lost = whole->lost;
	with->drops_lost = whole->drops_lost;
	with->milliseconds = whole->milliseconds;
}

/* What stopped one of them stopped all. */
static void share_ends(const struct play *all)
{
	const char *broken = NULL, *skip = NULL;

	for (size_t i = 0; i < all->all_count; i++) {
		broken = broken ? broken : all[i].trace->broken;
		skip = skip ? skip : all[i].trace->skip;
	}
	for (size_t i = 0; i < all->all_count; i++) {
		if (broken && !all[i].trace->broken)
			all[i].trace->broken = text_copy(broken);
		if (skip && !all[i].trace->skip)
			all[i].trace->skip = text_copy(skip);
	}
}

void flows_split(const struct play *all)
{
	struct trace *whole = all->trace;

	if (all->all_count < 2)
		return;
	for (size_t i = 1; i < all->all_count; i++)
		share(whole, all[i].trace);
	split_packets(all, whole);
	split_drops(all, whole);
	share_ends(all);
}
