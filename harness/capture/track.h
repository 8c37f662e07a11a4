/* Tracks: the way of each packet of a flow through the points where it was captured. */
#ifndef HOPCHECK_CAPTURE_TRACK_H
#define HOPCHECK_CAPTURE_TRACK_H

#include "flow.h"

/* A packet at a point, of a flow's. */
struct pass {
	size_t packet;       /* of the capture */
	size_t place;        /* of its point, along the way from the client to the server */
	bool data;           /* told apart by its octets of the stream, which may be merged and cut */
	uint64_t begin, end; /* of them; else a digest of what no node changes, and one more */
	uint64_t followed;   /* octets of it (without data: packets) that were seen further on */
	size_t *parts;       /* passes at places before that it was made of; none: it begins a track */
	size_t part_count;
	size_t *tracks; /* that it belongs to */
	size_t track_count;
	bool again;  /* what it was made of had been seen further on whole: it is there once more */
	bool resent; /* it begins a track, and its octets were sent before */
};
struct track {
	size_t *passes; /* by the places of the way */
	size_t count;
};
struct tracks {
	struct pass *passes; /* as the flow's packets */
	size_t pass_count;
	size_t *points; /* of the capture, by places */
	size_t place_count;
	struct track *at; /* by where they begin, and there by time */
	size_t count;
};
/* Same flow, same tracks; caller clears. */
void tracks_make(struct tracks *tracks, const struct capture *capture, const struct flow *flow);
void tracks_clear(struct tracks *tracks);

/* ---- place.c: in which order packets pass the points, from the client on. Fills `points` of the tracks, whose passes
 * have their identities, and each pass's place. */
void places_find(struct tracks *tracks, const struct capture *capture);

/* ---- change.c */
/* What is said of a pass beside the others: what was lost, is there twice, was sent again, merged, cut or changed. */
void pass_remark(struct remarks *remarks, const struct capture *capture, const struct tracks *tracks, size_t pass);

/* ---- draw.c: a flow's tracks as a result whose journeys a ladder shows, and its topology. */
struct result;
struct result_topology;
const struct result *tracks_drawn(struct pool *pool, const struct capture *capture, const struct flow *flow,
                                  const struct tracks *tracks, const struct sighted_flow *sighted,
                                  const struct result_topology **topology);

#endif
