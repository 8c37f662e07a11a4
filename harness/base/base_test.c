/* Releases and ranges, the error value, growing texts and arrays, word tables. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>
#undef fail

static const struct {
	const char *release, *range;
	bool in;
} releases[] = {
	/* distributions' releases */
	{ "6.1.0-41-cloud-amd64", ">=6.1", true },
	{ "6.1.0-41-cloud-amd64", ">6.1", false },
	{ "6.1.0-41-cloud-amd64", "<=6.1.0", true },
	{ "6.1.0-41-cloud-amd64", "<6.1", false },
	{ "6.1.0-41-cloud-amd64", ">=6.1.1", false },
	{ "6.18.44-fc-v595", ">=6.18.44", true },
	{ "6.18.44-fc-v595", "=6.18.44", true },
	{ "6.18.44-fc-v595", "=6.18", false },
	{ "6.18.44-fc-v595", ">6.18", true },
	{ "6.18.44-fc-v595", "<6.2", false }, /* numbers, not text */
	{ "5.15.0-1034-aws", ">=5.15 <5.16", true },
	{ "5.15.0-1034-aws", ">=5.15.1034", false }, /* the number behind the dash is the package's */
	{ "5.10.0-36-amd64", "<5.13", true },
	{ "5.10.0-36-amd64", ">=5.13", false },
	{ "5.10.0-36-amd64", ">5.9.16 <=5.10", true },
	{ "4.12.0", ">=4.10 <4.13", true },
	{ "4.13.0", ">=4.10 <4.13", false },
	{ "4.9.337", ">=4.10 <4.13", false },
	{ "4.12.14-122.37-default", ">=4.10 <4.13", true },
	{ "3.10.0-1160.el7.x86_64", "<4.10", true },
	{ "4.18.0-553.16.1.el8_10.x86_64", "=4.18.0", true },
	{ "5.10.102.1-microsoft-standard-WSL2", "=5.10.102", true },
	/* a release candidate counts as its release */
	{ "6.19-rc3", ">=6.19", true },
	{ "6.19.0-rc3", "<6.19", false },
	{ "6.19-rc3", "=6.19.0", true },
	{ "6.20.0-0.rc1.17.fc44", ">6.19 <6.21", true },
	/* what is not there is 0, more conditions must all hold, spaces count for nothing */
	{ "6", "=6.0.0", true },
	{ "6.", "=6", true },
	{ "6.1+", "=6.1", true },
	{ "6.1", "  >=6.0   <7  ", true },
	{ "6.1", ">=6.0 <7 >6.1", false },
	{ "6.1", "", true },
	{ "6.1", "  ", true },
	{ "6.1", NULL, true },
	/* nothing is known of what cannot be read */
	{ "unknown", ">=1", false },
	{ "unknown", "<9", false },
	{ "", ">=0", false },
	{ "unknown", "", true },
	{ "unknown", NULL, true },
	{ "6.1", "6.1", false },
	{ "6.1", ">=6.0 next", false },
	{ "6.1.120", ">=6.1.116 <6.2 || >=6.12", true },
	{ "6.6.1", ">=6.1.116 <6.2 || >=6.12", false },
	{ "6.18.44-x", ">=6.1.116 <6.2 || >=6.12", true },
	{ "6.1.115", ">=6.1.116 <6.2 || >=6.12", false },
	{ "4.12", "=4.10||=4.12", true },
};

static void release_ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(releases); i++) {
		bool in = release_in_range(releases[i].release, releases[i].range);
		if (in != releases[i].in)
			print_error("%s in '%s'\n", releases[i].release, releases[i].range);
		assert_int_equal(in, releases[i].in);
	}
}

static const struct {
	const char *range;
	bool good;
} ranges[] = {
	{ "", true },
	{ " ", true },
	{ ">=4.10 <4.13", true },
	{ "=6", true },
	{ "<=6.18.44", true },
	{ " >5  <6 ", true },
	{ "4.10", false },
	{ ">=", false },
	{ ">= 4.10", false },
	{ ">=4.10,<4.13", false },
	{ ">=4.10<4.13", false },
	{ ">=4.10\t<4.13", false },
	{ ">=4.10 4.13", false },
	{ ">=4.", false },
	{ ">=4.x", false },
	{ ">=v4.10", false },
	{ ">=4.10.1.2", false },
	{ ">=4.10-rc1", false },
	{ "==4.10", false },
	{ "=>4.10", false },
	{ "!=4.10", false },
	{ "~4.10", false },
	{ ">=-4", false },
	{ "since 4.10", false },
	{ ">=6.1.116 <6.2 || >=6.12", true },
	{ ">=6.1 ||", false },
	{ "|| >=6.1", false },
	{ ">=6.1 || || <5", false },
	{ ">=6.1 | <5", false },
};

