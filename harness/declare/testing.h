/* What the tests of this room share: two topologies, a case with the least in it, and vectors. Included last. */
#ifndef HOPCHECK_DECLARE_TESTING_H
#define HOPCHECK_DECLARE_TESTING_H

#include <setjmp.h>
#include <string.h>

#include "declare.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>

struct vector {
	const char *text;
	const char *message; /* NULL: must be accepted; else what one of the messages must have */
};

static inline struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

/* Whether a vector came out as it should; says so if not. */
static inline bool as_wanted(const struct vector *vector, int result, const struct error *err)
{
	bool right =
	        vector->message ? result < 0 && strstr(err->text, vector->message) : result == 0 && err->count == 0;

	if (!right)
		print_error("%swanted: %s\ngot: %s\n", vector->text, vector->message ? vector->message : "acceptance",
		            err->text);
	return right;
}

#define ONE                                                                                                            \
	"topology: one\n"                                                                                              \
	"nodes: {src: {}, r1: {sids: {\"fc00:1::100\": End}}, dst: {addresses: \"fc00:d::1\"}}\n"                      \
	"links: [{ends: [src.b0, r1.a0], kind: nic-model}, {ends: [r1.b0, dst.a0]}]\n"
#define TWO                                                                                                            \
	"topology: two\n"                                                                                              \
	"nodes: {src: {}, r1: {sids: {\"fc00:1::100\": End}}, r2: {sids: {\"fc00:2::100\": End}},\n"                   \
	"  dst: {addresses: \"fc00:d::1\"}}\n"                                                                         \
	"links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, r2.a0]}, {ends: [r2.b0, dst.a0]}]\n"

/* For testcase_parse(): context is an array of two topologies, one and two. */
static inline const struct topology *find(void *context, const char *name)
{
	struct topology **topologies = context;

	return strcmp(name, "one") == 0 ? topologies[0] : strcmp(name, "two") == 0 ? topologies[1] : NULL;
}

static inline int topologies_make(void **state)
{
	static struct topology *topologies[2];
	struct error err = { 0 };

	*state = topologies;
	return topology_parse(&topologies[0], "one.yaml", bytes_of(ONE), &err) ||
	       topology_parse(&topologies[1], "two.yaml", bytes_of(TWO), &err);
}

static inline int topologies_drop(void **state)
{
	struct topology **topologies = *state;

	topology_free(topologies[0]);
	topology_free(topologies[1]);
	return 0;
}

static inline struct testcase *must_parse(void **state, const char *text)
{
	struct testcase *testcase = NULL;
	struct error err = { 0 };

	if (testcase_parse(&testcase, "c.yaml", bytes_of(text), find, *state, NULL, &err) < 0)
		print_error("%s", err.text);
	assert_non_null(testcase);
	return testcase;
}

#define TRAFFIC      "traffic: {from: src, to: \"fc00:d::1\"}\n"
#define EXPECT       "expect: {fate: delivered}\n"
#define ON(topology) "case: c\n" topology TRAFFIC EXPECT
/* The text under test begins on line 5, at column 1. */
#define WITH(more)   ON("topology: one\n") more "\n"
#define AXES(axes)   WITH("axes: " axes)
#define SET(set)     WITH("set: " set)
#define KNOWN(known) WITH("axes: {mode: [inline, encap]}\nknown: " known)
#define EXPECTS(expect)                                                                                                \
	"case: c\ntopology: one\n" TRAFFIC "expect: " expect "\naxes: {mode: [inline, encap], r1.a0.gro: [on, off]}\n"
#define SENDS(traffic) "case: c\ntopology: one\ntraffic: {from: src, to: \"fc00:d::1\", " traffic "}\n" EXPECT

#endif
