/* A transport is one row: this program's table has another one, and nothing else knows it. */
#include <stddef.h>

#include "../../plan/testing.h"
#include "rows.h"
#include "tcp.h"

/* A datagram with UDP's header (RFC 768), and a field of its own. */
struct toy_fields {
	long port;
};

static const struct traffic_field toy_rows[] = {
	{ "toy", FIELD_TRANSPORT, 0, BY_ANY, IN_ANY_MODE, generator_words, 0, 0, 0, "who makes the datagrams" },
	{ "port", FIELD_NUMBER, offsetof(struct toy_fields, port), BY_CRAFTED, IN_ANY_MODE, NULL, 1, 65535, 4791,
	  "where the datagrams go" },
	{ NULL, 0, 0, 0, 0, NULL, 0, 0, 0, NULL },
};

static size_t toy_header(const struct traffic *traffic)
{
	(void)traffic;
	return 8;
}

static const struct transport toy = {
	.word = "toy",
	.name = "Toy",
	.fields = toy_rows,
	.header_octets = toy_header,
};

const struct transport *const transport_table[] = { &transport_tcp, &toy, NULL };

static const struct toy_fields *toy_of(const struct plan *plan)
{
	return (const struct toy_fields *)plan->traffic.own;
}

static void test_declared(void **state)
{
	owned_made given = make(CHAIN, CASE(", toy: crafted, port: 7, payload: 9", ""), 0);
	owned_made unset = make(CHAIN, CASE(", toy: crafted", ""), 0);
	owned_made first = make(CHAIN, CASE("", ""), 0);

	(void)state;
	assert_ptr_equal(transport_of(&given.plan->traffic), &toy);
	assert_int_equal(given.plan->traffic.generator, GENERATOR_CRAFTED);
	assert_int_equal(given.plan->traffic.payload, 9);
	assert_int_equal(toy_of(given.plan)->port, 7);
	assert_int_equal(toy_of(unset.plan)->port, 4791);
	assert_ptr_equal(transport_of(&first.plan->traffic), &transport_tcp);
}

#define KINDS "axes: {kind: {a: {tcp: crafted, mss: 500}, b: {toy: crafted, port: 7}}}"

/* Each cell has the fields of its transport; those of another one in the same file leave it alone. */
static void test_chosen_by_axis(void **state)
{
	owned_made a = make(CHAIN, CASE(", sequence: 5", KINDS), 0);
	owned_made b = make(CHAIN, CASE(", sequence: 5", KINDS), 1);

	(void)state;
	assert_int_equal(tcp_fields(&a.plan->traffic)->mss, 500);
	assert_int_equal(tcp_fields(&a.plan->traffic)->sequence, 5);
	assert_ptr_equal(transport_of(&b.plan->traffic), &toy);
	assert_int_equal(toy_of(b.plan)->port, 7);
}

/* Messages name it as its row does. */
static void test_refused(void **state)
{
	static const struct {
		const char *traffic, *message;
	} cases[] = {
		{ ", toy: crafted, mss: 500", "nothing uses 'mss' here: it goes with `tcp: crafted`" },
		{ ", tcp: crafted, port: 7", "nothing uses 'port' here: it goes with `toy: crafted`" },
		{ ", toy: kernel, payload: 7",
		  "nothing uses 'payload' here: it goes with `tcp: crafted` or `toy: crafted`" },
		{ ", toy: crafted, port: 0", "0 is out of range; 1 to 65535 can be given" },
		{ ", toy: real", "'real' is not a value of toy" },
	};
	owned(topology) topology = NULL;
	struct error none = { 0 };

	(void)state;
	assert_int_equal(topology_parse(&topology, "t.yaml", bytes_of(CHAIN), &none), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		owned(testcase) testcase = NULL;
		struct error err = { 0 };
		owned_text text = text_format("case: c\ntopology: t\ntraffic: {from: src, to: \"fc00:d::1\"%s}\n"
		                              "expect: {fate: delivered}\n",
		                              cases[i].traffic);
		assert_true(testcase_parse(&testcase, "c.yaml", bytes_of(text), find, topology, NULL, &err) < 0);
		if (!strstr(err.text, cases[i].message))
			print_error("'%s' is not in: %s", cases[i].message, err.text);
		assert_non_null(strstr(err.text, cases[i].message));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_declared),
		cmocka_unit_test(test_chosen_by_axis),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("kind: transports", tests, NULL, NULL);
}
