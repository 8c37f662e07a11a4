/* A bundle as a compressed tar. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>

#include "bundle_internal.h"
#include "tar.h"

/* A stream that is compressed as it is written. */
struct squeezed {
	FILE *out;
	z_stream zlib;
	bool failed;
};

static void squeeze(struct squeezed *to, const void *octets, size_t length, int flush)
{
	uint8_t buffer[65536];

	to->zlib.next_in = (void *)octets;
	to->zlib.avail_in = (uInt)length;
	do {
		to->zlib.next_out = buffer;
		to->zlib.avail_out = sizeof buffer;
		to->failed |= deflate(&to->zlib, flush) == Z_STREAM_ERROR;
		fwrite(buffer, 1, sizeof buffer - to->zlib.avail_out, to->out);
	} while (!to->failed && !to->zlib.avail_out);
}

static void pad(struct squeezed *to, size_t length)
{
	static const uint8_t zeroes[2 * TAR_BLOCK];

	squeeze(to, zeroes, length, Z_NO_FLUSH);
}

/* False: a field does not hold it. */
static bool header_make(struct tar_header *header, const struct bundle *bundle, const struct bundle_file *file)
{
	*header = (struct tar_header){ .type = '0', .magic = "ustar", .version = { '0', '0' } };
	const int length = snprintf(header->name, sizeof header->name, "%s/%s", bundle->name, file->name);

	snprintf(header->mode, sizeof header->mode, "%07o", file->runs ? 0755U : 0644U);
	snprintf(header->uid, sizeof header->uid, "%07o", 0U);
	snprintf(header->gid, sizeof header->gid, "%07o", 0U);
	snprintf(header->size, sizeof header->size, "%011llo", (unsigned long long)file->length);
	snprintf(header->time, sizeof header->time, "%011llo", (unsigned long long)time(NULL));
	snprintf(header->sum, sizeof header->sum, "%06o", tar_sum(header));
	header->sum[7] = ' ';
	return length > 0 && (size_t)length < sizeof header->name && file->length < 1ULL << 33;
}

int bundle_archive(FILE *out, const void *value, struct error *err)
{
	const struct bundle *bundle = value;
	struct squeezed to = { .out = out };
	int result = 0;

	/* 15 + 16: the largest window, in gzip's format. */
	if (deflateInit2(&to.zlib, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return fail(err, "zlib cannot be used");
	for (size_t i = 0; i < bundle->count && result == 0; i++) {
		const struct bundle_file *file = &bundle->files[i];
		struct tar_header header;
		if (!header_make(&header, bundle, file)) {
			result = fail(err, "%s: too long a name, or too large, for a tar", file->name);
			break;
		}
		squeeze(&to, &header, sizeof header, Z_NO_FLUSH);
		squeeze(&to, file->data, file->length, Z_NO_FLUSH);
		pad(&to, (TAR_BLOCK - file->length % TAR_BLOCK) % TAR_BLOCK);
	}
	pad(&to, 2 * TAR_BLOCK);
	squeeze(&to, NULL, 0, Z_FINISH);
	deflateEnd(&to.zlib);
	return to.failed ? fail(err, "zlib: the archive cannot be compressed") : result;
}
