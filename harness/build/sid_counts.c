/* What the kernel counts at a SID with `count`. */
#include <string.h>
#include <unistd.h>

#include "readback.h"

struct counted {
	bool found;
	struct sid_counted at_sid;
};

static uint64_t number_of(const struct rtattr *attribute)
{
	uint64_t number = 0;

	if (attribute && RTA_PAYLOAD(attribute) >= sizeof number)
		memcpy(&number, RTA_DATA(attribute), sizeof number);
	return number;
}

static void take_counters(void *context, const struct nlmsghdr *answer)
{
	const struct rtattr *route[RTA_ENCAP + 1], *local[SID_COUNTERS + 1], *counters[SID_ERRORS + 1];
	struct counted *counted = context;

	if (answer->nlmsg_type != RTM_NEWROUTE)
		return;
	attributes_find(route, RTA_ENCAP, RTM_RTA(NLMSG_DATA(answer)), RTM_PAYLOAD(answer));
	if (!route[RTA_ENCAP])
		return;
	attributes_find(local, SID_COUNTERS, RTA_DATA(route[RTA_ENCAP]), RTA_PAYLOAD(route[RTA_ENCAP]));
	if (!local[SID_COUNTERS])
		return;
	attributes_find(counters, SID_ERRORS, RTA_DATA(local[SID_COUNTERS]), RTA_PAYLOAD(local[SID_COUNTERS]));
	*counted = (struct counted){ true,
		                     { number_of(counters[SID_PACKETS]), number_of(counters[SID_BYTES]),
		                       number_of(counters[SID_ERRORS]) } };
}

bool lab_sid_counted(const struct lab *lab, size_t node, const struct address *sid, struct sid_counted *ret)
{
	const struct rtmsg route = { .rtm_family = AF_INET6, .rtm_dst_len = 128, .rtm_flags = RTM_F_FIB_MATCH };
	struct counted counted = { 0 };
	struct message message;

	lab_enter(lab, node);
	int socket = rtnetlink_open(NULL);
	if (socket >= 0) {
		message_start(&message, RTM_GETROUTE, 0, &route, sizeof route);
		message_put(&message, RTA_DST, sid->octets, family_octets(AF_INET6));
		rtnetlink_ask(socket, &message, take_counters, &counted);
		close(socket);
	}
	lab_enter(lab, NOT_FOUND);
	*ret = counted.at_sid;
	return counted.found;
}
