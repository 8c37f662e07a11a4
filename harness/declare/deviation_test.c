/* Files of deviations, and rows of cases that name one. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testing.h"

static char *directory, *place;

static int start(void **state)
{
	char path[] = "/tmp/hopcheck-deviations-XXXXXX";

	directory = text_copy(mkdtemp(path));
	place = text_format("%s/deviations", directory);
	assert_int_equal(mkdir(place, 0700), 0);
	return topologies_make(state);
}

static int end(void **state)
{
	assert_int_equal(rmdir(place), 0);
	assert_int_equal(rmdir(directory), 0);
	free(directory);
	free(place);
	return topologies_drop(state);
}

static void with_file(const char *name, const char *text, void (*then)(const struct deviations *, const struct error *))
{
	owned_text path = text_format("%s/%s", place, name);
	struct deviations deviations = { 0 };
	struct error err = { 0 };
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	int result = deviations_read(&deviations, directory, &err);
	assert_int_equal(result, err.count ? -1 : 0);
	then(&deviations, &err);
	deviations_clear(&deviations);
	remove(path);
}

#define GOOD                                                                                                           \
	"deviation: good\nbecause: b\nref: r\nkernel: '>=4.10'\nfixed: f\nfound: me\nworkaround: w\nreason: "          \
	"tcp-csum\nmet_by: [sid or End.X, gro]\n"

static struct testcase *parse(void *topologies, const struct deviations *deviations, const char *row, struct error *err)
{
	struct testcase *testcase = NULL;
	owned_text text = text_format(KNOWN("%s"), row);

	testcase_parse(&testcase, "c.yaml", bytes_of(text), find, topologies, deviations, err);
	return testcase;
}

static void *found_topologies;

static void is_good(const struct deviations *deviations, const struct error *err)
{
	const struct deviation *good = deviation_find(deviations, "good");
	struct error errors = { 0 };

	assert_int_equal(err->count, 0);
	assert_int_equal(deviations->count, 1);
	assert_int_equal(good->reason, REASON_TCP_CSUM);
	assert_string_equal(good->fixed, "f");
	assert_string_equal(good->found, "me");
	assert_null(deviation_find(deviations, "goo"));
	assert_int_equal(good->met_count, 2);
	assert_int_equal(good->met_by[0].count, 2);
	assert_string_equal(good->met_by[0].words[1], "End.X");
	assert_string_equal(good->met_by[1].words[0], "gro");

	owned(testcase) takes = parse(found_topologies, deviations, "{deviation: good, fate: dropped}", &errors);
	assert_string_equal(takes->known[0].deviation->name, "good");
	assert_string_equal(takes->known[0].kernel, ">=4.10");
	assert_string_equal(takes->known[0].because, "b");
	assert_string_equal(takes->known[0].reference, "r");
	assert_string_equal(takes->known[0].workaround, "w");
	owned(testcase) says =
	        parse(found_topologies, deviations,
	              "{deviation: good, fate: dropped, because: c, kernel: '<5', workaround: v}", &errors);
	assert_string_equal(says->known[0].kernel, "<5");
	assert_string_equal(says->known[0].because, "c");
	assert_string_equal(says->known[0].reference, "r");
	assert_string_equal(says->known[0].workaround, "v");
	assert_int_equal(errors.count, 0);
	assert_null(parse(found_topologies, deviations, "{deviation: goood, fate: dropped}", &errors));
	assert_non_null(strstr(errors.text, "no deviation 'goood' (did you mean 'good'?)"));
	struct error none = { 0 };
	assert_null(parse(found_topologies, NULL, "{deviation: good, fate: dropped}", &none));
	assert_non_null(strstr(none.text, "no deviation 'good'; looked for deviations/good.yaml beside this file"));
}

static void test_good(void **state)
{
	found_topologies = *state;
	with_file("good.yaml", GOOD, is_good);
}

static const char *wanted;

static void is_wrong(const struct deviations *deviations, const struct error *err)
{
	assert_int_equal(deviations->count, 0);
	if (!strstr(err->text, wanted))
		print_error("wanted: %s\ngot: %s", wanted, err->text);
	assert_non_null(strstr(err->text, wanted));
}

static void test_wrong(void **state)
{
	static const struct {
		const char *name, *text, *message;
	} rows[] = {
		{ "other.yaml", GOOD, "the deviation 'good' belongs in a file good.yaml" },
		{ "good.yaml", "deviation: good\nref: r\n", "a deviation needs 'because'" },
		{ "good.yaml", "deviation: good\nbecause: b\n", "a deviation needs 'ref'" },
		{ "good.yaml", GOOD "reasn: x\n", "unknown key 'reasn' in a deviation (did you mean 'reason'?)" },
		{ "good.yaml", "deviation: good\nbecause: b\nref: r\nkernel: new\n", "good.yaml:4:9: " },
		{ "good.yaml", "deviation: good\nbecause: b\nref: r\nreason: bad\n", "'bad' is not a reason" },
		{ "good.yaml", "deviation: good\nbecause: b\nref: r\nmet_by: [sid, groo]\n",
		  "good.yaml:4:15: 'groo' is not " },
		{ "good.yaml", "deviation: [good\n", "not YAML" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		wanted = rows[i].message;
		with_file(rows[i].name, rows[i].text, is_wrong);
	}
}

static void test_none(void **state)
{
	struct deviations deviations = { 0 };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(deviations_read(&deviations, "/nonexistent", &err), 0);
	assert_int_equal(deviations.count + err.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_good), cmocka_unit_test(test_wrong),
		                            cmocka_unit_test(test_none) };

	return cmocka_run_group_tests_name("declare: deviations", tests, start, end);
}
