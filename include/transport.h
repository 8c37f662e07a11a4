/* The transports that traffic can be: one file in harness/kind/transport/ and one row each. What needs sockets is
 * beside it in harness/probe/. */
#ifndef HOPCHECK_TRANSPORT_H
#define HOPCHECK_TRANSPORT_H

#include "testcase.h"

struct captured;
struct endpoint;
struct evidence;
struct drop_word;
struct reason_row;
#define LASTING_PARTS 2

#define HEADER_ROOM 64

/* A part of a header that nodes keep, and the invariant that says so. */
#define KEPT_MOST 6
struct kept_part {
	enum invariant invariant;
	struct bytes octets;
};

#define OWED_OCTETS 1000
struct transport {
	const char *word; /* the key that chooses it, whose value is the generator: "tcp" */
	const char *name; /* for sentences: "TCP" */
	/* Its fields in files: the first row is the key that chooses it; ends with a NULL key. */
	const struct traffic_field *fields;
	/* Keys of traffic_fields that say nothing of its packets, ended by NULL; NULL: there are none. */
	const char *const *without;
	/* Crafted: octets of its header. */
	size_t (*header_octets)(const struct traffic *traffic);
	/* Crafted: says in `spec`, whose payload is there, what its header is: the payload begins `octet` octets into
	 * the data. `header` has room for headers that frame_build() does not know. */
	void (*build)(struct packet_spec *spec, const struct traffic *traffic, uint64_t octet,
	              uint8_t header[HEADER_ROOM]);
	/* VIRTIO_NET_HDR_GSO_..., over IPv6 and over IPv4: how the kernel cuts several segments that leave as one; 0:
	 * it does not. */
	uint8_t gso_type, gso_type_ipv4;
	uint8_t gso_first; /* the bit beside it of a packet that has a flag of `with_first` */
	/* Crafted: why a test with such packets would be void, and the key responsible; NULL: it is not. May itself be
	 * NULL. */
	const char *(*refuse)(const struct traffic *traffic, const char **key);
	/* Recognizes a packet at a hop: whether its whole header is there, and what that says of flags, sequence
	 * numbers and payload. */
	void (*identify)(struct captured *captured);
	/* The parts of the header of such a packet that no node changes, in up to LASTING_PARTS; returns how many. */
	size_t (*lasting)(const struct captured *captured, struct bytes parts[LASTING_PARTS]);
	/* What of the header of such a packet with payload nodes keep, and segments that are merged have alike; returns
	 * how many. NULL: nothing is looked at. */
	size_t (*kept)(const struct captured *captured, struct kept_part parts[KEPT_MOST]);
	/* Of its flags, where segments are merged and cut: those of the last octet, and of the first; all others are on
	 * each. */
	unsigned with_last, with_first;
	size_t checksum_at; /* of the checksum in its header */
	/* Kernel: whether it opens a stream, and the sequence number of the stream's first octet. */
	bool (*opens)(const struct captured *captured, uint32_t *first);
	/* Crafted: what a large packet's fields become in a packet that the kernel cuts from it; NULL: they are the
	 * same in each. */
	void (*cut)(struct traffic *packet, bool first, bool last);
	/* Of a crafted packet, or one at a hop: what tells flows between the same addresses apart, counted from
	 * anything; NULL: nothing does. */
	uint16_t (*crafted_port)(const struct traffic *traffic);
	uint16_t (*port)(const struct captured *captured);
	/* Crafted: why a packet must not be merged with the one before it, for a sentence: "of which ..."; NULL: it may
	 * be. */
	const char *(*parts)(const struct traffic *before, const struct traffic *after);
	/* Whether a packet's header is what merging makes of those of the first and the last one, which may be the
	 * same. */
	bool (*merges_to)(const struct captured *first, const struct captured *last, const struct captured *merged);
	/* Crafted: the sequence number of the first octet of data. */
	uint32_t (*crafted_start)(const struct traffic *traffic);
	/* Of a packet's flags: those that tell what kind it is; those of kinds that data may have too; those of packets
	 * that are sent again only when they were lost; those that mark phases of a flow. */
	unsigned kinds, beside_data, resent, phases;
	/* What a packet is called: "SYN-ACK", "data 0:1428 FIN"; starts: of data, by enum way. */
	void (*name_packet)(const struct captured *captured, const uint32_t starts[3], char *name, size_t size);
	const char *(*brief)(const struct captured *captured); /* the same by its headers alone: "data" */
	/* What a checksum that the receiver finds bad is, and the counter that tells of it. */
	enum reason checksum_reason;
	const char *checksum_counter;
	/* What both ends had, as the packets tell: of a trace without sockets. NULL: packets do not tell. */
	void (*endpoints)(const struct evidence *evidence, struct endpoint *client, struct endpoint *server);
	/* How a flow ended, and which packet had no effect. */
	struct ending (*conclude)(const struct evidence *evidence);
	/* How it shows that it was delivered, where no octets do: what the server did, "answered ..."; NULL. */
	const char *(*answer)(const struct traffic *traffic);
	const char *const *drop_counters;   /* that count only what is dropped or refused; ends with NULL; NULL: none */
	const struct drop_word *drop_words; /* NULL: none */
	const struct reason_row *reasons;   /* beside the common ones; ends with REASON_NONE; NULL: none */
	/* Crafted: whether its receiver waits for a connection, and whether a packet acknowledges octets of the
	 * receiver's, which must have sent them: up to OWED_OCTETS. NULL: never. */
	bool (*awaited)(const struct traffic *traffic);
	bool (*owes)(const struct traffic *packet);
	/* Counts what came too early, which nobody may drop; NULL: nothing does. */
	const char *early_counter;
	/* Crafted: octets of data that the receiver already has; NULL: it accepts all data. */
	uint64_t (*overlap)(const struct traffic *traffic);
};
/* Ends with NULL; a test program may have a table of its own in its place. */
extern const struct transport *const transport_table[];
const struct transport *transport_of(const struct traffic *traffic);

#endif
