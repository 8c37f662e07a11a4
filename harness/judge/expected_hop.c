/* What packets at a hop are, against what a row says of them: every one of those meant must be so. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "expected.h"

/* The value of a field of a packet. */
struct value_seen {
	bool lacks; /* the packet has nothing of the kind */
	int64_t number;
	struct address address;
	struct bytes octets; /* HEX; of ADDRESSES those of the wire, the last visited first */
};

/* Which mode packets like it have: RFC 8986 5 names them by what the headers are. */
static enum mode mode_seen(const struct packet_view *view, const struct srh_view *srh)
{
	for (size_t i = 1; i < view->count; i++)
		if (view->layers[i].kind == LAYER_ETHERNET)
			return MODE_L2ENCAP;
	if (packet_is_encapsulated(view))
		return srh->present ? MODE_ENCAP : MODE_IP6IP6;
	return srh->present ? MODE_INLINE : MODE_PLAIN;
}

static struct value_seen srh_value(const struct srh_view *srh, enum hop_field field)
{
	if (!srh->present)
		return (struct value_seen){ .lacks = true };
	switch (field) {
	case HOP_LAST_ENTRY:
		return (struct value_seen){ .number = srh->last_entry };
	case HOP_SEGMENTS:
		return (struct value_seen){ .octets = srh->segment_list };
	case HOP_TAG:
		return (struct value_seen){ .number = srh->tag };
	case HOP_FLAGS:
		return (struct value_seen){ .number = srh->flags };
	case HOP_TLVS:
		return (struct value_seen){ .octets = srh->tlvs };
	default:
		return (struct value_seen){ .number = srh->segments_left };
	}
}

static struct value_seen value_of(const struct captured *captured, enum hop_field field)
{
	const struct packet_view *view = &captured->view;
	const struct layer *first = packet_ip(view), *last = packet_innermost_ip(view);
	const struct srh_view srh = packet_srh(view, first);

	if (!first)
		return (struct value_seen){ .lacks = true };
	switch (field) {
	case HOP_MODE:
		return (struct value_seen){ .number = mode_seen(view, &srh) };
	case HOP_SOURCE:
		return (struct value_seen){ .address = ip_source(view, first) };
	case HOP_DESTINATION:
		return (struct value_seen){ .address = ip_destination(view, first) };
	case HOP_INNER_SOURCE:
		return (struct value_seen){ .address = ip_source(view, last) };
	case HOP_INNER_DESTINATION:
		return (struct value_seen){ .address = ip_destination(view, last) };
	case HOP_HOP_LIMIT:
		return (struct value_seen){ .number = ip_hop_limit(view, first) };
	case HOP_TRAFFIC_CLASS:
		return (struct value_seen){ .number = ip_traffic_class(view, first) };
	case HOP_FLOW_LABEL:
		return (struct value_seen){ .number = ipv6_flow_label(view, first) };
	default:
		return srh_value(&srh, field);
	}
}

static bool same_list(const struct check *check, const struct bytes *list)
{
	const size_t count = list->length / SEGMENT_OCTETS;

	for (size_t i = 0; i < check->address_count && count == check->address_count; i++) {
		const struct address entry = address_from(AF_INET6, list->data + (count - 1 - i) * SEGMENT_OCTETS);
		if (!address_same(&entry, &check->addresses[i]))
			return false;
	}
	return count == check->address_count;
}

static bool value_holds(const struct check *check, const struct value_seen *value)
{
	if (check->none || value->lacks)
		return check->none &&
		       (value->lacks || (hop_fields[check->field].type == CHECK_HEX && !value->octets.length));
	switch (hop_fields[check->field].type) {
	case CHECK_ADDRESS:
		return address_same(&check->addresses[0], &value->address);
	case CHECK_ADDRESSES:
		return same_list(check, &value->octets);
	case CHECK_HEX:
		return check->octet_count == value->octets.length &&
		       (!check->octet_count || memcmp(check->octets, value->octets.data, check->octet_count) == 0);
	default:
		return in_bounds(&check->bounds, value->number);
	}
}