static void range_syntax(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ranges); i++) {
		struct error err = { 0 };
		int result = range_check(ranges[i].range, &err);
		if (result != (ranges[i].good ? 0 : -1))
			print_error("'%s'\n", ranges[i].range);
		assert_int_equal(result, ranges[i].good ? 0 : -1);
		assert_int_equal(err.count, !ranges[i].good);
		if (ranges[i].good)
			continue;
		assert_non_null(strstr(err.text, ranges[i].range));
		assert_non_null(strstr(err.text, "write it like \">=4.10 <4.13\""));
		assert_false(release_in_range("4.12", ranges[i].range));
	}
}

static void error_lines(void **state)
{
	struct error err = { 0 };

	(void)state;
	assert_int_equal(fail(&err, "no %s", "tea"), -1);
	assert_string_equal(err.text, "no tea\n");
	assert_int_equal(fail_at(&err, (struct where){ "a.yaml", 3, 14 }, "%d lumps", 2), -1);
	assert_string_equal(err.text, "no tea\na.yaml:3:14: 2 lumps\n");
	fail_at(&err, (struct where){ 0 }, "no place");
	assert_string_equal(err.text, "no tea\na.yaml:3:14: 2 lumps\nno place\n");
	assert_int_equal(err.count, 3);
	/* a line break in a message would look like a second message */
	err = (struct error){ 0 };
	fail(&err, "one\ntwo\r\n");
	assert_string_equal(err.text, "one two  \n");
	assert_int_equal(err.count, 1);
	/* what was said is never read as a format */
	err = (struct error){ 0 };
	fail(&err, "%s", "100%n");
	assert_string_equal(err.text, "100%n\n");
}

static void error_blame(void **state)
{
	struct error err = { 0 };

	(void)state;
	fail(&err, "first");
	fail(&err, "File exists");
	assert_int_equal(blame(&err, "link %s-%s", "r1", "r2"), -1);
	assert_int_equal(blame(&err, "building %s", "three"), -1);
	assert_string_equal(err.text, "first\nbuilding three: link r1-r2: File exists\n");
	assert_int_equal(err.count, 2);
	fail(&err, "last");
	blame(&err, "x");
	assert_string_equal(err.text, "first\nbuilding three: link r1-r2: File exists\nx: last\n");
}

/* Whole lines only, and no octet behind the end. */
/* Without an error value only the result counts. */
static void error_unread(void **state)
{
	(void)state;
	assert_int_equal(fail(NULL, "no %s", "tea"), -1);
	assert_int_equal(fail_at(NULL, (struct where){ "x.yaml", 1, 1 }, "no %s", "tea"), -1);
	assert_int_equal(blame(NULL, "link %s", "r1"), -1);
}

static void assert_whole(const struct error *err)
{
	size_t length = strnlen(err->text, sizeof err->text);

	assert_true(length > 0 && length < sizeof err->text);
	assert_int_equal(err->text[length - 1], '\n');
	assert_true(err->last < length);
	assert_true(err->last == 0 || err->text[err->last - 1] == '\n');
}

static void error_overflow(void **state)
{
	struct error err = { 0 };
	char full[sizeof err.text];
	unsigned lines = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		fail(&err, "message %u", i);
	assert_int_equal(err.count, 1000);
	assert_whole(&err);
	assert_non_null(strstr(err.text, "\nmessage 300\n"));
	assert_null(strstr(err.text, "message 999"));
	for (const char *c = err.text; *c; c++)
		lines += *c == '\n';
	assert_true(lines > 300 && lines < 400);
	/* context that does not fit is cut, and the line still ends */
	strcpy(full, err.text);
	for (int i = 0; i < 20; i++)
		blame(&err, "%0200d", i);
	assert_whole(&err);
	assert_memory_equal(err.text, full, err.last);
	/* a message longer than any line is cut */
	err = (struct error){ 0 };
	fail(&err, "%05000d", 7);
	assert_int_equal(err.count, 1);
	assert_whole(&err);
	fail(&err, "short");
	assert_non_null(strstr(err.text, "0\nshort\n"));
}

