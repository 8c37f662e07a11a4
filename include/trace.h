/* A trace: all that was observed in a cell. Made by probe, or read back from a kept one; trace and plan are all that is
 * judged. */
#ifndef HOPCHECK_TRACE_H
#define HOPCHECK_TRACE_H

#include "plan.h"

enum hop_direction { HOP_IN, HOP_OUT };         /* arriving at, leaving from the node */
extern const struct word hop_direction_words[]; /* "in", "out" */

/* A capture point. Hops are numbered 2 * interface + direction, interface as in the topology. */
#define HOP(interface, direction) (2 * (interface) + (size_t)(direction))
#define HOP_INTERFACE(hop)        ((hop) / 2)
#define HOP_DIRECTION(hop)        ((enum hop_direction)((hop)&1))
#define HOPS(topology)            (2 * INTERFACES(topology))
#define HOP_TEXT_SIZE             (2 * NAME_SIZE + 8)
/* "dst.a0:in" into the caller's buffer, returned. */
const char *hop_text(const struct topology *topology, size_t hop, char buffer[HOP_TEXT_SIZE]);
/* The hop that "dst.a0" or "dst.a0:in" (arriving) or "r1.b0:out" names, or NOT_FOUND. */
size_t hop_find(const struct topology *topology, const char *text);

/* Which way a packet of the test's connection goes: FORWARD from plan->from to traffic.to. */
enum way { WAY_OTHER, WAY_FORWARD, WAY_BACK };
extern const struct word way_words[]; /* "other" (ICMPv6 errors, ...), "forward", "back" */

/* A packet that was captured at a hop. */
struct captured {
	size_t hop;
	uint64_t time;                    /* ns, the machine's wall clock, comparable between nodes */
	uint8_t *data;                    /* Ethernet frame; owned by the trace */
	size_t length;                    /* octets captured */
	size_t wire_length;               /* octets on the wire */
	unsigned gso_size;                /* 0, or the MSS it is or will be cut into */
	bool needs_csum;                  /* virtio_net_hdr: a device is to complete the checksum */
	bool data_valid;                  /* virtio_net_hdr DATA_VALID: a device has verified the checksum */
	bool offload_known;               /* the three below are known: traces that were kept before do not have them */
	uint8_t gso_type;                 /* VIRTIO_NET_HDR_GSO_...: how it is or will be cut */
	uint16_t csum_start, csum_offset; /* where the sum begins in the frame, and the field behind that; needs_csum */
	/* `data` ends after the transport header, but the packet was captured whole: a trace keeps the payload of the
	 * first packets only; checksum and payload of later ones are checked on arrival. */
	bool headers_only;
	bool as_sent;            /* its payload is what the sender sends there */
	struct packet_view view; /* of `data`; whole even if `data` has only the headers */

	/* What it is in the test's connection: set by evidence_make(). */
	enum way way;
	enum checksum checksum; /* of a whole segment; where only headers are kept, as on arrival */
	bool summed;            /* it has a whole segment of the transport */
	bool known;             /* it has a whole header of the transport: */
	uint8_t flags;
	uint32_t sequence, acknowledgement;
	uint32_t payload; /* octets of payload by the headers */
	bool encapsulated;
	uint16_t flow; /* of a burst whose packets differ: struct burst_packet's; 0: the connection's */
};

/* Sets the view of a packet, all else of which is set. */
void captured_parse(struct captured *captured);
/* The state of the transport's checksum in a whole packet. Where a port of the plan has rx-gro-list on, a packet may be
 * a list that GRO made (packet_list_checksum()). */
enum checksum captured_checksum(const struct captured *captured, const struct plan *plan);
/* Octets after the Ethernet header in excess of the MTU of the interface that a frame leaves; 0: none, or it arrives,
 * or a device has yet to segment it (GSO). */
size_t captured_excess(const struct topology *topology, const struct captured *captured);

#define SID_COUNTS_PACKETS "packets" /* that its behaviour sent on */
#define SID_COUNTS_OCTETS  "octets"  /* of these, as they came */
#define SID_COUNTS_ERRORS  "errors"  /* that it refused */
#define COUNTER_NAME       (ADDRESS_TEXT_SIZE + 10)
struct counter {
	size_t node;             /* NOT_FOUND: a counter of the machine */
	char name[COUNTER_NAME]; /* "TcpInCsumErrors", "Ip6InHdrErrors", "TcpExtTCPTimeouts", "a0:rx_dropped"; of a SID
	                            with `count` "fc00:1::1 packets" and "... errors"; the machine's:
	                            "cpu0:softnet_dropped" */
	int64_t delta;           /* never 0 */
};

