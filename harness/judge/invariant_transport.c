/* What holds of a transport's segments when they are carried on, merged and cut. */
#include <stdio.h>
#include <string.h>

#include "invariant.h"
#include "transport.h"

/* Octets of a packet counted from the first of `after`; they may begin before it. */
struct range {
	int64_t begin, end;
};
static struct range range_of(const struct passage *passage, const struct captured *part)
{
	int64_t begin = (int32_t)(part->sequence - passage->after->sequence);

	return (struct range){ begin, begin + part->payload };
}

static bool is_data(const struct passage *passage)
{
	return passage->after->known && passage->after->payload && !passage->has_copies;
}

/* Each part has octets that no other has. */
static bool sequence(const struct passage *passage, struct values *values)
{
	int64_t covered = 0, wanted = passage->after->payload;

	if (!is_data(passage))
		return false;
	for (size_t i = 0; i < passage->part_count; i++) {
		const struct range range = range_of(passage, passage->parts[i]);
		int64_t begin = range.begin < 0 ? 0 : range.begin, end = range.end > wanted ? wanted : range.end;
		covered += end > begin ? end - begin : 0;
	}
	if (covered >= wanted)
		return false;
	snprintf(values->expected, sizeof values->expected, "%lld octets that came", (long long)wanted);
	snprintf(values->saw, sizeof values->saw, "%lld of them", (long long)covered);
	return true;
}

static bool payload(const struct passage *passage, struct values *values)
{
	const struct captured *before = passage->before, *after = passage->after;
	const struct bytes from = packet_payload(&before->view), to = packet_payload(&after->view);

	if (!after->known || !before->known || before->headers_only || after->headers_only)
		return false;
	const struct range range = range_of(passage, before);
	int64_t begin = range.begin < 0 ? 0 : range.begin, end = range.begin + (int64_t)from.length;
	if (end > (int64_t)to.length)
		end = (int64_t)to.length;
	if (end <= begin || memcmp(from.data + (begin - range.begin), to.data + begin, (size_t)(end - begin)) == 0)
		return false;
	while (from.data[begin - range.begin] == to.data[begin])
		begin++;
	snprintf(values->expected, sizeof values->expected, "0x%02x at octet %lld of the payload",
	         from.data[begin - range.begin], (long long)begin);
	snprintf(values->saw, sizeof values->saw, "0x%02x", to.data[begin]);
	return true;
}

static void say_octets(char text[120], struct bytes octets)
{
	text[0] = 0;
	for (size_t i = 0; i < octets.length && i < 40; i++)
		sprintf(text + 2 * i, "%02x", octets.data[i]);
	if (!octets.length)
		strcpy(text, "none");
}

/* What the transport has nodes keep by an invariant. */
static bool part_differs(const struct passage *passage, enum invariant invariant, struct values *values)
{
	const struct transport *transport = transport_of(&passage->plan->traffic);
	struct kept_part was[KEPT_MOST], is[KEPT_MOST];

	if (!is_data(passage) || !passage->before->known || !transport->kept)
		return false;
	size_t count = transport->kept(passage->before, was);
	transport->kept(passage->after, is);
	for (size_t i = 0; i < count; i++) {
		const struct bytes a = was[i].octets, b = is[i].octets;
		if (was[i].invariant != invariant ||
		    (a.length == b.length && (!a.length || memcmp(a.data, b.data, a.length) == 0)))
			continue;
		say_octets(values->expected, a);
		say_octets(values->saw, b);
		return true;
	}
	return false;
}

static bool ports(const struct passage *passage, struct values *values)
{
	return part_differs(passage, INVARIANT_TCP_PORTS, values);
}

static bool acknowledgement(const struct passage *passage, struct values *values)
{
	return part_differs(passage, INVARIANT_TCP_ACKNOWLEDGEMENT, values);
}

static bool window(const struct passage *passage, struct values *values)
{
	return part_differs(passage, INVARIANT_TCP_WINDOW, values);
}

static bool options(const struct passage *passage, struct values *values)
{
	return part_differs(passage, INVARIANT_TCP_OPTIONS, values);
}