/* The line and column stay behind a long path: that is what an editor jumps to. */
static void error_long_path(void **state)
{
	struct error err = { 0 };
	char path[600];

	(void)state;
	memset(path, 'd', sizeof path);
	path[sizeof path - 1] = 0;
	fail_at(&err, (struct where){ path, 12, 5 }, "wrong");
	assert_whole(&err);
	assert_memory_equal(err.text, path, sizeof path - 1);
	assert_string_equal(err.text + sizeof path - 1, ":12:5: wrong\n");
}

static void texts(void **state)
{
	char expected[5001];
	owned_text text = NULL;
	owned_text none = text_copy(NULL);
	owned_text copy = text_copy("a");
	owned_text made = text_format("%d-%s", 7, "x");

	(void)state;
	assert_null(none);
	assert_string_equal(copy, "a");
	assert_string_equal(made, "7-x");
	text_append(&text, "%s", "");
	assert_string_equal(text, "");
	for (int i = 0; i < 1000; i++) {
		text_append(&text, "%05d", i);
		sprintf(expected + 5 * i, "%05d", i);
	}
	assert_string_equal(text, expected);
	text_append(&copy, "%s", copy); /* of itself */
	assert_string_equal(copy, "aa");
}

static void arrays(void **state)
{
	struct {
		size_t number;
		char rest[13];
	} *rows = NULL;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < 1025; i++) {
		__auto_type row = PUSH(rows, count);
		assert_int_equal(row->number, 0);
		for (size_t octet = 0; octet < sizeof row->rest; octet++)
			assert_int_equal(row->rest[octet], 0);
		row->number = i;
		memset(row->rest, 0xff, sizeof row->rest);
	}
	assert_int_equal(count, 1025);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(rows[i].number, i);
	/* a row that was taken away comes back zeroed */
	count--;
	assert_int_equal(PUSH(rows, count)->number, 0);
	free(rows);
}

