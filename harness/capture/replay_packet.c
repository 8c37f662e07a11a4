/* A captured packet as the fields of a crafted one: those that differ from what is crafted without them. */
#include <stdlib.h>

#include "replay.h"
#include "transport.h"

enum { ETHERNET_SIZE = 14, COMMON_MTU = 1500 };

static void say_flags(char **text, unsigned flags)
{
	size_t count = 0;

	text_append(text, ", flags: [");
	for (const struct word *word = tcp_flag_words; word->word; word++)
		if (flags & (unsigned)word->value)
			text_append(text, "%s%s", count++ ? ", " : "", word->word);
	text_append(text, "]");
}

static void say_srh(char **text, const struct packet_view *view, const char **expected)
{
	const struct srh_view srh = packet_srh(view, packet_ip(view));

	if (!srh.present)
		return;
	if (srh.fault && view->whole) {
		text_append(text, ", segments_left: %u, srh.last_entry: %u, srh.type: %u, srh.length: %u",
		            srh.segments_left, srh.last_entry, srh.type, srh.length);
		/* RFC 8754 4.3.1.1: without segments left, a node goes on to what follows. */
		*expected = srh.segments_left ? "{fate: dropped}" : NULL;
	}
	if (srh.flags)
		text_append(text, ", srh.flags: %u", srh.flags);
	if (srh.tag)
		text_append(text, ", srh.tag: %u", srh.tag);
	for (size_t i = 0; i < srh.tlvs.length; i++)
		text_append(text, "%s%02x", i ? "" : ", srh.tlvs: \"", srh.tlvs.data[i]);
	if (srh.tlvs.length)
		text_append(text, "\"");
}

static int sum_of(const struct packet_view *view)
{
	const struct layer *transport = packet_transport(view);
	struct remarks ignored = { 0 };
	const int sum = transport ? sum_sighted(&ignored, view, transport) : NO_WORD;

	remarks_clear(&ignored);
	return sum;
}

/* Where a checksum was to be completed it is; what was not captured whole has a right one. */
static void say_checksum(char **text, int sum, const char **expected)
{
	if (sum == SUM_PARTIAL)
		text_append(text, ", checksum: partial");
	if (sum != SUM_BAD)
		return;
	text_append(text, ", checksum: bad");
	if (!*expected)
		*expected = "{fate: dropped, bad_checksums: any}";
}

/* What is larger than the MTU leaves as a burst, if a device is to cut it. */
static void say_payload(char **text, const struct packet_view *view, unsigned mtu, int sum)
{
	const size_t payload = packet_payload_length(view), header = view->wire_length - payload - ETHERNET_SIZE;
	const size_t most = (mtu ? mtu : COMMON_MTU) > header ? (mtu ? mtu : COMMON_MTU) - header : 1;
	const size_t packets = (payload + most - 1) / most;

	if (packets <= 1)
		text_append(text, "payload: %zu", payload ? payload : 1);
	else if (sum == SUM_PARTIAL)
		text_append(text, "payload: %zu, burst: %zu", (payload + packets - 1) / packets, packets);
	else
		text_append(text, "payload: %zu", most);
}

char *packet_text(const struct captured *seen, unsigned mtu, const char **expected)
{
	const struct packet_view *view = &seen->view;
	const struct layer *ip = packet_innermost_ip(view);
	const int sum = sum_of(view);
	char *text = NULL;

	*expected = NULL;
	if (!ip || (seen->known && !seen->payload))
		return NULL;
	say_payload(&text, view, mtu, sum);
	if (seen->known)
		say_flags(&text, seen->flags);
	if (ip_traffic_class(view, ip))
		text_append(&text, ", traffic_class: %u", ip_traffic_class(view, ip));
	if (ipv6_flow_label(view, ip))
		text_append(&text, ", flow_label: %u", ipv6_flow_label(view, ip));
	say_srh(&text, view, expected);
	say_checksum(&text, sum, expected);
	return text;
}
