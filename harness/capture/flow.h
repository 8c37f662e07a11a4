/* Shared by the files that find out what packets of captures are. */
#ifndef HOPCHECK_CAPTURE_FLOW_H
#define HOPCHECK_CAPTURE_FLOW_H

#include "sighting.h"

/* ---- ends.c: what a checksum's pseudo-header has of an IP layer */
/* The source, or the home address in options of the destination (RFC 6275 6.3); and the destination at the end of the
 * way: by an SRH, a routing header of type 0 (RFC 2460 4.4) or of type 2 (RFC 6275 6.4). */
struct address end_source(const struct packet_view *view, const struct layer *ip);
struct address end_final(const struct packet_view *view, const struct layer *ip);
/* The IP layer that a layer is in; NULL: none. */
const struct layer *ip_around(const struct packet_view *view, const struct layer *layer);

/* ---- remark.c: sentences about a packet; cleared by who began */
struct remarks {
	char **faults, **notes;
	size_t fault_count, note_count;
};
void remark_fault(struct remarks *remarks, const char *format, ...) PRINTF_LIKE(2, 3);
void remark_note(struct remarks *remarks, const char *format, ...) PRINTF_LIKE(2, 3);
void remarks_clear(struct remarks *remarks);

/* ---- flow.c */
struct flow {
	uint8_t transport;      /* enum layer_kind of the innermost one; LAYER_KINDS: none is known */
	struct unread unread;   /* what the packets carry, where that is not read */
	struct address ends[2]; /* the client's first */
	uint16_t ports[2];      /* 0: none */
	size_t *packets;        /* of the capture, by time */
	size_t count;
	uint32_t starts[3]; /* by enum way: of the first octet of TCP data */
};
struct flows {
	struct flow *at; /* by first packets */
	size_t count;
};
/* Sets each packet's `way`, and what the header of the project's transport says. */
void flows_make(struct flows *flows, struct capture *capture);
void flows_clear(struct flows *flows);
char *flow_protocol(const struct flow *flow);        /* "TCP"; caller frees */
char *flow_end(const struct flow *flow, size_t end); /* "fc00::1.40000"; likewise */
/* "SYN", "UDP of 100 octets", "ICMPv6 too big 1280 of fc00::1 > fc00::2"; likewise. */
char *packet_name(const struct flow *flow, const struct captured *captured);

/* ---- srh.c */
const struct sighted_srh *srh_sighted(struct pool *pool, const struct packet_view *view, const struct layer *layer);
/* What is wrong with it, and what is odd. */
void srh_remark(struct remarks *remarks, const struct packet_view *view, const struct layer *layer);

/* ---- sum.c: a layer's checksum; adds to remarks what is wrong with it. */
int sum_sighted(struct remarks *remarks, const struct packet_view *view, const struct layer *layer);

#endif