static void disarmed(void **state)
{
	static const struct {
		const char *text, *wanted; /* NULL: as it is */
	} rows[] = {
		{ "", NULL },
		{ "plain; fc00:1::100 > ::1, caf\xc3\xa9 \xe2\x94\x80 \xf0\x9f\x98\x80", NULL },
		{ "::1 ::ffff:192.0.2.1 ::/0 fc00::error::", NULL },
		{ "a\tb", NULL },
		{ "\033[31mred\a", "?[31mred?" },
		{ "two\r\nlines\n", "two  lines " },
		{ "del\x7f c1\xc2\x9b", "del? c1?" },
		{ "\xe2\x80\xaeturned \xe2\x81\xa6\xe2\x80\x8f\xd8\x9c", "?turned ???" },
		{ "\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf\xef\xbf\xbe\xf3\xa0\x81\x81", "?????" },
		{ "raw \x9b 31m \xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80", "raw ? 31m ?? ??? ????" },
		{ "cut \xe2\x80", "cut ??" },
		{ "::error file=x::y", ": error file=x::y" },
		{ "a ::set-output name=x::y", "a : set-output name=x::y" },
		{ "##[error]x ##[group]", "# [error]x # [group]" },
		{ "line\n::warning::x", "line : warning::x" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = text_copy(rows[i].text);
		assert_int_equal(text_disarm(text), rows[i].wanted != NULL);
		assert_string_equal(text, rows[i].wanted ? rows[i].wanted : rows[i].text);
		assert_false(text_disarm(text));
	}
}

static void words(void **state)
{
	static const struct word three[] = {
		{ "a", 4, NULL }, { "bb", 0, "about" }, { "c", 4, NULL }, { NULL, 9, NULL }
	};
	static const struct word one[] = { { "a", 1, NULL }, { NULL, 0, NULL } };
	static const struct word none[] = { { NULL, 0, NULL } };
	owned_text list = word_list(three);
	owned_text single = word_list(one);
	owned_text empty = word_list(none);
	owned_text pair = word_list(three + 1);
	int value = 77;

	(void)state;
	assert_true(word_value(three, "bb", &value));
	assert_int_equal(value, 0);
	assert_true(word_value(three, "c", &value));
	assert_int_equal(value, 4);
	value = 77;
	assert_false(word_value(three, "b", &value));
	assert_false(word_value(three, "bbb", &value));
	assert_false(word_value(three, "A", &value));
	assert_false(word_value(three, "", &value));
	assert_false(word_value(none, "a", &value));
	assert_int_equal(value, 77);
	assert_string_equal(word_of(three, 4), "a"); /* the first of two */
	assert_string_equal(word_of(three, 0), "bb");
	assert_string_equal(word_of(three, 9), "?");
	assert_string_equal(list, "a, bb or c");
	assert_string_equal(pair, "bb or c");
	assert_string_equal(single, "a");
	assert_string_equal(empty, "");
}

/* What `uname -r` of a vendor's kernel does not say. */
static void upstream_versions(void **state)
{
	static const struct {
		const char *release, *about, *version;
	} rows[] = {
		{ "6.18.44", NULL, "6.18.44" },
		{ "6.18.44-fc", "#1 SMP PREEMPT_DYNAMIC @0", "6.18.44-fc" },
		{ "6.1.0-56-cloud-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-11-02)", "6.1.192" },
		{ "5.10.0-46-amd64", "#1 SMP Debian 5.10.262-1 (2026-10-30)", "5.10.262" },
		{ "6.12.94+deb12-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.94-1~bpo12+1 (2026-05-01)", "6.12.94" },
		{ "7.3.4+deb13-cloud-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1 (2026-11-01)", "7.3.4" },
		{ "6.18-rc4-amd64", "#1 SMP Debian 6.18~rc4-1~exp1 (2025-11-05)", "6.18~rc4" },
		{ "6.8.0-45-generic", "Ubuntu 6.8.0-45.45-generic 6.8.12\n", "6.8.12" },
		{ "5.15.0-1071-azure", "Ubuntu 5.15.0-1071.80-azure 5.15.164", "5.15.164" },
		{ "5.14.0-427.el9.x86_64", "#1 SMP PREEMPT_DYNAMIC Fri Apr 5 2024", "5.14.0-427.el9.x86_64" },
		{ "6.1.0-1-amd64", "#1 SMP Debian of somebody's own", "6.1.0-1-amd64" },
		{ "6.8.0-45-generic", "Ubuntu", "6.8.0-45-generic" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text version = release_upstream(rows[i].release, rows[i].about);
		assert_string_equal(version, rows[i].version);
	}
}

/* Each before the next. */
static void versions_in_order(void **state)
{
	static const char *const rows[] = { "4.10",
		                            "4.10.17",
		                            "4.12",
		                            "5.10.262",
		                            "5.15.0-1071-azure",
		                            "6.1",
		                            "6.1.116",
		                            "6.1.192",
		                            "6.12.94",
		                            "6.12.117",
		                            "6.18-rc1",
		                            "6.18.0-rc2",
		                            "6.18~rc4",
		                            "6.18",
		                            "6.18.44-fc",
		                            "7.0.1+deb13",
		                            "7.3.4+deb13-cloud-amd64" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t j = 0; j < COUNT(rows); j++) {
			int order = version_compare(rows[i], rows[j]);
			assert_int_equal(order < 0, i < j);
			assert_int_equal(order > 0, i > j);
		}
}

/* A release candidate has what its release has: ranges count it as that; so they do vendors' words behind the numbers.
 */
static void vendors_in_ranges(void **state)
{
	(void)state;
	assert_true(release_in_range("6.19-rc3", ">=6.19"));
	assert_true(release_in_range("6.19.0-rc3-next-20251105", ">=6.19 <6.20"));
	assert_true(release_in_range("6.18~rc4", ">=6.18 <6.19"));
	assert_false(release_in_range("6.18~rc4", "<6.18"));
	assert_true(release_in_range("5.14.0-427.el9.x86_64", ">=5.13 <5.15"));
	assert_true(release_in_range("6.12.94", ">=6.1.149 <6.2 || >=6.12.44 <6.13 || >=6.17"));
	assert_false(release_in_range("6.12.43", ">=6.1.149 <6.2 || >=6.12.44 <6.13 || >=6.17"));
	assert_true(release_in_range("7.3.4+deb13-cloud-amd64", ">=6.17"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(upstream_versions),
		cmocka_unit_test(versions_in_order),
		cmocka_unit_test(vendors_in_ranges),
		cmocka_unit_test(release_ranges),
		cmocka_unit_test(range_syntax),
		cmocka_unit_test(error_lines),
		cmocka_unit_test(error_blame),
		cmocka_unit_test(error_unread),
		cmocka_unit_test(error_overflow),
		cmocka_unit_test(error_long_path),
		cmocka_unit_test(texts),
		cmocka_unit_test(arrays),
		cmocka_unit_test(disarmed),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
