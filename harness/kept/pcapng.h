/* pcapng files (draft-ietf-opsawg-pcapng) of one section, as kept traces are: written for any reader of pcapng, and
 * validated when read back. Little-endian, Ethernet, nanoseconds. */
#ifndef HOPCHECK_REPORT_PCAPNG_H
#define HOPCHECK_REPORT_PCAPNG_H

#include <stdio.h>

#include "base.h"

#define PCAPNG_SNAPLEN 262144 /* largest that tcpdump and Wireshark accept for Ethernet */

/* The direction bits of epb_flags. */
enum pcapng_direction { PCAPNG_UNSAID = 0, PCAPNG_INBOUND = 1, PCAPNG_OUTBOUND = 2 };

struct pcapng_packet {
	size_t interface; /* in the order they were written */
	uint64_t time;    /* ns since 1970 */
	struct bytes octets;
	size_t wire_length;
	enum pcapng_direction direction;
	struct bytes comment; /* UTF-8, no NUL at its end; none: length 0 */
};

/* Writing: the section, then all interfaces, then packets. Texts may be NULL. Errors stay in the FILE (ferror). */
void pcapng_write_section(FILE *file, const char *program, const char *system, const char *comment);
void pcapng_write_interface(FILE *file, const char *name, const uint8_t mac[6]);
/* False, and nothing written, when it is longer than PCAPNG_SNAPLEN. */
bool pcapng_write_packet(FILE *file, const struct pcapng_packet *packet);

/* Reading. Views point into the file's octets, which must outlive it. */
struct pcapng {
	struct bytes file;
	size_t at;
	const char *path; /* for messages */
	struct bytes *interfaces;
	size_t interface_count; /* names of those that were declared so far */
};
/* Reads the section's header. Returns 0, or -1: not a pcapng that pcapng_write_...() could have written. In either case
 * pcapng_close() frees what it holds, which is not the file. */
int pcapng_open(struct pcapng *pcapng, struct bytes file, const char *path, struct error *err);
/* The next packet: 1; 0 at the end; -1 if the file is truncated or malformed. Blocks and options of other types are
 * skipped. */
int pcapng_next(struct pcapng *pcapng, struct pcapng_packet *packet, struct error *err);
void pcapng_close(struct pcapng *pcapng);

#endif
