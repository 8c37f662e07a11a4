/* A case: topologies, axes, traffic, and what is expected. One file a case. Made by declare, never changed afterwards.
 * Everything an axis, `set` or `traffic` can change is a *setting*: a key, checked and typed when the file is read. */
#ifndef HOPCHECK_TESTCASE_H
#define HOPCHECK_TESTCASE_H

#include "check.h"
#include "topology.h"
#include "traffic.h"

enum offload {
	OFFLOAD_RX,
	OFFLOAD_TX,
	OFFLOAD_TSO,
	OFFLOAD_GSO,
	OFFLOAD_GRO,
	OFFLOAD_LRO,
	OFFLOAD_RX_GRO_LIST,
	OFFLOADS
};
extern const struct word offload_words[]; /* "rx", "tx", "tso", "gso", "gro", "lro", "rx-gro-list", as
                                              `ethtool -K` takes them */

enum setting_kind {
	SET_TOPOLOGY,         /* topology: NAME */
	SET_TRAFFIC,          /* a row of traffic_field_next() */
	SET_OFFLOAD,          /* NODE.INTERFACE.gro: on; both names may be globs: "*.*.gro", "r*.a1.tso" */
	SET_MTU,              /* NODE.INTERFACE.mtu: 1400 (set on both ends of the link if both are named) */
	SET_MODEL,            /* NODE.INTERFACE.model: next-header */
	SET_SERVICE,          /* NODE.service: off, packet, tun */
	SET_SERVICE_CHECKSUM, /* NODE.service.checksum: as-is, complete */
	SET_SEG6_ENABLED,     /* NODE.seg6_enabled: 0 or 1 (on/off read as 1/0), on all and every interface;
	                         NODE.INTERFACE.seg6_enabled: on that one, whatever its node has */
	SET_FORWARDING,       /* NODE.forwarding: on or off, of IPv6 */
	SET_SEG6_HMAC,        /* NODE.seg6_require_hmac: -1, 0, 1 */
	SET_SEG6_FLOWLABEL,   /* NODE.seg6_flowlabel: -1, 0, 1 */
	SET_VRF_STRICT_MODE,  /* NODE.vrf_strict_mode: 0 or 1 */
	SET_POLICY_MODE,      /* NODE.policies.mode: encap, inline ...: of all of its policies */
	SET_SEG6_HMAC_KEY,    /* NODE.seg6_hmac_key: 0 (none) to 65535 */
	SET_LISTENER,         /* NODE.listener: 0 or 1 */
};

struct setting {
	struct where where;
	char *key; /* as written */
	enum setting_kind kind;
	char *node, *interface;            /* names or fnmatch(3) globs; NULL where the kind has none */
	enum offload offload;              /* SET_OFFLOAD */
	const struct traffic_field *field; /* SET_TRAFFIC */
	long number;                       /* on/off, words, flags, sizes, numbers, traffic_choice() */
	char *text;                        /* topology or node name */
	struct address *addresses;         /* ADDRESS (one) and SEGMENTS */
	size_t address_count;
	uint8_t *octets; /* HEX */
	size_t octet_count;
	struct difference *differences; /* DIFFER */
	size_t difference_count;
};

/* One value of an axis: a label, and what it sets. `axes: {dst.b1.gro: [on, off]}` is shorthand for labels "on" and
 * "off" with one setting each; `axes: {gro: {all: {"*.*.gro": on}, none: {...}}}` names bundles. */
struct axis_value {
	char *label;
	struct setting *settings;
	size_t setting_count;
	bool beside; /* of the axis called flow: it runs at once with the one before it */
};

struct axis {
	struct where where;
	char *name;
	struct axis_value *values;
	size_t value_count;
};

/* `when: {mode: [inline], dst.b1.gro: on}`: every named axis has one of the labels. */
struct condition {
	struct where where;
	size_t axis;
	size_t *values; /* indices into the axis' values */
	size_t value_count;
};

enum fate { FATE_DELIVERED, FATE_DROPPED, FATE_CORRUPTED, FATE_STALLED };
extern const struct word fate_words[];

