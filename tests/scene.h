/* A small lab made by hand, for tests of rooms that take a plan and a trace: src.a0 - a1.r1.b0 - b1.dst, a SID on r1,
 * and packets put at its hops. */
#ifndef HOPCHECK_TESTS_SCENE_H
#define HOPCHECK_TESTS_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "behaviour.h"
#include "journey.h"
#include "tcp.h"
#include "verdict.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

enum { SRC, R1, DST };
enum { SRC_A0, R1_A1, R1_B0, DST_B1 };
#define CLIENT_ISN 1000u
#define SERVER_ISN 5000u

struct scene {
	struct topology topology;
	struct node nodes[3];
	struct link links[2];
	struct interface interfaces[4];
	struct plan_interface plan_interfaces[4];
	struct sid sid;
	struct address segment;
	struct testcase testcase;
	struct expectation expect, known;
	struct next_hop next_hop;  /* src knows the way to the segment */
	struct plan_policy policy; /* of the traffic */
	struct plan plan;
	struct trace *trace;
	uint64_t clock;
};

static inline struct address ip6(const char *text)
{
	struct address address = { 0 };

	assert_true(address_parse(&address, AF_UNSPEC, text));
	return address;
}

static inline void scene_topology(struct scene *scene)
{
	static const char *const nodes[] = { "src", "r1", "dst" };
	static const char *const interfaces[] = { "a0", "a1", "b0", "b1" };
	static const char *const addresses[] = { "fd00:1::1", "fd00:1::2", "fd00:2::1", "fd00:2::2" };
	static const size_t owners[] = { SRC, R1, R1, DST };

	for (size_t i = 0; i < 3; i++) {
		strcpy(scene->nodes[i].name, nodes[i]);
		scene->nodes[i].seg6_enabled = 1;
	}
	for (size_t i = 0; i < 4; i++) {
		strcpy(scene->interfaces[i].name, interfaces[i]);
		scene->interfaces[i].node = owners[i];
		scene->interfaces[i].link = i / 2;
		scene->interfaces[i].mtu = 1500;
		scene->plan_interfaces[i].address = ip6(addresses[i]);
	}
	for (size_t i = 0; i < 2; i++)
		scene->links[i] = (struct link){ .first = 2 * i, .count = 2 };
	scene->sid = (struct sid){ .address = scene->segment, .behaviour = behaviour_find("End") };
	scene->nodes[R1].sids = &scene->sid;
	scene->nodes[R1].sid_count = 1;
	scene->topology = (struct topology){ .name = "chain-1",
		                             .nodes = scene->nodes,
		                             .node_count = 3,
		                             .links = scene->links,
		                             .link_count = 2,
		                             .interfaces = scene->interfaces,
		                             .interface_count = 4 };
}

/* What src pushes is as the traffic has it now. */
static inline void scene_push(struct scene *scene)
{
	const struct traffic *traffic = &scene->plan.traffic;
	const struct segment_list *list = &traffic->segments[traffic->mode];

	scene->policy = (struct plan_policy){ .node = scene->plan.headend,
		                              .to = prefix_of(&traffic->to),
		                              .mode = traffic->mode,
		                              .list = list->segments,
		                              .count = list->count,
		                              .source = scene->plan.outer_address };
	scene->plan.policies = &scene->policy;
	scene->plan.policy_count = traffic->generator == GENERATOR_KERNEL && traffic->mode != MODE_PLAIN;
}

/* 4000 octets of kernel TCP from src to dst over the SID, inline; nothing seen yet. */
static inline void scene_start(struct scene *scene)
{
	memset(scene, 0, sizeof *scene);
	scene->segment = ip6("fc00:1::100");
	scene_topology(scene);
	scene->expect = (struct expectation){ .has_fate = true, .fate = FATE_DELIVERED };
	scene->testcase = (struct testcase){ .file = "cases/scene.yaml",
		                             .name = "scene",
		                             .expect = &scene->expect,
		                             .expect_count = 1,
		                             .known = &scene->known };
	scene->next_hop = (struct next_hop){ .node = SRC, .to = scene->segment, .out = SRC_A0, .in = R1_A1 };
	scene->plan = (struct plan){ .testcase = &scene->testcase,
		                     .next_hops = &scene->next_hop,
		                     .next_hop_count = 1,
		                     .topology = &scene->topology,
		                     .from = SRC,
		                     .to = DST,
		                     .interfaces = scene->plan_interfaces,
		                     .from_address = scene->plan_interfaces[SRC_A0].address };
	struct segment_list list = { true, &scene->segment, 1 };
	scene->plan.traffic = (struct traffic){ .generator = GENERATOR_KERNEL,
		                                .mode = MODE_INLINE,
		                                .from = "src",
		                                .to = scene->plan_interfaces[DST_B1].address,
		                                .segments = { [MODE_INLINE] = list },
		                                .bytes = 4000,
		                                .direction = DIRECTION_FORWARD,
		                                .burst = 1,
		                                .payload = 1000,
		                                .hop_limit = FIELD_AUTO,
		                                .segments_left = FIELD_AUTO,
		                                .last_entry = FIELD_AUTO,
		                                .routing_type = FIELD_AUTO,
		                                .srh_length = FIELD_AUTO,
		                                .srh_flags = FIELD_AUTO,
		                                .tag = FIELD_AUTO };
	scene_push(scene);
	scene->trace = trace_new();
	scene->trace->client.used = scene->trace->server.used = true;
	scene->clock = 1700000000000000000;
}

