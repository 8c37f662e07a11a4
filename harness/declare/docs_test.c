/* docs/cases.md names every word that a file can say. */
#include <stdlib.h>

#include "behaviour.h"
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
	static const struct word *const tables[] = {
		service_words,   service_checksum_words, link_words,     nic_model_words, tcp_kind_words,
		direction_words, offload_words,          fate_words,     reason_words,    feature_words,
		mode_words,      checksum_words,         tcp_flag_words,
	};
	struct error err = { 0 };
	uint8_t *docs = NULL;
	size_t length;
	bool all = true;

	(void)state;
	if (file_read(&docs, &length, "docs/cases.md", FILE_LIMIT, &err) < 0)
		skip();
	for (size_t i = 0; i < COUNT(tables); i++)
		for (const struct word *row = tables[i]; row->word; row++)
			all = said((char *)docs, row->word) && all;
	for (const struct traffic_field *row = traffic_fields; row->key; row++)
		all = said((char *)docs, row->key) && all;
	for (const struct behaviour *const *row = behaviour_table; *row; row++)
		all = said((char *)docs, (*row)->word) && all;
	free(docs);
	assert_true(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_words) };

	return cmocka_run_group_tests_name("declare: docs", tests, NULL, NULL);
}