/* The merging that is expected at a hop; counts are packets sent by the origin per packet seen there. */
enum merging {
	MERGING_NONE /* exactly 1 */,
	MERGING_MERGED /* more than 1 */,
	MERGING_SPLIT /* less than 1 */,
	MERGING_EXACTLY,
	MERGING_AT_LEAST
};
struct aggregation_rule {
	struct where where;
	char *hop; /* "dst.b1" or "dst.b1:in": arriving; "r1.b0:out": leaving. Topologies without that hop ignore the
	              rule */
	enum merging merging; /* words none, merged, split; a number N; ">=N" */
	double number;
};

/* Which packets of a burst are one at a hop: bits of their numbers, the first has bit 0. */
struct merged_rule {
	char *hop; /* as an aggregation_rule's */
	uint64_t *groups;
	size_t count;
};

/* Hops that must see something, while all others must not; `any`: not compared. */
struct hop_list {
	bool any;
	char **hops;
	size_t count;
};
struct name_list {
	bool any;
	char **names;
	size_t count;
};

/* What must follow the first IPv6 header of every packet from `from` to `to` at a hop: no SRH, or one with so many
 * segments left. */
#define NO_SRH (-1)
struct srh_rule {
	char *hop; /* as an aggregation_rule's */
	int left;  /* 0 to 255, or NO_SRH */
};

/* A reason why a packet was dropped; the vocabulary of `reason`. */
enum reason {
	REASON_NONE,
	REASON_TCP_CSUM,
	REASON_IP_CSUM,
	REASON_NO_ROUTE,
	REASON_BLACKHOLE,
	REASON_UNREACHABLE,
	REASON_PROHIBITED,
	REASON_OTHER_TABLE,
	REASON_HOP_LIMIT,
	REASON_NO_SOCKET,
	REASON_SRH_MALFORMED,
	REASON_SEG6_DISABLED,
	REASON_HMAC,
	REASON_HMAC_UNFLAGGED,
	REASON_HMAC_WRONG,
	REASON_TOO_BIG,
	REASON_SEGMENTS_LEFT_ZERO,
	REASON_SEGMENTS_LEFT,
	REASON_NO_INNER,
	REASON_NO_DECAPSULATION,
	REASON_OTHER_HOST,
	REASON_LOCAL_REFUSED,
	REASON_SELF_SEGMENT,
	REASON_RECURSION,
	REASON_LINK_LOCAL,
	REASON_NO_NEIGHBOUR,
	REASON_EMPTY_TABLE,
	REASON_NOT_FORWARDING,
	REASON_ADDRESS,
	REASON_SERVICE,
	REASON_PROGRAM,
	REASON_HEADER,
	REASON_RESET,
	REASON_OUT_OF_ORDER,
	REASON_SEQUENCE,
	REASON_TCP_FLAGS,
	REASON_LINK,
	REASON_TX_DROPPED,
	REASON_MALFORMED,
	REASON_UNEXPLAINED,
};
extern const struct word reason_words[];

/* What holds of every packet at every hop, whatever is expected of the cell; the vocabulary of `broken`. */
enum invariant {
	INVARIANT_PAYLOAD_LENGTH,
	INVARIANT_NEXT_HEADER,
	INVARIANT_SEGMENT_DESTINATION,
	INVARIANT_ICMPV6_CHECKSUM,
	INVARIANT_IPV4_CHECKSUM,
	INVARIANT_ICMP_CHECKSUM,
	INVARIANT_CSUM_START,
	INVARIANT_GSO_TYPE,
	INVARIANT_OFFLOADS,
	INVARIANT_ETHERNET_ADDRESSES,
	INVARIANT_CHECKSUM,
	INVARIANT_ORIGIN,
	INVARIANT_INITIAL_HOP_LIMIT,
	INVARIANT_INITIAL_TRAFFIC_CLASS,
	INVARIANT_HEADERS,
	INVARIANT_HOP_LIMIT,
	INVARIANT_TRAFFIC_CLASS,
	INVARIANT_FLOW_LABEL,
	INVARIANT_IDENTIFICATION,
	INVARIANT_FRAGMENT,
	INVARIANT_IPV4_OPTIONS,
	INVARIANT_OPTIONS,
	INVARIANT_SOURCE,
	INVARIANT_DESTINATION,
	INVARIANT_SEGMENTS_LEFT,
	INVARIANT_SEGMENT_LIST,
	INVARIANT_SRH_FIELDS,
	INVARIANT_SRH_TLVS,
	INVARIANT_POLICY,
	INVARIANT_OUTER_SOURCE,
	INVARIANT_OUTER_HOP_LIMIT,
	INVARIANT_OUTER_TRAFFIC_CLASS,
	INVARIANT_OUTER_FLOW_LABEL,
	INVARIANT_TCP_SEQUENCE,
	INVARIANT_PAYLOAD,
	INVARIANT_TCP_PORTS,
	INVARIANT_TCP_ACKNOWLEDGEMENT,
	INVARIANT_TCP_WINDOW,
	INVARIANT_TCP_OPTIONS,
	INVARIANT_TCP_FLAGS,
	INVARIANT_GSO_SIZE,
	INVARIANTS
};
extern const struct word invariant_words[]; /* a row each, in this order; about: the sentence */