static inline void scene_end(struct scene *scene)
{
	trace_free(scene->trace);
}

static inline struct packet_spec scene_packet(const struct scene *scene, bool forward, unsigned flags,
                                              uint32_t sequence, size_t payload)
{
	static uint8_t octets[60000];
	struct packet_spec spec = {
		.mode = forward ? (enum mode)scene->plan.traffic.mode : MODE_PLAIN,
		.source = forward ? scene->plan.from_address : scene->plan.traffic.to,
		.destination = forward ? scene->plan.traffic.to : scene->plan.from_address,
		.segments = &scene->segment,
		.segment_count = forward ? 1 : 0,
		FIELDS_AUTO,
		.source_port = forward ? 40000 : 5001,
		.destination_port = forward ? 5001 : 40000,
		.sequence = sequence,
		.acknowledgement = flags & TCP_ACK ? (forward ? SERVER_ISN + 1 : CLIENT_ISN + 1) : 0,
		.tcp_flags = flags,
		.traffic_class = traffic_is_crafted(&scene->plan.traffic) ? 0 : TRAFFIC_CLASS,
		.window = 65535,
		.payload = { octets, payload },
		.checksum = CHECKSUM_VALID,
	};
	assert_true(payload <= sizeof octets);
	for (size_t i = 0; i < payload; i++)
		octets[i] = (uint8_t)((sequence + i) * 7);
	return spec;
}

/* Puts a packet at a hop. */
static inline struct captured *scene_capture(struct scene *scene, size_t hop, const struct packet_spec *spec)
{
	struct error err = { 0 };
	owned(frame) frame = NULL;

	assert_int_equal(frame_build(&frame, spec, &err), 0);
	struct captured *captured = PUSH(scene->trace->packets, scene->trace->packet_count);
	*captured = (struct captured){ .hop = hop,
		                       .time = scene->clock += 1000,
		                       .data = zalloc(frame->length),
		                       .length = frame->length,
		                       .wire_length = frame->length,
		                       .needs_csum = spec->checksum == CHECKSUM_PARTIAL };
	memcpy(captured->data, frame->data, frame->length);
	captured_parse(captured);
	return captured;
}

/* Lets a packet travel over the first `hops` hops of its way; 4 is all of it. r1 advances its SRH and forwards it. */
static inline void scene_send(struct scene *scene, bool forward, struct packet_spec spec, size_t hops)
{
	static const size_t ways[2][4] = {
		{ HOP(DST_B1, HOP_OUT), HOP(R1_B0, HOP_IN), HOP(R1_A1, HOP_OUT), HOP(SRC_A0, HOP_IN) },
		{ HOP(SRC_A0, HOP_OUT), HOP(R1_A1, HOP_IN), HOP(R1_B0, HOP_OUT), HOP(DST_B1, HOP_IN) },
	};

	for (size_t i = 0; i < hops; i++) {
		if (i == 2 && forward && spec.mode == MODE_INLINE && spec.segments_left == FIELD_AUTO)
			spec.segments_left = 0;
		if (i == 2)
			spec.hop_limit = (spec.hop_limit == FIELD_AUTO ? 64 : spec.hop_limit) - 1;
		scene_capture(scene, ways[forward][i], &spec);
	}
}

static inline void scene_handshake(struct scene *scene)
{
	scene_send(scene, true, scene_packet(scene, true, TCP_SYN, CLIENT_ISN, 0), 4);
	scene_send(scene, false, scene_packet(scene, false, TCP_SYN | TCP_ACK, SERVER_ISN, 0), 4);
	scene_send(scene, true, scene_packet(scene, true, TCP_ACK, CLIENT_ISN + 1, 0), 4);
	scene->trace->client.established = scene->trace->server.established = true;
}

