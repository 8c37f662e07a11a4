/* What tells packets of TCP apart at every hop: the octets of data; of anything else what no node changes. */
#include "match.h"

static uint64_t digest(uint64_t digest, const uint8_t *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		digest = (digest ^ data[i]) * 0x100000001b3;
	return digest;
}

/* The TCP header without its checksum; of anything else its last octets. */
static uint64_t bare_digest(const struct captured *captured)
{
	enum { CHECKSUM_AT = 16, CHECKSUM_END = 18, TAIL = 64 };
	const struct layer *tcp = packet_layer(&captured->view, LAYER_TCP);
	const uint8_t *frame = captured->data;
	size_t length = captured->length, tail = length < TAIL ? length : TAIL;
	uint64_t start = 0xcbf29ce484222325 + (uint64_t)captured->way;

	if (!tcp)
		return digest(start, frame + length - tail, tail);
	start = digest(start, frame + tcp->offset, CHECKSUM_AT);
	return digest(start, frame + tcp->offset + CHECKSUM_END, (size_t)tcp->length - CHECKSUM_END);
}

uint64_t octet_place(enum way way, uint64_t octet)
{
	return (uint64_t)way << 40 | (uint32_t)octet;
}

struct identity captured_identity(const struct evidence *evidence, const struct captured *captured)
{
	uint32_t start = evidence->starts[captured->way].sequence;

	if (!captured->tcp || !captured->payload)
		return (struct identity){ .begin = bare_digest(captured) };
	uint64_t begin = octet_place(captured->way, captured->sequence - start);
	return (struct identity){ begin, begin + captured->payload, true };
}
