/* A header of a tar, POSIX.1-1988 10.1.1 (ustar). */
#ifndef HOPCHECK_BUNDLE_TAR_H
#define HOPCHECK_BUNDLE_TAR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TAR_BLOCK 512

struct tar_header {
	char name[100], mode[8], uid[8], gid[8], size[12], time[12], sum[8], type, link[100], magic[6], version[2],
	        user[32], group[32], major[8], minor[8], prefix[155], unused[12];
};
_Static_assert(sizeof(struct tar_header) == TAR_BLOCK, "a block");

/* The sum of its octets, its own field taken as blanks. */
static inline unsigned tar_sum(const struct tar_header *header)
{
	const size_t from = offsetof(struct tar_header, sum), to = from + sizeof header->sum;
	unsigned sum = 0;

	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += i >= from && i < to ? ' ' : ((const uint8_t *)header)[i];
	return sum;
}

#endif
