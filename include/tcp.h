/* What TCP's row and its half in probe share. */
#ifndef HOPCHECK_TCP_H
#define HOPCHECK_TCP_H

#include "traffic.h"

/* TCP's own fields of struct traffic. */
struct tcp_fields {
	long mss;                             /* of a MSS option, 0: none; FIELD_AUTO: 1440 with SYN, else none */
	long sequence;                        /* offset from what the receiver expects next; 0 unless given */
	long ack, window, timestamps, urgent; /* ack: octets off what the receiver has sent; timestamps: 0: none */
	long source_port;                     /* ports off the connection's */
	int flags; /* bits; psh and ack unless given. With syn: a listening socket is to answer */
};
static inline const struct tcp_fields *tcp_fields(const struct traffic *traffic)
{
	return (const struct tcp_fields *)traffic->own;
}

#define TCP_CRAFTED_SEQUENCE        1000000U /* what the receiver of crafted packets expects next */
#define TCP_CRAFTED_ACKNOWLEDGEMENT 2000000U /* what it has sent so far */

#endif
