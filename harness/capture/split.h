/* pcapng files taken apart: libpcap reads them, but does not tell which interface a packet is of, and refuses files
 * whose interfaces differ in their link types. So each interface, and each direction that packets of it are marked
 * with, becomes a file of its own, which libpcap reads. Pure. */
#ifndef HOPCHECK_CAPTURE_SPLIT_H
#define HOPCHECK_CAPTURE_SPLIT_H

#include "base.h"

/* A part is one section's header, one interface, and the blocks of its packets. */
struct split_part {
	char *interface; /* its name, else its number; NULL: the whole file, which is none of pcapng */
	int direction;   /* 0: not told, 1: inbound, 2: outbound, as epb_flags have it */
	uint8_t *file;   /* of one interface, number 0 */
	size_t length, size;
	size_t *numbers; /* of each packet: its number in the whole file, from 1 on */
	size_t number_count;
	size_t section, declared; /* the interface's number in which section */
};
struct split {
	struct split_part *parts;
	size_t count;
	char *broken; /* where the file breaks off, as a sentence part; NULL: it does not */
};

bool split_is_pcapng(struct bytes file);
/* Never fails: what can be read before the file breaks off is there. Caller clears. */
void split_make(struct split *split, struct bytes file);
void split_clear(struct split *split);

#endif
