/* The NICs that QEMU gives a guest for links of kind `nic`: two of one model per link, joined outside the guest by a
 * hub of their own (-netdev hubport). Pure: names only, which the guest, its command line and the plan agree on. */
#ifndef HOPCHECK_NIC_H
#define HOPCHECK_NIC_H

#include "link.h"

#define NICS 8
extern const struct nic_model nic_table[NICS]; /* the models of links of kind `nic` */
#define NIC_PAIRS 256                          /* of a model, at most */

/* One end of a pair. */
struct nic_end {
	size_t row;    /* of nic_table */
	unsigned pair; /* from 0, among those of its model */
	unsigned end;  /* 0 or 1 */
};

/* 52:54:00, then row, pair, end. */
void nic_mac(uint8_t mac[6], struct nic_end end);
bool nic_of_mac(struct nic_end *ret, const uint8_t mac[6]); /* false: not one of ours */
/* Its name in the guest's own namespace, "e1000-0a", into the caller's buffer, returned. */
const char *nic_name(char name[NAME_SIZE], struct nic_end end);

/* Which pair of its model a link is: the first nic link of a model in the topology has pair 0. */
unsigned nic_pair(const struct topology *topology, size_t link);
struct nic_end nic_end(const struct topology *topology, size_t interface);
/* Raises the number of pairs of each row to what the topology needs: after a call for each cell, it is what a guest
 * needs to run them all. */
void nic_count(unsigned pairs[NICS], const struct topology *topology);

#endif
