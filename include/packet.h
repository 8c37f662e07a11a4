/* Packets: lists of layers, from Ethernet over IP of either version and the SRH (RFC 8754) to a transport. Pure: builds
 * and reads bytes, touches nothing. Segment lists are in the order of travel here (first visited first); on the wire
 * they are reversed (RFC 8754 2). */
#ifndef HOPCHECK_PACKET_H
#define HOPCHECK_PACKET_H

#include "address.h"
#include "mode.h"

/* The state of a TCP checksum. PARTIAL: the field holds the pseudo-header's sum only and a device is to complete it. */
enum checksum { CHECKSUM_VALID, CHECKSUM_PARTIAL, CHECKSUM_BAD };
extern const struct word checksum_words[];

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32, TCP_ECE = 64, TCP_CWR = 128 };
extern const struct word tcp_flag_words[]; /* "fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr": bits */

/* An HMAC TLV of an SRH (RFC 8754 2.1.2): none, right by keys of HMAC_SECRET with SHA-256, or made otherwise. */
#define HMAC_SECRET "hopcheck"
enum hmac_made { HMAC_NONE, HMAC_RIGHT, HMAC_BY_OTHER_SECRET, HMAC_BY_SHA1 };
extern const struct word hmac_made_words[]; /* "none", "right", "other-secret", "sha1" */
#define HMAC_TLV_OCTETS 40

/* What to build. A field set to FIELD_AUTO gets what a correct sender would write; anything else is written unchanged,
 * so that malformed headers can be made. */
#define FIELD_AUTO (-1)
/* All of these fields as FIELD_AUTO, for designated initializers. */
#define FIELDS_AUTO                                                                                                    \
	.hop_limit = FIELD_AUTO, .segments_left = FIELD_AUTO, .last_entry = FIELD_AUTO, .routing_type = FIELD_AUTO,    \
	.srh_length = FIELD_AUTO, .srh_flags = FIELD_AUTO, .tag = FIELD_AUTO, .next_header = FIELD_AUTO,               \
	.identification = FIELD_AUTO, .inner_hop_limit = FIELD_AUTO, .inner_traffic_class = FIELD_AUTO,                \
	.inner_flow_label = FIELD_AUTO
struct packet_spec {
	uint8_t source_mac[6], destination_mac[6];
	uint8_t inner_source_mac[6], inner_destination_mac[6]; /* of a frame inside: l2encap, l2encap.red */
	enum mode mode;
	struct address source, destination; /* of the connection: the innermost pair, of either family; IPv4 only in
	                                       modes plain and encap */
	struct address outer_source;        /* encap, ip6ip6: source of the outer header */
	const struct address *segments;     /* order of travel, without `destination` (inline adds it as the last); for
	                                       ip6ip6 only the last counts, the outer destination */
	size_t segment_count;
	int traffic_class, flow_label;                              /* of every IP header; IPv4 has no flow label */
	int hop_limit;                                              /* FIELD_AUTO: 64 */
	int inner_hop_limit, inner_traffic_class, inner_flow_label; /* of every IP header but the first; FIELD_AUTO: as
	                                                               its */
	int segments_left; /* FIELD_AUTO: last entry. The IPv6 destination becomes Segment List[segments_left], where
	                      that exists */
	int last_entry;    /* FIELD_AUTO: count on the wire - 1 */
	int routing_type;  /* FIELD_AUTO: 4 */
	int srh_length;    /* Hdr Ext Len in 8-octet units; FIELD_AUTO: as long as it is */
	int srh_flags;     /* FIELD_AUTO: 0 */
	int tag;           /* FIELD_AUTO: 0 */
	/* Of an IPv4 header. */
	int identification;      /* FIELD_AUTO: 0 */
	bool may_fragment;       /* DF (don't fragment) is not set */
	bool bad_ip_checksum;    /* its checksum is wrong */
	struct bytes ip_options; /* padded with the end of options to 4 octets */
	int hmac;                /* enum hmac_made: an HMAC TLV behind the others, with the flag for it */
	int hmac_key;            /* the number of its key */
	struct bytes tlvs;       /* appended after the segment list, padded with PadN/Pad1 to 8 octets */
	/* Options of headers behind the first IPv6 header and before the SRH (RFC 8200 4.3, 4.6), padded likewise;
	 * empty: there is no such header. */
	struct bytes hop_by_hop, destination_options;
	/* The transport's number, its header and where in that the checksum is; 0: TCP, of the fields below. */
	uint8_t protocol;
	struct bytes header;
	size_t checksum_at;
	int next_header; /* what the header before the transport's says that it is; FIELD_AUTO: the right number */
	uint16_t source_port, destination_port;
	uint32_t sequence, acknowledgement;
	unsigned tcp_flags;
	uint16_t window;
	uint16_t urgent;
	unsigned mss;    /* >0: write an MSS option */
	long timestamps; /* >0: write a timestamps option (RFC 7323) of this value */
	struct bytes payload;
	enum checksum checksum;
	size_t padding; /* octets behind the packet, of which no length tells */
	long cut; /* >0: only the first `cut` octets after the Ethernet header are kept; lengths inside still say the
	             whole */
};

