/* Checks of the reasons' table that are about segments; each adds a sentence part with what it saw. */
#ifndef HOPCHECK_JUDGE_REASON_H
#define HOPCHECK_JUDGE_REASON_H

#include "judge.h"

/* spoken.c: adds the message that the kernel logged for a reason, if it did and its log was read. */
void say_kernel_words(const struct loss *loss, enum reason reason, char **said);

/* segment.c: what is checked at a segment */
struct behaviour;
/* The node's service that takes packets for an address; NULL: none. */
const struct plan_service *loss_service(const struct loss *loss, const struct address *at);
const struct behaviour *sid_behaviour(const struct sid *sid);
struct address loss_destination(const struct loss *loss);
const struct sid *loss_sid(const struct loss *loss);               /* the packet's destination; NULL: none */
bool loss_owns(const struct loss *loss, const struct address *to); /* as an address, not as a SID */
bool loss_is_local(const struct loss *loss);                       /* its destination is an address of the node */
bool seg6_is_disabled(const struct loss *loss, char **said);
bool srh_is_faulty_at_sid(const struct loss *loss, char **said);
bool srh_is_faulty_at_host(const struct loss *loss, char **said);
bool srh_is_incomplete_at_host(const struct loss *loss, char **said); /* no error is sent of one that cannot be read */
bool hmac_is_missing(const struct loss *loss, char **said);
bool hmac_is_unflagged(const struct loss *loss, char **said);
bool hmac_is_wrong(const struct loss *loss, char **said);

/* onward.c: where it would be sent next */
/* The destination by which the node looks up its route for a packet that it sends or that came to it; false: it looks
 * up none. */
bool loss_routed_to(const struct loss *loss, struct address *ret);
/* Behind the list that it should push: the first segment that is another node's; false: it pushes none. */
bool loss_pushed_to(const struct loss *loss, struct address *ret);
const char *loss_table(const struct loss *loss, const struct address *to); /* and in which table; NULL: main */
/* tables.c */
bool route_is_blackhole(const struct loss *loss, char **said);
bool route_is_unreachable(const struct loss *loss, char **said);
bool route_is_prohibited(const struct loss *loss, char **said);
bool route_is_in_other_table(const struct loss *loss, char **said);
bool no_segments_are_left(const struct loss *loss, char **said);
bool segments_are_left(const struct loss *loss, char **said);
bool inner_packet_is_missing(const struct loss *loss, char **said);
bool program_may_drop(const struct loss *loss, char **said);
bool own_segments_are_many(const struct loss *loss, char **said);
bool next_is_local(const struct loss *loss, char **said);
bool next_hop_lacks_interface(const struct loss *loss, char **said);
bool table_is_empty(const struct loss *loss, char **said);
bool segment_is_destination(const struct loss *loss, char **said);
bool segment_is_headends_own(const struct loss *loss, char **said);
bool segment_is_headends_sid(const struct loss *loss, char **said);
bool segment_has_no_route(const struct loss *loss, char **said);
bool address_is_unusable(const struct loss *loss, char **said);
bool destination_is_unusable(const struct loss *loss, char **said);
bool source_is_link_local(const struct loss *loss, char **said);
bool destination_is_loopback(const struct loss *loss, char **said);
bool service_is_not_asked(const struct loss *loss, char **said);
bool nobody_decapsulates(const struct loss *loss, char **said);
bool frame_is_for_another(const struct loss *loss, char **said);
bool frame_is_too_big(const struct loss *loss, char **said);
bool inner_destination_is_nobody(const struct loss *loss, char **said);
bool neighbour_is_nobody(const struct loss *loss, char **said);

#endif
