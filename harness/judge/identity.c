/* What identifies a packet at every hop: its octets of data; without data, what no node changes. */
#include "match.h"
#include "transport.h"

/* Of the part of the transport's header that no node changes; of an unknown packet, of its last octets. */
static uint64_t bare_digest(const struct transport *transport, const struct captured *captured)
{
	enum { TAIL = 64 };
	struct bytes parts[LASTING_PARTS];
	const uint8_t *frame = captured->data;
	size_t length = captured->length, tail = length < TAIL ? length : TAIL;
	uint64_t start = DIGEST_START + (uint64_t)captured->way;

	if (!captured->known)
		return digest_add(start, frame + length - tail, tail);
	size_t count = transport->lasting(captured, parts);
	for (size_t i = 0; i < count; i++)
		start = digest_add(start, parts[i].data, parts[i].length);
	return start;
}

uint64_t octet_place(enum way way, uint64_t octet)
{
	return (uint64_t)way << 40 | (uint32_t)octet;
}

struct identity captured_identity(const struct evidence *evidence, const struct captured *captured)
{
	uint32_t start = evidence->starts[captured->way].sequence;

	if (!captured->known || !captured->payload)
		return (struct identity){ .begin = bare_digest(transport_of(&evidence->plan->traffic), captured) };
	uint64_t begin = octet_place(captured->way, captured->sequence - start) + ((uint64_t)captured->flow << 44);
	return (struct identity){ begin, begin + captured->payload, true };
}
