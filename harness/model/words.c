/* The vocabulary of topologies and cases. */
#include "testcase.h"

#define END                                                                                                            \
	{                                                                                                              \
		NULL, 0, NULL                                                                                          \
	}

const struct word service_checksum_words[] = {
	{ "as-is", SERVICE_AS_IS, "send on what was received" },
	{ "complete", SERVICE_COMPLETE, "write the full TCP checksum before sending on" },
	END,
};

const struct word tcp_kind_words[] = {
	{ "kernel", TCP_KERNEL, "a real TCP connection" },
	{ "crafted", TCP_CRAFTED, "packets built octet by octet" },
	END,
};

const struct word direction_words[] = {
	{ "forward", DIRECTION_FORWARD, "`from` sends the data" },
	{ "reverse", DIRECTION_REVERSE, "the owner of `to` sends the data" },
	{ "both", DIRECTION_BOTH, "both send" },
	END,
};

const struct word offload_words[] = {
	{ "rx", OFFLOAD_RX, "receive checksum offload" },
	{ "tx", OFFLOAD_TX, "transmit checksum offload" },
	{ "tso", OFFLOAD_TSO, "TCP segmentation offload" },
	{ "gso", OFFLOAD_GSO, "generic segmentation offload" },
	{ "gro", OFFLOAD_GRO, "generic receive offload" },
	{ "lro", OFFLOAD_LRO, "large receive offload" },
	END,
};

const struct word fate_words[] = {
	{ "delivered", FATE_DELIVERED, "everything sent arrived as it was sent" },
	{ "dropped", FATE_DROPPED, "packets ended on the way or at the receiver" },
	{ "corrupted", FATE_CORRUPTED, "something arrived that was not sent" },
	{ "stalled", FATE_STALLED, "it stopped, and no packet is missing that explains it" },
	END,
};

const struct word reason_words[] = {
	{ "none", REASON_NONE, "nothing ended" },
	{ "tcp-csum", REASON_TCP_CSUM, "TCP found the checksum bad" },
	{ "no-route", REASON_NO_ROUTE, "no route to the destination" },
	{ "hop-limit", REASON_HOP_LIMIT, "the hop limit ran out" },
	{ "no-socket", REASON_NO_SOCKET, "nobody listens" },
	{ "srh-malformed", REASON_SRH_MALFORMED, "the segment routing header is malformed" },
	{ "seg6-disabled", REASON_SEG6_DISABLED, "seg6_enabled is 0 where it arrived" },
	{ "hmac-missing", REASON_HMAC, "seg6_require_hmac is 1 and no HMAC is there" },
	{ "hmac-unflagged", REASON_HMAC_UNFLAGGED, "seg6_require_hmac is 1 and the HMAC is there without its flag" },
	{ "hmac-wrong", REASON_HMAC_WRONG, "the HMAC is wrong, or by a key that the node does not have" },
	{ "too-big", REASON_TOO_BIG, "larger than the next link's MTU" },
	{ "segments-left-zero", REASON_SEGMENTS_LEFT_ZERO, "a behaviour that needs a next segment got none" },
	{ "local-refused", REASON_LOCAL_REFUSED,
	  "a behaviour's next destination is the node itself, to which it does not deliver" },
	{ "segments-left", REASON_SEGMENTS_LEFT, "a decapsulating behaviour got a packet with segments left" },
	{ "no-inner-packet", REASON_NO_INNER, "a decapsulating behaviour got a packet with no such packet inside" },
	{ "no-decapsulation", REASON_NO_DECAPSULATION,
	  "a packet with one inside came without an SRH to an address that takes none out" },
	{ "own-destination", REASON_SELF_SEGMENT, "a route's first segment is the destination that the route is for" },
	{ "recursion", REASON_RECURSION, "more lightweight tunnels in a row than the kernel nests" },
	{ "link-local", REASON_LINK_LOCAL, "a link-local next hop without the interface that it is on" },
	{ "no-neighbour", REASON_NO_NEIGHBOUR, "the next hop is an address that nobody on the link has" },
	{ "empty-table", REASON_EMPTY_TABLE, "the table that a behaviour looks in has no route" },
	{ "not-forwarding", REASON_NOT_FORWARDING, "it is for another node, and this one does not forward" },
	{ "address", REASON_ADDRESS, "its next destination is no address that is forwarded to" },
	{ "sequence", REASON_SEQUENCE, "its octets are none of those that TCP waits for" },
	{ "tcp-flags", REASON_TCP_FLAGS, "TCP takes nothing from a segment with such flags" },
	{ "out-of-order", REASON_OUT_OF_ORDER, "TCP keeps it and waits for the data before it" },
	{ "service", REASON_SERVICE, "the service segment did not send it on" },
	{ "header", REASON_HEADER, "another header is malformed" },
	{ "reset", REASON_RESET, "the other end reset the connection" },
	{ "tx-dropped", REASON_TX_DROPPED, "the kernel dropped it on the way out of an interface" },
	{ "link", REASON_LINK, "it left one end of a link and did not arrive at the other" },
	{ "unexplained", REASON_UNEXPLAINED, "nothing observed explains it" },
	END,
};

