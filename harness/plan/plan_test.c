/* Which cells share a lab, that the same input gives the same plan, and what cannot be planned. */
#include "testing.h"

static const struct {
	const char *axes; /* of two cells, behind an axis that makes every key one of use */
	bool same;
} shared[] = {
	{ "r1.a0.gro: [on, off]", true },
	{ "all: {y: {\"*.*.gro\": on, \"*.*.tso\": off}, n: {\"*.*.tx\": off}}", true },
	{ "mode: [inline, encap]", true },
	{ "mode: [plain, encap]", true },
	{ "checksum: [valid, partial]", true },
	{ "segments: [[\"fc00:1::100\"], [\"fc00:2::100\", \"fc00:d::2\"]]", true },
	{ "segments: [[], [\"fc00:2::100\", \"fc00:1::100\"]]", true },
	{ "bytes: [1k, 64k]", true },
	{ "tcp: [kernel, crafted]", true },
	{ "direction: [forward, both]", true },
	{ "left: {auto: {}, none: {segments_left: 0}}", true },
	{ "burst: [1, 100]", true },
	{ "flags: [[syn], [psh, ack]]", true },
	{ "r1.a0.mtu: [1500, 1400]", false },
	{ "r1.service: [off, packet]", false },
	{ "r1.service: [packet, tun]", false },
	{ "r1.seg6_enabled: [1, 0]", false },
	{ "r1.seg6_require_hmac: [0, 1]", false },
	{ "r1.listener: [off, on]", true },
	{ "from: [src, r1]", false }, /* crafted packets are answered where they leave */
	{ "headend: [src, r2]", true },
};

static void labs_that_are_shared(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shared); i++) {
		owned_text text =
		        text_format("case: c\ntopology: t\nexpect: {fate: delivered}\n"
		                    "traffic: {to: \"fc00:d::1\", from: src, segments: [\"fc00:1::100\"]}\n"
		                    "axes: {uses: {a: {}, b: {mode: encap}, c: {tcp: crafted, mode: encap}}, %s}\n",
		                    shared[i].axes);
		owned_made first = make(CHAIN, text, 0);
		owned_made second = make(CHAIN, text, 1);
		if ((strcmp(first.plan->key, second.plan->key) == 0) != shared[i].same)
			print_error("%s\n", shared[i].axes);
		assert_int_equal(testcase_cells(first.testcase), 6);
		assert_int_equal(strcmp(first.plan->key, second.plan->key) == 0, shared[i].same);
	}
}

/* Where all packets are the kernel's, a lab has the routes of all pairs. */
static void pairs_share_a_lab(void **state)
{
	static const char text[] = "case: c\ntopology: t\nexpect: {fate: delivered}\n"
	                           "traffic: {tcp: kernel, mode: inline, segments: [\"fc00:1::100\"]}\n"
	                           "axes: {from: [src, r1, r2], to: [\"fc00:d::1\", \"fc00:d::2\"]}\n";
	owned_made first = make(CHAIN, text, 0);

	(void)state;
	assert_int_equal(testcase_cells(first.testcase), 6);
	for (size_t cell = 1; cell < 6; cell++) {
		owned_made other = make(CHAIN, text, cell);
		assert_string_equal(other.plan->key, first.plan->key);
		assert_string_not_equal(other.plan->cell_commands[0].text, "");
	}
	assert_null(strstr(first.plan->key, "fd00:c::1")); /* nor any of crafted packets */
}

