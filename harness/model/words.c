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
	{ "rx-gro-list", OFFLOAD_RX_GRO_LIST, "GRO that keeps the packets it merges as a list" },
	END,
};

const struct word met_words[] = {
	{ "inserts", MET_INSERTS, "a route of mode inline" },
	{ "encapsulates", MET_ENCAPSULATES, "a route of mode encap or encap.red" },
	{ "l2-encapsulates", MET_ENCAPSULATES_L2, "a route of mode l2encap or l2encap.red" },
	{ "sid", MET_SID, "any seg6local route" },
	{ "psp", MET_FLAVOR, "a SID with this flavor" },
	{ "usp", MET_FLAVOR, "likewise" },
	{ "usd", MET_FLAVOR, "likewise" },
	{ "next-csid", MET_FLAVOR, "likewise" },
	{ "host", MET_HOST, "seg6_enabled, of all and of a port" },
	{ "gro", MET_OFFLOAD, "gro is on at a port" },
	{ "tso", MET_OFFLOAD, "tso is on at a port" },
	{ "lro", MET_OFFLOAD, "lro is on at a port" },
	{ "tx", MET_OFFLOAD, "tx is on at a port" },
	{ "rx-gro-list", MET_OFFLOAD, "rx-gro-list is on at a port" },
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
	{ "ip-csum", REASON_IP_CSUM, "the checksum of its IPv4 header is bad" },
	{ "no-route", REASON_NO_ROUTE, "no route to the destination" },
	{ "blackhole", REASON_BLACKHOLE, "its route is of type blackhole" },
	{ "unreachable", REASON_UNREACHABLE, "its route is of type unreachable" },
	{ "prohibited", REASON_PROHIBITED, "its route is of type prohibit" },
	{ "other-table", REASON_OTHER_TABLE, "a SID looks in a table that has no route, and a VRF's table has it" },
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
	{ "other-host", REASON_OTHER_HOST, "the frame is for the Ethernet address of another interface" },
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
	{ "program", REASON_PROGRAM, "the BPF program of End.BPF did not send it on" },
	{ "header", REASON_HEADER, "another header is malformed" },
	{ "reset", REASON_RESET, "the other end reset the connection" },
	{ "malformed", REASON_MALFORMED, "it left a node so that it cannot be read" },
	{ "tx-dropped", REASON_TX_DROPPED, "the kernel dropped it on the way out of an interface" },
	{ "link", REASON_LINK, "it left one end of a link and did not arrive at the other" },
	{ "unexplained", REASON_UNEXPLAINED, "nothing observed explains it" },
	END,
};