/* Data from octet `start` on, in packets of 1000 octets, over `hops` hops. */
static inline void scene_data(struct scene *scene, unsigned start, unsigned packets, size_t hops)
{
	for (unsigned i = 0; i < packets; i++)
		scene_send(scene, true,
		           scene_packet(scene, true, TCP_ACK | TCP_PSH, CLIENT_ISN + 1 + start + i * 1000, 1000), hops);
}

/* Everything arrived. */
static inline void scene_deliver(struct scene *scene)
{
	scene_handshake(scene);
	scene_data(scene, 0, 4, 4);
	scene->trace->client.sent = scene->trace->server.received = 4000;
}

/* The SYN and `copies` - 1 repeats, which dst finds bad. */
static inline void scene_bad_syn(struct scene *scene, unsigned copies)
{
	for (unsigned i = 0; i < copies; i++) {
		struct packet_spec syn = scene_packet(scene, true, TCP_SYN, CLIENT_ISN, 0);
		syn.checksum = CHECKSUM_BAD;
		scene_send(scene, true, syn, 4);
	}
}

static inline struct counter *scene_count(struct scene *scene, size_t node, const char *name, int64_t delta)
{
	struct counter *counter = PUSH(scene->trace->counters, scene->trace->counter_count);

	counter->node = node;
	snprintf(counter->name, sizeof counter->name, "%s", name);
	counter->delta = delta;
	return counter;
}

/* What TCP at a node counts of packets whose checksum it finds bad; returns TcpInCsumErrors. */
static inline struct counter *scene_count_sums(struct scene *scene, size_t node, int64_t delta)
{
	scene_count(scene, node, "TcpInErrs", delta);
	return scene_count(scene, node, "TcpInCsumErrors", delta);
}

/* The kernel says that it freed a packet: the one that was captured there, or one that no capture saw. */
static inline struct drop *scene_drop(struct scene *scene, size_t interface, const struct packet_spec *spec,
                                      const char *function, const char *reason)
{
	struct error err = { 0 };
	owned(frame) frame = NULL;

	assert_int_equal(frame_build(&frame, spec, &err), 0);
	struct drop *drop = PUSH(scene->trace->drops, scene->trace->drop_count);
	*drop = (struct drop){ .node = scene->interfaces[interface].node,
		               .interface = interface,
		               .time = scene->clock += 1000,
		               .data = zalloc(frame->length),
		               .length = frame->length < 270 ? frame->length : 270,
		               .wire_length = frame->length,
		               .packet = NOT_FOUND };
	memcpy(drop->data, frame->data, drop->length);
	snprintf(drop->function, sizeof drop->function, "%s", function);
	snprintf(drop->reason, sizeof drop->reason, "%s", reason);
	return drop;
}

/* Crafted segments of 1000 octets instead of kernel TCP. */
static inline void scene_craft(struct scene *scene, long burst, int flags)
{
	scene_start(scene);
	scene->plan.traffic.generator = GENERATOR_CRAFTED;
	scene->plan.traffic.burst = burst;
	((struct tcp_fields *)scene->plan.traffic.own)->flags = flags;
	scene_push(scene);
}

/* What is concluded from what the trace has by now. */
static inline struct verdict *scene_verdict(const struct scene *scene)
{
	owned(evidence) evidence = evidence_make(&scene->plan, scene->trace);

	return verdict_reach(evidence, NULL);
}

static inline struct journeys *scene_journeys(const struct scene *scene)
{
	owned(evidence) evidence = evidence_make(&scene->plan, scene->trace);

	return journeys_follow(evidence);
}

static inline struct judgement *scene_judge(const struct scene *scene, const struct circumstances *in)
{
	owned(evidence) evidence = evidence_make(&scene->plan, scene->trace);

	owned(journeys) journeys = journeys_follow(evidence);
	return judge(evidence, journeys, in);
}

static inline void scene_reach(const struct scene *scene, enum fate fate, const char *at, enum reason reason,
                               const char *why)
{
	owned(verdict) verdict = scene_verdict(scene);
	owned(verdict) again = scene_verdict(scene);

	if (verdict->fate != fate || verdict->reason != reason || (why && !strstr(verdict->why, why)))
		print_message("%s\n", verdict->why);
	assert_int_equal(verdict->fate, fate);
	assert_string_equal(verdict->at, at);
	assert_int_equal(verdict->reason, reason);
	if (why)
		assert_non_null(strstr(verdict->why, why));
	/* Same input, same verdict. */
	assert_string_equal(verdict->why, again->why);
	assert_memory_equal(verdict->hops, again->hops, verdict->hop_count * sizeof *verdict->hops);
}

#endif