/* In files, in place of a node's name for counters of the machine. */
#define NO_NODE "(machine)"
const char *counter_owner(const struct topology *topology, const struct counter *counter); /* node's name or NO_NODE */

/* What kept traces call the client and the server; results call them so too (struct result_evidence). */
#define CLIENT_MEMBER "sender"
#define SERVER_MEMBER "receiver"
/* What an endpoint of the connection saw. */
struct endpoint {
	bool used;
	bool established;
	uint64_t sent;     /* octets the socket took (kernel), or crafted payload octets that left */
	uint64_t received; /* octets read from it */
	bool mangled;      /* an octet differs from what the other end sent */
	uint64_t mangled_at;
	int error; /* errno of connect or read; 0 */
	unsigned retransmits;
	uint64_t unacknowledged; /* octets it sent that the other end's TCP had not acknowledged at the end */
};

/* PATTERN_CHUNK octets of what a sender sends from an octet of its data on. */
const uint8_t *pattern_at(uint64_t offset);
#define PATTERN_CHUNK 65536
/* The same of a plan's flow: where several run at once, no octet is at the same place in the data of two. */
const uint8_t *flow_pattern_at(const struct plan *plan, uint64_t offset);

/* A packet of the test that the kernel freed as dropped, as its drop event reports it. */
struct drop {
	size_t node;
	size_t interface;  /* where it was, or was received; NOT_FOUND: none of the topology's */
	char reason[48];   /* "TCP_CSUM"; empty: this kernel gives none */
	char function[64]; /* that freed it; empty: not known */
	uint64_t location; /* address of the code that freed it, from which `function` is found */
	uint64_t time;     /* ns, as that of packets */
	uint8_t *data;     /* an Ethernet header without addresses and the packet's first octets; owned by the trace */
	size_t length;
	size_t wire_length; /* octets of the whole frame; 0: not known */
	size_t packet;      /* the last of trace->packets that was this packet at this node, or NOT_FOUND */
};

struct trace {
	struct captured *packets; /* the test's IPv6 packets only, by time */
	size_t packet_count;
	struct counter *counters;
	size_t counter_count;
	struct offload_state *offloads; /* as the lab was for the cell */
	size_t offload_count;
	struct endpoint client, server; /* at traffic.from, which connects, and at the owner of traffic.to */
	struct drop *drops;             /* by time; none where the kernel does not report them */
	size_t drop_count;
	uint64_t drops_lost; /* drop events that were lost before they were read */
	char **complaints;   /* "src.a0: partial checksum but l4 proto=2b", "r2 service: ..." */
	size_t complaint_count;
	char **log; /* what the kernel wrote to its log meanwhile; in guests only */
	size_t log_count;
	uint64_t lost;                /* packets that a capture lost or truncated: more than 0 makes the cell BROKEN */
	char *broken;                 /* the harness failed: why; NULL otherwise */
	char *refused_line, *refusal; /* the line of the lab that the kernel did not take, and its answer; NULL: none */
	char *skip;                   /* this kernel or machine cannot run it: what is missing; NULL otherwise */
	double milliseconds;
};

struct trace *trace_new(void);
void trace_forget_packets(struct trace *trace); /* and drops, and what captures lost */
void trace_free(struct trace *trace);
DEFINE_OWNED(trace)

struct journeys;
/* Saves into directory dir (made, must not exist) of the open directory `at`, which its path names but for the last
 * part: trace.json, and trace.pcapng with the packets of all hops by time; the trace's journeys become comments in it.
 * Returns 0 or -1. */
int trace_save(const struct trace *trace, const struct plan *plan, const struct journeys *journeys, int at,
               const char *dir, struct error *err);
/* Reads what trace_save() wrote, for a plan made from the same case and cell. Returns 0 and *ret (caller frees), or -1.
 */
int trace_load(struct trace **ret, const struct plan *plan, const char *dir, struct error *err);

#endif
