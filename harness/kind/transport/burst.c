/* What is asked of a crafted burst. */
#include <stdlib.h>

#include "traffic.h"

bool packet_is_readable(const struct traffic *packet)
{
	return packet->next_header == FIELD_AUTO && packet->routing_type == FIELD_AUTO && packet->cut == 0;
}

uint64_t burst_octets(const struct burst *burst, uint64_t had, bool *gap)
{
	const int64_t begin = (int64_t)had;
	int64_t end = begin, before;

	do {
		before = end;
		for (size_t i = 0; i < burst->count; i++) {
			const struct burst_packet *packet = &burst->packets[i];
			int64_t behind = packet->place + packet->traffic.payload;
			if (!packet->flow && packet->place <= end && behind > end)
				end = behind;
		}
	} while (end > before);
	*gap = false;
	for (size_t i = 0; i < burst->count; i++)
		*gap |= !burst->packets[i].flow && burst->packets[i].place > end;
	return (uint64_t)(end - begin);
}

void burst_clear(struct burst *burst)
{
	free(burst->packets);
	*burst = (struct burst){ 0 };
}

char *packets_text(const uint64_t *groups, size_t count)
{
	char *text = NULL;

	for (size_t i = 0; i < count; i++) {
		text_append(&text, "%s%s", i ? " " : "", groups[i] ? "" : "?");
		for (unsigned bit = 0, said = 0; bit < HELD_MOST; bit++) {
			unsigned last = bit;
			if (!(groups[i] >> bit & 1))
				continue;
			while (last + 1 < HELD_MOST && groups[i] >> (last + 1) & 1)
				last++;
			text_append(&text, "%s%u", said++ ? "+" : "", bit + 1);
			if (last > bit)
				text_append(&text, "-%u", last + 1);
			bit = last;
		}
	}
	return text ? text : text_copy("none");
}

bool traffic_is_numbered(const struct traffic *traffic)
{
	return traffic_is_crafted(traffic) && (traffic->burst > 1 || traffic->at_once) && traffic->burst <= HELD_MOST;
}

bool traffic_is_held(const struct traffic *traffic)
{
	return traffic_is_numbered(traffic) && traffic->checksum != CHECKSUM_PARTIAL &&
	       (traffic->differ_count || mode_kind(traffic->mode)->outer || traffic->at_once);
}
