/* What the ends of a connection had, where no socket tells: a receiver has what it acknowledges (RFC 9293, 3.4),
 * wherever that is seen. */
#include "tcp_internal.h"

static bool is_at(const struct evidence *evidence, const struct captured *s, size_t node, enum hop_direction direction)
{
	return HOP_DIRECTION(s->hop) == direction && hop_node(evidence->plan, s->hop) == node;
}

/* Octets from the first one on; earlier ones, such as a keepalive's, count as none. */
static uint64_t behind(uint32_t number, uint32_t start)
{
	int32_t octets = (int32_t)(number - start);

	return octets > 0 ? (uint64_t)octets : 0;
}

static uint64_t sent(const struct evidence *evidence, enum way way)
{
	uint32_t start;
	uint64_t most = 0;

	if (!data_start(evidence, way, &start))
		return 0;
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		uint64_t end = s->way == way && s->payload ? behind(s->sequence + s->payload, start) : 0;
		most = end > most ? end : most;
	}
	return most;
}

/* Octets of `way` that the other end's packets acknowledge: those that arrive at the sender, or all. A FIN counts as an
 * octet more: at most what was sent. */
static uint64_t acknowledged(const struct evidence *evidence, enum way way, bool arriving, uint64_t most)
{
	enum way other = way == WAY_FORWARD ? WAY_BACK : WAY_FORWARD;
	uint32_t start;
	uint64_t octets = 0;

	if (!data_start(evidence, way, &start))
		return 0;
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->way != other || !s->known || !(s->flags & TCP_ACK) ||
		    (arriving && (!is_at(evidence, s, way_start(evidence->plan, way), HOP_IN) ||
		                  (s->summed && s->checksum == CHECKSUM_BAD))))
			continue;
		uint64_t end = behind(s->acknowledgement, start);
		octets = end > octets ? end : octets;
	}
	return octets < most ? octets : most;
}

static void flow_ends(const struct evidence *evidence, enum way way, struct endpoint *from, struct endpoint *to)
{
	from->sent = sent(evidence, way);
	from->unacknowledged = from->sent - acknowledged(evidence, way, true, from->sent);
	to->received = acknowledged(evidence, way, false, from->sent);
}

/* The client's are established once it acknowledges the SYN-ACK, the server's once that arrives. */
static bool established(const struct evidence *evidence, bool arriving)
{
	for (size_t i = 0; i < evidence->count; i++) {
		const struct captured *s = &evidence->packets[i];
		if (s->way == WAY_FORWARD && s->known && (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_ACK &&
		    (!arriving ||
		     (is_at(evidence, s, evidence->plan->to, HOP_IN) && !(s->summed && s->checksum == CHECKSUM_BAD))))
			return true;
	}
	return false;
}

/* Crafted data is acknowledged to nobody: what arrives in order and with a checksum that is not bad. */
static uint64_t arrived(const struct evidence *evidence)
{
	uint64_t octets = 0, before;
	uint32_t start;

	if (!data_start(evidence, WAY_FORWARD, &start))
		return 0;
	do { /* more than twice only where packets overtook each other */
		before = octets;
		for (size_t i = 0; i < evidence->count; i++) {
			const struct captured *s = &evidence->packets[i];
			if (s->way != WAY_FORWARD || !s->payload || !is_at(evidence, s, evidence->plan->to, HOP_IN) ||
			    (s->summed && s->checksum == CHECKSUM_BAD))
				continue;
			uint64_t end = behind(s->sequence + s->payload, start);
			if (behind(s->sequence, start) <= octets && end > octets)
				octets = end;
		}
	} while (octets > before);
	return octets;
}

void tcp_endpoints(const struct evidence *evidence, struct endpoint *client, struct endpoint *server)
{
	const struct traffic *traffic = &evidence->plan->traffic;

	if (traffic_is_crafted(traffic)) {
		uint64_t octets = arrived(evidence), overlap = tcp_overlap(traffic);
		client->sent = sent(evidence, WAY_FORWARD);
		server->received = octets > overlap ? octets - overlap : 0;
		return;
	}
	flow_ends(evidence, WAY_FORWARD, client, server);
	flow_ends(evidence, WAY_BACK, server, client);
	client->established = established(evidence, false);
	server->established = established(evidence, true);
}
