/* Another transport, of which the program knows nothing: all that it takes. A datagram with UDP's header (RFC 768), and
 * the place of its first octet in the data behind that. */
#ifndef HOPCHECK_TRANSPORT_TESTING_H
#define HOPCHECK_TRANSPORT_TESTING_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "loss.h"
#include "tcp_internal.h"

enum { UDP_SIZE = 8, UDP_CHECKSUM = 6, TOY_SIZE = 12 };

struct toy_fields {
	long port;
};

/* The kernel has no such sockets. */
static const struct word toy_generators[] = { { "crafted", GENERATOR_CRAFTED, NULL }, { NULL, 0, NULL } };

static const struct traffic_field toy_rows[] = {
	{ "toy", FIELD_TRANSPORT, 0, BY_ANY, IN_ANY_MODE, toy_generators, 0, 0, 0, "who makes the datagrams" },
	{ "port", FIELD_NUMBER, offsetof(struct toy_fields, port), BY_CRAFTED, IN_ANY_MODE, NULL, 1, 65535, 4791,
	  "where the datagrams go" },
	{ NULL, 0, 0, 0, 0, NULL, 0, 0, 0, NULL },
};

static size_t toy_header(const struct traffic *traffic)
{
	(void)traffic;
	return TOY_SIZE;
}

static void toy_build(struct packet_spec *spec, const struct traffic *traffic, uint64_t octet,
                      uint8_t header[HEADER_ROOM])
{
	long port = ((const struct toy_fields *)traffic->own)->port;
	size_t length = TOY_SIZE + spec->payload.length;
	const uint8_t octets[TOY_SIZE] = {
		0, 7, (uint8_t)(port >> 8),   (uint8_t)port,          (uint8_t)(length >> 8), (uint8_t)length,
		0, 0, (uint8_t)(octet >> 24), (uint8_t)(octet >> 16), (uint8_t)(octet >> 8),  (uint8_t)octet
	};

	memcpy(header, octets, TOY_SIZE);
	spec->protocol = IPPROTO_UDP;
	spec->header = (struct bytes){ header, TOY_SIZE };
	spec->checksum_at = UDP_CHECKSUM;
}

/* NULL: no datagram. */
static const uint8_t *toy_at(const struct captured *captured)
{
	const struct packet_view *view = &captured->view;
	const struct layer *udp = packet_layer(view, LAYER_UDP);

	return udp && (size_t)udp->offset + TOY_SIZE <= view->end ? view->frame + udp->offset : NULL;
}

static void toy_identify(struct captured *captured)
{
	const uint8_t *udp = toy_at(captured);

	captured->known = udp != NULL;
	if (!udp)
		return;
	captured->sequence = (uint32_t)udp[8] << 24 | (uint32_t)udp[9] << 16 | (uint32_t)udp[10] << 8 | udp[11];
	captured->payload = (uint32_t)(udp[4] << 8 | udp[5]) - TOY_SIZE;
}

static size_t toy_lasting(const struct captured *captured, struct bytes parts[LASTING_PARTS])
{
	parts[0] = (struct bytes){ toy_at(captured), UDP_CHECKSUM };
	return 1;
}

static uint32_t toy_start(const struct traffic *traffic)
{
	(void)traffic;
	return 0;
}

static void toy_name(const struct captured *captured, const uint32_t starts[3], char *name, size_t size)
{
	snprintf(name, size, "datagram %u", captured->sequence - starts[captured->way]);
}

static const char *toy_brief(const struct captured *captured)
{
	return captured->payload ? "datagram" : "empty datagram";
}

/* The first octets that the server did not get. */
static struct ending toy_conclude(const struct evidence *evidence)
{
	uint64_t received = evidence->trace->server.received;
	struct target target = { .kind = TARGET_OCTET, .way = WAY_FORWARD, .name = "the datagram" };

	if (received == traffic_octets(&evidence->plan->traffic))
		return (struct ending){ .fate = FATE_DELIVERED };
	data_start(evidence, WAY_FORWARD, &target.sequence);
	target.sequence += (uint32_t)received;
	return (struct ending){ FATE_DROPPED, target };
}

static const struct reason_row toy_reasons[] = {
	{ .reason = REASON_NO_SOCKET, .counters = { "Udp6NoPorts" }, .kernel = "udp6_lib_rcv", .step = STEP_SOCKET },
	{ .reason = REASON_NONE },
};

static const struct transport toy = {
	.word = "toy",
	.name = "Toy",
	.fields = toy_rows,
	.without = (const char *const[]){ "cut", NULL },
	.header_octets = toy_header,
	.build = toy_build,
	.identify = toy_identify,
	.lasting = toy_lasting,
	.crafted_start = toy_start,
	.name_packet = toy_name,
	.brief = toy_brief,
	.conclude = toy_conclude,
	.reasons = toy_reasons,
};

const struct transport *const transport_table[] = { &transport_tcp, &toy, NULL };

#endif
