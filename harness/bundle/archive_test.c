/* Archives: what is written is read back, by tar too; what nobody should take is refused. */
#include <setjmp.h>
#include <stdlib.h>
#include <zlib.h>

#include "bundle_internal.h"
#include "tar.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

struct written {
	char *data;
	size_t length;
};

static struct written written_of(const struct bundle *bundle)
{
	struct written to = { 0 };
	struct error err = { 0 };
	FILE *out = open_memstream(&to.data, &to.length);

	assert_int_equal(bundle_archive(out, bundle, &err), 0);
	fclose(out);
	return to;
}

static struct bundle two_files(void)
{
	struct bundle bundle = { .name = text_copy("my-case") };

	bundle_add_text(&bundle, "cases/my-case.yaml", "case: my-case\n");
	bundle_add_text(&bundle, "reproduce.sh", "#!/bin/sh\n");
	bundle.files[1].runs = true;
	return bundle;
}

static void comes_back(void **state)
{
	owned_bundle bundle = two_files();
	uint8_t *zeroes = zalloc(100000);
	struct error err = { 0 };
	owned_bundle read = { 0 };

	(void)state;
	bundle_add(&bundle, "empty", zalloc(1), 0);
	bundle_add(&bundle, "block", zalloc(512), 512);
	bundle_add(&bundle, "zeroes", zeroes, 100000);
	struct written to = written_of(&bundle);
	assert_int_equal(bundle_unpack(&read, (const uint8_t *)to.data, to.length, "a file", &err), 0);
	assert_string_equal(read.name, "my-case");
	assert_int_equal(read.count, 5);
	for (size_t i = 0; i < read.count; i++) {
		assert_string_equal(read.files[i].name, bundle.files[i].name);
		assert_int_equal(read.files[i].length, bundle.files[i].length);
		assert_memory_equal(read.files[i].data, bundle.files[i].data, read.files[i].length);
		assert_int_equal(read.files[i].runs, i == 1);
	}
	assert_ptr_equal(bundle_find(&read, "reproduce.sh"), &read.files[1]);
	assert_null(bundle_find(&read, "reproduce"));
	free(to.data);
}

static void names(void **state)
{
	static const char *const good[] = { "a", "a/b", "cases/x-1_2.yaml", "a.b/c..d", "-" };
	static const char *const bad[] = { "",     "/",    "/a",    "a/",   "a//b", ".",      "..",      "../a",
		                           "a/..", "./a",  "a/./b", ".git", "a b",  "a\nb",   "a\\b",    "a/.b",
		                           "a*",   "a\"b", "a$b",   "~a",   "a:b",  "a/../b", "\xc3\xa4" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(bundle_name_is_good(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(bundle_name_is_good(bad[i]));
}

/* A tar of one header and no data, compressed. */
static struct written one_entry(const char *name, char type, const char *size, const char *prefix)
{
	struct tar_header header = { .type = type, .magic = "ustar", .version = { '0', '0' }, .mode = "0000644" };
	static uint8_t tar[4 * TAR_BLOCK];
	struct written to = { .data = zalloc(8192), .length = 8192 };
	z_stream zlib = { 0 };

	snprintf(header.name, sizeof header.name, "%s", name);
	snprintf(header.prefix, sizeof header.prefix, "%s", prefix);
	snprintf(header.size, sizeof header.size, "%s", size);
	snprintf(header.link, sizeof header.link, "/etc/passwd");
	snprintf(header.sum, sizeof header.sum, "%06o", tar_sum(&header));
	memcpy(tar, &header, sizeof header);
	assert_int_equal(deflateInit2(&zlib, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	zlib.next_in = tar;
	zlib.avail_in = sizeof tar;
	zlib.next_out = (uint8_t *)to.data;
	zlib.avail_out = (uInt)to.length;
	assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
	to.length -= zlib.avail_out;
	deflateEnd(&zlib);
	return to;
}

static void refuses(void **state)
{
	static const struct {
		const char *name;
		char type;
		const char *size, *prefix, *says;
	} entries[] = {
		{ "x/a", '0', "00000000000", "", NULL }, /* the only one that is right */
		{ "a", '0', "00000000000", "", "'a' is not one of a bundle" },
		{ "../a", '0', "00000000000", "", "'../a' is not" },
		{ "x/../../a", '0', "00000000000", "", "is not one" },
		{ "/x/a", '0', "00000000000", "", "is not one" },
		{ "x/a", '0', "00000000000", "etc", "is not one" },
		{ "x/a", '1', "00000000000", "", "is not one" }, /* links of both kinds, a device, a directory, pax */
		{ "x/a", '2', "00000000000", "", "is not one" },
		{ "x/a", '3', "00000000000", "", "is not one" },
		{ "x/a", '5', "00000000000", "", "is not one" },
		{ "x/a", 'x', "00000000000", "", "is not one" },
		{ "x/a", '0', "77777777777", "", "cut short" },
		{ "x/a", '0', "-1", "", "malformed" },
		{ "x/a", '0', "\x80", "", "malformed" }, /* GNU's numbers of base 256 */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(entries); i++) {
		struct written to = one_entry(entries[i].name, entries[i].type, entries[i].size, entries[i].prefix);
		owned_bundle read = { 0 };
		struct error err = { 0 };
		int result = bundle_unpack(&read, (const uint8_t *)to.data, to.length, "x.tar.gz", &err);
		assert_int_equal(result, entries[i].says ? -1 : 0);
		if (entries[i].says)
			assert_non_null(strstr(err.text, entries[i].says));
		assert_int_equal(read.count, !entries[i].says);
		free(to.data);
	}
}

/* Every length of a right one but the whole, and every octet changed: read or refused, never more than that. */
static void survives(void **state)
{
	owned_bundle bundle = two_files();
	struct written to = written_of(&bundle);

	(void)state;
	for (size_t i = 0; i < to.length; i++) {
		owned_bundle cut = { 0 }, changed = { 0 };
		struct error err = { 0 };
		assert_int_equal(bundle_unpack(&cut, (const uint8_t *)to.data, i, "cut", &err), -1);
		to.data[i] ^= 0x55;
		bundle_unpack(&changed, (const uint8_t *)to.data, to.length, "changed", &err);
		to.data[i] ^= 0x55;
	}
	free(to.data);
}

/* What grows beyond measure when it is uncompressed. */
static void bounded(void **state)
{
	owned_bundle bundle = { .name = text_copy("x") };
	const size_t size = (size_t)129 << 20;
	owned_bundle read = { 0 };
	struct error err = { 0 };

	(void)state;
	bundle_add(&bundle, "zeroes", zalloc(size), size);
	struct written to = written_of(&bundle);
	assert_true(to.length < 1 << 20);
	assert_int_equal(bundle_unpack(&read, (const uint8_t *)to.data, to.length, "large", &err), -1);
	assert_non_null(strstr(err.text, "more than 128 MiB"));
	free(to.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(comes_back), cmocka_unit_test(names),
		                            cmocka_unit_test(refuses), cmocka_unit_test(survives),
		                            cmocka_unit_test(bounded) };

	return cmocka_run_group_tests_name("bundle: archives", tests, NULL, NULL);
}