/* Invariants that must be broken, while all others must hold. */
struct invariant_set {
	bool any; /* not compared */
	bool has[INVARIANTS];
};

/* One possible result of a cell. Fields not given are not compared, except complaints, of which none are expected
 * unless given, bad checksums and oversize frames, which no hop may see where a cell is expected to be delivered, and
 * invariants, all of which must hold unless given. */
struct expectation {
	struct where where;
	struct condition *conditions;
	size_t condition_count;
	char *kernel; /* range; NULL: any */
	char *qemu;   /* range of QEMU's versions, which only guests have; NULL: any */
	char **needs; /* features that the kernel must have */
	size_t need_count;
	bool promised; /* expect: the kernel must be able to do it; that it refuses is a FAIL */
	bool has_fate;
	enum fate fate;
	char *at;     /* node name; NULL: not compared */
	char *reason; /* a row of reason_words, NULL: not compared */
	struct aggregation_rule *aggregation;
	size_t aggregation_count;
	struct srh_rule *srh;
	size_t srh_count;
	struct merged_rule *merged;
	size_t merged_count;
	char *complaint; /* a substring that at least one complaint must have; NULL: no complaint may be there */
	struct hop_list bad_checksums, oversize, altered;
	struct name_list contradicted; /* counters and drop events that may contradict the verdict */
	struct invariant_set broken;
	struct checks *hops; /* what packets at a hop are */
	size_t hop_count;
	struct counter_check *counters;
	size_t counter_count;
	struct checks *icmp; /* ICMPv6 errors that reach a node */
	size_t icmp_count;
	bool no_icmp;                          /* none may reach one */
	struct counter_check *retransmissions; /* of both sockets together; NULL: not compared */
	char *refused; /* expect: a part of the kernel's answer to a line of the lab; NULL: it must take all */
	char *log; /* known: a part of a warning that the kernel may write to its log beside this verdict, or, alone in
	              its row, beside the expected one */
	const struct deviation *deviation;      /* known: by its name; borrowed; NULL: it has none */
	char *because, *reference, *workaround; /* known: why, where documented, what helps; may be NULL */
};

/* A deviation of Linux or QEMU from what is right: declared once, in deviations/NAME.yaml beside the cases; rows of
 * `known` name it and say where it is seen. */
struct deviation {
	char *file, *name;
	char *because, *reference, *kernel,
	        *workaround; /* defaults for rows that do not give them; all but the first two may be NULL */
	char *fixed, *found; /* the commit that fixed it, who found it; may be NULL */
	enum reason reason;  /* by which a loss in another case resembles it; REASON_NONE: it cannot be told so */
	struct met_by {
		char **words; /* of met_words, or of a behaviour or flavor: one of them is enough */
		size_t count;
	} * met_by; /* what a node's set-up has that meets it: all of them */
	size_t met_count;
};
enum met { MET_INSERTS, MET_ENCAPSULATES, MET_ENCAPSULATES_L2, MET_SID, MET_FLAVOR, MET_HOST, MET_OFFLOAD };
extern const struct word
        met_words[]; /* "inserts", "encapsulates", "l2-encapsulates", "sid", "host", "gro", "tso", ... */
struct deviations {
	struct deviation **at; /* sorted by name */
	size_t count;
};
/* Reads DIRECTORY/deviations/NAME.yaml, all of them; without that directory there are none. Returns 0, or -1 when one
 * is wrong, the others are there then. */
