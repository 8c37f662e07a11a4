/* What a cell sends: which transport, what generates its packets, and the fields that files may set. Each field has one
 * row; its type decides how it is read, applied and documented. Fields of every transport are in traffic_fields, those
 * of one transport in its row (transport.h). */
#ifndef HOPCHECK_TRAFFIC_H
#define HOPCHECK_TRAFFIC_H

#include "address.h"
#include "packet.h"

/* What generates the packets: sockets of the kernel, or hopcheck, octet by octet. */
enum generator { GENERATOR_KERNEL, GENERATOR_CRAFTED };
#define GENERATORS 2
extern const struct word generator_words[]; /* "kernel", "crafted" */
enum direction { DIRECTION_FORWARD, DIRECTION_REVERSE, DIRECTION_BOTH };
extern const struct word direction_words[]; /* who sends data: "forward", "reverse", "both" */

struct segment_list {
	bool given;
	struct address *segments; /* order of travel, without `to` */
	size_t count;
};

/* Packets of a burst that differ from the others in some fields. */
struct setting;
struct difference {
	unsigned first, last;           /* of the burst's packets, from 1 on */
	const struct setting *settings; /* of traffic fields; owned by the case */
	size_t count;
};
#define HELD_MOST                                                                                                      \
	64 /* packets of a burst that leave as frames of their own and are seen together by what receives them */

#define TRAFFIC_OWN 8 /* number of longs for a transport's own fields */

/* AF11 (RFC 2597): not 0, so that it shows whether nodes keep and copy it. */
#define TRAFFIC_CLASS 0x28

struct traffic {
	int transport;                       /* row of transport_table */
	int generator;                       /* enum generator */
	int mode;                            /* enum mode */
	char *from, *to_node;                /* nodes; to_node: owner of `to`, worked out by plan when it is NULL */
	char *headend;                       /* node that pushes the SRH; NULL: from */
	struct address to;                   /* AF_UNSPEC: not given */
	struct address source;               /* crafted only; AF_UNSPEC: one that no node has */
	struct segment_list segments[MODES]; /* `segments` sets inline and encap; `segments.inline` one of them */
	long bytes;                          /* kernel: payload to carry, each way for both; 64 KiB unless given */
	int direction;                       /* kernel only */
	/* crafted only */
	int checksum; /* enum checksum, of the transport's header */
	long burst;   /* segments, 1 unless given; more than one leaves as GSO packets */
	long payload; /* octets a segment; 1000 unless given */
	long hop_limit, segments_left, last_entry, routing_type, srh_length, srh_flags,
	        tag;                             /* FIELD_AUTO unless given */
	long cut;                                /* 0: whole; see packet_spec */
	long traffic_class, flow_label, padding; /* 0 unless given: then a real connection has TRAFFIC_CLASS */
	long next_header;                        /* FIELD_AUTO unless given; likewise: */
	long inner_hop_limit, inner_traffic_class, inner_flow_label;
	int hmac; /* enum hmac_made */
	long hmac_key;
	/* of an IPv4 header */
	long identification;     /* FIELD_AUTO: 1, and one more in each packet of a burst */
	int dont_fragment;       /* DF; set unless given */
	int ip_checksum;         /* enum checksum: valid or bad */
	struct bytes ip_options; /* wire octets */
	struct bytes tlvs;       /* wire octets */
	struct bytes hop_by_hop, destination_options;
	const struct difference *differ; /* borrowed from the case */
	size_t differ_count;
	bool at_once;          /* other flows run at once with it; set by plan */
	long own[TRAFFIC_OWN]; /* the transport's own fields, laid out as it defines */
};

