/* Results: what is known of a cell once it is judged, of a run (a kernel and its cells), and of several runs. All
 * outputs are made from these structs; docs/results.md says what each member means. The tables of members make JSON of
 * them and read it.
 *
 * Who frees: a pool. Everything that a result points to is kept in the pool that it was made or read with, equal values
 * once, and is constant; results, runs and lists of them are its memory too. */
#ifndef HOPCHECK_RESULT_H
#define HOPCHECK_RESULT_H

#include <stdio.h>

#include "file.h"
#include "journey.h"
#include "members.h"
#include "verdict.h"

/* ---- lists; `at` is NULL if the document does not have the member; an empty one is not NULL */
struct label { /* axis to value, interface to model, feature to why it is missing */
	const char *name, *text;
};
struct labels {
	const struct label *at;
	size_t count;
};
struct figure { /* counter to delta, model to pairs */
	const char *name;
	int64_t number;
};
struct figures {
	const struct figure *at;
	size_t count;
};
struct truths {
	const struct truth {
		const char *name;
		bool holds;
		char unused[7]; /* zero */
	} * at;
	size_t count;
};
struct rules { /* hop to how much is merged there, or to segments left */
	const struct rule {
		const char *hop;
		struct value value;
	} * at;
	size_t count;
};
struct values {
	const struct value *at;
	size_t count;
};

/* ---- a cell */
struct result_verdict {
	const uint8_t *shape;
	int fate, unused; /* enum fate */
	const char *at, *reason, *last_hop;
	struct rules aggregation; /* numbers; in brief documents "merged" and "split" */
	struct texts bad_checksums, oversize;
	struct result_contradictions { /* of the kernel's: what goes with neither the reason nor a delivery */
		const struct result_contradiction {
			const uint8_t *shape;
			const char *node, *what; /* a counter, or the reason of a drop event */
			int64_t count;           /* 0: a counter that did not rise and should have */
		} * at;
		size_t count;
	} contradicted_by;
	struct texts broken; /* invariants; not given: none */
};

/* A row of `expect` or `known`; only what it gives. */
struct result_row {
	const uint8_t *shape;
	int fate, unused; /* enum fate, or NO_WORD */
	const char *at, *reason;
	struct rules aggregation;
	struct texts bad_checksums, oversize, altered, contradicted, broken; /* or any_text */
	struct rules srh, merged;
	struct rule_groups { /* hop to field to what it must be; node to counter to that */
		const struct rule_group {
			const char *name;
			struct rules rules;
		} * at;
		size_t count;
	} hops, counters;
	struct result_icmp_rules {
		const struct result_icmp_rule {
			struct rules rules;
		} * at;
		size_t count;
	} icmp;
	const char *retransmissions, *refused;
	const char *complaint, *log, *kernel, *qemu, *deviation, *fixed, *found, *because, *ref, *workaround;
};

/* A packet at a hop; values shared by many packets are held once. */
struct result_step {
	const uint8_t *shape;
	const char *hop;
	double time_us;
	const struct result_sight {
		const uint8_t *shape;
		const char *source, *destination;
		int64_t segments_left; /* or NO_INTEGER: no SRH */
		int64_t length, payload;
		int64_t sequence; /* or NO_INTEGER: no TCP header */
		int checksum;     /* enum checksum, or NO_WORD */
		bool oversize, encapsulated, handed_on;
		char unused;
		int64_t merged, packets;
		struct texts broken; /* invariants; not given: none */
	} * seen;
};
struct result_end {
	const uint8_t *shape;
	const char *node;
	int how, unused; /* enum journey_end, or NO_WORD */
	const char *reason;
	const struct result_end_drop {
		const uint8_t *shape;
		const char *reason, *function;
	} * drop;
};
/* One packet's journey, or a row of several. */
struct result_journey {
	const uint8_t *shape;
	const char *packet;
	int64_t packets;
	int way, unused; /* enum way, or NO_WORD */
	double time_us;
	struct result_steps {
		const struct result_step *at;
		size_t count;
	} steps;
	const struct result_end *end;
	int64_t elided; /* packets that it stands for; then none of the above is given */
	struct figures ends;
};
struct result_journeys {
	const struct result_journey *at;
	size_t count;
};

