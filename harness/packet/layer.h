/* A row for each kind of layer: how its header is read, and what its checksum is over. Adding a kind is its number in
 * include/packet.h, a file with its row, and a line in table.c. */
#ifndef HOPCHECK_PACKET_LAYER_H
#define HOPCHECK_PACKET_LAYER_H

#include "octets.h"

/* How a header names what follows it; 0: nothing does. */
#define ETHERTYPE(number) (0x10000u | (number))
#define PROTOCOL(number)  (0x20000u | (number))
#define UDP_PORT(number)  (0x30000u | (number)) /* to which a datagram goes */
#define NAMED_BY(name)    ((name) & ~0xffffu)

/* Where reading stands: the next header begins at `at`; its packet ends in the frame at `end`, and at `promised` as the
 * headers so far say. */
struct reader {
	struct bytes frame;
	size_t at, end, promised;
	unsigned next; /* header, by its name */
	bool whole;    /* the frame has all octets that the headers announce */
};

/* What a layer's checksum is over. */
enum coverage {
	COVERS_NONE,    /* it has no checksum */
	COVERS_HEADER,  /* its header */
	COVERS_MESSAGE, /* all from its header to the packet's end */
	COVERS_SEGMENT, /* the same, and the pseudo-header of the IP header before it */
};

/* A frame that is being built: its layers from the outermost in, and the payload behind them. */
struct building {
	const struct packet_spec *spec;
	uint8_t *data;
	size_t payload, length; /* where the payload begins; octets of all */
	struct part {
		enum layer_kind kind;
		size_t offset, length; /* of its header in the frame */
		uint8_t protocol;      /* by which the header before it names it; 0: Ethernet */
	} parts[LAYERS_MOST];
	size_t count;
};

struct layer_row {
	unsigned names[2]; /* by which a header before it names it; 0: none */
	enum coverage covers;
	uint8_t checksum_at; /* the field's offset in the header */
	const struct layer_field
	        *fields; /* of whole octets, those that messages name; ends with a NULL name; may be NULL */
	/* Reads the header at reader->at and goes on behind it; layer->offset is set. False: nothing of it can be read,
	 * and the layer is not there. */
	bool (*parse)(struct reader *reader, struct layer *layer);
	/* Writes the header of a part, behind which all is written; NULL: none is built. */
	void (*write)(const struct building *building, const struct part *part);
};
extern const struct layer_row layer_ethernet, layer_ipv4, layer_ipv6, layer_hop_by_hop, layer_destination,
        layer_routing, layer_fragment, layer_tcp, layer_icmpv4, layer_icmpv6, layer_given, layer_vlan, layer_udp,
        layer_vxlan, layer_geneve, layer_gtp;
extern const struct layer_row *const layer_rows[LAYER_KINDS];

static inline bool reader_has(const struct reader *reader, size_t size)
{
	return reader->at <= reader->end && reader->end - reader->at >= size;
}

static inline const uint8_t *reader_octets(const struct reader *reader)
{
	return reader->frame.data + reader->at;
}

/* Part of the packet is missing: reading ends. */
static inline bool reader_ends_early(struct reader *reader)
{
	reader->whole = false;
	reader->next = 0;
	return false;
}

/* Steps over an IPv6 extension header of `size` octets, whose first says what follows (RFC 8200 4). */
bool reader_skip_extension(struct reader *reader, struct layer *layer, size_t size);

/* The protocol number of the layer behind a part. */
static inline uint8_t building_protocol(const struct part *part)
{
	return part[1].protocol;
}
/* The first part of a kind, or NULL. */
static inline const struct part *building_part(const struct building *building, enum layer_kind kind)
{
	for (size_t i = 0; i < building->count; i++)
		if (building->parts[i].kind == kind)
			return &building->parts[i];
	return NULL;
}
static inline int or_auto(int field, size_t automatic)
{
	return field == FIELD_AUTO ? (int)automatic : field;
}
/* Of an IP header that is inside another: its own value where one is given. */
static inline int or_inner(const struct building *building, const struct part *part, int outer, int inner)
{
	for (const struct part *before = building->parts; before < part; before++)
		if (before->kind == LAYER_IPV4 || before->kind == LAYER_IPV6)
			return or_auto(inner, (size_t)outer);
	return outer;
}

/* Of a spec: the entries of its segment list on the wire, 0: it has no SRH; octets of its SRH; where the packet goes
 * first; octets of its TCP header. */
size_t options_length(struct bytes options); /* of the header that has these options; 0: none has */
size_t srh_entries(const struct packet_spec *spec);
size_t srh_length(const struct packet_spec *spec);
const struct address *srh_destination(const struct packet_spec *spec);
size_t tcp_length(const struct packet_spec *spec);
size_t ipv4_length(const struct packet_spec *spec); /* of its IPv4 header, with options */
bool ipv4_fits(const struct packet_spec *spec);     /* whether its options have room there */
/* Completes the checksum of an IPv4 header, which has `length` octets. */
void ipv4_checksum_write(uint8_t *header, size_t length);
/* hmac.c: an HMAC over a text; of SHA-1 20 octets, the rest are 0. */
void hmac_make(uint8_t digest[HMAC_OCTETS], bool sha1, const char *secret, struct bytes text);
/* The TLV for an SRH that is written up to its TLVs, of a packet from `source`. */
void hmac_write(uint8_t *tlv, const struct packet_spec *spec, const struct address *source, const uint8_t *srh);
/* The field of a transport's checksum over a segment in which that is 0, as the spec wants it. */
uint16_t checksum_field(const struct packet_spec *spec, uint8_t protocol, struct bytes segment);

/* The place of a reader in front of a layer of a view. */
struct reader reader_before(const struct packet_view *view, const struct layer *layer);

#endif
