/* A transport is one row: this program's table has another one, and nothing else knows it. */
#include "../../plan/testing.h"
#include "tcp.h"
#include "testing.h"

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
	owned_made a = make(CHAIN, CASE(", sequence: 5, cut: 99", KINDS), 0);
	owned_made b = make(CHAIN, CASE(", sequence: 5, cut: 99", KINDS), 1);

	(void)state;
	assert_int_equal(tcp_fields(&a.plan->traffic)->mss, 500);
	assert_int_equal(tcp_fields(&a.plan->traffic)->sequence, 5);
	assert_ptr_equal(transport_of(&b.plan->traffic), &toy);
	assert_int_equal(toy_of(b.plan)->port, 7);
	assert_int_equal(a.plan->traffic.cut, 99);
	assert_int_equal(b.plan->traffic.cut, 0); /* its row is without this key */
}

/* Built behind every header that a mode has, with a checksum that is right. */
static void test_built(void **state)
{
	owned_made made = make(CHAIN, CASE(", toy: crafted, port: 4789", ""), 0);
	const struct address segment = ip6("fc00:1::100");
	static const uint8_t data[] = "toy!";

	(void)state;
	for (int mode = 0; mode < MODES; mode++) {
		struct packet_spec spec = { .mode = (enum mode)mode,
			                    .source = ip6("fc00:5::1"),
			                    .destination = ip6("fc00:d::1"),
			                    .outer_source = ip6("fc00:5::1"),
			                    .segments = &segment,
			                    .segment_count = 1,
			                    FIELDS_AUTO,
			                    .payload = { data, 4 } };
		uint8_t header[HEADER_ROOM];
		struct error err = { 0 };
		owned(frame) frame = NULL;

		toy.build(&spec, &made.plan->traffic, 0, header);
		assert_int_equal(frame_build(&frame, &spec, &err), 0);
		const uint8_t *udp = frame->data + frame->tcp_offset;
		struct bytes segment_octets = { udp, 16 };
		assert_int_equal(frame->length, frame->tcp_offset + 16);
		assert_int_equal(frame->payload_offset, frame->tcp_offset + 12);
		assert_int_equal(udp[2] << 8 | udp[3], 4789);
		assert_memory_equal(udp + 12, data, 4);
		/* the next header before it, and RFC 768's sum over RFC 8200's pseudo-header */
		size_t next = mode == MODE_INLINE ? 14 + 40 : frame->tcp_offset - 34;
		assert_int_equal(frame->data[next], IPPROTO_UDP);
		uint32_t sum = sum_pseudo(&spec.source, &spec.destination, 16, IPPROTO_UDP);
		assert_int_equal(sum_fold(sum_add(sum, segment_octets)), 0xffff);
	}
}

/* Messages name it as its row does. */
static void test_refused(void **state)
{
	static const struct {
		const char *traffic, *message;
	} cases[] = {
		{ ", toy: crafted, mss: 500", "nothing uses 'mss' here: it goes with `tcp: crafted`" },
		{ ", tcp: crafted, port: 7", "nothing uses 'port' here: it goes with `toy: crafted`" },
		{ ", tcp: kernel, payload: 7",
		  "nothing uses 'payload' here: it goes with `tcp: crafted` or `toy: crafted`" },
		{ ", toy: crafted, cut: 20", "nothing uses 'cut' here: it goes with `tcp: crafted`, which" },
		{ ", toy: crafted, bytes: 7", "nothing uses 'bytes' here: it goes with `tcp: kernel`, which" },
		{ ", toy: kernel", "'kernel' is not a value of toy" },
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
		cmocka_unit_test(test_built),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("kind: transports", tests, NULL, NULL);
}
