/* The internet checksum (RFC 1071). */
#include <arpa/inet.h>

#include "layer.h"

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

uint16_t sum_segment(const struct address *source, const struct address *final, uint8_t protocol, struct bytes segment)
{
	return sum_fold(sum_add(sum_pseudo(source, final, (uint32_t)segment.length, protocol), segment));
}

uint16_t checksum_field(const struct packet_spec *spec, uint8_t protocol, struct bytes segment)
{
	uint16_t valid = (uint16_t)~sum_segment(&spec->source, &spec->destination, protocol, segment);

	switch (spec->checksum) {
	case CHECKSUM_VALID:
		return valid;
	case CHECKSUM_BAD:
		return valid ^ 0x0101; /* never the same number in one's complement */
	case CHECKSUM_PARTIAL:
		break;
	}
	return sum_fold(sum_pseudo(&spec->source, &spec->destination, (uint32_t)segment.length, protocol));
}
