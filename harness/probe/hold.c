/* Frames that are made one by one and leave in one go. What one system call sends, the other end of a link has handled
 * before the next one begins, so that GRO there never sees two of them. So they are sent through the node's own IPv6 to
 * a neighbour whose link-layer address is not known yet: the kernel keeps them (RFC 4861 7.2.2), until a neighbour
 * advertisement arrives. It is received in a softirq, and so all of them leave within that one; what polls the other
 * end finds all of them. Nobody has the neighbour's address, so that nobody else answers for it. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ipv6_route.h>
#include <linux/route.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe_internal.h"

/* A neighbour that does not exist, and an address that only it leads to; another one for every burst. */
struct holder {
	struct next_hop next;
	struct in6_addr neighbour, behind;
	unsigned ifindex;
	int fd; /* a raw socket whose packets have their own IPv6 headers */
};

static struct holder holder_of(const struct play *play, const struct next_hop *next, uint16_t number)
{
	struct holder holder = { .next = *next, .ifindex = play->probe->lab->ifindex[next->out] };
	const uint16_t octets = htons(number);

	inet_pton(AF_INET6, "fe80::686f:6c64:0:0", &holder.neighbour);
	inet_pton(AF_INET6, "fd00:686f:6c64::", &holder.behind);
	memcpy(&holder.neighbour.s6_addr[14], &octets, sizeof octets);
	memcpy(&holder.behind.s6_addr[14], &octets, sizeof octets);
	return holder;
}

static int route_change(const struct holder *holder, unsigned long request)
{
	struct in6_rtmsg route = { .rtmsg_dst = holder->behind,
		                   .rtmsg_gateway = holder->neighbour,
		                   .rtmsg_dst_len = 128,
		                   .rtmsg_metric = 1,
		                   .rtmsg_flags = RTF_UP | RTF_GATEWAY | RTF_HOST,
		                   .rtmsg_ifindex = (int)holder->ifindex };

	return ioctl(holder->fd, request, &route);
}

/* The neighbour would stay in the kernel's table, which all namespaces share. */
static void neighbour_forget(const struct holder *holder)
{
	struct {
		struct nlmsghdr header;
		struct ndmsg neighbour;
		struct rtattr attribute;
		struct in6_addr address;
	} message = {
		.header = { .nlmsg_len = sizeof message, .nlmsg_type = RTM_DELNEIGH, .nlmsg_flags = NLM_F_REQUEST },
		.neighbour = { .ndm_family = AF_INET6, .ndm_ifindex = (int)holder->ifindex },
		.attribute = { .rta_len = RTA_LENGTH(sizeof(struct in6_addr)), .rta_type = NDA_DST },
		.address = holder->neighbour
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return;
	send(fd, &message, sizeof message, 0); /* done when it returns */
	close(fd);
}

/* An advertisement to all nodes that the neighbour has the MAC address of the link's other end. */
struct advertisement {
	struct ether_header ethernet;
	struct ip6_hdr ipv6;
	struct nd_neighbor_advert advert;
	uint8_t type, units, mac[ETH_ALEN];
} __attribute__((packed));

static struct advertisement advertisement_make(const struct play *play, const struct holder *holder)
{
	const struct plan_interface *other = &play->plan->interfaces[holder->next.in];
	const uint16_t length = sizeof(struct nd_neighbor_advert) + 2 + ETH_ALEN;
	struct advertisement made = { .ethernet.ether_type = htons(ETHERTYPE_IPV6),
		                      .ipv6.ip6_hlim = 255,
		                      .ipv6.ip6_nxt = IPPROTO_ICMPV6,
		                      .ipv6.ip6_plen = htons(length),
		                      .advert.nd_na_type = ND_NEIGHBOR_ADVERT,
		                      .advert.nd_na_flags_reserved = ND_NA_FLAG_OVERRIDE,
		                      .advert.nd_na_target = holder->neighbour,
		                      .type = ND_OPT_TARGET_LINKADDR,
		                      .units = 1 };
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	struct address source = other->address, to = address_from(AF_INET6, all_nodes);

	made.ipv6.ip6_flow = htonl(6U << 28);
	memcpy(&made.ipv6.ip6_src, source.octets, sizeof made.ipv6.ip6_src);
	memcpy(&made.ipv6.ip6_dst, all_nodes, sizeof made.ipv6.ip6_dst);
	memcpy(made.mac, other->mac, ETH_ALEN);
	uint32_t sum = sum_add(sum_pseudo(&source, &to, length, IPPROTO_ICMPV6),
	                       (struct bytes){ (const uint8_t *)&made.advert, length });
	made.advert.nd_na_cksum = htons((uint16_t)~sum_fold(sum));
	return made;
}

static int advertise(struct play *play, const struct holder *holder)
{
	struct advertisement made = advertisement_make(play, holder);
	const size_t node = play->plan->topology->interfaces[holder->next.in].node;
	const struct next_hop back = { .node = node, .out = holder->next.in, .in = holder->next.out };

	return frame_send(play, &back, NULL, (uint8_t *)&made, sizeof made);
}

static int hold(const struct holder *holder, const struct bytes *frame)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_addr = holder->behind };

	return sendto(holder->fd, frame->data + ETH_HLEN, frame->length - ETH_HLEN, 0, (struct sockaddr *)&to,
	              sizeof to) < 0
	               ? -1
	               : 0;
}

static int hold_and_release(struct play *play, const struct holder *holder, const struct bytes *frames, size_t count)
{
	if (route_change(holder, SIOCADDRT) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (hold(holder, &frames[i]) < 0)
			return -1;
	return advertise(play, holder);
}

/* What the last burst needed, which may not have left yet when held_send() returned. */
static void forget_last(struct play *play)
{
	struct probe *probe = play->probe;
	struct holder last = holder_of(play, &probe->held, probe->holds);

	lab_enter(probe->lab, probe->held.node);
	last.fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (last.fd >= 0) {
		route_change(&last, SIOCDELRT);
		close(last.fd);
	}
	neighbour_forget(&last);
	lab_enter(probe->lab, NOT_FOUND);
}

int held_send(struct play *play, const struct next_hop *next, const struct bytes *frames, size_t count)
{
	if (play->probe->holds)
		forget_last(play);
	play->probe->held = *next;
	struct holder holder = holder_of(play, next, ++play->probe->holds);

	lab_enter(play->probe->lab, next->node);
	const int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	lab_enter(play->probe->lab, NOT_FOUND);
	if (fd < 0)
		return -1;
	holder.fd = fd;
	int result = hold_and_release(play, &holder, frames, count);
	int error = errno;
	close(fd);
	errno = error;
	return result;
}
