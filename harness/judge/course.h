/* What the standards make of a packet at a node, or on a link: which headers it loses and gets, where its list has it
 * go, and how many its hop limit has less. The kernel's deviations are not in here. */
#ifndef HOPCHECK_JUDGE_COURSE_H
#define HOPCHECK_JUDGE_COURSE_H

#include "judge.h"

#define LEVELS_MOST 8
/* The IPv6 headers of a packet, the outermost first. */
struct levels {
	const struct layer *at[LEVELS_MOST];
	size_t count;
};
struct levels packet_levels(const struct packet_view *view);

/* What is pushed leads to a first segment whose route has a policy too, and so on: those that push around it, the one
 * next to it first. */
#define NEST_MOST 4
struct nest {
	const struct plan_policy *at[NEST_MOST];
	size_t count;
};
/* Those of a node around what pushes a list; false: what leaves the node is something else, as where the list begins
 * with a segment of the node, or leads to itself. */
bool nest_find(struct nest *ret, const struct plan *plan, size_t node, const struct plan_policy *policy);

enum course_change {
	COURSE_KEEPS,
	COURSE_PUSHES,  /* an IPv6 header, with what goes with the mode */
	COURSE_INSERTS, /* an SRH behind the outermost IPv6 header that it keeps */
};
struct course {
	bool known;                /* false: no standard says where a packet like this goes on */
	size_t removed;            /* outermost IPv6 headers that it loses */
	const struct layer *frame; /* of the packet: the Ethernet header inside that it leaves with; NULL: its own */
	bool srh_removed;          /* PSP: of the outermost that it keeps */
	int taken[LEVELS_MOST];    /* from the hop limits of the headers that it came with, the outermost first */
	enum course_change change;
	const struct mode_kind *mode; /* of what it gets */
	const struct address *list;   /* what it gets, in the order of travel */
	size_t list_count;
	const struct plan_policy *policy; /* whose list it is; NULL: a SID's */
	struct nest around;               /* what the node then pushes around that */
	struct address destination;       /* of the outermost header that it keeps */
	size_t left;                      /* segments left in its SRH, where it has one */
	bool has_srh;
};

/* Across a link: nothing changes. */
struct course course_on_link(const struct captured *captured);
/* A node hands on what was in a packet that came to it, by the interface that it came in by. */
struct course course_handed_on(const struct captured *captured, size_t levels);
/* Through a node and out of it. */
struct course course_through(const struct plan *plan, size_t node, const struct captured *captured);

#endif
