#include "nic.h"
#include "testing.h"

#define CHAIN                                                                                                          \
	"topology: t\nnodes: {a: {}, b: {}, c: {}, d: {}, e: {}}\nlinks:\n"                                            \
	"  - {ends: [a.x, b.x], kind: nic, model: e1000}\n"                                                            \
	"  - {ends: [b.y, c.x]}\n"                                                                                     \
	"  - {ends: [c.y, d.x], kind: nic}\n"                                                                          \
	"  - {ends: [d.y, e.x], kind: nic, model: e1000}\n"

static struct topology *read_chain(void)
{
	struct topology *topology = NULL;
	struct error err = { 0 };

	if (topology_parse(&topology, "t.yaml", (struct bytes){ (const uint8_t *)CHAIN, strlen(CHAIN) }, &err) < 0)
		print_error("%s", err.text);
	assert_non_null(topology);
	return topology;
}

static size_t row_of(const char *word)
{
	return (size_t)(nic_model_find(word) - nic_table);
}

static void test_pairs(void **state)
{
	owned(topology) topology = read_chain();
	unsigned pairs[NICS] = { 0 };
	char name[NAME_SIZE];

	(void)state;
	pairs[row_of("tulip")] = 3;
	pairs[row_of("virtio-net")] = 2;
	assert_string_equal(topology->interfaces[4].model->word, "virtio-net");
	assert_string_equal(topology->interfaces[5].model->word, "virtio-net");
	assert_null(topology->interfaces[2].model);
	assert_string_equal(nic_name(name, nic_end(topology, 0)), "e1000-0a");
	assert_string_equal(nic_name(name, nic_end(topology, 1)), "e1000-0b");
	assert_string_equal(nic_name(name, nic_end(topology, 5)), "virtio-net-0b");
	assert_string_equal(nic_name(name, nic_end(topology, 6)), "e1000-1a");
	nic_count(pairs, topology);
	for (size_t row = 0; row < NICS; row++)
		assert_int_equal(pairs[row], row == row_of("e1000") || row == row_of("virtio-net") ? 2
		                             : row == row_of("tulip")                              ? 3
		                                                                                   : 0);
}

/* Every end's address and name is its own, and the address says which end it is. */
static void test_addresses(void **state)
{
	static const unsigned pairs[] = { 0, 1, NIC_PAIRS - 1 };
	static const uint8_t strange[][6] = { { 0x02, 0x54, 0, 0, 0, 0 },
		                              { 0x52, 0x54, 1, 0, 0, 0 },
		                              { 0x52, 0x54, 0, NICS, 0, 0 },
		                              { 0x52, 0x54, 0, 0, 0, 2 } };
	struct nic_end back;

	(void)state;
	for (size_t row = 0; row < NICS; row++) {
		for (size_t p = 0; p < COUNT(pairs); p++) {
			for (unsigned end = 0; end < 2; end++) {
				const struct nic_end one = { row, pairs[p], end };
				uint8_t mac[6];
				char name[NAME_SIZE];
				nic_mac(mac, one);
				assert_true(nic_of_mac(&back, mac));
				assert_true(back.row == row && back.pair == pairs[p] && back.end == end);
				owned_text whole = text_format("%s-%u%c", nic_table[row].word, pairs[p], "ab"[end]);
				assert_string_equal(nic_name(name, one), whole);
			}
		}
	}
	for (size_t i = 0; i < COUNT(strange); i++)
		assert_false(nic_of_mac(&back, strange[i]));
}

/* Every model has a word and a row, and the row says what is needed to have it. */
static void test_table(void **state)
{
	size_t words = 0;

	(void)state;
	for (const struct word *word = nic_model_words(); word->word; word++, words++) {
		const struct nic_model *model = nic_model_at(word->value);
		assert_string_equal(model->word, word->word);
		assert_ptr_equal(nic_model_find(word->word), model);
		assert_int_equal(nic_model_kind(model)->lent, model->device != NULL);
		assert_int_equal(model->transmit != NULL, nic_model_kind(model)->carry != NULL);
	}
	assert_null(nic_model_at((int)words));
	assert_null(nic_model_find("e2000"));
	assert_true(words > NICS);
	for (size_t row = 0; row < NICS; row++) {
		assert_non_null(nic_table[row].device);
		assert_non_null(nic_table[row].modules);
		assert_non_null(strstr(nic_table[row].modules, nic_table[row].driver));
		assert_true(nic_table[row].vendor_id && nic_table[row].device_id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_pairs), cmocka_unit_test(test_addresses),
		                            cmocka_unit_test(test_table) };

	return cmocka_run_group_tests_name("declare: nic", tests, NULL, NULL);
}