static char *list_text(const struct bytes *list)
{
	char text[ADDRESS_TEXT_SIZE], *all = NULL;

	for (size_t i = list->length / SEGMENT_OCTETS; i--;) {
		const struct address entry = address_from(AF_INET6, list->data + i * SEGMENT_OCTETS);
		text_append(&all, "%s%s", all ? ", " : "", address_text(&entry, text));
	}
	return all ? all : text_copy("none");
}

static char *hex_text(const struct bytes *octets)
{
	char *all = NULL;

	for (size_t i = 0; i < octets->length; i++)
		text_append(&all, "%02x", octets->data[i]);
	return all ? all : text_copy("none");
}

static char *value_text(const struct check_field *field, const struct value_seen *value)
{
	char text[ADDRESS_TEXT_SIZE];

	if (value->lacks)
		return text_copy("none");
	switch (field->type) {
	case CHECK_ADDRESS:
		return text_copy(address_text(&value->address, text));
	case CHECK_ADDRESSES:
		return list_text(&value->octets);
	case CHECK_HEX:
		return hex_text(&value->octets);
	case CHECK_WORD:
		return text_copy(word_of(field->words, (int)value->number));
	default:
		return text_format("%" PRIi64, value->number);
	}
}

static bool is_meant(const struct captured *captured, size_t hop, enum way way)
{
	return captured->hop == hop && captured->way == way;
}

static void differ_at(struct differences *differences, const struct checks *checks, const struct check *check,
                      char *saw)
{
	owned_text what = text_format("at %s %s ", checks->at, hop_fields[check->field].key);
	owned_text wanted = check_text(check);

	differ(differences, what, wanted, saw);
	text_cleanup(&saw);
}

/* How many there are, and how large the largest is. */
static void compare_count(struct differences *differences, const struct seen_verdict *seen, const struct checks *checks,
                          size_t hop, enum way way)
{
	const struct check *number = checks_find(checks, HOP_PACKETS), *size = checks_find(checks, HOP_LARGEST);
	int64_t packets = 0, largest = 0;

	for (size_t i = 0; i < seen->trace->packet_count; i++) {
		const struct captured *captured = &seen->trace->packets[i];
		if (!is_meant(captured, hop, way))
			continue;
		packets++;
		if ((int64_t)captured->wire_length > largest)
			largest = (int64_t)captured->wire_length;
	}
	if (number && !in_bounds(&number->bounds, packets))
		differ_at(differences, checks, number, text_format("%" PRIi64, packets));
	if (size && (!packets || !in_bounds(&size->bounds, largest)))
		differ_at(differences, checks, size,
		          packets ? text_format("%" PRIi64, largest) : text_copy("no packet there"));
}

static void compare_field(struct differences *differences, const struct seen_verdict *seen, const struct checks *checks,
                          const struct check *check, size_t hop, enum way way)
{
	bool any = false;

	for (size_t i = 0; i < seen->trace->packet_count; i++) {
		const struct captured *captured = &seen->trace->packets[i];
		if (!is_meant(captured, hop, way))
			continue;
		const struct value_seen value = value_of(captured, (enum hop_field)check->field);
		any = true;
		if (value_holds(check, &value))
			continue;
		differ_at(differences, checks, check, value_text(&hop_fields[check->field], &value));
		return; /* the first one tells */
	}
	if (!any)
		differ_at(differences, checks, check, text_copy("no packet there"));
}

void compare_hops(struct differences *differences, const struct seen_verdict *seen, const struct expectation *row)
{
	for (size_t i = 0; i < row->hop_count; i++) {
		const struct checks *checks = &row->hops[i];
		const size_t hop = hop_find(seen->plan->topology, checks->at);
		const struct check *named = checks_find(checks, HOP_WAY);
		const enum way way = named ? (enum way)named->bounds.least : WAY_FORWARD;
		if (hop == NOT_FOUND)
			continue;
		compare_count(differences, seen, checks, hop, way);
		for (size_t c = 0; c < checks->count; c++)
			if (checks->list[c].field > HOP_LARGEST)
				compare_field(differences, seen, checks, &checks->list[c], hop, way);
	}
}
