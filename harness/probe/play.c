/* The player: moves packets and sockets until the lab is quiet. Quiet does not mean that some
 * time has passed: fences have crossed every link both ways behind the test's packets, twice, and no packet of the test
 * was seen meanwhile. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe_internal.h"

#define LOOK_MS      50 /* between looks at a connection that waits for its timers */
#define QUIET_ROUNDS 2  /* GRO may let the first fence overtake what it holds */

/* Of one node in a row: others have packets too, and where new ones come as fast as they are read there is no last. */
#define READ_MOST 512

/* What may be on its way without an octet that gets on: of a connection's first window so many packets at hops, and
 * later so many times those before; of what is crafted each at two ends of as many links as its hop limit can have. */
#define STORM_PACKETS 6000
#define STORM_TIMES   4
#define STORM_CRAFTED (2 * 255)
#define STORM_MS      5000 /* after which a quarter is enough */

void give_up(struct play *play, const struct error *err)
{
	if (err->count && !play->trace->broken)
		play->trace->broken = text_line(err->text);
}

/* Whose flow a packet is; the first one's where nothing tells. */
static struct play *play_of(struct play *play, const struct packet_view *view)
{
	const size_t flow = packet_flow(play->plan, view);

	return &play->all[flow == NOT_FOUND ? 0 : flow];
}

static void note_packet(struct play *play, size_t node, const struct ring_packet *packet)
{
	struct trace *trace = play->trace;
	size_t interface = lab_interface(play->probe->lab, play->plan->topology, node, packet->ifindex);

	if (interface == NOT_FOUND)
		return; /* lo, or a service's own device */
	struct captured *captured = PUSH(trace->packets, trace->packet_count);
	*captured = (struct captured){
		.hop = HOP(interface, packet->outgoing ? HOP_OUT : HOP_IN),
		.time = packet->time,
		.wire_length = packet->wire_length,
		.needs_csum = packet->offload.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.data_valid = packet->offload.flags & VIRTIO_NET_HDR_F_DATA_VALID,
		.gso_size = packet->offload.gso_size,
		.offload_known = true,
		.gso_type = packet->offload.gso_type,
		.csum_start = packet->offload.csum_start,
		.csum_offset = packet->offload.csum_offset,
	};
	captured->view = packet_parse_start(packet->frame, packet->wire_length);
	captured->length = octets_to_keep(play_of(play, &captured->view), captured);
	captured->data = must(malloc(captured->length));
	memcpy(captured->data, packet->frame.data, captured->length);
	captured->view.frame = captured->data;
	captured->view.length = (uint32_t)captured->length;
	if (packet->frame.length < packet->wire_length)
		trace->lost++;
	if (packet->csum_not_ready != captured->needs_csum && !play->statuses_differ) {
		play->statuses_differ = true;
		complain(trace,
		         "%s.%s: a capture says by its status that a checksum is %s, and by its header that it is %s",
		         play->probe->lab->names[node], play->plan->topology->interfaces[interface].name,
		         packet->csum_not_ready ? "partial" : "whole", captured->needs_csum ? "partial" : "whole");
	}
}

static void captures_read(struct play *play)
{
	struct ring_packet packet;

	for (size_t node = 0; node < play->probe->lab->node_count; node++) {
		struct capture *capture = &play->probe->listeners.list[node].capture;
		for (size_t i = 0; i < READ_MOST && capture_next(capture, &packet); i++) {
			if (packet.ifindex < BENEATH && !fence_arrived(play, node, &packet) &&
			    is_test_packet(packet.frame)) {
				play->moved = true;
				note_packet(play, node, &packet);
				service_packet(play, node, &packet);
			}
			capture_release(capture);
		}
	}
}

static bool any_moved(const struct play *play)
{
	bool moved = false;

	for (size_t i = 0; i < play->all_count; i++)
		moved |= play->all[i].moved;
	return moved;
}

static void send_crafted(struct play *play)
{
	struct error err = { 0 };

	if (traffic_is_crafted(&play->plan->traffic) && !play->all->trace->broken && crafted_send(play, &err) < 0)
		give_up(play->all, &err);
}

/* Reads everything once; returns whether anything of the test happened. */
static bool step(struct play *play)
{
	for (size_t i = 0; i < play->all_count; i++)
		play->all[i].moved = false;
	captures_read(play);
	drops_take(play->probe->drops, play->probe->lab, play->plan, play->trace);
	nics_read(play);
	services_read(play);
	for (size_t i = 0; play->started && i < play->all_count; i++)
		play->all[i].player->step(&play->all[i]);
	const bool still = !any_moved(play);
	for (size_t i = 0; play->started && still && i < play->all_count; i++)
		send_crafted(&play->all[i]);
	return any_moved(play);
}

static void wait_for_event(struct play *play, int milliseconds)
{
	const struct lab *lab = play->probe->lab;
	struct pollfd events[2 * lab->node_count + lab->interface_count + 2]; /* NOLINT: bounded by the topology */
	nfds_t count = 0;

	for (size_t i = 0; i < lab->node_count; i++) {
		events[count++] = (struct pollfd){ play->probe->listeners.list[i].capture.fd, POLLIN, 0 };
		if (lab->tuns[i] >= 0)
			events[count++] = (struct pollfd){ lab->tuns[i], POLLIN, 0 };
	}
	for (size_t i = 0; i < lab->interface_count; i++)
		if (lab->taps[i] >= 0)
			events[count++] = (struct pollfd){ lab->taps[i], POLLIN, 0 };
	poll(events, count, milliseconds);
}

