/* A plain packet socket beside a node's capture, where its `listener` is on. Of each packet it gets a clone, whose
 * octets are those of the packet that goes on: nobody may write them while it is queued here
 * (Documentation/networking/skbuff.rst, "Shared skbs and skb clones"). The capture's ring copies octets at once, so
 * what differs in the end was written later. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probe_internal.h"

#define COPY_SIZE    (256U * 1024)
#define QUEUE_OCTETS (32 * 1024 * 1024)

static int second_open(const struct lab *lab, size_t node)
{
	const int octets = QUEUE_OCTETS;

	lab_enter(lab, node);
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL));
	lab_enter(lab, NOT_FOUND);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof octets) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof octets);
	return fd;
}

void seconds_open(struct play *play, struct error *err)
{
	const struct lab *lab = play->probe->lab;

	play->seconds = must(malloc((lab->node_count + 1) * sizeof *play->seconds));
	for (size_t node = 0; node < lab->node_count; node++) {
		bool wanted = play->plan->topology->nodes[node].listener;
		play->seconds[node] = wanted ? second_open(lab, node) : -1;
		if (wanted && play->seconds[node] < 0)
			fail(err, "listening at %s: %s", lab->names[node], strerror(errno));
	}
}

/* The first octet of a copy that is not as it was captured; `length`: none. */
static size_t first_change(const struct captured *captured, struct bytes copy)
{
	const size_t length = captured->length < copy.length ? captured->length : copy.length;
	size_t i = 0;

	if (captured->wire_length != copy.length)
		return 0;
	while (i < length && captured->data[i] == copy.data[i])
		i++;
	return i < length ? i : copy.length;
}

static const struct captured *same_packet(const struct trace *trace, size_t from, size_t hop, struct bytes copy)
{
	for (size_t i = from; i < trace->packet_count; i++)
		if (trace->packets[i].hop == hop && first_change(&trace->packets[i], copy) == copy.length)
			return &trace->packets[i];
	return NULL;
}

static void complain_of_change(struct trace *trace, const char *interface, const struct captured *captured,
                               struct bytes copy)
{
	const size_t first = first_change(captured, copy);
	size_t changed = 0;

	if (captured->wire_length != copy.length) {
		complain(trace, "%s: a packet was changed while a listener held it: of %zu octets it has %zu",
		         interface, captured->wire_length, copy.length);
		return;
	}
	for (size_t i = first; i < captured->length && i < copy.length; i++)
		changed += captured->data[i] != copy.data[i];
	complain(trace,
	         "%s: a packet was changed while a listener held it: octet %zu was 0x%02x, is 0x%02x; %zu in all",
	         interface, first, captured->data[first], copy.data[first], changed);
}

/* Both sockets get packets in the same order, but for what passes on two CPUs at once. */
void copy_compare(struct trace *trace, const char *interface, size_t hop, size_t *next, struct bytes copy)
{
	size_t at = *next;

	while (at < trace->packet_count && trace->packets[at].hop != hop)
		at++;
	const struct captured *captured = at < trace->packet_count ? &trace->packets[at] : NULL;
	*next = at + 1;
	if ((captured && first_change(captured, copy) == copy.length) || same_packet(trace, 0, hop, copy) || !captured)
		return;
	complain_of_change(trace, interface, captured, copy);
}

/* Of each hop the first packet that was changed. */
static void copies_read(struct play *play, size_t node, uint8_t *octets)
{
	const struct topology *topology = play->plan->topology;
	const struct lab *lab = play->probe->lab;
	size_t *next = zalloc((2 * lab->interface_count + 1) * sizeof *next);
	struct sockaddr_ll from;
	socklen_t size = sizeof from;

	for (ssize_t got;
	     (got = recvfrom(play->seconds[node], octets, COPY_SIZE, 0, (struct sockaddr *)&from, &size)) > 0;
	     size = sizeof from) {
		const struct bytes copy = { octets, (size_t)got };
		const unsigned ifindex = (unsigned)from.sll_ifindex;
		const size_t interface = ifindex < BENEATH ? lab_interface(lab, topology, node, ifindex) : NOT_FOUND;
		if (interface == NOT_FOUND || !is_test_packet(copy))
			continue;
		const size_t hop = HOP(interface, from.sll_pkttype == PACKET_OUTGOING ? HOP_OUT : HOP_IN);
		const size_t complaints = play->trace->complaint_count;
		owned_text name = text_format("%s.%s", lab->names[node], topology->interfaces[interface].name);
		if (next[hop] <= play->trace->packet_count)
			copy_compare(play->trace, name, hop, &next[hop], copy);
		if (play->trace->complaint_count > complaints)
			next[hop] = play->trace->packet_count + 1;
	}
	free(next);
}

void seconds_close(struct play *play)
{
	uint8_t *octets = NULL;

	for (size_t node = 0; play->seconds && node < play->probe->lab->node_count; node++) {
		if (play->seconds[node] < 0)
			continue;
		octets = octets ?: must(malloc(COPY_SIZE));
		copies_read(play, node, octets);
		stock_close(play->probe->stock, (struct closed){ .what = CLOSE_SENDER, .sender = play->seconds[node] });
	}
	free(octets);
	free(take(play->seconds));
}
