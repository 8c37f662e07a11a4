/* Frames that are made one by one and leave in one go. What one system call sends, the other end of a link has handled
 * before the next one begins, so that GRO there never sees two of them. So they are sent through the node's own IPv6 to
 * a neighbour whose link-layer address is not known yet: the kernel keeps them (RFC 4861 7.2.2), until a neighbour
 * advertisement arrives. It is received in a softirq, and so all of them leave within that one; what polls the other
 * end finds all of them. Nobody has the neighbour's address, so that nobody else answers for it. IPv4 packets wait for
 * the same IPv6 neighbour (RFC 5549; Linux 5.2 and later). */
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
	bool ipv4; /* what it holds */
	struct in6_addr neighbour, behind;
	struct in_addr behind_ipv4;
	unsigned ifindex;
	int fd; /* a raw socket whose packets have their own IP headers */
};

static struct holder holder_of(const struct play *play, const struct next_hop *next, uint16_t number)
{
	struct holder holder = { .next = *next, .ifindex = play->probe->lab->ifindex[next->out] };

	holder.ipv4 = next->to.family == AF_INET;
	holder.behind_ipv4.s_addr = htonl(100U << 24 | 126U << 16 | number);
	const uint16_t octets = htons(number);

	inet_pton(AF_INET6, "fe80::686f:6c64:0:0", &holder.neighbour);
	inet_pton(AF_INET6, "fd00:686f:6c64::", &holder.behind);
	memcpy(&holder.neighbour.s6_addr[14], &octets, sizeof octets);
	memcpy(&holder.behind.s6_addr[14], &octets, sizeof octets);
	return holder;
}

/* A request that the kernel has done when this returns; a file descriptor is not needed for it. */
static int ask(void *message, size_t length)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} answer = { .error.error = -EIO };
	const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -1;
	if (send(fd, message, length, 0) < 0 || recv(fd, &answer, sizeof answer, 0) < 0)
		answer.error.error = -errno;
	close(fd);
	errno = -answer.error.error;
	return errno ? -1 : 0;
}

static int ipv4_route_change(const struct holder *holder, uint16_t type)
{
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
		struct rtattr to_attribute;
		struct in_addr to;
		struct rtattr device_attribute;
		uint32_t device;
		struct rtattr via_attribute;
		uint16_t via_family;
		struct in6_addr via;
		uint16_t padding;
	} __attribute__((packed)) message = {
		.header = { .nlmsg_len = sizeof message - 2,
		            .nlmsg_type = type,
		            .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK |
		                           (type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_EXCL : 0) },
		.route = { .rtm_family = AF_INET,
		           .rtm_dst_len = 32,
		           .rtm_table = RT_TABLE_MAIN,
		           .rtm_protocol = RTPROT_STATIC,
		           .rtm_type = RTN_UNICAST },
		.to_attribute = { RTA_LENGTH(sizeof message.to), RTA_DST },
		.to = holder->behind_ipv4,
		.device_attribute = { RTA_LENGTH(sizeof message.device), RTA_OIF },
		.device = holder->ifindex,
		.via_attribute = { RTA_LENGTH(sizeof message.via_family + sizeof message.via), RTA_VIA },
		.via_family = AF_INET6,
		.via = holder->neighbour,
	};

	return ask(&message, sizeof message);
}

static int ipv6_route_change(const struct holder *holder, bool made)
{
	struct in6_rtmsg route = { .rtmsg_dst = holder->behind,
		                   .rtmsg_gateway = holder->neighbour,
		                   .rtmsg_dst_len = 128,
		                   .rtmsg_metric = 1,
		                   .rtmsg_flags = RTF_UP | RTF_GATEWAY | RTF_HOST,
		                   .rtmsg_ifindex = (int)holder->ifindex };

	return ioctl(holder->fd, made ? SIOCADDRT : SIOCDELRT, &route);
}

static int route_change(const struct holder *holder, bool made)
{
	return holder->ipv4 ? ipv4_route_change(holder, made ? RTM_NEWROUTE : RTM_DELROUTE)
	                    : ipv6_route_change(holder, made);
}

/* The neighbour would stay in the kernel's table, which all namespaces share. */
static void neighbour_forget(const struct holder *holder)
{
	struct {
		struct nlmsghdr header;
		struct ndmsg neighbour;
		struct rtattr attribute;
		struct in6_addr address;
	} message = { .header = { .nlmsg_len = sizeof message,
		                  .nlmsg_type = RTM_DELNEIGH,
		                  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		      .neighbour = { .ndm_family = AF_INET6, .ndm_ifindex = (int)holder->ifindex },
		      .attribute = { .rta_len = RTA_LENGTH(sizeof(struct in6_addr)), .rta_type = NDA_DST },
		      .address = holder->neighbour };

	ask(&message, sizeof message); /* it may be gone by itself */
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
	struct address source = port_gateway(play->plan, holder->next.in, AF_INET6),
	               to = address_from(AF_INET6, all_nodes);

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
	const struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = holder->behind };
	const struct sockaddr_in four = { .sin_family = AF_INET, .sin_addr = holder->behind_ipv4 };
	const struct sockaddr *to = holder->ipv4 ? (const struct sockaddr *)&four : (const struct sockaddr *)&six;

	return sendto(holder->fd, frame->data + ETH_HLEN, frame->length - ETH_HLEN, 0, to,
	              holder->ipv4 ? sizeof four : sizeof six) < 0
	               ? -1
	               : 0;
}

/* What the last burst needed, which may not have left yet when held_send() returned. */
static void forget_last(struct play *play)
{
	struct probe *probe = play->probe;
	struct holder last = holder_of(play, &probe->held, probe->holds);

	lab_enter(probe->lab, probe->held.node);
	last.fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (last.fd >= 0) {
		route_change(&last, false);
		close(last.fd);
	}
	neighbour_forget(&last);
	lab_enter(probe->lab, NOT_FOUND);
}

/* In the holder's node. */
static int holder_open(const struct play *play, struct holder *holder)
{
	lab_enter(play->probe->lab, holder->next.node);
	holder->fd = socket(holder->ipv4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	int result = holder->fd < 0 ? -1 : route_change(holder, true);
	lab_enter(play->probe->lab, NOT_FOUND);
	return result;
}

int held_send(struct play *play, const struct next_hop *next, const struct bytes *frames, size_t count)
{
	const struct packet_view first = packet_parse(frames[0]);
	const struct layer *ip = packet_ip(&first);

	if (play->probe->holds)
		forget_last(play);
	play->probe->held = *next;
	play->probe->held.to.family = ip && ip->kind == LAYER_IPV4 ? AF_INET : AF_INET6;
	struct holder holder = holder_of(play, &play->probe->held, ++play->probe->holds);
	int result = holder_open(play, &holder);
	for (size_t i = 0; i < count && result == 0; i++)
		result = hold(&holder, &frames[i]);
	if (result == 0)
		result = advertise(play, &holder);
	int error = errno;
	if (holder.fd >= 0)
		close(holder.fd);
	errno = error;
	return result;
}
