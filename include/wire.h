/* The wire between a guest and the runner: frames on a serial line. A frame that is incomplete or fails its check
 * breaks the wire for good: nothing after it is used. Pure: bytes to frames and back. */
#ifndef HOPCHECK_WIRE_H
#define HOPCHECK_WIRE_H

#include "base.h"

/* A frame, in network byte order:
 *   octets "HC", kind, 0; sequence number from 0 on (4); length of the body on the wire (4); CRC-32 of all that, with
 *   this field 0, and of the body (4); body, the next piece of one zlib stream over all bodies. */
#define WIRE_HEADER   16
#define WIRE_BODY_MAX (64U * 1024 * 1024) /* octets of one body, on the wire and unpacked */

enum wire_kind {
	WIRE_HELLO = 'H',  /* JSON: the guest is up */
	WIRE_START = 'S',  /* JSON: a cell begins */
	WIRE_RESULT = 'R', /* JSON: a cell's result */
	WIRE_FILE = 'F',   /* a name, a 0, and the octets of a kept file */
	WIRE_NOTE = 'N',   /* JSON: the kernel warned; the guest ends early */
	WIRE_DONE = 'D',   /* JSON: features, stages; nothing follows */
	WIRE_ERROR = 'E',  /* JSON: the guest cannot go on */
};

struct wire_out;
struct wire_out *wire_out_new(void); /* never NULL */
void wire_out_free(struct wire_out *out);
DEFINE_OWNED(wire_out)
/* One frame with this body, at most WIRE_BODY_MAX octets; the view is good until the next call. A longer body gives an
 * empty view. */
struct bytes wire_pack(struct wire_out *out, enum wire_kind kind, struct bytes body);

struct wire_frame {
	enum wire_kind kind;
	struct bytes body; /* a 0 octet follows it, so that it can be read as text; good until the next call */
};
struct wire_in;
struct wire_in *wire_in_new(void); /* never NULL */
void wire_in_free(struct wire_in *in);
DEFINE_OWNED(wire_in)
/* Appends received octets. */
void wire_feed(struct wire_in *in, struct bytes octets);
/* 1 and *frame; 0: more octets are needed; -1: the octets are not a frame, or not the next one; err says why. From then
 * on always -1. */
int wire_next(struct wire_in *in, struct wire_frame *frame, struct error *err);
/* Octets received that are not yet a whole frame: 0 if the line ended between frames. */
size_t wire_left(const struct wire_in *in);

#endif
