/* What a user-space service does to a frame, in place. */
#include "layer.h"

bool frame_advance(uint8_t *data, size_t length)
{
	struct packet_view view = packet_parse((struct bytes){ data, length });
	const struct layer *ip = packet_ip(&view);
	const struct srh_view srh = packet_srh(&view, ip);

	if (!srh.present || srh.fault || srh.segments_left == 0)
		return false;
	unsigned next = srh.segments_left - 1u;
	memcpy(data + ip->offset + IPV6_DESTINATION, srh.segment_list.data + next * SEGMENT_SIZE, SEGMENT_SIZE);
	data[srh.offset + 3] = (uint8_t)next;
	return true;
}