static void labs_of_topologies(void **state)
{
	static const char *const topologies[] = {
		CHAIN,
		DIAMOND(""),
		DIAMOND(", routes: {\"fc00:d::/32\": r3}"),
		DIAMOND(", seg6_enabled: 0"),
		DIAMOND(", addresses: [\"fc00:1::1\"]"),
		/* one SID more, another address, another behaviour, another name of an interface, a nic-model */
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\", sids: {\"fc00:d::100\": End}}}\n"
		"links: [{ends: [src.b0, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\", sids: {\"fc00:d::101\": End}}}\n"
		"links: [{ends: [src.b0, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\", sids: {\"fc00:d::101\": "
		"{behaviour: End.T, table: main}}}}\nlinks: [{ends: [src.b0, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks: [{ends: [src.b0, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks: [{ends: [src.b1, dst.a0]}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\n"
		"links: [{ends: [src.b0, dst.a0], kind: nic-model}]\n",
		"topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\n"
		"links: [{ends: [src.b0, dst.a0], addresses: [\"fc00:7::1\", \"fc00:7::2\"]}]\n",
		"topology: u\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks: [{ends: [src.b0, dst.a0]}]\n",
	};
	struct made made[COUNT(topologies)];

	(void)state;
	for (size_t i = 0; i < COUNT(topologies); i++)
		made[i] = make(topologies[i], CASE("", ""), 0);
	for (size_t i = 0; i < COUNT(topologies); i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(made[i].plan->key, made[j].plan->key);
	for (size_t i = 0; i < COUNT(topologies); i++)
		made_free(&made[i]);
}

/* Cell commands are between cells of one lab: none of them may be in the key, all of them are in the script. */
static void key_and_script(void **state)
{
	owned_made made = make(CHAIN, CASE(", mode: encap, segments: [\"fc00:1::100\"]", "set: {\"*.*.gro\": off}"), 0);
	owned_text text = plan_script(made.plan);
	size_t lines = 0;

	(void)state;
	for (const char *c = made.plan->key; *c; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 1 + made.plan->lab.count);
	assert_int_equal(made.plan->cell_command_count, 1 + 6);
	for (size_t i = 0; i < made.plan->cell_command_count; i++) {
		assert_null(strstr(made.plan->key, made.plan->cell_commands[i].text));
		assert_non_null(strstr(text, made.plan->cell_commands[i].text));
	}
	for (size_t i = 0; i < made.plan->lab.count; i++) {
		assert_non_null(strstr(made.plan->key, made.plan->lab.commands[i].text));
		assert_non_null(strstr(text, made.plan->lab.commands[i].text));
	}
}

/* Same input, same text: of plans made one after the other, in any order, and of copies of the input. */
static void pure(void **state)
{
	static const char text[] =
	        CASE(", segments: [\"fc00:1::3\", \"fc00:2::b6\"]",
	             "axes: {mode: [inline, encap], \"*.*.gro\": [on, off], r1.a0.mtu: [1500, 1300]}");
	owned_made made = make(DIAMOND(""), text, 5);
	owned_text before = plan_script(made.plan);

	(void)state;
	for (size_t cell = 0; cell < testcase_cells(made.testcase); cell++) {
		struct error err = { 0 };
		owned(plan) other = NULL;
		assert_int_equal(plan_make(&other, made.testcase, made.topology, cell, NULL, &err), 0);
		owned_text script_of_other = plan_script(other);
		assert_int_equal(strcmp(script_of_other, before) == 0, cell == 5);
	}
	owned_text after = plan_script(made.plan);
	owned_made again = make(DIAMOND(""), text, 5);
	owned_text planned_again = plan_script(again.plan);
	assert_string_equal(before, after);
	assert_string_equal(before, planned_again);
	assert_string_equal(made.plan->key, again.plan->key);
}

/* No two interfaces share an ifindex, MAC or address; the two ends of a link share a /64. */
static void interfaces(void **state)
{
	owned_text topology = text_copy("topology: t\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks:\n");

	for (unsigned i = 0; i < 300; i++)
		text_append(&topology, "  - {ends: [src.e%u, dst.e%u]}\n", i, i);
	owned_made made = make(topology, CASE("", ""), 0);
	const struct plan_interface *all = made.plan->interfaces;

	(void)state;
	for (size_t i = 0; i < INTERFACES(made.topology); i++) {
		assert_int_equal(all[i].mac[0], 0x02); /* unicast, locally administered */
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(all[i].ifindex, all[j].ifindex);
			assert_memory_not_equal(all[i].mac, all[j].mac, 6);
			assert_false(address_same(&all[i].address, &all[j].address));
		}
	}
	for (size_t i = 0; i < INTERFACES(made.topology); i += 2)
		assert_memory_equal(all[i].address.octets, all[i + 1].address.octets, 8); /* one /64 a link */
}

/* ---- what cannot be planned: a case is checked against all its topologies, a cell has one */

#define SMALL "topology: small\nnodes: {src: {}, dst: {addresses: \"fc00:d::1\"}}\nlinks: [{ends: [src.b0, dst.a0]}]\n"

static const struct topology *find_either(void *context, const char *name)
{
	struct topology **topologies = context;

	return topologies[strcmp(name, "small") == 0];
}

