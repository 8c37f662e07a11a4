/* What a user-space service does to a frame, in place. */
#include "octets.h"

bool frame_advance(uint8_t *data, size_t length)
{
	struct packet_view view = packet_parse((struct bytes){ data, length });
	const struct srh_view *srh = &view.srh;

	if (!srh->present || srh->fault || srh->segments_left == 0)
		return false;
	unsigned next = srh->segments_left - 1u;
	memcpy(data + ETHERNET_SIZE + 24, srh->segment_list.data + next * SEGMENT_SIZE, SEGMENT_SIZE);
	data[srh->offset + 3] = (uint8_t)next;
	return true;
}

bool frame_complete_checksum(uint8_t *data, size_t length)
{
	struct packet_view view = packet_parse((struct bytes){ data, length });

	if (!view.tcp || !view.whole)
		return false;
	uint8_t *tcp = data + view.tcp_offset;
	write16(tcp + TCP_CHECKSUM, 0);
	write16(tcp + TCP_CHECKSUM,
	        (uint16_t)~sum_segment(&view.source, &view.final, (struct bytes){ tcp, view.tcp_length }));
	return true;
}
