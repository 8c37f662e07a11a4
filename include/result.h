/* Results: what is known of a cell once it is judged, of a run (a kernel and its cells), and of several runs. All
 * outputs are made from these structs; docs/results.md says what each member means. The tables of members make JSON of
 * them and read it.
 *
 * Who frees: a pool. Everything that a result points to is kept in the pool that it was made or read with, alike values
 * once, and is constant; results, runs and lists of them are its memory too. */
#ifndef HOPCHECK_RESULT_H
#define HOPCHECK_RESULT_H

#include <stdio.h>

#include "file.h"
#include "journey.h"
#include "members.h"
#include "verdict.h"

/* ---- lists; `at` is NULL where a document does not have the member, and not where it is empty */
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
};

/* A row of `expect` or `known`; only what it gives. */
struct result_row {
	const uint8_t *shape;
	int fate, unused; /* enum fate, or NO_WORD */
	const char *at, *reason;
	struct rules aggregation;
	struct texts bad_checksums, oversize; /* or any_text */
	struct rules srh;
	const char *complaint, *log, *kernel, *qemu, *deviation, *fixed, *found, *because, *ref, *workaround;
};

/* A packet at a hop; what is alike for many packets is held once. */
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
/* One packet's, or a row of several. */
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
	int64_t elided; /* packets that it stands for, without any of the above */
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
/* What a verdict rests on, but for times. */
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
	const struct result_journey *journey;
	const struct result_evidence *evidence; /* never NULL */
	const char *why;
	double ms;
	struct result_journeys journeys;
	struct texts console;
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
};
/* What outputs are made from: a run a kernel. */
struct results {
	struct pool *pool; /* all of it */
	struct run **runs;
	size_t count;
};

extern const struct members result_members, result_row_members, result_verdict_members, result_journey_members,
        result_journeys_members, /* of its rows */
        result_elided_members,   /* of a row that stands for others */
        result_hop_members, result_evidence_members, result_kernel_members, result_topology_members, run_members;

#endif
