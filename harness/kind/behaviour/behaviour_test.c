/* The words for iproute2. Each line was accepted by iproute2 6.1.0; the VRF ones only by its parser, on a kernel
 * without VRF. */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

struct vector {
	const char *word;
	struct sid sid;
	const char *next_hop, *text;
};

static struct address policy[2];

static const struct vector vectors[] = {
	{ "End", { .flavors = NULL }, NULL, "" },
	{ "End", { .flavors = "psp" }, NULL, " flavors psp" },
	{ "End", { .flavors = "next-csid,psp" }, NULL, " flavors next-csid,psp" },
	{ "End", { .flavors = "next-csid", .block = 48, .function = 8 }, NULL, " flavors next-csid lblen 48 nflen 8" },
	{ "End", { .table = "254", .oif = "v0" }, "fc00::2", "" },
	{ "End.X", { .nh6 = "r2" }, "fc00::2", " nh6 fc00::2" },
	{ "End.X",
	  { .nh6 = "r2", .oif = "v0", .flavors = "next-csid" },
	  "fc00::2",
	  " nh6 fc00::2 oif v0 flavors next-csid" },
	{ "End.T", { .table = "main" }, "", " table main" },
	{ "End.T", { .table = "100", .flavors = "psp" }, NULL, " table 100" },
	{ "End.DX2", { .oif = "v0" }, NULL, " oif v0" },
	{ "End.DX6", { .nh6 = "::" }, "::", " nh6 ::" },
	{ "End.DX4", { .nh4 = "r2" }, "10.0.0.2", " nh4 10.0.0.2" },
	{ "End.DT6", { .table = "254" }, NULL, " table 254" },
	{ "End.DT6", { .vrftable = "100" }, NULL, " vrftable 100" },
	{ "End.DT4", { .vrftable = "100" }, NULL, " vrftable 100" },
	{ "End.DT46", { .vrftable = "100" }, NULL, " vrftable 100" },
	{ "End.B6", { .segments = policy, .segment_count = 2 }, NULL, " srh segs fc00:2::1,fc00:3::1" },
	{ "End.BPF", { .endpoint = "object a.o section end" }, NULL, " endpoint object a.o section end" },
	{ "End.B6.Encaps", { .segments = policy, .segment_count = 1 }, NULL, " srh segs fc00:2::1" },
};

static void test_words(void **state)
{
	(void)state;
	address_parse(&policy[0], AF_INET6, "fc00:2::1");
	address_parse(&policy[1], AF_INET6, "fc00:3::1");
	for (size_t i = 0; i < COUNT(vectors); i++) {
		int row = behaviour_find(vectors[i].word);
		assert_true(row >= 0);
		owned_text text = text_copy("X");
		owned_facts facts = { 0 };
		behaviour_table[row]->parameters(&facts, &vectors[i].sid, vectors[i].next_hop);
		facts_append(&text, &facts);
		assert_string_equal(text + 1, vectors[i].text);
	}
}

static void test_table(void **state)
{
	static const char *const decapsulating = "End.DX2 End.DX6 End.DX4 End.DT6 End.DT4 End.DT46";

	(void)state;
	for (int row = 0; behaviour_table[row]; row++) {
		const struct behaviour *behaviour = behaviour_table[row];
		assert_int_equal(behaviour_find(behaviour->word), row);
		assert_int_equal(behaviour_of_action(behaviour->action), row);
		assert_non_null(behaviour->parameters);
		assert_non_null(behaviour->rfc);
		assert_int_equal(behaviour->needs & behaviour->allows, 0);
		assert_int_equal(behaviour->decapsulates,
		                 strstr(decapsulating, behaviour->word) && strcmp(behaviour->word, "End") != 0);
	}
	assert_int_equal(behaviour_of_action(0), -1);
	assert_int_equal(behaviour_of_action(14), -1); /* End.S */
	static const char *const unknown[] = { "", "end", "End.", "End.BM", "End.X " };
	for (size_t i = 0; i < COUNT(unknown); i++)
		assert_int_equal(behaviour_find(unknown[i]), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_words), cmocka_unit_test(test_table) };

	return cmocka_run_group_tests_name("behaviour", tests, NULL, NULL);
}
