/* What a NIC does to a TCP packet that is larger than a frame (TSO). */
#include "layer.h"

enum { TCP_SEQUENCE = 4, TCP_DATA_OFFSET = 12, TCP_FLAGS = 13, FLAG_FIN = 0x01, FLAG_PSH = 0x08, FLAG_CWR = 0x80 };

/* An IP header of a piece, with `rest` octets less than the whole. segmentation-offloads.rst: the identification of
 * IPv4 is one more in each. */
static void piece_of(uint8_t *header, const struct layer *ip, size_t rest, size_t number)
{
	uint8_t *length = header + (ip->kind == LAYER_IPV4 ? IPV4_TOTAL_LENGTH : IPV6_PAYLOAD_LENGTH);
	uint8_t *identification = header + IPV4_IDENTIFICATION;

	write16(length, (uint16_t)(read16(length) - rest));
	if (ip->kind != LAYER_IPV4)
		return;
	write16(identification, (uint16_t)(read16(identification) + number));
	ipv4_checksum_write(header, ip->length);
}

/* The pseudo-header's sum in the checksum field is over the whole packet's length: it becomes that over `length`. */
static void checksum_of(uint8_t *field, size_t whole, size_t length)
{
	write16(field, sum_fold((uint32_t)read16(field) + (uint16_t)~whole + (uint16_t)length));
}

size_t frame_cut(uint8_t *into, struct bytes frame, size_t size, size_t number)
{
	const struct packet_view view = packet_parse(frame);
	const struct layer *tcp = packet_transport(&view);

	if (!tcp || tcp->kind != LAYER_TCP || !view.whole || !size)
		return 0;
	const size_t header = tcp->offset + (size_t)(frame.data[tcp->offset + TCP_DATA_OFFSET] >> 4) * 4;
	const size_t payload = packet_payload_length(&view), first = number * size;
	if (first >= payload || header + payload > frame.length)
		return 0;
	const size_t part = payload - first < size ? payload - first : size, rest = payload - part;
	memcpy(into, frame.data, header);
	memcpy(into + header, frame.data + header + first, part);
	for (size_t i = 0; i < view.count; i++)
		if (layer_is_ip(&view.layers[i]))
			piece_of(into + view.layers[i].offset, &view.layers[i], rest, number);
	uint8_t *at = into + tcp->offset;
	write32(at + TCP_SEQUENCE, read32(at + TCP_SEQUENCE) + (uint32_t)first);
	if (first + part < payload)
		at[TCP_FLAGS] &= (uint8_t) ~(FLAG_FIN | FLAG_PSH);
	if (number)
		at[TCP_FLAGS] &= (uint8_t)~FLAG_CWR;
	const size_t whole = header - tcp->offset + payload;
	checksum_of(at + TCP_CHECKSUM, whole, whole - rest);
	return header + part;
}
