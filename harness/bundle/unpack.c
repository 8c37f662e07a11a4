/* A bundle from a compressed tar that anybody may have made: what bundle_archive() writes is read, all else is refused
 * before any of it is used. */
#include <stdlib.h>
#include <zlib.h>

#include "bundle_internal.h"
#include "tar.h"

#define FILES_MOST  1000
#define OCTETS_MOST ((size_t)128 << 20) /* of all files together, uncompressed: a cell's capture has at most 40 MiB */

/* All of it, uncompressed: at most OCTETS_MOST. */
static int inflate_all(uint8_t **ret, size_t *length, const uint8_t *octets, size_t count, const char *from,
                       struct error *err)
{
	z_stream zlib = { .next_in = (void *)octets, .avail_in = (uInt)count };
	size_t size = 0, used = 0;
	uint8_t *data = NULL;
	int status = Z_OK;

	if (inflateInit2(&zlib, 15 + 16) != Z_OK)
		return fail(err, "zlib cannot be used");
	while (status == Z_OK && used <= OCTETS_MOST) {
		ROOM(data, size, used, 65536);
		zlib.next_out = data + used;
		zlib.avail_out = (uInt)65536;
		status = inflate(&zlib, Z_NO_FLUSH);
		used += 65536 - zlib.avail_out;
	}
	inflateEnd(&zlib);
	*ret = data;
	*length = used;
	if (used > OCTETS_MOST)
		return fail(err, "%s: more than %zu MiB, which no bundle has", from, OCTETS_MOST >> 20);
	return status == Z_STREAM_END
	               ? 0
	               : fail(err, "%s: not compressed by gzip, or cut short; is it a file of `hopcheck bundle`?",
	                      from);
}

/* An octal number that fills its field but for its end; false: it is none. */
static bool octal(size_t *ret, const char *field, size_t size)
{
	size_t value = 0, i = 0;

	for (; i < size && field[i] >= '0' && field[i] <= '7'; i++) {
		if (value >> (sizeof value * 8 - 3))
			return false;
		value = value << 3 | (size_t)(field[i] - '0');
	}
	*ret = value;
	return i > 0 && (i == size || field[i] == 0 || field[i] == ' ');
}

static bool is_end(const struct tar_header *header)
{
	static const struct tar_header zeroes;

	return memcmp(header, &zeroes, sizeof zeroes) == 0;
}

/* The directory of all, and the name below it, which must be good ones. NULL: they are not. */
static const char *name_of(struct bundle *bundle, const char *whole)
{
	const char *slash = strchr(whole, '/');

	if (!slash || !bundle_name_is_good(whole))
		return NULL;
	owned_text first = text_format("%.*s", (int)(slash - whole), whole);
	if (!bundle->name)
		bundle->name = take(first);
	else if (strcmp(bundle->name, first) != 0)
		return NULL;
	return bundle_find(bundle, slash + 1) ? NULL : slash + 1;
}

/* One entry at *at, which moves behind it. */
static int entry_read(struct bundle *bundle, const uint8_t *data, size_t length, size_t *at, const char *from,
                      struct error *err)
{
	struct tar_header header;
	size_t size, sum, mode;
	char whole[sizeof header.name + 1] = "";

	memcpy(&header, data + *at, sizeof header);
	*at += TAR_BLOCK;
	memcpy(whole, header.name, sizeof header.name);
	if (memcmp(header.magic, "ustar", 6) != 0 || !octal(&sum, header.sum, sizeof header.sum) ||
	    sum != tar_sum(&header) || !octal(&size, header.size, sizeof header.size) ||
	    !octal(&mode, header.mode, sizeof header.mode))
		return fail(err, "%s: a malformed tar header at octet %zu", from, *at - TAR_BLOCK);
	const char *name = *header.prefix ? NULL : name_of(bundle, whole);
	if (!name || header.type != '0') {
		text_disarm(whole);
		return fail(err,
		            "%s: entry '%s' is not one of a bundle: not a plain file of its directory, or a second one",
		            from, whole);
	}
	if (size > length - *at || bundle->count == FILES_MOST)
		return fail(err, "%s: '%s' is cut short, or there are more than %d files", from, name, FILES_MOST);
	uint8_t *copy = zalloc(size + 1);
	memcpy(copy, data + *at, size);
	bundle_add(bundle, name, copy, size);
	bundle->files[bundle->count - 1].runs = mode & 0100;
	*at += (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
	return 0;
}

int bundle_unpack(struct bundle *ret, const uint8_t *octets, size_t length, const char *from, struct error *err)
{
	owned_bundle bundle = { 0 };
	uint8_t *data = NULL;
	size_t count = 0, at = 0;
	int result = inflate_all(&data, &count, octets, length, from, err);

	while (result == 0) {
		if (at > count || count - at < TAR_BLOCK)
			result = fail(err, "%s: the tar has no end", from);
		else if (is_end((const void *)(data + at)))
			break;
		else
			result = entry_read(&bundle, data, count, &at, from, err);
	}
	free(data);
	if (result == 0) {
		*ret = bundle;
		bundle = (struct bundle){ 0 };
	}
	return result;
}
