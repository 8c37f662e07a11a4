/* Shared by the plan room's tests: topologies and cases as text, and plans made from them. */
#ifndef HOPCHECK_PLAN_TESTING_H
#define HOPCHECK_PLAN_TESTING_H

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>

#define CHAIN                                                                                                          \
	"topology: t\n"                                                                                                \
	"nodes: {src: {}, r1: {sids: {\"fc00:1::100\": End}}, r2: {sids: {\"fc00:2::100\": End}},\n"                   \
	"  dst: {addresses: [\"fc00:d::1\", \"fc00:d::2\"]}}\n"                                                        \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r2.b0, dst.a0]}]\n"

/* src - r1 - r2 or r3 - r4 - dst; `r1`: what r1 has besides its SID. */
#define DIAMOND(r1)                                                                                                    \
	"topology: t\n"                                                                                                \
	"nodes:\n"                                                                                                     \
	"  src: {addresses: [\"fc00:5::1\"]}\n"                                                                        \
	"  r1: {sids: {\"fc00:1::100\": End, \"fc00:1::3\": {behaviour: End.X, nh6: r3}}" r1 "}\n"                     \
	"  r2: {sids: {\"fc00:2::100\": End, \"fc00:2::b6\": {behaviour: End.B6.Encaps, segments: [\"fc00:1::100\", "  \
	"\"fc00:3::100\"]}}}\n"                                                                                        \
	"  r3: {sids: {\"fc00:3::100\": End, \"fc00:3::3\": {behaviour: End.X, nh6: \"fd00:1:3::1\"}}}\n"              \
	"  r4: {sids: {\"fc00:4::100\": End}}\n"                                                                       \
	"  dst: {addresses: [\"fc00:d::1\", \"fc00:d::2\"]}\n"                                                         \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r1.b1, r3.a0]}, {ends: [r2.b0, r4.a0]},\n"   \
	"  {ends: [r3.b0, r4.a1]}, {ends: [r4.b0, dst.a0]}]\n"

#define CASE(traffic, more)                                                                                            \
	"case: c\ntopology: t\ntraffic: {from: src, to: \"fc00:d::1\"" traffic "}\nexpect: {fate: delivered}\n" more   \
	"\n"
#define SEGMENTS(list) CASE(", mode: inline, segments: [" list "]", "")

/* A plan and what it borrows from. */
struct made {
	struct topology *topology;
	struct testcase *testcase;
	struct plan *plan;
};

static inline struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

static inline const struct topology *find(void *context, const char *name)
{
	(void)name;
	return context;
}

static inline void made_free(struct made *made)
{
	plan_free(made->plan);
	testcase_free(made->testcase);
	topology_free(made->topology);
}

#define owned_made __attribute__((cleanup(made_free))) struct made

static inline struct made make_for(const char *kernel, const char *topology, const char *testcase, size_t cell)
{
	struct made made = { 0 };
	struct error err = { 0 };

	if (topology_parse(&made.topology, "t.yaml", bytes_of(topology), &err) < 0 ||
	    testcase_parse(&made.testcase, "c.yaml", bytes_of(testcase), find, made.topology, NULL, &err) < 0 ||
	    plan_make(&made.plan, made.testcase, made.topology, cell, kernel, &err) < 0)
		print_error("%s%s%s", topology, testcase, err.text);
	assert_non_null(made.plan);
	assert_int_equal(err.count, 0);
	return made;
}

static inline struct made make(const char *topology, const char *testcase, size_t cell)
{
	return make_for(NULL, topology, testcase, cell);
}

static inline struct address ip6(const char *text)
{
	struct address address;

	assert_true(address_parse(&address, AF_UNSPEC, text));
	return address;
}

static inline size_t node(const struct plan *plan, const char *name)
{
	size_t n = topology_node(plan->topology, name);

	assert_true(n != NOT_FOUND);
	return n;
}

static inline void assert_address(const struct address *address, const char *text)
{
	char got[ADDRESS_TEXT_SIZE];

	assert_string_equal(address_text(address, got), text);
}

/* ---- settings */

/* Of every interface: rx, tx, tso, gso, gro as 1, 0 or - for untouched. */
static inline char *offloads_text(const struct plan *plan)
{
	char *text = NULL;

	for (size_t i = 0; i < INTERFACES(plan->topology); i++) {
		text_append(&text, "%s", i ? " " : "");
		for (int offload = 0; offload < OFFLOADS; offload++)
			text_append(&text, "%c", "-01"[plan->offloads[i][offload] + 1]);
	}
	return text;
}

/* The path of the plan's routes from a node: "src r1 r2 dst"; it ends where a node has no route. */
static inline char *way(const struct plan *plan, const char *from, const char *to)
{
	const struct address address = ip6(to);
	char *text = text_copy(from);
	size_t at = node(plan, from);
	const struct next_hop *next;

	for (int steps = 0; (next = plan_next_hop(plan, at, &address)) && steps < 20; steps++) {
		assert_int_equal(plan->topology->interfaces[next->out].node, at);
		at = plan->topology->interfaces[next->in].node;
		text_append(&text, " %s", plan->topology->nodes[at].name);
	}
	return text;
}

/* Whether a node's lab has a line. */
static inline bool has_line(const struct plan *plan, const char *name, const char *line)
{
	for (size_t i = 0; i < plan->lab.count; i++)
		if (plan->lab.commands[i].node == node(plan, name) && strcmp(plan->lab.commands[i].text, line) == 0)
			return true;
	return false;
}

#endif