enum field_type {
	FIELD_TRANSPORT, /* struct traffic's transport and generator: traffic_choice() */
	FIELD_WORD,      /* int */
	FIELD_FLAGS,     /* int, bits */
	FIELD_SIZE,      /* long */
	FIELD_NUMBER,    /* long */
	FIELD_NODE,      /* char *, borrowed */
	FIELD_ADDRESS,   /* struct address */
	FIELD_SEGMENTS,  /* struct segment_list[MODES]: those of the row's modes */
	FIELD_HEX,       /* struct bytes, borrowed */
	FIELD_DIFFER     /* struct traffic's differ and differ_count */
};
struct traffic_field {
	const char *key; /* as written: "bytes", "segments.inline", "srh.tag" */
	enum field_type type;
	size_t offset;              /* in struct traffic, or in its `own` for a transport's */
	unsigned generators, modes; /* cells in which it has an effect: bits 1 << enum generator, 1 << enum mode */
	const struct word *words;   /* WORD, FLAGS, TRANSPORT */
	long least, most;           /* SIZE, NUMBER */
	long initial;               /* default of numbers and words */
	const char *about;          /* one line, for documentation and messages */
};
/* For rows: the cells in which a field has an effect, and a number that may be `auto`. */
#define BY_ANY         (1U << GENERATOR_KERNEL | 1U << GENERATOR_CRAFTED)
#define BY_KERNEL      (1U << GENERATOR_KERNEL)
#define BY_CRAFTED     (1U << GENERATOR_CRAFTED)
#define IN_ANY_MODE    ((1U << MODES) - 1)
#define MAY_BE_AUTO(m) NULL, FIELD_AUTO, (m), FIELD_AUTO
extern const struct traffic_field traffic_fields[]; /* of every transport; ends with a NULL key */

#define TRANSPORT_ANY (-1)
/* All fields: start with *field NULL; false: no more. *transport is the row of transport_table that a field is of, or
 * TRANSPORT_ANY. */
bool traffic_field_next(const struct traffic_field **field, int *transport);
/* The field of a key, or NULL; `transport` as above, and may be NULL. */
const struct traffic_field *traffic_field_find(const char *key, int *transport);
/* The row of transport_table that a field is of, or TRANSPORT_ANY. */
int traffic_field_transport(const struct traffic_field *field);
/* Whether a field says something of a transport's packets; and whether it does when this makes them, which the
 * transport must have for that. */
bool traffic_field_is_of(const struct traffic_field *field, int transport);
bool traffic_field_fits(const struct traffic_field *field, int transport, int generator);

/* A transport and a generator as one number, which is what a FIELD_TRANSPORT says. */
long traffic_choice(int transport, int generator);
void traffic_choose(struct traffic *traffic, long choice);
/* Sets the defaults of numbers and words, for the transport and generator that are already chosen. */
void traffic_defaults(struct traffic *traffic);
/* Sets the field that a setting of SET_TRAFFIC is for; of another transport than the chosen one: nothing. */
void traffic_set(struct traffic *traffic, const struct setting *setting);

static inline bool traffic_is_crafted(const struct traffic *traffic)
{
	return traffic->generator == GENERATOR_CRAFTED;
}
/* Octets of data that a cell sends, in each direction where both ends send. */
uint64_t traffic_octets(const struct traffic *traffic);
/* Whether a crafted burst leaves as frames of their own, made one by one, rather than as large packets that the kernel
 * cuts: its packets differ, or are encapsulated, or go together with those of other flows. What receives them sees them
 * together all the same. */
bool traffic_is_held(const struct traffic *traffic);
/* Whether what becomes of each packet of a crafted burst is told. */
bool traffic_is_numbered(const struct traffic *traffic);
/* The packets of a crafted burst, each with the traffic that describes it. */
struct burst_packet {
	struct traffic traffic; /* as if it were sent alone */
	unsigned flow;          /* 0: the connection's; else of another one, to another address or from another port */
	uint64_t octet; /* of its flow's data, that its payload would begin with had it no `sequence` of its own */
	int64_t place;  /* of its payload in the pattern that senders send */
};
struct burst {
	struct burst_packet *packets; /* in the order in which they leave */
	size_t count;
};
void burst_make(struct burst *burst, const struct traffic *traffic);
void burst_clear(struct burst *burst);
/* Groups of packets as bits, as files have them: "1-3 4 5-8"; "?": of none. Caller frees. */
char *packets_text(const uint64_t *groups, size_t count);
/* Whether the transport's header of a crafted packet can be found and read. */
bool packet_is_readable(const struct traffic *packet);
/* How many octets of the connection's data the receiver, which `had` some, gets without a gap; *gap: some come
 * behind one.
 */
uint64_t burst_octets(const struct burst *burst, uint64_t had, bool *gap);
/* The first field, if any, in which two packets of a burst differ beyond their places in the data, lengths, flags and
 * padding: the kernel may not merge them. */
const struct traffic_field *packets_difference(const struct traffic *a, const struct traffic *b);

/* Crafted data that begins before the sequence number that the receiver expects and ends after it: the octets that it
 * already has and ignores. 0: all are new to it, or none is. */
uint64_t traffic_overlap(const struct traffic *traffic);

#endif
