/* Shared by the files that read, write and show members. */
#ifndef HOPCHECK_RESULT_MEMBERS_INTERNAL_H
#define HOPCHECK_RESULT_MEMBERS_INTERNAL_H

#include "members.h"

/* A shape: a count, and so many rows' numbers. */
#define SHAPE_MOST    128
#define SHAPE_INTEGER 0x80 /* the row is a REAL, and was written as an integer */

struct list {
	const void *at;
	size_t count;
};

static inline const void *member_at(const struct member *row, const void *value)
{
	return (const char *)value + row->offset;
}
bool member_is_empty(const struct member *row, const void *value);

#endif
