/* A crafted burst, packet by packet, as its transport has it. */
#include <stdlib.h>
#include <string.h>

#include "transport.h"

static struct traffic packet_traffic(const struct traffic *traffic, size_t number)
{
	const struct transport *transport = transport_of(traffic);
	struct traffic packet = *traffic;

	packet.burst = 1;
	packet.differ = NULL;
	packet.differ_count = 0;
	if (transport->cut)
		transport->cut(&packet, number == 1, number == (size_t)traffic->burst);
	for (size_t i = 0; i < traffic->differ_count; i++) {
		const struct difference *difference = &traffic->differ[i];
		for (size_t s = 0; number >= difference->first && number <= difference->last && s < difference->count;
		     s++)
			traffic_set(&packet, &difference->settings[s]);
	}
	return packet;
}

static bool same_flow(const struct traffic *a, const struct traffic *b)
{
	const struct transport *transport = transport_of(a);

	return packet_is_readable(a) == packet_is_readable(b) && address_same(&a->to, &b->to) &&
	       address_same(&a->source, &b->source) &&
	       (!transport->crafted_port || transport->crafted_port(a) == transport->crafted_port(b));
}

/* The number of the packet's flow, and how much of its data is before the packet. */
static void join_flow(struct burst *burst, const struct traffic *traffic, size_t index)
{
	struct burst_packet *packet = &burst->packets[index];
	bool own = same_flow(&packet->traffic, traffic);

	packet->flow = own ? 0 : (unsigned)index + 1;
	for (size_t i = 0; i < index; i++) {
		const struct burst_packet *before = &burst->packets[i];
		if (!same_flow(&before->traffic, &packet->traffic))
			continue;
		packet->flow = before->flow;
		packet->octet += (uint64_t)before->traffic.payload;
	}
}

void burst_make(struct burst *burst, const struct traffic *traffic)
{
	const struct transport *transport = transport_of(traffic);

	*burst = (struct burst){ zalloc((size_t)traffic->burst * sizeof *burst->packets), (size_t)traffic->burst };
	for (size_t i = 0; i < burst->count; i++) {
		struct burst_packet *packet = &burst->packets[i];
		packet->traffic = packet_traffic(traffic, i + 1);
		join_flow(burst, traffic, i);
		packet->place = (int64_t)packet->octet + (int32_t)(transport->crafted_start(&packet->traffic) -
		                                                   transport->crafted_start(traffic));
	}
}

/* As many octets of a field as tell whether it is the same. */
static bool field_same(const struct traffic_field *field, const void *a, const void *b)
{
	const struct bytes *x = a, *y = b;
	const struct segment_list *s = a, *t = b;

	switch (field->type) {
	case FIELD_WORD:
	case FIELD_FLAGS:
		return *(const int *)a == *(const int *)b;
	case FIELD_SIZE:
	case FIELD_NUMBER:
		return *(const long *)a == *(const long *)b;
	case FIELD_ADDRESS:
		return address_same(a, b);
	case FIELD_HEX:
		return x->length == y->length && (!x->length || !memcmp(x->data, y->data, x->length));
	case FIELD_SEGMENTS:
		for (int mode = 0; mode < MODES; mode++) {
			if (s[mode].count != t[mode].count)
				return false;
			for (size_t i = 0; i < s[mode].count; i++)
				if (!address_same(&s[mode].segments[i], &t[mode].segments[i]))
					return false;
		}
		return true;
	case FIELD_TRANSPORT:
	case FIELD_NODE:
	case FIELD_DIFFER:
		break;
	}
	return true;
}

const struct traffic_field *packets_difference(const struct traffic *a, const struct traffic *b)
{
	static const char *const merged[] = { "payload", "sequence", "flags", "padding" };
	const struct traffic_field *field = NULL;
	int transport;

	while (traffic_field_next(&field, &transport)) {
		bool own = transport == a->transport, may = false;
		for (size_t i = 0; i < COUNT(merged); i++)
			may |= strcmp(field->key, merged[i]) == 0;
		if (may || (!own && transport != TRANSPORT_ANY))
			continue;
		const char *x = own ? (const char *)a->own : (const char *)a;
		const char *y = own ? (const char *)b->own : (const char *)b;
		if (!field_same(field, x + field->offset, y + field->offset))
			return field;
	}
	return NULL;
}