const struct word feature_words[] = {
	{ "seg6", FEATURE_SEG6, "SRv6: seg6 routes" },
	{ "seg6local", FEATURE_SEG6LOCAL, "seg6local routes (4.14 and later)" },
	{ "inline", FEATURE_INLINE, "seg6 routes in mode inline (4.14 and later; before, an option)" },
	{ "hmac", FEATURE_HMAC, "SRv6 HMAC" },
	{ "veth-gro", FEATURE_VETH_GRO, "veth runs GRO when gro is on (5.13 and later)" },
	{ "tun", FEATURE_TUN, "/dev/net/tun can be opened" },
	{ "nic", FEATURE_NIC, "a guest with NICs for links of kind nic" },
	{ "drop-events", FEATURE_DROP_EVENTS, "the kernel tells which packets it drops (root, BPF and BTF)" },
	END,
};

#define AT(field)      offsetof(struct traffic, field)
#define INLINE         (1u << MODE_INLINE)
#define ENCAP          (1u << MODE_ENCAP)
#define IP6IP6         (1u << MODE_IP6IP6)
#define ALL_MODES      ((1u << MODES) - 1)
#define KERNEL         (1u << TCP_KERNEL)
#define CRAFTED        (1u << TCP_CRAFTED)
#define MAY_BE_AUTO(m) NULL, FIELD_AUTO, (m)
/* Which cells a key is of use to: by tcp, and by mode. */
#define ANY  KERNEL | CRAFTED, ALL_MODES
#define LIST KERNEL | CRAFTED, INLINE | ENCAP | IP6IP6
#define REAL KERNEL, ALL_MODES
#define MADE CRAFTED, ALL_MODES
#define SRH  CRAFTED, INLINE | ENCAP

/* clang-format off: one row a line */
const struct traffic_field traffic_fields[] = {
	{ "tcp", FIELD_WORD, AT(tcp), ANY, tcp_kind_words, 0, 0, "who makes the packets" },
	{ "mode", FIELD_WORD, AT(mode), ANY, mode_words, 0, 0, "how the segment list travels" },
	{ "from", FIELD_NODE, AT(from), ANY, NULL, 0, 0, "node that connects or sends" },
	{ "to_node", FIELD_NODE, AT(to_node), ANY, NULL, 0, 0, "node that receives; else the owner of `to`" },
	{ "headend", FIELD_NODE, AT(headend), KERNEL, INLINE | ENCAP | IP6IP6, NULL, 0, 0,
	  "node that pushes the segment list; else `from`" },
	{ "to", FIELD_ADDRESS, AT(to), ANY, NULL, 0, 0, "final destination" },
	{ "segments", FIELD_SEGMENTS, AT(segments), LIST, NULL, 0, 0,
	  "segments in the order of travel, without `to`; of ip6ip6 the last, the tunnel's end" },
	{ "segments.inline", FIELD_SEGMENTS, AT(segments), KERNEL | CRAFTED, INLINE, NULL, 0, 0,
	  "the same for inline only" },
	{ "segments.encap", FIELD_SEGMENTS, AT(segments), KERNEL | CRAFTED, ENCAP, NULL, 0, 0,
	  "the same for encap only" },
	{ "segments.ip6ip6", FIELD_SEGMENTS, AT(segments), KERNEL | CRAFTED, IP6IP6, NULL, 0, 0,
	  "the same for ip6ip6 only" },
	{ "bytes", FIELD_SIZE, AT(bytes), REAL, NULL, 0, 1L << 30, "octets to carry, each way for both" },
	{ "direction", FIELD_WORD, AT(direction), REAL, direction_words, 0, 0, "who sends the data" },
	{ "checksum", FIELD_WORD, AT(checksum), MADE, checksum_words, 0, 0, "the TCP checksum as it leaves" },
	{ "burst", FIELD_NUMBER, AT(burst), MADE, NULL, 1, 100000, "segments, sent together" },
	{ "payload", FIELD_SIZE, AT(payload), MADE, NULL, 0, 65000, "octets a segment" },
	{ "flags", FIELD_FLAGS, AT(tcp_flags), MADE, tcp_flag_words, 0, 0, "TCP flags; with syn, a listener answers" },
	{ "mss", FIELD_NUMBER, AT(mss), MADE, MAY_BE_AUTO(65535), "MSS option; auto: 1440 with syn, else none" },
	{ "hop_limit", FIELD_NUMBER, AT(hop_limit), ANY, MAY_BE_AUTO(255), "of the first IPv6 header" },
	{ "segments_left", FIELD_NUMBER, AT(segments_left), SRH, MAY_BE_AUTO(255), "the SRH's Segments Left" },
	{ "sequence", FIELD_NUMBER, AT(sequence), MADE, NULL, -0x7fffffffL, 0x7fffffffL,
	  "octets off what the receiver expects next" },
	{ "cut", FIELD_NUMBER, AT(cut), MADE, NULL, 0, 65535, "octets kept after the Ethernet header; 0: all" },
	{ "srh.last_entry", FIELD_NUMBER, AT(last_entry), SRH, MAY_BE_AUTO(255), "Last Entry" },
	{ "srh.type", FIELD_NUMBER, AT(routing_type), SRH, MAY_BE_AUTO(255), "Routing Type; right is 4" },
	{ "srh.length", FIELD_NUMBER, AT(srh_length), SRH, MAY_BE_AUTO(255), "Hdr Ext Len, in 8 octets" },
	{ "srh.flags", FIELD_NUMBER, AT(srh_flags), SRH, MAY_BE_AUTO(255), "Flags" },
	{ "srh.tag", FIELD_NUMBER, AT(tag), SRH, MAY_BE_AUTO(65535), "Tag" },
	{ "srh.tlvs", FIELD_HEX, AT(tlvs), SRH, NULL, 0, 0, "TLVs after the segment list, in hex" },
	{ NULL, 0, 0, 0, 0, NULL, 0, 0, NULL },
};
/* clang-format on */
