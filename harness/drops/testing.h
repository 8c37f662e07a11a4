/* A fake kernel for tests of the drops room: its structures are laid out as in no real kernel. */
#ifndef HOPCHECK_DROPS_TESTING_H
#define HOPCHECK_DROPS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "drops_internal.h"

/* After our headers: its fail() is a macro. */
#include <cmocka.h>

struct made_net {
	uint64_t filler;
	uint32_t inum;
};
struct made_device {
	uint32_t ifindex, filler;
	struct made_net *net;
};
struct made_socket {
	uint64_t filler[2];
	struct made_net *net;
};
struct made_route {
	uint64_t filler;
	struct made_device *device;
};
struct made_packet {
	uint16_t network_header, protocol;
	uint32_t length, tail, iif;
	uint8_t filler[7], flags;
	struct made_device *device;
	struct made_socket *socket;
	uintptr_t route; /* its low bit is a flag */
	uint8_t *head, *data;
};

static inline struct kernel_facts made_facts(bool has_reason, bool has_socket)
{
	return (struct kernel_facts){
		.skb_dev = offsetof(struct made_packet, device),
		.skb_sk = offsetof(struct made_packet, socket),
		.skb_iif = offsetof(struct made_packet, iif),
		.skb_protocol = offsetof(struct made_packet, protocol),
		.skb_head = offsetof(struct made_packet, head),
		.skb_data = offsetof(struct made_packet, data),
		.skb_tail = offsetof(struct made_packet, tail),
		.skb_len = offsetof(struct made_packet, length),
		.skb_network_header = offsetof(struct made_packet, network_header),
		.skb_dst = offsetof(struct made_packet, route),
		.device_net = offsetof(struct made_device, net),
		.device_ifindex = offsetof(struct made_device, ifindex),
		.net_inum = offsetof(struct made_net, inum),
		.sock_net = offsetof(struct made_socket, net),
		.dst_device = offsetof(struct made_route, device),
		.skb_nohdr = offsetof(struct made_packet, flags),
		.nohdr_bit = 0x08,
		.has_reason = has_reason,
		.has_socket = has_socket,
		.no_drops = { 0, 1 },
	};
}

#endif
