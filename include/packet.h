/* Packets: Ethernet, IPv6, SRH (RFC 8754), TCP. Pure: builds and reads bytes, touches nothing.
 * Segment lists are in the order of travel here (first visited first); on the wire they are reversed (RFC 8754 2). */
#ifndef HOPCHECK_PACKET_H
#define HOPCHECK_PACKET_H

#include "address.h"

enum mode { MODE_PLAIN, MODE_INLINE, MODE_ENCAP, MODE_IP6IP6 };
#define MODES 4
extern const struct word mode_words[];
bool mode_has_srh(enum mode mode);      /* inline and encap */
bool mode_encapsulates(enum mode mode); /* encap and ip6ip6 */

/* The state of a TCP checksum. PARTIAL: the field holds the pseudo-header's sum only and a device is to complete it. */
enum checksum { CHECKSUM_VALID, CHECKSUM_PARTIAL, CHECKSUM_BAD };
extern const struct word checksum_words[];

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };
extern const struct word tcp_flag_words[]; /* "fin", "syn", "rst", "psh", "ack": bits */

/* What to build. A field set to FIELD_AUTO is what a correct sender would write; anything else is written as it is,
 * right or wrong, so that malformed headers can be made. */
#define FIELD_AUTO (-1)
struct packet_spec {
	uint8_t source_mac[6], destination_mac[6];
	enum mode mode;
	struct address source, destination; /* of the connection: the innermost IPv6 pair */
	struct address outer_source;        /* encap, ip6ip6: source of the outer header */
	const struct address *segments;     /* order of travel, without `destination` (inline adds it as the last); of
	                                        ip6ip6 the last alone counts, the outer destination */
	size_t segment_count;
	int hop_limit;     /* FIELD_AUTO: 64 */
	int segments_left; /* FIELD_AUTO: last entry. The IPv6 destination becomes Segment List[segments_left], where
	                      that exists */
	int last_entry;    /* FIELD_AUTO: count on the wire - 1 */
	int routing_type;  /* FIELD_AUTO: 4 */
	int srh_length;    /* Hdr Ext Len in 8-octet units; FIELD_AUTO: as long as it is */
	int srh_flags;     /* FIELD_AUTO: 0 */
	int tag;           /* FIELD_AUTO: 0 */
	struct bytes tlvs; /* appended after the segment list, padded with PadN/Pad1 to 8 octets */
	uint16_t source_port, destination_port;
	uint32_t sequence, acknowledgement;
	unsigned tcp_flags;
	uint16_t window;
	unsigned mss; /* >0: write an MSS option */
	struct bytes payload;
	enum checksum checksum;
	long cut; /* >0: only the first `cut` octets after the Ethernet header are kept; lengths inside still say the
	             whole */
};

/* A built frame, with what a virtio_net_hdr needs to hand it to the kernel as partial or as one GSO packet. */
struct frame {
	uint8_t *data; /* starts with the Ethernet header */
	size_t length;
	size_t tcp_offset;     /* of the TCP header in data: csum_start; csum_offset is 16 */
	size_t payload_offset; /* of the TCP payload in data: a GSO packet's header length */
};
void frame_free(struct frame *frame);
DEFINE_OWNED(frame)

/* Builds the frame; PARTIAL writes the folded, uncomplemented pseudo-header sum as CHECKSUM_PARTIAL packets have it
 * (its length is that of the whole TCP segment, also when it is larger than an MSS).
 * Returns 0 and *ret (caller frees), or -1: too long for IPv6's or the SRH's length field, or no room. */
int frame_build(struct frame **ret, const struct packet_spec *spec, struct error *err);

/* An entry of a segment list, an IPv6 address. */
#define SEGMENT_OCTETS ((size_t)16)

/* A parsed routing header. */
struct srh_view {
	bool present;
	uint8_t next_header, length /* Hdr Ext Len */, type, segments_left, last_entry, flags;
	uint16_t tag;
	uint32_t offset;           /* of the header in the frame */
	struct bytes segment_list; /* wire order, whole 16-octet entries that lie inside both header and frame, at most
	                              last_entry + 1 */
	struct bytes tlvs;         /* what follows the segment list inside the header */
	const char *fault; /* NULL, or what RFC 8754 2 / seg6_validate_srh() would reject, as a short sentence part */
};

/* What a frame holds. Views point into the frame's bytes. There is one for every packet at every hop: its members stand
 * in an order that leaves no gaps. */
struct packet_view {
	struct address outer_source, outer_destination; /* of the first IPv6 header */
	struct address source, destination;             /* innermost IPv6 header, as written there */
	struct address final; /* what the TCP checksum is over: Segment List[0] of the innermost header's SRH when one
	                          is there and whole, else `destination` */
	struct srh_view srh;  /* of the first IPv6 header's chain */
	struct srh_view inner_srh; /* of the inner header's chain: inline inside encap */
	struct bytes payload;      /* what of the payload is in the frame */
	uint32_t tcp_offset;       /* in the frame */
	uint32_t inner_offset;     /* in the frame, of the second IPv6 header; 0: none */
	uint32_t
	        tcp_length; /* header and payload, by the innermost IPv6 length (0 there: jumbo or GSO: by the frame) */
	uint32_t sequence, acknowledgement;
	uint16_t source_port, destination_port, checksum_field;
	uint8_t tcp_flags;
	uint8_t hop_limit; /* of the first IPv6 header */
	bool ipv6;         /* Ethernet type 0x86dd and a whole IPv6 header */
	bool encapsulated; /* an IPv6 packet inside */
	bool tcp;          /* a whole TCP header was found */
	bool icmpv6;       /* innermost is ICMPv6 */
	uint8_t icmp_type, icmp_code;
	bool whole; /* nothing that the headers promise is missing from the frame */
};

/* Reads any bytes; never fails: what cannot be read is absent from the view. */
struct packet_view packet_parse(struct bytes frame);
/* The same of the packet inside it whose IPv6 header lies there. */
struct packet_view packet_parse_inside(struct bytes frame, size_t offset);
/* The same of the first octets of a frame that had `wire_length`. */
struct packet_view packet_parse_start(struct bytes start, size_t wire_length);

/* The checksum state of a parsed TCP packet. `needs_csum`: the capture says that a device is to complete it
 * (VIRTIO_NET_HDR_F_NEEDS_CSUM). With it: PARTIAL when the field is the pseudo-header sum over `final`, else BAD.
 * Without it: VALID or BAD over `final` and the whole segment. A GSO packet (larger than one segment) carries the sum
 * of its whole length. Only for view.tcp and view.whole. */
enum checksum packet_checksum(const struct packet_view *view, bool needs_csum);

/* Internet checksum pieces (RFC 1071), in host order, for services and NIC models. */
uint32_t sum_add(uint32_t sum, struct bytes bytes); /* running, unfolded; bytes start at an even offset */
uint16_t sum_fold(uint32_t sum);                    /* folded, not complemented */
uint32_t sum_pseudo(const struct address *source, const struct address *destination, uint32_t length, uint8_t protocol);

/* What a user-space service segment does to a frame in place: next segment into the IPv6 destination, segments left one
 * less (RFC 8986 4.1 End). Returns false and changes nothing when the SRH is absent, faulty or has none left. */
bool frame_advance(uint8_t *data, size_t length);
/* Writes the full TCP checksum over `final`. Returns false when there is no whole TCP segment. */
bool frame_complete_checksum(uint8_t *data, size_t length);

#endif
