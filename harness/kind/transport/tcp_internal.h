/* What the files of TCP's row share. */
#ifndef HOPCHECK_TRANSPORT_TCP_INTERNAL_H
#define HOPCHECK_TRANSPORT_TCP_INTERNAL_H

#include "loss.h"
#include "tcp.h"
#include "transport.h"

extern const struct transport transport_tcp;
extern const struct reason_row tcp_reasons[];
extern const char *const tcp_drop_counters[];
extern const struct drop_word tcp_drop_words[];
/* tcp_ending.c */
uint64_t tcp_overlap(const struct traffic *traffic);
struct ending tcp_conclude(const struct evidence *evidence);
/* tcp_endpoints.c */
void tcp_endpoints(const struct evidence *evidence, struct endpoint *client, struct endpoint *server);
/* tcp_timer.c: whether a packet was lost that nothing but a timer brought back, which runs out only where the machine
 * is slow; *octet is the first octet of it. */
bool tcp_timer_mended_loss(const struct evidence *evidence, enum way way, uint64_t *octet);

uint32_t tcp_crafted_start(const struct traffic *traffic);

#endif
