/* The internet checksum (RFC 1071) and the state of a TCP checksum. */
#include <arpa/inet.h>

#include "octets.h"

/* RFC 1071 2: the sum may be made of larger words, and in the machine's order of octets, until it is folded. The result
 * has 17 bits, so that a frame of any length can be added to it without overflow. */
uint32_t sum_add(uint32_t sum, struct bytes bytes)
{
	uint64_t total = 0, word;
	uint8_t last[sizeof word] = { 0 };
	size_t i;

	for (i = 0; i + sizeof word <= bytes.length; i += sizeof word) {
		memcpy(&word, bytes.data + i, sizeof word);
		total += (word >> 32) + (uint32_t)word;
	}
	if (i < bytes.length)
		memcpy(last, bytes.data + i, bytes.length - i);
	memcpy(&word, last, sizeof word);
	total += (word >> 32) + (uint32_t)word;
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	total = ntohs((uint16_t)total) + (uint64_t)sum;
	while (total >> 17)
		total = (total & 0xffff) + (total >> 16);
	return (uint32_t)total;
}

uint16_t sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* RFC 8200 8.1: the length has 32 bits there, so a GSO packet beyond 64 KiB fits. */
uint32_t sum_pseudo(const struct address *source, const struct address *destination, uint32_t length, uint8_t protocol)
{
	uint32_t sum = sum_add(0, (struct bytes){ source->octets, family_octets(source->family) });

	sum = sum_add(sum, (struct bytes){ destination->octets, family_octets(destination->family) });
	return sum + (length >> 16) + (length & 0xffff) + protocol;
}

uint16_t sum_segment(const struct address *source, const struct address *final, struct bytes segment)
{
	return sum_fold(sum_add(sum_pseudo(source, final, (uint32_t)segment.length, IPPROTO_TCP), segment));
}

enum checksum packet_checksum(const struct packet_view *view, bool needs_csum)
{
	if (!view->tcp || !view->whole)
		return CHECKSUM_BAD;
	if (needs_csum) {
		uint32_t pseudo = sum_pseudo(&view->source, &view->final, (uint32_t)view->tcp_length, IPPROTO_TCP);
		/* 0 and 0xffff are the same number in one's complement. */
		bool same = view->checksum_field % 0xffff == sum_fold(pseudo) % 0xffff;
		return same ? CHECKSUM_PARTIAL : CHECKSUM_BAD;
	}
	size_t header = view->tcp_length - view->payload.length;
	struct bytes segment = { view->payload.data - header, view->tcp_length };
	return sum_segment(&view->source, &view->final, segment) == 0xffff ? CHECKSUM_VALID : CHECKSUM_BAD;
}
