/* What can be set in a cell, and how what went wrong is compared. */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "search.h"

/* Behind ours: its fail() is a macro. */
#include <cmocka.h>

static const char topology_text[] = "topology: t\n"
                                    "nodes: {src: {}, r1: {sids: {\"fc00:1::100\": End}},\n"
                                    "  dst: {addresses: [\"fc00:d::1\", \"fc00:d::2\"]}}\n"
                                    "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0], kind: wire}]\n";

static const struct topology *find(void *context, const char *name)
{
	(void)name;
	return context;
}

static struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

struct made {
	struct topology *topology;
	struct testcase *testcase;
	struct plan *plan;
	struct space *space;
};

static struct made make(const char *traffic, const char *set, const struct result_evidence *seen)
{
	owned_text text = text_format("case: c\ntopology: t\nset: {%s}\ntraffic: {from: src, to: \"fc00:d::1\", %s}\n"
	                              "expect: {fate: delivered}\n",
	                              set, traffic);
	struct made made = { 0 };
	struct error err = { 0 };

	if (topology_parse(&made.topology, "t.yaml", bytes_of(topology_text), &err) < 0 ||
	    testcase_parse(&made.testcase, "c.yaml", bytes_of(text), find, made.topology, NULL, &err) < 0 ||
	    plan_make(&made.plan, made.testcase, made.topology, 0, NULL, &err) < 0)
		print_error("%s%s", text, err.text);
	assert_int_equal(err.count, 0);
	made.space = space_make(made.plan, seen);
	return made;
}

static void made_free(struct made *made)
{
	space_free(made->space);
	plan_free(made->plan);
	testcase_free(made->testcase);
	topology_free(made->topology);
}

/* "now other other", or "" for none. */
static void toggles(const struct made *made, const char *key, const char *wanted)
{
	const struct toggle *toggle = space_find(made->space, key);
	owned_text words = text_copy("");

	for (size_t i = 0; toggle && i < toggle->count; i++)
		text_append(&words, "%s%s", i ? " " : "", toggle->choices[i].word);
	if (strcmp(words, wanted) != 0)
		print_error("%s: ", key);
	assert_string_equal(words, wanted);
}

#define INLINE "tcp: kernel, mode: inline, segments: [\"fc00:1::100\", \"fc00:d::2\"]"

static void of_a_real_connection(void **state)
{
	struct made made = make(INLINE, "\"*.*.gro\": off, \"r1.b0.mtu\": 1400", NULL);

	(void)state;
	toggles(&made, "r1.a0.gro", "off on");
	toggles(&made, "r1.a0.tso", "on off");
	toggles(&made, "dst.a0.tx", "on off");
	toggles(&made, "r1.a0.lro", "");
	toggles(&made, "r1.b0.mtu", "1400 1500 1280 9000");
	toggles(&made, "r1.a0.mtu", "1500 1280 9000");
	toggles(&made, "r1.a0.model", "");
	toggles(&made, "src.seg6_enabled", "on off");
	toggles(&made, "src.forwarding", "off on");
	toggles(&made, "r1.forwarding", "on off");
	toggles(&made, "r1.seg6_require_hmac", "0 -1 1");
	toggles(&made, "r1.vrf_strict_mode", "");
	toggles(&made, "r1.service", "");
	toggles(&made, "mode", "inline plain encap encap.red l2encap l2encap.red ip6ip6");
	toggles(&made, "segments.inline", "[\"fc00:1::100\", \"fc00:d::2\"] [\"fc00:d::2\"] [\"fc00:1::100\"]");
	toggles(&made, "segments.encap", "");
	toggles(&made, "bytes", "65536 1 2 10 100 1000 2000 16000");
	toggles(&made, "direction", "forward reverse both");
	toggles(&made, "burst", "");
	assert_true(space_find(made.space, "r1.b0.model") != NULL);
	for (size_t i = 0; i < made.space->count; i++)
		assert_true(made.space->toggles[i].count >= 2);
	made_free(&made);
}