/* Some belong to the last octet of a segment (FIN and PSH), some to its first (CWR), all others to all of it. */
static unsigned flags_wanted(const struct passage *passage)
{
	const int64_t length = passage->after->payload;
	const struct transport *transport = transport_of(&passage->plan->traffic);
	unsigned wanted = 0;

	for (size_t i = 0; i < passage->part_count; i++) {
		const struct captured *part = passage->parts[i];
		const struct range range = range_of(passage, part);
		wanted |= part->flags & ~(transport->with_last | transport->with_first);
		if (range.end > 0 && range.end <= length)
			wanted |= part->flags & transport->with_last;
		if (range.begin >= 0 && range.begin < length)
			wanted |= part->flags & transport->with_first;
	}
	return wanted;
}

/* The flags of a segment that IPv4 cut are in its first fragment, which does not have its last octet. */
static bool flags(const struct passage *passage, struct values *values)
{
	if (!is_data(passage) || packet_is_fragment(&passage->after->view))
		return false;
	unsigned wanted = flags_wanted(passage);
	if (passage->after->flags == wanted)
		return false;
	snprintf(values->expected, sizeof values->expected, "0x%02x", wanted);
	snprintf(values->saw, sizeof values->saw, "0x%02x", passage->after->flags);
	return true;
}

/* What a packet is to be cut into: gso_size, or all of it. */
static uint32_t unit_of(const struct captured *captured)
{
	return captured->gso_size ? captured->gso_size : captured->payload;
}

static bool says_unit(struct values *values, uint32_t wanted, uint32_t is, const char *what)
{
	snprintf(values->expected, sizeof values->expected, "%u octets", wanted);
	snprintf(values->saw, sizeof values->saw, "%u%s", is, what);
	return true;
}

/* Several in one: all but the last are as long as the first. */
static bool merged_wrongly(const struct passage *passage, struct values *values)
{
	const uint32_t length = passage->after->payload, unit = passage->after->gso_size;

	for (size_t i = 0; unit && i < passage->part_count; i++) {
		const struct captured *part = passage->parts[i];
		const struct range range = range_of(passage, part);
		bool last = range.end >= length;
		if (last ? part->payload > unit && unit_of(part) != unit
		         : unit_of(part) != unit || part->payload % unit)
			return says_unit(values, unit, part->payload, last ? " in its last part" : " in a part");
	}
	return false;
}

/* One of several: as long as gso_size, but for the last. */
static bool cut_wrongly(const struct passage *passage, struct values *values)
{
	const struct captured *part = passage->parts[0], *after = passage->after;
	const struct range range = range_of(passage, part);
	const uint32_t unit = part->gso_size;

	if (!unit || range.end - range.begin <= after->payload)
		return false;
	bool last = range.end <= after->payload;
	if (after->gso_size ? after->gso_size == unit : last ? after->payload <= unit : after->payload == unit)
		return false;
	return says_unit(values, unit, after->payload, last ? " in the last" : "");
}

static bool gso_size(const struct passage *passage, struct values *values)
{
	if (!is_data(passage))
		return false;
	return passage->part_count > 1 ? merged_wrongly(passage, values) : cut_wrongly(passage, values);
}

const struct invariant_row invariants_of_transport[] = {
	{ INVARIANT_TCP_SEQUENCE, "RFC 9293 3.4", SCOPE_ALL, PLACES_PAST_ORIGIN, sequence },
	{ INVARIANT_PAYLOAD, "RFC 9293 3.4", SCOPE_EACH, PLACES_PAST_ORIGIN, payload },
	{ INVARIANT_TCP_PORTS, "RFC 9293 3.1", SCOPE_EACH, PLACES_PAST_ORIGIN, ports },
	{ INVARIANT_TCP_ACKNOWLEDGEMENT, "RFC 9293 3.1, segmentation-offloads.rst", SCOPE_EACH, PLACES_PAST_ORIGIN,
	  acknowledgement },
	{ INVARIANT_TCP_WINDOW, "RFC 9293 3.1, segmentation-offloads.rst", SCOPE_EACH, PLACES_PAST_ORIGIN, window },
	{ INVARIANT_TCP_OPTIONS, "RFC 9293 3.1, segmentation-offloads.rst", SCOPE_EACH, PLACES_PAST_ORIGIN, options },
	{ INVARIANT_TCP_FLAGS, "RFC 9293 3.9.1, RFC 3168 6.1.2", SCOPE_ALL, PLACES_PAST_ORIGIN, flags },
	{ INVARIANT_GSO_SIZE, "segmentation-offloads.rst", SCOPE_ALL, PLACES_PAST_ORIGIN, gso_size },
	{ 0, NULL, 0, 0, NULL },
};