/* A built frame, with what a virtio_net_hdr needs to hand it to the kernel as partial or as one GSO packet. */
struct frame {
	uint8_t *data; /* starts with the Ethernet header */
	size_t length;
	size_t tcp_offset;     /* of the transport's header in data: csum_start */
	size_t checksum_at;    /* of the checksum in that header: csum_offset */
	size_t payload_offset; /* of the transport's payload in data: a GSO packet's header length */
};
void frame_free(struct frame *frame);
DEFINE_OWNED(frame)

/* Builds the frame; PARTIAL writes the folded, uncomplemented pseudo-header sum as CHECKSUM_PARTIAL packets have it
 * (its length is that of the whole TCP segment, also when it is larger than an MSS).
 * Returns 0 and *ret (caller frees), or -1: too long for IPv6's or the SRH's length field, or no room. */
int frame_build(struct frame **ret, const struct packet_spec *spec, struct error *err);

/* What a header is; each kind has a file with its row in harness/packet/. */
enum layer_kind {
	LAYER_ETHERNET,
	LAYER_VLAN,
	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_HOP_BY_HOP,  /* options */
	LAYER_DESTINATION, /* options */
	LAYER_ROUTING,     /* of any type; also a truncated one of at least 8 octets */
	LAYER_FRAGMENT,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_VXLAN,  /* behind UDP */
	LAYER_GENEVE, /* likewise */
	LAYER_GTP,    /* likewise: GTP-U */
	LAYER_ICMPV4, /* the 4 octets that every message has */
	LAYER_ICMPV6, /* likewise */
	LAYER_GIVEN,  /* written as a spec gives it, and never read */
	LAYER_KINDS
};
const char *layer_word(enum layer_kind kind); /* "IPv6" */
/* A field of a header, by where its octets are. */
struct layer_field {
	size_t offset, length;
	const char *name; /* "hop limit" */
};
/* The field of a kind of header that an octet is in; without a name: an octet that no field has alone. */
struct layer_field layer_field(enum layer_kind kind, size_t octet);
struct layer {
	uint8_t kind;            /* enum layer_kind */
	uint8_t fault;           /* set by the row's reader: what is wrong with it */
	uint16_t offset, length; /* octets of the header that are in the frame */
};

/* What a frame holds: its headers from the outermost in. Points into the frame, and owns nothing; offsets and lengths
 * are checked, so that whatever a view says is there can be read. There is one for every packet at every hop. */
#define LAYERS_MOST 12 /* a packet with more is not whole */
struct packet_view {
	const uint8_t *frame;
	uint32_t length, wire_length; /* octets captured, and on the wire */
	uint32_t end, promised;       /* end of the innermost packet: in the frame, and by its headers */
	struct layer layers[LAYERS_MOST];
	uint8_t count;
	bool whole; /* IP, and complete: all that the headers' lengths cover is in the frame */
};

/* Reads any bytes; never fails: what cannot be read is absent from the view. */
struct packet_view packet_parse(struct bytes frame);
/* The same of the first octets of a frame that had `wire_length`. */
struct packet_view packet_parse_start(struct bytes start, size_t wire_length);
/* The same of the first octets of an IP packet without an Ethernet header. */
struct packet_view packet_parse_inner(struct bytes start);

