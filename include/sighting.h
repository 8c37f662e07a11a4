/* Sightings: what the packets of captures are found to be, by themselves and beside each other. Pure: the same capture,
 * the same sightings. Made in a pool, which holds all of them; tables of members make JSON of them. */
#ifndef HOPCHECK_SIGHTING_H
#define HOPCHECK_SIGHTING_H

#include "capture.h"
#include "result.h"

/* The state of a checksum, of which enum checksum has the first three. */
enum sum {
	SUM_VALID = CHECKSUM_VALID,
	SUM_PARTIAL = CHECKSUM_PARTIAL, /* it equals the pseudo-header's sum: a device was to complete it */
	SUM_BAD = CHECKSUM_BAD,
	SUM_NONE,    /* the field is 0, which for UDP says that there is none */
	SUM_UNKNOWN, /* not all that it covers was captured, or is in this packet */
};
extern const struct word sum_words[]; /* "valid", "partial", "bad", "none", "unknown" */

struct sighted_srh {
	const uint8_t *shape;
	int64_t type, segments_left, last_entry, flags, tag;
	struct texts segments; /* in the order of the header: of an SRH the last of the way first */
	struct texts tlvs;     /* "PadN 4", "HMAC key 1", "type 124, 6 octets" */
	const char *fault;     /* NULL: it is right */
};
struct sighted_layer {
	const uint8_t *shape;
	const char *kind;                         /* "IPv6" */
	const char *source, *destination, *final; /* of IP; final: where it differs from the destination */
	int64_t hop_limit;                        /* or NO_INTEGER */
	int checksum, unused;                     /* enum sum, or NO_WORD: it has none */
	const struct sighted_srh *srh;            /* of a routing header */
};
struct sighted_packet {
	const uint8_t *shape;
	int64_t number;
	const char *point, *name;
	double time_us;                  /* since the first packet */
	int64_t length, captured;        /* octets of the frame, and those of them that are there */
	int way, checksum;               /* enum way; enum sum of the innermost transport, or NO_WORD */
	const char *destination, *final; /* of its first IP header, and of its innermost one's way; NULL: none */
	int64_t segments_left;           /* or NO_INTEGER: no SRH */
	struct sighted_layers {
		const struct sighted_layer *at;
		size_t count;
	} layers;
	struct texts faults, notes; /* not given: none */
};
/* Packets between the same two ends, by their innermost addresses and ports. */
struct sighted_flow {
	const uint8_t *shape;
	const char *protocol;        /* "TCP"; "ESP": of what is not read, its number */
	const char *client, *server; /* "fc00::1.40000"; the first one's source is the client */
	int64_t faulty;
	struct sighted_packets {
		const struct sighted_packet *at;
		size_t count;
	} packets;
	struct texts places; /* points in the order in which packets from the client pass them; not given: one */
	/* Where there are several: for report_ladder(), the way of each packet. */
	const struct result *ladder;
	const struct result_topology *topology;
};
struct sighted_point {
	const uint8_t *shape;
	const char *name, *link;
	int64_t packets, unread;
};
struct sightings {
	const uint8_t *shape;
	const char *hopcheck;
	struct {
		const struct sighted_point *at;
		size_t count;
	} points;
	struct sighted_flows {
		const struct sighted_flow *at;
		size_t count;
	} flows;
	struct texts complaints;
	int64_t packets, faulty;
};
extern const struct members sightings_members;

struct sighting_options {
	unsigned mtu; /* of the links; 0: not known */
};
/* All of a capture's packets; marks in each what it is to its flow. Never fails; the pool's. */
const struct sightings *sightings_make(struct pool *pool, struct capture *capture,
                                       const struct sighting_options *options);

/* Files that replay a flow. */
struct replay {
	char *flow;                /* "TCP fc00::1.40000 > fc00::2.80" */
	char *name;                /* of both files: "captured-1"; NULL: there are none */
	char *topology, *testcase; /* what they hold */
	const char *refusal;       /* why there are none; NULL */
};
struct replays {
	struct replay *at; /* as the flows of the sightings */
	size_t count;
};
/* For each flow; with an MTU (0: not known) of its links. Pure; caller clears. */
struct replays replays_make(struct capture *capture, unsigned mtu);
void replays_clear(struct replays *replays);

/* view/sighted.c: what a terminal shows; with style.verbose every packet, and each layer of it. */
struct report_style;
void report_sightings(FILE *out, struct report_style style, struct pool *pool, const struct sightings *sightings);

#endif
