/* What tells packets apart at every hop: the octets of data; of anything else what no node changes. */
#include "match.h"
#include "transport.h"

static uint64_t digest(uint64_t digest, const uint8_t *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		digest = (digest ^ data[i]) * 0x100000001b3;
	return digest;
}

/* What lasts of the transport's header; of anything else its last octets. */
static uint64_t bare_digest(const struct transport *transport, const struct captured *captured)
{
	enum { TAIL = 64 };
	struct bytes parts[LASTING_PARTS];
	const uint8_t *frame = captured->data;
	size_t length = captured->length, tail = length < TAIL ? length : TAIL;
	uint64_t start = 0xcbf29ce484222325 + (uint64_t)captured->way;

	if (!captured->known)
		return digest(start, frame + length - tail, tail);
	size_t count = transport->lasting(captured, parts);
	for (size_t i = 0; i < count; i++)
		start = digest(start, parts[i].data, parts[i].length);
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
	uint64_t begin = octet_place(captured->way, captured->sequence - start);
	return (struct identity){ begin, begin + captured->payload, true };
}
