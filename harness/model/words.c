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

const struct word generator_words[] = {
	{ "kernel", GENERATOR_KERNEL, "the kernel's sockets" },
	{ "crafted", GENERATOR_CRAFTED, "packets built octet by octet" },
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
	{ "address", REASON_ADDRESS, "its next destination is an address that no router forwards to" },
	{ "sequence", REASON_SEQUENCE, "its octets are none of those that TCP waits for" },
	{ "tcp-flags", REASON_TCP_FLAGS, "TCP takes nothing from a segment with such flags" },
	{ "out-of-order", REASON_OUT_OF_ORDER, "TCP keeps it and waits for the data before it" },
	{ "service", REASON_SERVICE, "the service segment did not send it on" },
	{ "header", REASON_HEADER, "another header is malformed" },
	{ "reset", REASON_RESET, "the other end reset the connection" },
	{ "malformed", REASON_MALFORMED, "it left a node so that it cannot be read" },
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