const struct word invariant_words[] = {
	{ "payload-length", INVARIANT_PAYLOAD_LENGTH,
	  "each IPv6 header's payload length, and each IPv4 header's total length, counts what is there" },
	{ "next-header", INVARIANT_NEXT_HEADER, "each header says what follows it, down to TCP or ICMP" },
	{ "segment-destination", INVARIANT_SEGMENT_DESTINATION,
	  "the destination is the segment that segments left points to, or what shifting made of it" },
	{ "icmpv6-checksum", INVARIANT_ICMPV6_CHECKSUM, "the checksum of an ICMPv6 message is right" },
	{ "ipv4-checksum", INVARIANT_IPV4_CHECKSUM, "the checksum of each IPv4 header is right" },
	{ "icmp-checksum", INVARIANT_ICMP_CHECKSUM, "the checksum of an ICMP message over IPv4 is right" },
	{ "csum-start", INVARIANT_CSUM_START,
	  "csum_start and csum_offset of a partial checksum point at the transport's header and its checksum" },
	{ "gso-type", INVARIANT_GSO_TYPE,
	  "gso_type of a packet that is to be cut says what it is: TCP over IPv6 or IPv4, and ECN where it has CWR" },
	{ "offloads", INVARIANT_OFFLOADS,
	  "no packet that is yet to be cut leaves where tso is off, and none whose checksum is partial where tx is "
	  "off" },
	{ "ethernet-addresses", INVARIANT_ETHERNET_ADDRESSES,
	  "the frame is from the interface that sent it, to one at the other end; one inside a packet keeps its "
	  "header" },
	{ "checksum", INVARIANT_CHECKSUM, "a TCP checksum that is bad stays bad, also when GRO merges its segment" },
	{ "origin", INVARIANT_ORIGIN,
	  "no packet comes from nowhere, or more often than it was sent: what leaves a node that does not own its "
	  "source "
	  "came in there, and what comes in by a link was sent there" },
	{ "initial-hop-limit", INVARIANT_INITIAL_HOP_LIMIT,
	  "the hop limit of what a node sends itself is 64, or the traffic's" },
	{ "initial-traffic-class", INVARIANT_INITIAL_TRAFFIC_CLASS,
	  "the traffic class of what a real connection sends is 0x28, or the traffic's" },
	{ "headers", INVARIANT_HEADERS,
	  "a node keeps the headers and their order, but for what its SID or route removes (PSP, decapsulation) and "
	  "adds" },
	{ "hop-limit", INVARIANT_HOP_LIMIT,
	  "the hop limit goes down by one at a node that forwards, or at each segment that a node processes, and else "
	  "stays; that of a header that another is pushed onto may stay" },
	{ "traffic-class", INVARIANT_TRAFFIC_CLASS, "the traffic class is kept" },
	{ "flow-label", INVARIANT_FLOW_LABEL, "the flow label is kept" },
	{ "identification", INVARIANT_IDENTIFICATION,
	  "IPv4's identification is kept; what is merged has that of its first packet, what is cut one more in each, "
	  "or "
	  "with DF the same" },
	{ "fragment", INVARIANT_FRAGMENT,
	  "IPv4's flags and fragment offset are kept, but where a node cuts a packet without DF" },
	{ "ipv4-options", INVARIANT_IPV4_OPTIONS, "IPv4 options are kept" },
	{ "options", INVARIANT_OPTIONS,
	  "hop-by-hop and destination options are kept, but for those that say of themselves that they may change" },
	{ "source", INVARIANT_SOURCE, "the source address is kept" },
	{ "destination", INVARIANT_DESTINATION,
	  "the destination is kept, but where a segment of the node makes it the next one" },
	{ "segments-left", INVARIANT_SEGMENTS_LEFT,
	  "segments left goes down by one at each segment that a node processes, and else stays" },
	{ "segment-list", INVARIANT_SEGMENT_LIST, "last entry and the segment list are kept" },
	{ "srh-fields", INVARIANT_SRH_FIELDS, "routing type, length, flags and tag of an SRH are kept" },
	{ "srh-tlvs", INVARIANT_SRH_TLVS, "the TLVs of an SRH are kept" },
	{ "policy", INVARIANT_POLICY,
	  "what is pushed has the policy's segment list, leads to its first segment, and has no flags, tag or TLVs" },
	{ "outer-source", INVARIANT_OUTER_SOURCE,
	  "the source of an IPv6 header that is pushed is the node's own, or its `tunsrc`" },
	{ "outer-hop-limit", INVARIANT_OUTER_HOP_LIMIT,
	  "an IPv6 header that is pushed with an SRH has the inner hop limit as it was before, less one for "
	  "forwarding; "
	  "a tunnel's has 64; with IPv4 inside it is 64, less one where the node forwards" },
	{ "outer-traffic-class", INVARIANT_OUTER_TRAFFIC_CLASS,
	  "an IPv6 header that is pushed with an SRH has the inner traffic class; with IPv4 inside it may be 0" },
	{ "outer-flow-label", INVARIANT_OUTER_FLOW_LABEL,
	  "an IPv6 header that is pushed with an SRH has the inner flow label, where that is IPv6's; none onto a "
	  "frame, or with seg6_flowlabel -1" },
	{ "tcp-sequence", INVARIANT_TCP_SEQUENCE,
	  "the octets that a segment has by its sequence number and length are those that it was made of" },
	{ "payload", INVARIANT_PAYLOAD, "the octets of the payload are the same at every hop" },
	{ "tcp-ports", INVARIANT_TCP_PORTS, "the ports are kept" },
	{ "tcp-acknowledgement", INVARIANT_TCP_ACKNOWLEDGEMENT,
	  "the acknowledgement number is kept, and only segments with the same one are merged" },
	{ "tcp-window", INVARIANT_TCP_WINDOW, "window and urgent pointer are kept, likewise" },
	{ "tcp-options", INVARIANT_TCP_OPTIONS, "TCP's options are kept, likewise" },
	{ "tcp-flags", INVARIANT_TCP_FLAGS,
	  "flags are kept; FIN and PSH are on the segment with the last octet of the one that had them, CWR on that "
	  "with "
	  "the first" },
	{ "gso-size", INVARIANT_GSO_SIZE,
	  "a merged packet is cut where its parts met: they are as long as gso_size says, the last may be shorter" },
	{ NULL, 0, NULL },
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