struct result_hop {
	const uint8_t *shape;
	const char *node, *interface;
	int direction, unused; /* enum hop_direction, or NO_WORD */
	int64_t packets, bytes, largest, data, oversize;
	struct values segments_left;
	const struct result_checksums {
		const uint8_t *shape;
		int64_t valid, partial, bad;
	} * checksum; /* NULL: not given */
};
struct result_socket {
	const uint8_t *shape;
	bool established, mangled;
	char unused[6];
	int64_t sent, received, retransmits, unacknowledged;
	const char *error;
};
struct result_drop {
	const uint8_t *shape;
	const char *node, *interface, *reason, *function, *packet;
	int64_t count;
};
/* An invariant that packets broke at a hop. */
struct result_breach {
	const uint8_t *shape;
	const char *invariant, *source, *node, *hop, *packet, *expected, *saw;
	int64_t packets;
};
/* An ICMPv6 error that a node sent. */
struct result_icmp {
	const uint8_t *shape;
	const char *node, *error;
	int64_t type, code, parameter;
	const char *source, *destination; /* of the packet that it is about; NULL: it has none of it */
	int64_t segments_left;            /* of that; or NO_INTEGER: no SRH */
	int64_t packets;
};
/* Evidence of a verdict, without times. */
struct result_evidence {
	const uint8_t *shape;
	struct result_hops {
		const struct result_hop *at;
		size_t count;
	} hops;
	struct {
		const struct result_counters { /* of a node */
			const char *node;
			struct figures deltas;
		} * at;
		size_t count;
	} counters;
	struct {
		const struct result_offloads { /* of an interface: "on" or "off" */
			const char *interface;
			struct labels states;
		} * at;
		size_t count;
	} offloads;
	struct labels models;
	const struct result_socket *sender, *receiver;
	struct texts complaints, hints;
	struct {
		const struct result_drop *at;
		size_t count;
	} drops;
	int64_t drops_lost;
	struct result_breaches { /* not given: none */
		const struct result_breach *at;
		size_t count;
	} breaches;
	struct result_icmps {
		const struct result_icmp *at;
		size_t count;
	} icmpv6, icmpv4; /* of IPv6, and of IPv4 */
};

struct result {
	const uint8_t *shape;
	const char *name; /* of the case */
	const char *topology;
	struct labels axes;
	int outcome, unused; /* enum outcome */
	const char *command;
	const struct result_verdict *verdict; /* NULL: none */
	const struct result_row *expected, *known, *warning;
	const char *like;
	struct result_differences { /* FAIL: to `expected`; not given: none, or only what the kernel says */
		const struct result_difference {
			const uint8_t *shape;
			const char *what, *expected, *saw;
		} * at;
		size_t count;
	} differences;
	const struct result_journey *journey;
	const struct result_evidence *evidence; /* never NULL */
	const char *why;
	double ms;
	struct result_journeys journeys;
	struct texts console;
	struct texts script; /* the parts of its script that are its own (bundle.h); at NULL: it has none */
};