/* The outermost layer of a kind, and the one behind a layer; NULL: there is none. */
const struct layer *packet_layer(const struct packet_view *view, enum layer_kind kind);
const struct layer *packet_behind(const struct packet_view *view, const struct layer *layer);
/* IP headers: the outermost, the innermost, and the next inside one; NULL: there is none. */
bool layer_is_ip(const struct layer *layer); /* false for NULL */
const struct layer *packet_ip(const struct packet_view *view);
const struct layer *packet_innermost_ip(const struct packet_view *view);
const struct layer *packet_ip_inside(const struct packet_view *view, const struct layer *layer);
/* The Ethernet header of the frame inside the packet that an IP layer begins; NULL: there is none right before it but
 * the packet's own. */
const struct layer *packet_frame_of(const struct packet_view *view, const struct layer *ip);
bool packet_is_encapsulated(const struct packet_view *view); /* IP in IP */
/* What follows the last layer as that names it, where nothing here reads it. UNREAD_NOTHING: a payload, or it is cut.
 */
struct unread {
	enum { UNREAD_NOTHING, UNREAD_ETHERTYPE, UNREAD_PROTOCOL } by;
	uint16_t number;
};
struct unread packet_unread(const struct packet_view *view);

/* Of an IP header of the view, as written there; of NULL: 0. */
struct address ip_source(const struct packet_view *view, const struct layer *ip);
struct address ip_destination(const struct packet_view *view, const struct layer *ip);
uint8_t ip_hop_limit(const struct packet_view *view, const struct layer *ip);
uint8_t ip_traffic_class(const struct packet_view *view, const struct layer *ip);
uint32_t ipv6_flow_label(const struct packet_view *view, const struct layer *ip); /* IPv4 has none: 0 */
/* Octets of the packet from this header on, as it says; 0: it is too large for the field, and yet to be cut. */
uint32_t ip_octets(const struct packet_view *view, const struct layer *ip);
/* Of an IPv4 header. */
uint16_t ipv4_identification(const struct packet_view *view, const struct layer *ipv4);
/* Whether its innermost header is of a fragment of an IPv4 packet (RFC 791 2.3). */
bool packet_is_fragment(const struct packet_view *view);
uint16_t ipv4_fragment(const struct packet_view *view, const struct layer *ipv4); /* flags and offset: 0x4000: DF */
struct bytes ipv4_options(const struct packet_view *view, const struct layer *ipv4);
/* The final destination, which a transport's checksum covers: Segment List[0] of the last SRH behind this header when
 * one is there and whole, else the destination. */
struct address packet_final(const struct packet_view *view, const struct layer *ip);

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
/* The SRH behind an IP layer, before any IP header inside it, that nodes act on: the first that has segments left or is
 * faulty, else the last; where there is none, the first routing header of another type. */
struct srh_view packet_srh(const struct packet_view *view, const struct layer *ip);

/* The last layer if it is a transport's header (TCP, ICMP of either version), else NULL. */
const struct layer *packet_transport(const struct packet_view *view);
/* Octets of the transport's header and payload, and of its payload, as the innermost IP length has it (0 there: jumbo
 * or GSO: as the frame had it); 0 without a transport. */
size_t packet_segment_length(const struct packet_view *view);
size_t packet_payload_length(const struct packet_view *view);
struct bytes packet_payload(const struct packet_view *view); /* what of it is in the frame */

/* Of a transport that has ports; else 0. */
void packet_ports(const struct packet_view *view, uint16_t *source, uint16_t *destination);

