/* What saving and loading a trace share. DIR/trace.json holds everything but the octets of packets, which are in one
 * pcap a hop. Both carry digests, so that a file that was cut or altered is not judged. */
#ifndef HOPCHECK_REPORT_TRACE_FILE_H
#define HOPCHECK_REPORT_TRACE_FILE_H

#include <jansson.h>

#include "trace.h"

#define TRACE_FORMAT  1
#define TRACE_SNAPLEN 262144 /* libpcap's own limit for Ethernet */
#define DIGEST_SIZE   17

char *trace_json_path(const char *dir);                                              /* caller frees */
char *trace_pcap_path(const char *dir, const struct topology *topology, size_t hop); /* caller frees */
/* FNV-1a over octets, as hexadecimal digits, into the caller's buffer, returned. */
const char *octets_digest(struct bytes octets, char buffer[DIGEST_SIZE]);
/* drops.c: a trace's drops, and one of them read back into the trace, whose packets are there. Returns NULL, or what is
 * wrong with it. */
json_t *trace_drops_json(const struct trace *trace, const struct topology *topology);
const char *trace_drop_read(struct trace *trace, const struct topology *topology, const json_t *json);
/* Of a document without its "digest". */
const char *document_digest(const json_t *document, char buffer[DIGEST_SIZE]);

#endif
