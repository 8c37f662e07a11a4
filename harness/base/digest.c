#include "base.h"

uint64_t digest_add(uint64_t digest, const void *octets, size_t length)
{
	const uint8_t *from = octets;

	for (size_t i = 0; i < length; i++)
		digest = (digest ^ from[i]) * DIGEST_PRIME;
	return digest;
}
