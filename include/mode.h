/* How a segment list travels: which headers a headend pushes, what of the list is in them, and what is inside. One row
 * here and one file in harness/kind/mode/ each; plan, packets and judge read them from there. */
#ifndef HOPCHECK_MODE_H
#define HOPCHECK_MODE_H

#include "base.h"

/* A mode's number, its row in C, its word in files, and what it is. Where a seg6 route of the kernel pushes it, its
 * word is also that of `ip route ... encap seg6 mode WORD`. */
/* clang-format off: one row a mode */
#define MODE_ROWS(ROW)                                                                                                 \
	ROW(MODE_PLAIN, mode_plain, "plain", "no segment routing")                                                     \
	MODE_ROWS_WITH_LIST(ROW)
#define MODE_ROWS_WITH_LIST(ROW)                                                                                       \
	ROW(MODE_INLINE, mode_inline, "inline", "an SRH inserted behind the IPv6 header")                              \
	ROW(MODE_ENCAP, mode_encap, "encap", "an outer IPv6 header with an SRH")                                       \
	ROW(MODE_ENCAP_RED, mode_encap_red, "encap.red",                                                               \
	    "the same, without the first segment; with one there is no SRH")                                           \
	ROW(MODE_L2ENCAP, mode_l2encap, "l2encap", "an outer IPv6 header with an SRH, and the Ethernet frame inside")  \
	ROW(MODE_L2ENCAP_RED, mode_l2encap_red, "l2encap.red",                                                         \
	    "both: a frame inside, and the list without its first segment")                                            \
	ROW(MODE_IP6IP6, mode_ip6ip6, "ip6ip6", "an outer IPv6 header and no SRH: an ordinary tunnel")
/* clang-format on */
#define MODE_NUMBER(number, row, word, about) number,
enum mode { MODE_ROWS(MODE_NUMBER) MODES };
#undef MODE_NUMBER
extern const struct word mode_words[];

struct mode_kind {
	const char *source; /* what says so: "RFC 8986 5.1"; NULL: nothing is pushed */
	bool by_seg6;       /* a seg6 route of the kernel pushes it; `number` is its SEG6_IPTUN_MODE_... */
	int number;
	bool leads;   /* its packets go along the segments */
	bool inserts; /* the SRH goes into the packet itself: its destination becomes the last entry */
	bool reduced; /* the first segment is in the destination alone; with one segment there is no SRH */
	bool frame; /* what is inside is the Ethernet frame that came in, so that nothing is pushed onto a node's own */
	bool outer; /* an IPv6 header is pushed; what it came with is inside */
};
const struct mode_kind *mode_kind(int mode); /* by its number */

/* The mode of a seg6 route by its SEG6_IPTUN_MODE_...; MODES: none is known here. */
enum mode mode_of_seg6(int number);

/* Those of them that a seg6 route can have: the modes of policies. */
const struct word *seg6_mode_words(void);

/* An ordinary tunnel, to the last segment. */
static inline bool mode_is_tunnel(const struct mode_kind *kind)
{
	return kind->outer && !kind->leads;
}
/* The stops of so many segments: where a packet with the list is led, in the order of travel. */
static inline size_t mode_stops(const struct mode_kind *kind, size_t segments)
{
	return kind->leads ? segments + kind->inserts : 0;
}
/* Entries of the list on the wire, the last stop first (RFC 8754 2); 0: there is no SRH. */
static inline size_t mode_entries(const struct mode_kind *kind, size_t segments)
{
	size_t stops = mode_stops(kind, segments);

	return stops - (kind->reduced && stops);
}
/* The same where flags, a tag or TLVs need an SRH, so that a list of one segment is whole (RFC 8986 5.2). */
static inline size_t mode_entries_needed(const struct mode_kind *kind, size_t segments)
{
	size_t entries = mode_entries(kind, segments);

	return entries ? entries : mode_stops(kind, segments);
}

#endif
