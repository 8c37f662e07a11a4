/* Invariants: rows of what holds of a packet at a hop, and between two hops. A new one is a word in
 * harness/model/words.c, its number in include/testcase.h, a check in the file of its layer and a row there. */
#ifndef HOPCHECK_JUDGE_INVARIANT_H
#define HOPCHECK_JUDGE_INVARIANT_H

#include "course.h"

/* Between which hops. */
enum place {
	PLACE_ORIGIN = 1, /* it left the node that made it */
	PLACE_LINK = 2,   /* it arrived at the other end of a link */
	PLACE_NODE = 4,   /* it left a node that it had come to */
	PLACE_HANDED = 8, /* the node took it out of a packet, and hands it on by the interface that it came in by */
};
#define PLACES_PAST_ORIGIN (PLACE_LINK | PLACE_NODE | PLACE_HANDED)
#define PLACES_ALL         (PLACE_ORIGIN | PLACES_PAST_ORIGIN)

#define HEADER_ADDED SIZE_MAX
/* A packet from one hop to the next. */
struct passage {
	const struct plan *plan;
	const struct trace *trace;
	const struct captured *before; /* PLACE_ORIGIN: NULL */
	const struct captured *after;
	struct levels from, to; /* their IP headers */
	enum place place;
	size_t node; /* where it happened; of a link the node at its end */
	bool has_copies, repeated;
	/* Not for PLACE_ORIGIN: what became of it, and which of the layers of `before` each of `after` is, from the
	 * first IP header on. `aligned`: that is known. */
	struct course course;
	bool aligned;
	size_t layers[LAYERS_MOST]; /* HEADER_ADDED: none */
	/* All that `after` was made of. */
	const struct captured *const *parts;
	size_t part_count;
};

/* What is said of a broken one. */
struct values {
	char expected[120], saw[120];
};
/* Writes both, and returns true. */
bool values_differ(struct values *values, const char *expected, const char *saw);
bool values_number(struct values *values, unsigned long expected, unsigned long saw);
/* The same as hexadecimal numbers of `digits`. */
bool values_hex(struct values *values, int digits, unsigned expected, unsigned saw);
bool values_address(struct values *values, const struct address *expected, const struct address *saw);

/* What a check looks at. */
enum scope {
	SCOPE_PACKET, /* `after` alone: what came broken may stay so, and what hopcheck crafts may be broken on purpose
	               */
	SCOPE_ALWAYS, /* the same, but hopcheck never crafts it broken */
	SCOPE_EACH,   /* `before` and `after`, for each that `after` was made of */
	SCOPE_ALL,    /* `parts` and `after` */
};
struct invariant_row {
	enum invariant invariant;
	const char *source; /* that says so: "RFC 8200 3" */
	enum scope scope;
	unsigned places; /* bits of enum place */
	/* Whether it is broken, and then the values. */
	bool (*broken)(const struct passage *passage, struct values *values);
};
/* Rows of a layer's file; end with a NULL check. */
extern const struct invariant_row invariants_of_packets[], invariants_of_ip[], invariants_of_ipv4[],
        invariants_of_srh[], invariants_of_pushed[], invariants_of_transport[];

/* passage.c: fills in the course and the layers; returns false when the headers are not those that they should be, and
 * the values. */
bool passage_align(struct passage *passage, struct values *values);
/* Calls for each IP header of `after` of a kind that `before` had; `level`: which of those of `before` it is. Stops at
 * the first for which it returns true. */
bool any_ip_kept(const struct passage *passage, struct values *values, bool (*is_kind)(const struct layer *layer),
                 bool (*differs)(const struct passage *passage, const struct layer *before, size_t level,
                                 const struct layer *after, struct values *values));
/* An IPv6 header that was pushed at this passage, with the one inside it. */
struct pushed {
	const struct layer *outer, *inner;
	const struct plan_policy *policy; /* that has it pushed; NULL: a SID */
	bool covered;                     /* another one was pushed around it */
};
/* That of a level, 0 for the outermost; false: so many were not. */
bool passage_pushed(struct pushed *ret, const struct passage *passage, size_t level);
/* The policies that push around what the passage's policy does. */
struct nest passage_around(const struct passage *passage);
/* The policy by whose route the packet left the node, which pushed what it did not have; NULL: none. */
const struct plan_policy *passage_policy(const struct passage *passage);

#endif
