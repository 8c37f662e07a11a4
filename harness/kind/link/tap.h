/* What kinds of links with TAP devices have in common. */
#ifndef HOPCHECK_KIND_LINK_TAP_H
#define HOPCHECK_KIND_LINK_TAP_H

#include "link.h"

#define TAP_NOTE                                                                                                       \
	"# The TAP devices need a program behind them (hopcheck's model of a NIC): without one their links\n"          \
	"# have no carrier and offloads cannot be set.\n"

void tap_lines(struct lines *lines, const struct port_plan *port); /* a link_kind's `port` */
/* Completes a partial checksum: the sum from csum_start on goes to csum_start + csum_offset, whatever lies before.
 * False: that lies outside the frame. */
bool finish_from_start(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length);
/* A nic_model's `transmit`, as today's drivers have it: completes the checksum where the kernel says. */
bool tap_finish(const struct virtio_net_hdr *offload, uint8_t *frame, size_t length, char complaint[COMPLAINT_SIZE]);
/* A link_kind's `carry`: by the sender's model, and on to where nothing but octets arrives. */
bool tap_carry(const struct nic_model *sender, struct virtio_net_hdr *offload, uint8_t *frame, size_t length,
               char complaint[COMPLAINT_SIZE]);

#endif