/* ---- a run */
struct result_node {
	const uint8_t *shape;
	const char *name;
	struct texts addresses;
	struct labels sids;
	const char *service;
};
struct result_link {
	const uint8_t *shape;
	struct texts ends;
	const char *kind;
	int64_t mtu;
};
struct result_topology {
	const uint8_t *shape;
	const char *name;
	struct {
		const struct result_node *at;
		size_t count;
	} nodes;
	struct {
		const struct result_link *at;
		size_t count;
	} links;
};
struct result_topologies {
	const struct result_topology *at;
	size_t count;
};
struct result_kernel {
	const uint8_t *shape;
	const char *release, *version;
	struct truths features;
	struct labels missing;
	struct texts unknown;
	struct figures nics;
	const char *qemu, *label, *machine;
	double boot_ms, seconds;
	struct rules stages;
	int64_t boots;
	const char *troubles;
};
struct cells {
	struct result **at;
	size_t count;
};
struct run {
	const uint8_t *shape;
	const char *hopcheck; /* version, of a document of one run */
	const struct result_kernel *kernel;
	struct result_topologies topologies;
	struct cells cells;
	bool partial;
	char unused[7];
	int64_t unrun; /* cells that have no result, where that is known */
	struct run_files {
		const struct run_file { /* by name: cases, topologies, and what scripts have alike */
			const char *name, *text;
		} * at;
		size_t count;
	} files;
};
/* What outputs are made from: one run per kernel. */
struct results {
	struct pool *pool; /* all of it */
	struct run **runs;
	size_t count;
};

extern const struct members result_members, result_row_members, result_verdict_members, result_journey_members,
        result_journeys_members, /* of its rows */
        result_timeless_members, /* of a step without its shape */
        result_hop_members, result_checksums_members, result_evidence_members, result_kernel_members,
        result_breach_members, result_icmp_members, result_topology_members, run_members, label_members;

static inline bool is_said(const char *text)
{
	return text && *text;
}
static inline const char *said(const char *text)
{
	return text ? text : "";
}

/* ---- result.c, journey.c: made */
/* How the program was called, for the commands in results; "hopcheck" until it is set. Borrowed until exit. */
void result_program(const char *name);
/* One judged cell. */
struct result *result_make(struct pool *pool, const struct plan *plan, const struct trace *trace,
                           const struct judgement *judgement);
/* Adds "journey" where there is a verdict, and with `all` "journeys": rows of ladders. breaches: which of their steps
 * broke invariants; NULL: none. */
void result_tell(struct pool *pool, struct result *result, const struct plan *plan, const struct journeys *journeys,
                 const struct breaches *breaches, bool all);
/* A cell the harness could not run at all (worker died, plan failed): outcome BROKEN or SKIP, with why. */
struct result *result_without_trace(struct pool *pool, const struct testcase *testcase, size_t cell,
                                    enum outcome outcome, const char *why);
/* Makes the result's command one of another subcommand: "matrix --kernel 6.12". */
void result_set_command(struct pool *pool, struct result *result, const char *subcommand,
                        const struct testcase *testcase, size_t cell);
/* Replaces what became known later: outcome, sentence and console (at NULL: unchanged). */
void result_change(struct pool *pool, struct result *result, enum outcome outcome, const char *why,
                   const struct texts *console);
json_t *result_json(const struct result *result); /* new reference */
/* NULL and a message: it is malformed. `answer`: of a guest, whose members are all looked for. */
struct result *result_read(struct pool *pool, const json_t *json, bool answer, struct error *err);
const struct result_kernel *kernel_read(struct pool *pool, const json_t *json, bool answer, struct error *err);
struct texts texts_read(struct pool *pool, const json_t *array); /* strings only; at NULL: not an array of strings */

/* ---- topology.c */
/* Adds a topology to a run, unless one of that name is there. */
void run_add_topology(struct pool *pool, struct run *run, const struct topology *topology);
const struct result_topology *topology_called(const struct run *run, const char *name); /* NULL: none */
void run_set_topologies(struct pool *pool, struct run *run, const struct result_topology *topologies, size_t count);

/* ---- files.c */
/* The files that are between the parts of a script, in their order: one behind the first part, two behind the third and
 * the fourth. */
#define SCRIPT_FILES 3
extern const char *const script_file_names[SCRIPT_FILES];
#define SCRIPT_PARTS 4
/* Adds a file to a run, unless one of that name is there. */
void run_add_file(struct pool *pool, struct run *run, const char *name, const char *text);
const char *run_file(const struct run *run, const char *name); /* its text; NULL: none */

