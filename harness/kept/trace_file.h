/* What saving and loading a trace share. DIR/trace.json holds everything but the octets of packets, which are in
 * DIR/trace.pcapng. trace.json has digests of both, so that a truncated or altered file is not judged. */
#ifndef HOPCHECK_REPORT_TRACE_FILE_H
#define HOPCHECK_REPORT_TRACE_FILE_H

#include <jansson.h>

#include "journey.h"
#include "pcapng.h"

#define TRACE_FORMAT  2
#define TRACE_JSON    "trace.json"
#define TRACE_CAPTURE "trace.pcapng"
#define DIGEST_SIZE   17

char *trace_json_path(const char *dir);    /* caller frees */
char *trace_capture_path(const char *dir); /* caller frees */
/* What the capture calls an interface, "dst:a0" (caller frees), and a hop's direction. */
char *trace_interface_name(const struct topology *topology, size_t interface);
enum pcapng_direction trace_direction(size_t hop);
/* Writes the capture into an open directory, `dir` in messages; packets in the trace's order. Returns 0 or -1. */
int capture_save(const struct trace *trace, const struct plan *plan, const struct journeys *journeys, int directory,
                 const char *dir, struct error *err);
/* Reads the octets of the trace's packets from the capture, all else of which is set, and checks that they match;
 * digests: of the packets. Returns 0 or -1. */
int capture_load(struct trace *trace, const struct plan *plan, const char *const *digests, const char *dir,
                 struct error *err);
/* digest_add() over octets, as hexadecimal digits, into the caller's buffer, returned. */
const char *octets_digest(struct bytes octets, char buffer[DIGEST_SIZE]);
/* drops.c: a trace's drops, and one of them read back into the trace, whose packets are there. Returns NULL, or what is
 * wrong with it. */
json_t *trace_drops_json(const struct trace *trace, const struct topology *topology);
const char *trace_drop_read(struct trace *trace, const struct topology *topology, const json_t *json);
/* Of a document without its "digest". */
const char *document_digest(const json_t *document, char buffer[DIGEST_SIZE]);

#endif
