/* Waiting for named states: a link that is operationally up, an address that has its local route. */
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "build_internal.h"
#include "device.h"

/* Only a stuck machine takes this long; a guest under TCG does not. */
#define SETTLE_MS 60000

struct request {
	struct nlmsghdr header;
	union {
		struct ifinfomsg link;
		struct {
			struct ifinfomsg any_link;
			struct rtattr name;
			char device[NAME_SIZE];
		} __attribute__((packed));
		struct {
			struct rtmsg route;
			struct rtattr out;
			int oif;
			struct rtattr attribute; /* the last: addresses of the families differ in length */
			uint8_t octets[ADDRESS_OCTETS];
		} __attribute__((packed));
	};
};

int watch_open(struct watch *watch, const struct lab *lab, struct error *err)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
		                       .nl_groups = RTMGRP_LINK | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE };

	watch->sockets = zalloc(lab->node_count * sizeof *watch->sockets);
	for (size_t i = 0; i < lab->node_count; i++) {
		lab_enter(lab, i);
		int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
		lab_enter(lab, NOT_FOUND);
		if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
			return fail(err, "rtnetlink socket for %s: %s", lab->names[i], strerror(errno));
		watch->sockets[watch->count++] = fd;
	}
	return 0;
}

void watch_close(struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		close(watch->sockets[i]);
	free(watch->sockets);
}

/* Whether the answer says that the state is reached. */
static bool link_is(const struct nlmsghdr *answer, bool may_be_unknown)
{
	const struct ifinfomsg *link = NLMSG_DATA(answer);
	int left = (int)answer->nlmsg_len - (int)NLMSG_LENGTH(sizeof *link);

	uint8_t state = IF_OPER_NOTPRESENT;
	bool carrier = true;

	for (const struct rtattr *a = IFLA_RTA(link); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == IFLA_OPERSTATE)
			state = *(const uint8_t *)RTA_DATA(a);
		else if (a->rta_type ==
		         IFLA_CARRIER) /* a driver that resets its device drops the carrier before operstate changes */
			carrier = *(const uint8_t *)RTA_DATA(a);
	}
	return carrier && (state == IF_OPER_UP || (state == IF_OPER_UNKNOWN && may_be_unknown));
}

static bool link_is_up(const struct nlmsghdr *answer)
{
	return link_is(answer, false);
}

static bool link_may_be_up(const struct nlmsghdr *answer)
{
	return link_is(answer, true);
}

static bool route_is_local(const struct nlmsghdr *answer)
{
	return ((const struct rtmsg *)NLMSG_DATA(answer))->rtm_type == RTN_LOCAL;
}

/* Sends the request, then reads messages, events included, up to its answer. */
static bool ask(int socket, struct request *request, bool (*says_yes)(const struct nlmsghdr *))
{
	static unsigned sequence;
	char buffer[32768] __attribute__((aligned(8)));
	struct pollfd readable = { .fd = socket, .events = POLLIN };

	request->header.nlmsg_seq = ++sequence;
	if (send(socket, request, request->header.nlmsg_len, 0) < 0)
		return false;
	while (poll(&readable, 1, SETTLE_MS) > 0) {
		ssize_t got = recv(socket, buffer, sizeof buffer, 0);
		if (got < 0 && errno != ENOBUFS && errno != EAGAIN)
			return false;
		size_t left = got > 0 ? (size_t)got : 0;
		for (struct nlmsghdr *h = (struct nlmsghdr *)buffer; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left))
			if (h->nlmsg_seq == sequence)
				return h->nlmsg_type != NLMSG_ERROR && says_yes(h);
	}
	return false;
}

static bool link_ready(int socket, unsigned ifindex, bool state_unknown)
{
	struct request request = { .header = { .nlmsg_len = NLMSG_LENGTH(sizeof request.link),
		                               .nlmsg_type = RTM_GETLINK,
		                               .nlmsg_flags = NLM_F_REQUEST } };

	request.link.ifi_index = (int)ifindex;
	return ask(socket, &request, state_unknown ? link_may_be_up : link_is_up);
}

/* A service's device: opening it gives it a carrier, and linkwatch then activates its queue; until then what is sent is
 * dropped. */
static bool device_ready(int socket, const char *name)
{
	struct request request = { .header = { .nlmsg_len =
		                                       NLMSG_LENGTH(sizeof request.any_link + RTA_LENGTH(NAME_SIZE)),
		                               .nlmsg_type = RTM_GETLINK,
		                               .nlmsg_flags = NLM_F_REQUEST } };

	request.name.rta_type = IFLA_IFNAME;
	request.name.rta_len = RTA_LENGTH(NAME_SIZE);
	snprintf(request.device, sizeof request.device, "%s", name);
	return ask(socket, &request, link_is_up);
}

/* `oif`: of a VRF's port, in whose table the address is; 0: none. */
static bool address_ready(int socket, const struct address *address, unsigned oif)
{
	const size_t octets = family_octets(address->family);
	struct request request = { .header = { .nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST } };

	request.route.rtm_family = address->family;
	request.route.rtm_dst_len = (uint8_t)prefix_most(address->family);
	request.out.rta_type = RTA_OIF;
	request.out.rta_len = RTA_LENGTH(sizeof request.oif);
	request.oif = (int)oif;
	request.attribute.rta_type = RTA_DST;
	request.attribute.rta_len = (unsigned short)RTA_LENGTH(octets);
	memcpy(request.octets, address->octets, octets);
	request.header.nlmsg_len = (uint32_t)(offsetof(struct request, octets) + octets);
	return ask(socket, &request, route_is_local);
}

/* A description of the first thing of a node that is not ready; NULL when all is ready. */
static const char *missing(int socket, const struct lab *lab, const struct plan *plan, size_t node)
{
	static const int families[] = { AF_INET6, AF_INET, AF_UNSPEC };
	const struct topology *topology = plan->topology;

	FOR_EACH_INTERFACE (i, topology, node) {
		const struct link_kind *kind = port_kind(topology, i);
		if (!link_ready(socket, lab->ifindex[i], kind->state_unknown) ||
		    (kind->beneath && !link_ready(socket, lab->ifindex[i] + BENEATH, false)))
			return "operationally up links";
		for (const int *family = families; *family; family++)
			if (port_address(plan, i, *family)->family &&
			    !address_ready(socket, port_address(plan, i, *family),
			                   topology->interfaces[i].vrf ? lab->ifindex[i] : 0))
				return "usable link addresses";
	}
	for (size_t s = 0; s < plan->service_count; s++)
		if (plan->services[s].node == node && lab->tuns[node] >= 0 &&
		    !device_ready(socket, plan->services[s].device.kind->name))
			return "an operationally up device of its service";
	for (size_t i = 0; i < topology->nodes[node].address_count; i++)
		if (!address_ready(socket, &topology->nodes[node].addresses[i], 0))
			return "usable addresses";
	return NULL;
}

int settle(struct watch *watch, const struct lab *lab, const struct plan *plan, struct error *err)
{
	double deadline = clock_ms() + SETTLE_MS;

	for (size_t node = 0; node < watch->count; node++) {
		const char *what;
		while ((what = missing(watch->sockets[node], lab, plan, node))) {
			struct pollfd event = { .fd = watch->sockets[node], .events = POLLIN };
			double left = deadline - clock_ms();
			/* Not every route change sends an event: wait for one or 1 ms, then look again. */
			if (left <= 0)
				return fail(err, "%s never came to %s within %d s", what, lab->names[node],
				            SETTLE_MS / 1000);
			poll(&event, 1, 1);
		}
	}
	return 0;
}