/* ---- lines.c: texts about a cell; callers free */
char *axes_text(const struct result *cell);                          /* "mode=inline gro=on" */
char *cell_name(const struct result *cell);                          /* "case mode=inline gro=on" */
char *result_hop_text(const struct result_hop *hop);                 /* "dst.a0:in" */
const char *label_of(const struct labels *labels, const char *name); /* NULL: none of that name */
struct text_lines {
	char **at;
	size_t count;
};
void text_lines_clear(struct text_lines *lines);
#define owned_text_lines __attribute__((cleanup(text_lines_clear))) struct text_lines
/* Why a cell has its outcome: sentence, drops, complaints, console, what is documented, the command. */
struct text_lines evidence_lines(const struct result *cell);
struct text_lines drop_lines(const struct result *cell);      /* only the drops */
struct text_lines invariant_lines(const struct result *cell); /* only broken invariants, and ICMPv6 errors */
/* Of a cell's `known`, which may be NULL: what identifies the deviation (its name, else its text), and its text: "NAME:
 * because (ref)". */
char *known_key(const struct result_row *known);
char *known_text(const struct result_row *known);
/* The kernel's report of a drop: "freed in tcp_v6_rcv: TCP_CSUM"; either part may be missing; NULL without both. */
char *drop_word(const char *function, const char *reason);
/* "SYN src > dst"; NULL where nothing could be read of it. */
char *drop_packet_text(const struct plan *plan, const struct drop *drop);
/* Whether TAP or KTAP would read a directive at this #: one of their words follows it. */
bool begins_directive(const char *hash);

/* ---- tally.c */
/* Counts of cells by outcome. */
struct tally {
	size_t outcome[OUTCOMES], cells;
	double milliseconds;
};
void tally_add(struct tally *tally, const struct result *result);
void tally_cells(struct tally *tally, const struct cells *cells);

/* Conventions for exit codes: rows of exit_style_words. */
enum exit_style {
	EXIT_STYLE_HOPCHECK, /* 0 every cell PASS, KNOWN, FIXED or SKIP; 1 a FAIL; 3 a BROKEN (and no FAIL); 4 nothing
	                        ran (no cell, or all SKIP). Partial results without a FAIL count as a BROKEN */
	EXIT_STYLE_KSFT,     /* the kernel's selftests: 0 pass, 1 a FAIL or BROKEN, 4 skip */
	EXIT_STYLE_BISECT,   /* `git bisect run`: 0 good, 1 bad, 125 cannot tell */
};
extern const struct word exit_style_words[]; /* "hopcheck", "ksft", "bisect" */
/* What counts in an exit code, and by which convention. */
struct exit_rules {
	enum exit_style style;
	bool strict;           /* a FIXED counts as a FAIL, and so does a SKIP that is not accepted */
	const char **accepted; /* patterns as of fnmatch(3), for cells that may be SKIP: each against a case's name
	                          and against a cell's, "case mode=inline gro=on" */
	size_t accepted_count;
};
bool skip_is_accepted(const struct exit_rules *rules, const struct result *cell);
int cells_exit_code(const struct cells *cells, const struct exit_rules *rules);
int results_exit_code(const struct results *results, const struct exit_rules *rules); /* of all runs' cells together */

/* ---- runs.c */
struct run *run_new(struct pool *pool, size_t cells); /* with room for so many cells, and none yet */
void run_add_cell(struct run *run, struct result *cell);
void results_add(struct results *results, struct run *run);
const char *run_label(const struct run *run); /* a short name for the kernel: "6.12" */
/* A case's cells, in order of first appearance. */
struct case_cells {
	const char *name;
	struct cells cells;
};
struct cases {
	struct case_cells *at;
	size_t count;
};
struct cases cells_by_case(const struct cells *cells);
void cases_clear(struct cases *cases);
#define owned_cases __attribute__((cleanup(cases_clear))) struct cases
/* Index of a run's cells by case and axes, for lookups from another run of the same pool. */
struct cell_index {
	const struct result **sorted;
	size_t count;
};
struct cell_index cell_index_of(const struct cells *cells);
const struct result *cell_find(const struct cell_index *index, const struct result *same); /* NULL: none */
void cell_index_clear(struct cell_index *index);

