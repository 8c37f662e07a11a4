/* Captures from elsewhere: packets of files that tcpdump, Wireshark and others wrote, each of the point where it was
 * captured. Read by libpcap; what a packet is found to be is pure. */
#ifndef HOPCHECK_CAPTURE_H
#define HOPCHECK_CAPTURE_H

#include "trace.h"

/* Where packets were captured: a file of the older format, or of pcapng one interface of it; and in one direction,
 * where the file tells that. */
struct capture_point {
	char *name;      /* "a.pcap", "a.pcapng eth0:in": what reports call it */
	char *file;      /* as it was given */
	char *interface; /* its name in the file, or its number, as "2"; NULL: the file has no interfaces */
	int direction;   /* enum hop_direction, of the machine that captured; -1: not told */
	int link_type;   /* of libpcap: DLT_... */
	size_t packets;
	size_t unread; /* of them, those of a link type that is not read */
};

struct capture_packet {
	struct captured seen; /* an Ethernet frame, made of another link's where that had no such header; `hop` is twice
	                         the point */
	size_t point;
	size_t number; /* in its file, from 1 on, as Wireshark counts */
};

struct capture {
	struct capture_point *points; /* in the order of files, and there of first packets */
	size_t point_count;
	struct capture_packet *packets; /* by time, and where that is equal by their places in the files */
	size_t packet_count;
	char **complaints; /* what could not be read: "a.pcap: truncated after packet 12" */
	size_t complaint_count;
};

/* Reads files of either format. Returns 0 and *ret (caller frees), or -1 and a message: one of them cannot be opened,
 * or is no capture. What breaks off later is a complaint, and the packets before it are there. */
int capture_read(struct capture **ret, char *const *paths, size_t count, struct error *err);
/* The same of what a file holds; adds to a capture, whose packets capture_sort() sorts in the end. */
int capture_take(struct capture *capture, struct bytes file, const char *path, struct error *err);
void capture_sort(struct capture *capture);
void capture_free(struct capture *capture);
DEFINE_OWNED(capture)

const char *capture_link_word(int link_type); /* "Ethernet", "DLT_105" */

#endif