int deviations_read(struct deviations *into, const char *directory, struct error *err);
void deviations_clear(struct deviations *deviations);
const struct deviation *deviation_find(const struct deviations *deviations, const char *name); /* NULL: no such */

struct testcase {
	const struct deviations *deviations; /* that its rows may name, borrowed; NULL: none */
	char *file, *name, *about, *source;
	char **topologies; /* names: `topology: NAME`, or the values of an axis called topology */
	size_t topology_count;
	char **needs; /* features without which all cells are SKIP */
	size_t need_count;
	struct setting *base; /* `set` and `traffic`, in this order, before the axes' settings */
	size_t base_count;
	struct axis *axes;
	size_t axis_count;
	bool flows; /* `traffic` is a list: the last axis is called flow, and its values are run one after the other, or
	               at once, in one lab of their own */
	struct expectation *expect; /* the first whose conditions hold counts; at least one without conditions, last */
	size_t expect_count;
	struct expectation *known; /* likewise, none may hold */
	size_t known_count;
};

/* The features a kernel or machine may have (`needs`, and `kernel.features` in results). */
extern const struct word feature_words[]; /* "seg6", "hmac", "veth", "veth-gro", "tun", "tso" ... by enum feature */
enum feature {
	FEATURE_SEG6,
	FEATURE_SEG6LOCAL,
	FEATURE_INLINE,
	FEATURE_HMAC,
	FEATURE_VETH_GRO,
	FEATURE_TUN,
	FEATURE_NIC,
	FEATURE_DROP_EVENTS
};
#define FEATURES 8

/* Reads one case and the topologies it names, which are looked for beside it in `topologies/`
 * (DIR/../topologies/NAME.yaml, then DIR/NAME.yaml), and checks every setting, condition and hop against them. All
 * errors of the files go to err as file:line:column lines. Returns 0 and *ret, *topologies (an array of
 * testcase->topology_count, same order; caller frees each and the array), or -1. `deviations`, or NULL for none, must
 * outlive it. */
int testcase_read(struct testcase **ret, struct topology ***topologies, const char *path,
                  const struct deviations *deviations, struct error *err);
/* From memory, against topologies that are given (for tests, fuzzing, and built-in probes). */
int testcase_parse(struct testcase **ret, const char *file, struct bytes text,
                   const struct topology *(*find)(void *context, const char *name), void *context,
                   const struct deviations *deviations, struct error *err);
void testcase_free(struct testcase *testcase);
DEFINE_OWNED(testcase)

/* Cells are numbered 0 .. cell_count-1, the last axis varies fastest. */
size_t testcase_cells(const struct testcase *testcase);
/* The value index of axis `axis` in cell number `cell`. */
size_t cell_choice(const struct testcase *testcase, size_t cell, size_t axis);
/* Which flow of its lab a cell is, from 0 on, and how many there are; 0 and 1 where `traffic` is no list. The cells of
 * flows that share a lab have consecutive numbers. */
size_t cell_flow(const struct testcase *testcase, size_t cell);
size_t testcase_flows(const struct testcase *testcase);
/* The cells whose flows run at once with a cell's, which have consecutive numbers, its own among them. */
struct cells_at_once {
	size_t first, count; /* alone: its own number and 1 */
};
#define AT_ONCE_MOST 16
struct cells_at_once cell_at_once(const struct testcase *testcase, size_t cell);
/* The place of a cell in an order in which each differs from the one before in one axis, and there by one value: the
 * reflected Gray code, of axes with any number of values. */
size_t cell_rank(const struct testcase *testcase, size_t cell);
/* "mode=inline dst.b1.gro=on"; caller frees. */
char *cell_text(const struct testcase *testcase, size_t cell);
/* Whether a row has an invariant broken. */
bool expectation_breaks(const struct expectation *row);
/* Whether a row says how a cell comes out; one of known may say no more than what the kernel may warn of. */
bool expectation_has_verdict(const struct expectation *row);
/* Whether all conditions hold in a cell. */
bool conditions_hold(const struct testcase *testcase, const struct condition *conditions, size_t count, size_t cell);

#endif