struct tcp_header {
	uint16_t source_port, destination_port;
	uint32_t sequence, acknowledgement;
	uint8_t flags;
	uint16_t checksum;
};
struct tcp_header packet_tcp(const struct packet_view *view); /* all 0 when there is no TCP layer */
/* Of an ICMP message of either version (4 or 6); false: it is none. */
bool packet_icmp(const struct packet_view *view, uint8_t *version, uint8_t *type, uint8_t *code);
const char *icmp_word(uint8_t version, uint8_t type, uint8_t code); /* "too big"; "message" for what is no error */
/* An ICMP error (RFC 4443 3, RFC 792). */
#define ICMPV6_ERRORS 128 /* types below are errors: */
enum { ICMPV6_UNREACHABLE = 1, ICMPV6_TOO_BIG, ICMPV6_TIME_EXCEEDED, ICMPV6_PARAMETER };
enum { ICMPV4_UNREACHABLE = 3, ICMPV4_TIME_EXCEEDED = 11, ICMPV4_PARAMETER = 12 };
enum { ICMPV4_TOO_BIG = 4 }; /* a code of unreachable: fragmentation needed and DF set */
struct icmp_error {
	uint8_t version; /* 4 or 6 */
	uint8_t type, code;
	uint32_t parameter; /* an MTU (RFC 1191), a pointer; of ICMPv6 the octets behind the checksum, whatever they are
	                     */
	/* Of the packet that it is about, as far as it has that: the first IP header, and its SRH. */
	bool has_packet;
	struct address source, destination;
	bool has_srh;
	uint8_t segments_left;
};
/* The packet that an ICMP error quotes, as far as it has that; of any other packet an empty view. */
struct packet_view packet_quoted(const struct packet_view *view);
/* Whether an SRH has one TLV, the HMAC that a sender with HMAC_SECRET makes by SHA-256 (RFC 8754 2.1.2) for a packet
 * from `source`, and its flag. */
bool srh_has_right_hmac(const struct packet_view *view, const struct srh_view *srh, const struct address *source,
                        int key);
/* False: the packet is none. */
bool packet_icmp_error(const struct packet_view *view, struct icmp_error *ret);
bool packet_is_icmp(const struct packet_view *view); /* of either version, of any type */
/* What the parameter of a message is. */
enum icmp_parameter { PARAMETER_NONE, PARAMETER_MTU, PARAMETER_POINTER };
enum icmp_parameter icmp_parameter(unsigned version, unsigned type, unsigned code);

/* The state of a layer's checksum. `needs_csum`: the capture says that a device is to complete it
 * (VIRTIO_NET_HDR_F_NEEDS_CSUM). With it: PARTIAL when the field is the pseudo-header's sum, else BAD. Without it:
 * VALID or BAD, over the octets that the layer's row names. A GSO packet (larger than one segment) carries the sum of
 * its whole length. BAD when the packet is not whole, or the layer has no checksum. That of an IPv4 header is VALID or
 * BAD, whatever devices do. */
enum checksum layer_checksum(const struct packet_view *view, const struct layer *layer, bool needs_csum);
enum checksum packet_checksum(const struct packet_view *view, bool needs_csum); /* of the transport */
/* The same of a packet that may be a list which GRO made (rx-gro-list; tcp6_gro_complete() in
 * net/ipv6/tcpv6_offload.c): its transport's header is as it was on the first packet, whose payload has gso_size
 * octets. */
enum checksum packet_list_checksum(const struct packet_view *view, bool needs_csum, size_t gso_size);
/* The same over a pseudo-header with these addresses, in place of the source and final destination of the IP header
 * before it. */
enum checksum layer_checksum_between(const struct packet_view *view, const struct layer *layer, bool needs_csum,
                                     const struct address *source, const struct address *final);
/* Whether a layer has a checksum, and over more than its own header; and what its field holds. */
bool layer_is_summed(const struct layer *layer);
uint16_t layer_checksum_field(const struct packet_view *view, const struct layer *layer);

/* Internet checksum pieces (RFC 1071), in host order, for services and NIC models. */
uint32_t sum_add(uint32_t sum, struct bytes bytes); /* running, unfolded; bytes start at an even offset */
uint16_t sum_fold(uint32_t sum);                    /* folded, not complemented */
uint32_t sum_pseudo(const struct address *source, const struct address *destination, uint32_t length, uint8_t protocol);

/* What a user-space service segment does to a frame in place: next segment into the IPv6 destination, segments left one
 * less (RFC 8986 4.1 End). Returns false and changes nothing when the SRH is absent, faulty or has none left. */
bool frame_advance(uint8_t *data, size_t length);
/* What a NIC does to a TCP packet that it cuts into frames of `size` octets of payload: the one of that number, from 0,
 * into `into`, which has room for the whole; lengths, sequence and flags are its own, the pseudo-header's sum of a
 * partial checksum too. Returns its length; 0: there is no such one, or nothing that can be cut. */
size_t frame_cut(uint8_t *into, struct bytes frame, size_t size, size_t number);
/* Writes the transport's full checksum, over the final destination. Returns false when there is no whole segment. */
bool frame_complete_checksum(uint8_t *data, size_t length);

#endif