static bool out_of_time(struct play *play, const char *what)
{
	if (clock_ms() < play->deadline)
		return false;
	struct error err = { 0 };
	fail(&err, "%s within %.0f s", what, CELL_MS / 1000);
	give_up(play, &err);
	return true;
}

/* After fences were sent: whether all of them arrived and nothing of the test was seen meanwhile. */
static bool fences_come_through(struct play *play)
{
	for (;;) {
		if (step(play))
			return false;
		if (!play->fences_missing || play->trace->broken)
			return true;
		if (out_of_time(play, "a link did not carry a fence"))
			return false;
		wait_for_event(play, 100);
	}
}

static void fences_leave(struct play *play)
{
	struct error err = { 0 };

	if (fences_send(play, &err) < 0)
		give_up(play, &err);
}

bool quiet(struct play *play)
{
	for (int round = 0; round < QUIET_ROUNDS; round++) {
		fences_leave(play);
		if (!fences_come_through(play))
			return false;
	}
	return true;
}

static bool any_timers(const struct play *play)
{
	bool timers = false;

	for (size_t i = 0; i < play->all_count; i++)
		timers |= play->all[i].timers;
	return timers;
}

/* What a timer of the transport sends is processed on the CPU where the timer expired. If that is not the worker's CPU,
 * fences sent from there may overtake it. Without timers, everything runs on the worker's CPU. */
static bool quiet_on_every_cpu(struct play *play)
{
	const struct probe *probe = play->probe;
	bool still = quiet(play);

	if (!any_timers(play))
		return still;
	for (int cpu = 0; still && cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &probe->other_cpus))
			continue;
		for (int round = 0; still && round < QUIET_ROUNDS; round++) {
			cpu_set_t one;
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof one, &one); /* fails when the CPU is gone: nothing is there then */
			fences_leave(play);
			sched_setaffinity(0, sizeof probe->home, &probe->home);
			still = fences_come_through(play);
		}
	}
	return still;
}

/* Of flows that run at once, that of the one that is furthest from its end. */
static enum progress_state state_of(struct play *play)
{
	enum progress_state state = STATE_DONE;

	for (size_t i = 0; i < play->all_count; i++) {
		const enum progress_state own = play->all[i].player->state(&play->all[i]);
		if (own == STATE_WAITING || state == STATE_DONE)
			state = own;
	}
	return state;
}

static bool is_skipped(const struct play *play)
{
	bool skipped = false;

	for (size_t i = 0; i < play->all_count; i++)
		skipped |= play->all[i].trace->skip != NULL;
	return skipped;
}

/* What the sockets have done so far. */
static uint64_t progress_of(const struct play *play)
{
	uint64_t progress = 0;

	for (size_t i = 0; i < play->all_count; i++) {
		const struct endpoint *client = &play->all[i].trace->client, *server = &play->all[i].trace->server;
		progress += client->sent + client->received + client->established;
		progress += server->sent + server->received + server->established;
	}
	return progress;
}

static size_t crafted_of(const struct play *play)
{
	size_t crafted = 0;

	for (size_t i = 0; i < play->all_count; i++)
		if (traffic_is_crafted(&play->all[i].plan->traffic))
			crafted += (size_t)play->all[i].plan->traffic.burst;
	return crafted;
}

/* Packets make packets without end, such as an error and what is sent again for it, and nothing is got by them. */
static bool is_storm(struct play *play)
{
	const uint64_t progress = progress_of(play);
	const size_t packets = play->trace->packet_count;

	if (progress != play->progress) {
		play->progress = progress;
		play->packets_then = packets;
		play->then = clock_ms();
	}
	/* On a busy machine so many may take minutes, in which the kernel does nothing else. */
	const size_t many = STORM_PACKETS + STORM_TIMES * play->packets_then + STORM_CRAFTED * crafted_of(play);
	const size_t least = clock_ms() > play->then + STORM_MS ? many / 4 : many;
	if (packets - play->packets_then < least)
		return false;
	complain(play->trace, "the lab does not become quiet: packets make packets, and no octet gets on by them");
	return true;
}

/* The deadline only catches a stuck machine. Whether a connection stalls is decided by its retransmissions. */
void play_until_over(struct play *play)
{
	while (!play->trace->broken && !is_skipped(play) && !is_storm(play)) {
		if (step(play) || !quiet(play))
			continue;
		switch (state_of(play)) {
		case STATE_DONE:
			return;
		case STATE_LOST: /* unless it was sent after the fences passed: then it arrives before the next ones */
			if (quiet_on_every_cpu(play))
				return;
			break;
		case STATE_WAITING: /* its packet wakes the poll, unless the machine refuses to send it */
			if (out_of_time(play, "the connection neither got on nor retransmitted"))
				return;
			wait_for_event(play, LOOK_MS);
			break;
		}
	}
}
