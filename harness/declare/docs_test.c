/* docs/cases.md names every word that a file can say. */
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "device.h"
#include "testing.h"

static bool said(const char *docs, const char *word)
{
	owned_text quoted = text_format("`%s`", word);
	bool there = strstr(docs, quoted) != NULL;

	if (!there)
		print_error("docs/cases.md does not say %s\n", quoted);
	return there;
}

static void test_words(void **state)
{
	const struct word *const tables[] = {
		service_words(), service_checksum_words, link_words(),   nic_model_words(), generator_words,
		direction_words, offload_words,          fate_words,     reason_words,      feature_words,
		mode_words,      checksum_words,         tcp_flag_words, invariant_words,   met_words,
	};
	struct error err = { 0 };
	uint8_t *docs = NULL;
	size_t length;
	bool all = true;
	int transport;

	(void)state;
	if (file_read(&docs, &length, "docs/cases.md", FILE_LIMIT, &err) < 0)
		skip();
	for (size_t i = 0; i < COUNT(tables); i++)
		for (const struct word *row = tables[i]; row->word; row++)
			all = said((char *)docs, row->word) && all;
	for (const struct traffic_field *row = NULL; traffic_field_next(&row, &transport);)
		all = said((char *)docs, row->key) && all;
	for (const struct behaviour *const *row = behaviour_table; *row; row++)
		all = said((char *)docs, (*row)->word) && all;
	for (const struct check_field *row = hop_fields; row->key; row++)
		all = said((char *)docs, row->key) && all;
	for (const struct check_field *row = icmp_fields; row->key; row++)
		all = said((char *)docs, row->key) && all;
	free(docs);
	assert_true(all);
}

/* A key's row of the table ends with what the key goes with. */
static void test_goes_with(void **state)
{
	struct error err = { 0 };
	uint8_t *docs = NULL;
	size_t length;
	int wrong = 0, transport;

	(void)state;
	if (file_read(&docs, &length, "docs/cases.md", FILE_LIMIT, &err) < 0)
		skip();
	for (const struct traffic_field *row = NULL; traffic_field_next(&row, &transport);) {
		owned_text start = text_format("\n| `%s` |", row->key);
		owned_text with = field_with(row);
		owned_text end = text_format("| %s%s|", with, *with ? " " : "");
		const char *table = strstr((char *)docs, "\n### Traffic\n");
		const char *line = table ? strstr(table, start) : NULL;
		owned_text text = line ? text_line(line + 1) : NULL;
		if (text && strlen(text) > strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0)
			continue;
		print_error("docs/cases.md: the row of `%s` does not end with '%s'\n", row->key, end);
		wrong++;
	}
	free(docs);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_words), cmocka_unit_test(test_goes_with) };

	return cmocka_run_group_tests_name("declare: docs", tests, NULL, NULL);
}
