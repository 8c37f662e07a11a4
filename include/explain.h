/* Explaining a cell that is not right: the least settings with which it happens, what cures it, the smallest lab that
 * shows it, and where it goes wrong. All by trial (search.h), within a time. */
#ifndef HOPCHECK_EXPLAIN_H
#define HOPCHECK_EXPLAIN_H

#include "search.h"

/* ---- workaround.c: what the text of a deviation's workaround advises, as far as it is settings. Pure. */
enum advice_role { ROLE_ANYWHERE, ROLE_SOURCE, ROLE_ROUTERS, ROLE_DESTINATION };
struct advice_atom {
	enum advice_kind { ADVICE_OFFLOAD, ADVICE_MODE, ADVICE_MTU, ADVICE_NODE } kind;
	int mode;                 /* enum mode */
	char name[32], value[16]; /* of a node: "seg6_flowlabel", "-1" */
	enum offload offload;
	bool on; /* of an MTU: a larger one */
	enum advice_role role;
};
/* One of the alternatives that the text gives: "gro off at the router and tso off at the source". */
struct advice {
	char *text;
	struct advice_atom *atoms; /* all of them together; none: it is no setting */
	size_t count;
};
struct advices {
	struct advice *at;
	size_t count;
};
void advices_read(struct advices *ret, const char *workaround); /* advices_clear() frees what it finds */
void advices_clear(struct advices *advices);

/* ---- reduce.c: a topology without one of its nodes. Pure. */
/* The two links of a node that leads from one to another become one; a node with one link goes with it. Returns the
 * topology (caller frees), or NULL where it cannot go: it has more links, they are of other kinds, or other nodes name
 * it. */
struct topology *topology_without(const struct topology *topology, size_t node);

/* ---- explain.c */
enum explained {
	EXPLAINED,     /* it is not right; how, is below */
	EXPLAIN_RIGHT, /* the cell is right: nothing to explain */
	EXPLAIN_CANNOT /* SKIP, BROKEN, or it is right where it runs alone */
};
struct explained_control {
	const char *mode, *text;
	enum trial_says says;
};
struct explained_cure {
	const char *setting; /* "r1.a0.gro: off" */
	int64_t packets;     /* with data, that arrive at the destination's port; -1: not known */
	double megabits;     /* a second, between the ends; 0: not measured */
	enum toggle_kind kind;
};
struct explained_advice {
	const char *text, *settings; /* settings: that were tried; NULL: none */
	enum trial_says says;
	bool already; /* the cell has these settings */
};
struct explained_octets {
	const char *field;          /* "TCP checksum" */
	const char *before, *after; /* in hex */
	size_t offset;              /* in the packet behind its Ethernet header, after */
};
struct explained_kernel {
	const char *label, *text;
	enum trial_says says; /* TRIAL_WRONG: in the same way */
	bool otherwise;       /* TRIAL_WRONG: but in another way */
	/* Of one that is wrong otherwise: how it is explained there, as lines of explanation_text() and its document.
	 */
	const char **lines;
	size_t line_count;
	json_t *explanation; /* NULL: it is not */
};

/* Texts are memory of the pool, which the explanation owns; lists are its own. */
struct explanation {
	enum explained how;
	struct pool *pool;
	const char *cell;         /* "case axis=value" */
	const char *happens;      /* in one line; EXPLAIN_CANNOT: why */
	const char *command;      /* that runs the cell */
	const struct result *own; /* of the cell with its own case; NULL: it could not be run */
	bool unsearched;          /* it has to be lost: what else loses it tells nothing, and was not looked for */
	bool harmless;            /* all is delivered as sent; what the case expects beside that is not so */
	/* Sets of settings, "src.b0.tx: on": each makes it happen, and not without any one of its settings. */
	struct explained_set {
		const char **settings;
		size_t count;
	} * least;
	size_t least_count;
	bool least_complete; /* there are no others */
	struct explained_cure *cures;
	size_t cure_count, tried, untold; /* settings that were tried alone; those of them that could not be told */
	struct explained_advice *advices;
	size_t advice_count;
	struct explained_control *controls; /* its own mode first */
	size_t control_count;
	struct {
		const char *nodes;       /* "src - r1 - dst"; NULL: not looked for */
		const char *segments;    /* "fc00:1::100 fc00:d::2"; NULL: the mode has none */
		const char *mode, *size; /* "1429 octets in 2 packets" */
		size_t removed;          /* nodes that are not needed */
	} smallest;
	struct {
		const char *hop;            /* where it is wrong first; NULL: not found */
		const char *packet;         /* "data 0:1428" */
		const char *before, *after; /* what the packet is at the hop before, and there */
		const char *fault;          /* what is wrong with it there */
		struct explained_octets *octets;
		size_t octet_count;
	} place;
	struct {
		const char *node, *function, *reason; /* NULL: nothing was dropped, or it is not known */
	} drop;
	const char *deviation, *because, *workaround; /* the named one; NULL: it is none of them */
	const char *like;                             /* one that its loss resembles; NULL: none */
	struct explained_kernel *kernels;
	size_t kernel_count;
	size_t trials;
	double seconds;
	bool out_of_time, stopped; /* stopped: by a signal */
};

struct explain_options {
	unsigned workers;
	double budget;                                     /* s */
	void (*progress)(void *context, const char *text); /* NULL: nobody listens */
	void *context;
};
/* Explains the one cell of a suite that was chosen and planned; `ran`: its result, or NULL to run it. Returns 0 and
 * *ret (caller frees), or -1: no worker could be isolated. A signal ends it early (stop.h). */
int explain_cell(struct explanation **ret, const struct suite *suite, size_t cell,
                 const struct explain_options *options, struct error *err);
void explanation_free(struct explanation *explanation);
DEFINE_OWNED(explanation)

/* ---- told.c */
char *explanation_text(const struct explanation *explanation); /* lines; caller frees */
json_t *explanation_json(const struct explanation *explanation);

#endif
