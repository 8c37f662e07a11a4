/* libpcap, loaded when a file is to be read: nothing else of hopcheck needs it, and it brings libraries along that
 * would be loaded at each start, and packed for each guest. */
#ifndef HOPCHECK_CAPTURE_LIBRARY_H
#define HOPCHECK_CAPTURE_LIBRARY_H

#include <pcap/pcap.h>

#include "base.h"

struct library {
	__typeof__(pcap_fopen_offline_with_tstamp_precision) *open;
	__typeof__(pcap_next_ex) *next;
	__typeof__(pcap_datalink) *link_type;
	__typeof__(pcap_geterr) *error;
	__typeof__(pcap_close) *close;
	__typeof__(pcap_datalink_val_to_description_or_dlt) *link_word;
};
/* NULL and a message: it is not installed, or too old. Stays loaded. */
const struct library *library_load(struct error *err);

#endif