static const struct {
	const char *traffic;
	const char *message; /* for the topology `small`; NULL: it can be planned */
} unplannable[] = {
	{ "from: src, to: \"fc00:d::1\"", NULL },
	{ "from: r1, to: \"fc00:d::1\"", "c.yaml:2:11: topology small has no node 'r1'" },
	{ "from: src, headend: r2, mode: encap, segments: [\"fc00:1::100\"], to: \"fc00:d::1\"",
	  "c.yaml:2:22: topology small has no node 'r2'" },
	{ "from: src, to: \"fc00:d::2\"",
	  "c.yaml:2:22: no node of topology small has the address fc00:d::2; give it to one, or name `to_node`" },
	{ "from: src, to: \"fc00:d::2\", to_node: dst, tcp: crafted", NULL },
	{ "from: src, to: \"fc00:d::2\", to_node: dst",
	  "c.yaml:2:39: dst does not have the address fc00:d::2, which a TCP socket needs" },
	{ "from: src, to: \"fc00:d::1\", to_node: src",
	  "c.yaml:2:39: src does not have the address fc00:d::1, which a TCP socket needs" },
	{ "from: src, to: \"fc00:d::1\", to_node: r1", "c.yaml:2:39: topology small has no node 'r1'" },
	{ "from: src, to: \"fc00:d::1\", mode: encap, segments: [\"fc00:1::100\"]", NULL },
	{ "from: src, to: \"fc00:d::1\", mode: inline", "c.yaml:2:39: mode inline has no segments; give `segments`" },
	{ "from: src, mode: l2encap, segments: [\"fc00:1::100\"], to: \"fc00:d::1\"",
	  "mode l2encap encapsulates frames that come in by a link: name a `headend` behind src" },
	{ "from: src, headend: dst, mode: encap, segments: [\"fc00:1::100\"], to: \"fc00:d::1\"",
	  "c.yaml:2:22: headend dst is not on the path from src to fc00:d::1" },
	{ "from: dst, to: \"fc00:d::1\"", "c.yaml:2:22: fc00:d::1 is an address of dst, which `from` names too" },
	{ "from: src, to: \"fc00:d::1\", tcp: crafted, payload: 0",
	  "c.yaml:2:53: a crafted packet without payload needs `flags` with syn" },
	{ "from: src, to: \"fc00:d::1\", tcp: crafted, payload: 0, flags: syn", NULL },
	{ "from: src, to: \"fc00:d::1\", tcp: crafted, payload: 1440", NULL },
	{ "from: src, to: \"fc00:d::1\", tcp: crafted, payload: 1441",
	  "c.yaml:2:53: a crafted packet of 1501 octets cannot leave src, whose MTU is 1500" },
	{ "from: src, to: \"fc00:d::1\", tcp: crafted, payload: 1441, burst: 2, checksum: partial", NULL },
	{ "from: src, to: \"fc00:d::1\", tcp: crafted, payload: 60000, cut: 1500", NULL },
	{ "from: src, to: \"fc00:d::1\", tcp: crafted, payload: 1377, mode: encap, segments: [\"fc00:1::100\"]",
	  "a crafted packet of 1501 octets cannot leave src" },
	{ "from: src, to: \"fc00:d::1\"}\nset: {r1.a0.gro: on, r1.seg6_enabled: 0", NULL },
};

static void errors(void **state)
{
	struct topology *topologies[2] = { NULL, NULL };
	struct error err = { 0 };

	(void)state;
	assert_int_equal(topology_parse(&topologies[0], "t.yaml", bytes_of(CHAIN), &err), 0);
	assert_int_equal(topology_parse(&topologies[1], "small.yaml", bytes_of(SMALL), &err), 0);
	for (size_t i = 0; i < COUNT(unplannable); i++) {
		owned(testcase) testcase = NULL;
		owned(plan) plan = NULL;
		owned_text text = text_format("case: c\ntraffic: {%s}\nexpect: {fate: delivered}\n"
		                              "axes: {topology: [t, small]}\n",
		                              unplannable[i].traffic);
		err = (struct error){ 0 };
		assert_int_equal(
		        testcase_parse(&testcase, "c.yaml", bytes_of(text), find_either, topologies, NULL, &err), 0);
		int result = plan_make(&plan, testcase, topologies[1], 1, NULL, &err);
		if (result != (unplannable[i].message ? -1 : 0))
			print_error("%s%s", text, err.text);
		assert_int_equal(result, unplannable[i].message ? -1 : 0);
		assert_int_equal(err.count, unplannable[i].message ? 1 : 0);
		assert_int_equal(plan == NULL, unplannable[i].message != NULL);
		if (unplannable[i].message)
			assert_non_null(strstr(err.text, unplannable[i].message));
		else
			assert_int_equal(plan->from, 0);
	}
	topology_free(topologies[0]);
	topology_free(topologies[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labs_that_are_shared),
		cmocka_unit_test(pairs_share_a_lab),
		cmocka_unit_test(labs_of_topologies),
		cmocka_unit_test(key_and_script),
		cmocka_unit_test(pure),
		cmocka_unit_test(interfaces),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
