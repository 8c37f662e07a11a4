/* Any bytes through the packet parser and what rests on it. What must always hold is asserted. */
#include <stdlib.h>
#include <string.h>

#include "packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static bool inside(struct bytes view, const uint8_t *data, size_t size)
{
	return view.length == 0 || (view.data >= data && view.length <= size - (size_t)(view.data - data));
}

static void srh_holds(const struct srh_view *srh, const uint8_t *data, size_t size)
{
	demand(inside(srh->segment_list, data, size) && inside(srh->tlvs, data, size));
	demand(srh->segment_list.length % 16 == 0 && srh->segment_list.length <= 16u * (srh->last_entry + 1u));
	if (srh->present && !srh->fault)
		demand(srh->segment_list.length == 16u * (srh->last_entry + 1u));
}

static void read_only(const uint8_t *data, size_t size)
{
	struct packet_view view = packet_parse((struct bytes){ data, size });

	srh_holds(&view.srh, data, size);
	srh_holds(&view.inner_srh, data, size);
	demand(inside(view.payload, data, size));
	demand(!view.tcp || view.ipv6);
	demand(!view.tcp || view.tcp_offset + 20 <= size);
	if (view.tcp && view.whole)
		demand(view.tcp_offset + view.tcp_length <= size && view.payload.length <= view.tcp_length - 20);
	packet_checksum(&view, false);
	packet_checksum(&view, true);
}

static void changing(const uint8_t *data, size_t size)
{
	uint8_t *copy = memcpy(zalloc(size), size ? data : (const uint8_t *)"", size);
	unsigned left = packet_parse((struct bytes){ copy, size }).srh.segments_left;

	if (frame_advance(copy, size))
		demand(packet_parse((struct bytes){ copy, size }).srh.segments_left == left - 1);
	else
		demand(size == 0 || memcmp(copy, data, size) == 0);
	if (frame_complete_checksum(copy, size)) {
		struct packet_view view = packet_parse((struct bytes){ copy, size });
		demand(packet_checksum(&view, false) == CHECKSUM_VALID);
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t ethernet[14] = { [12] = 0x86, [13] = 0xdd };
	uint8_t *frame = zalloc(sizeof ethernet + size);

	/* As it is, and as what an IPv6 frame carries: a fuzzer would need long to find that type by itself. */
	read_only(data, size);
	changing(data, size);
	memcpy(frame, ethernet, sizeof ethernet);
	memcpy(frame + sizeof ethernet, size ? data : ethernet, size);
	read_only(frame, sizeof ethernet + size);
	changing(frame, sizeof ethernet + size);
	free(frame);
	return 0;
}