/* ---- partial.c: runs that a signal ended. */
/* Marks a run as partial: so many of its cells have no result; 0: unknown how many. */
void run_set_partial(struct pool *pool, struct run *run, size_t unrun);
bool results_are_partial(const struct results *results); /* whether a run is */
size_t results_unrun(const struct results *results);     /* how many cells have no result, as far as known */
size_t run_unrun(const struct run *run);
/* The sentence for it; NULL: no run is partial. Caller frees. */
char *partial_text(const struct results *results);
char *run_partial_text(const struct run *run);

/* ---- compare.c: two results of a cell, of one pool. What is compared: outcome, fate, at, reason, at which hops
 * packets are merged or split, and which hops see bad checksums or frames larger than the MTU, and which invariants are
 * broken. */
bool verdicts_differ(struct pool *pool, const struct result *a, const struct result *b);
/* The same; for differing ones both as texts that say what differs: "PASS delivered", "FAIL delivered, bad checksums at
 * dst.a0:in"; caller frees both. */
bool verdicts_tell(struct pool *pool, const struct result *a, const struct result *b, char **from, char **to);
/* "merged", "split" or "none": a value of a verdict's "aggregation". */
const char *merging_word(const struct value *aggregation);
/* Hop to "merged" or "split", of those hops where it is either; the hops with bad checksums. at NULL: the result does
 * not say. */
struct labels verdict_merging(struct pool *pool, const struct result *cell);
struct texts verdict_bad_checksums(struct pool *pool, const struct result *cell);
struct texts verdict_oversize(struct pool *pool,
                              const struct result *cell); /* hops that a frame left larger than the MTU */

/* ---- hidden.c: what an earlier run of a kernel judged and a later one does not. */
/* Of which cells it counts that the later run does not have them. */
enum missing_scope {
	MISSING_NONE,     /* the later run was asked for some cells of cases */
	MISSING_OF_CASES, /* it was asked for some cases */
	MISSING_ALL,
};
/* Cells of the earlier run with a verdict that are SKIP now, and those that are missing. The pool is that of both. */
struct hidden {
	size_t skipped;
	struct cells missing; /* results of the earlier run; memory of the pool */
};
struct hidden cells_hidden(struct pool *pool, const struct run *earlier, const struct run *later,
                           enum missing_scope scope);

/* ---- merge.c: many kernels */
/* Joins runs of the same kernel (same release and label, no cell in both: shards), gives others with the same label
 * distinct names, and sorts by release. */
struct results results_merge(const struct results *results);

/* ---- shown.c */
/* Results with all texts as text_disarm() makes them: what every output for people and for their programs is made from.
 * Returns the same results if nothing has to be changed. */
struct results results_shown(const struct results *results);
struct run run_shown(struct pool *pool, const struct run *run);

/* ---- document.c: files. */
/* A document of a file (- is standard input), or NULL and a message with what was wrong and where. */
json_t *json_read(const char *path, size_t flags, struct error *err);
/* Adds the runs of a results file, one-run or many-kernel form (- is standard input). Returns 0, or -1 and a message,
 * with what was wrong and where. */
int results_read(struct results *results, const char *path, struct error *err);
struct run *run_read(struct pool *pool, const json_t *json, struct error *err); /* one; NULL and a message */
file_writer json_writer;                                                        /* of a json_t, indented */
file_writer run_writer; /* of a struct run: the document of a run */
/* Of many: {"hopcheck", "command", "partial", "kernels": runs}. */
struct matrix_document {
	const char *command;
	const struct results *results;
	bool partial; /* even if no run is */
};
file_writer matrix_writer;
file_writer brief_writer; /* the same with only outcome and verdict of each cell, one line per cell */

#endif