static void of_crafted_packets(void **state)
{
	struct made made = make("tcp: crafted, mode: inline, segments: [\"fc00:1::100\"], burst: 3, hop_limit: 9,"
	                        " srh.tlvs: \"0400\", flags: [ack, psh]",
	                        "", NULL);

	(void)state;
	toggles(&made, "segments.inline", "");
	toggles(&made, "bytes", "");
	toggles(&made, "burst", "3 1 2");
	toggles(&made, "hop_limit", "9 auto");
	toggles(&made, "srh.tlvs", "\"0400\" \"\"");
	toggles(&made, "padding", "");
	toggles(&made, "checksum", "valid partial bad");
	made_free(&made);
}

/* The state that was read back counts, before what the case sets. */
static void of_what_was_seen(void **state)
{
	static const struct label states[] = { { "gro", "off" }, { "tx", "on" } };
	static const struct result_offloads seen[] = { { "dst.a0", { states, COUNT(states) } } };
	const struct result_evidence evidence = { .offloads = { seen, COUNT(seen) } };
	struct made made = make(INLINE, "\"dst.a0.tso\": off", &evidence);

	(void)state;
	toggles(&made, "dst.a0.gro", "off on");
	toggles(&made, "dst.a0.tx", "on off");
	toggles(&made, "dst.a0.tso", "off on");
	made_free(&made);
}

/* Every choice but the first, alone, makes another plan or is refused with a reason; the first changes nothing. */
static void choices_are_settings(void **state)
{
	struct made made = make(INLINE, "", NULL);

	(void)state;
	for (size_t i = 0; i < made.space->count; i++) {
		const struct toggle *toggle = &made.space->toggles[i];
		for (size_t c = 0; c < toggle->count; c++) {
			const struct setting *setting = &toggle->choices[c].setting;
			assert_string_equal(setting->key, toggle->key);
			if (toggle->kind <= TOGGLE_MODEL)
				assert_non_null(setting->node);
			else
				assert_non_null(setting->field);
			assert_int_equal(setting->interface != NULL,
			                 strchr(toggle->key, '.') != strrchr(toggle->key, '.'));
		}
	}
	made_free(&made);
}

#define LIST(...)                                                                                                      \
	{                                                                                                              \
		(const char *const[]){ __VA_ARGS__ }, COUNT(((const char *const[]){ __VA_ARGS__ }))                    \
	}

static void signatures(void **state)
{
	static const struct result_drop drops[] = { { .node = "r1", .function = "ip6_forward" },
		                                    { .node = "dst", .function = "tcp_v6_rcv" } };
	const struct result_evidence evidence = { .drops = { drops, COUNT(drops) } };
	const struct result_verdict lost = {
		.fate = FATE_DROPPED, .at = "dst", .reason = "tcp-csum", .bad_checksums = LIST("r1.a0", "dst.a0")
	};
	const struct result_verdict broken = { .fate = FATE_DELIVERED, .broken = LIST("hop-limit") };
	const struct result a = { .outcome = OUTCOME_FAIL, .verdict = &lost, .evidence = &evidence },
	                    b = { .outcome = OUTCOME_FAIL, .verdict = &broken, .evidence = &evidence };
	struct signature first = signature_of(&a), second = signature_of(&b), other = first;
	owned_text text = signature_text(&first, true);
	owned_text placeless = signature_text(&first, false);
	owned_text delivered = signature_text(&second, true);

	(void)state;
	assert_string_equal(text, "dropped at dst: tcp-csum in tcp_v6_rcv; bad checksums at r1.a0, dst.a0");
	assert_string_equal(placeless, "dropped: tcp-csum in tcp_v6_rcv; bad checksums");
	assert_string_equal(delivered, "delivered; broken: hop-limit");
	assert_true(signatures_agree(&first, &first));
	assert_false(signatures_agree(&first, &second));
	other.function = NULL;
	assert_true(signatures_agree(&first, &other));
	other.function = "ip6_forward";
	assert_false(signatures_agree(&first, &other));
	other = first;
	other.at = "r1";
	assert_false(signatures_agree(&first, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_a_real_connection), cmocka_unit_test(of_crafted_packets),
		cmocka_unit_test(of_what_was_seen),     cmocka_unit_test(choices_are_settings),
		cmocka_unit_test(signatures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
