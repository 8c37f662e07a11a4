/* What single packets are found to be: right ones, and each fault. */
#include "testing.h"

struct vector {
	const char *name;
	enum mode mode;
	void (*change)(struct packet_spec *spec);
	void (*spoil)(struct frame *frame); /* after it was built; may be NULL */
	size_t cut;                         /* octets that are captured; 0: all */
	unsigned mtu;
	const char *fault, *note; /* parts of the only ones; NULL: none */
	enum sum sum;
};

static void nothing(struct packet_spec *spec)
{
	(void)spec;
}

static void partial(struct packet_spec *spec)
{
	spec->checksum = CHECKSUM_PARTIAL;
}

static void bad(struct packet_spec *spec)
{
	spec->checksum = CHECKSUM_BAD;
}

static void large(struct packet_spec *spec)
{
	spec->payload.length = 2800;
}

static void large_partial(struct packet_spec *spec)
{
	large(spec);
	partial(spec);
}

static void last_entry(struct packet_spec *spec)
{
	spec->last_entry = 9;
}

static void tlvs(struct packet_spec *spec)
{
	static const uint8_t octets[] = { 124, 2, 1, 1, 0 };

	spec->tlvs = (struct bytes){ octets, sizeof octets };
}

static void long_tlv(struct packet_spec *spec)
{
	static const uint8_t octets[] = { 124, 20, 1, 1, 0, 0, 0, 0 };

	spec->tlvs = (struct bytes){ octets, sizeof octets };
}

static void hmac_alone(struct packet_spec *spec)
{
	static const uint8_t octets[24] = { 5, 16, 0, 0, 0, 0, 0, 7, [16] = 170, 170, 170, 170, 170, 170, 170, 170 };

	spec->tlvs = (struct bytes){ octets, sizeof octets };
}

static void padn_filled(struct packet_spec *spec)
{
	static const uint8_t octets[] = { 4, 6, 0, 0, 1, 0, 0, 0 };

	spec->tlvs = (struct bytes){ octets, sizeof octets };
}

static void hmac(struct packet_spec *spec)
{
	spec->hmac = HMAC_RIGHT;
	spec->hmac_key = 7;
}

static const struct address used_up = { AF_INET6, { 0xfc, 0, 0, 1, 0, 0x11, 0, 0x22, 0, 0x33 } };
static void compressed(struct packet_spec *spec)
{
	spec->segments = &used_up;
	spec->segment_count = 1;
}

/* As a device that takes the destination of the IPv6 header: over fc00:1::100. */
static void over_segment(struct frame *frame)
{
	const struct packet_view view = packet_parse((struct bytes){ frame->data, frame->length });
	const struct layer *ip = packet_ip(&view), *tcp = packet_transport(&view);
	const struct address source = ip_source(&view, ip), segment = ip_destination(&view, ip);
	uint8_t *field = frame->data + tcp->offset + 16;

	field[0] = field[1] = 0;
	const size_t length = frame->length - tcp->offset;
	const uint16_t sum = (uint16_t)~sum_fold(sum_add(sum_pseudo(&source, &segment, (uint32_t)length, IPPROTO_TCP),
	                                                 (struct bytes){ frame->data + tcp->offset, length }));
	field[0] = (uint8_t)(sum >> 8);
	field[1] = (uint8_t)sum;
}

static void pseudo_over_segment(struct frame *frame)
{
	const struct packet_view view = packet_parse((struct bytes){ frame->data, frame->length });
	const struct layer *ip = packet_ip(&view), *tcp = packet_transport(&view);
	const struct address source = ip_source(&view, ip), segment = ip_destination(&view, ip);
	const uint16_t sum =
	        sum_fold(sum_pseudo(&source, &segment, (uint32_t)(frame->length - tcp->offset), IPPROTO_TCP));

	frame->data[tcp->offset + 16] = (uint8_t)(sum >> 8);
	frame->data[tcp->offset + 17] = (uint8_t)sum;
}

enum { DESTINATION_AT = 14 + 24, LENGTH_AT = 14 + 4 };
static void elsewhere(struct frame *frame)
{
	frame->data[DESTINATION_AT + 4] ^= 0x40;
}

/* fc00:1:11:22:33:: is at its second part. */
static void shifted(struct frame *frame)
{
	static const uint8_t now[16] = { 0xfc, 0, 0, 1, 0, 0x22, 0, 0x33 };

	memcpy(frame->data + DESTINATION_AT, now, sizeof now);
}

static void longer(struct frame *frame)
{
	frame->data[LENGTH_AT + 1]++;
}

static const struct vector vectors[] = {
	{ "plain", MODE_PLAIN, nothing, NULL, 0, 1500, NULL, NULL, SUM_VALID },
	{ "inline", MODE_INLINE, nothing, NULL, 0, 0, NULL, NULL, SUM_VALID },
	{ "encap", MODE_ENCAP, nothing, NULL, 0, 0, NULL, NULL, SUM_VALID },
	{ "a frame inside", MODE_L2ENCAP, nothing, NULL, 0, 0, NULL, NULL, SUM_VALID },
	{ "partial", MODE_INLINE, partial, NULL, 0, 0, NULL, NULL, SUM_PARTIAL },
	{ "bad", MODE_INLINE, bad, NULL, 0, 0, "TCP checksum bad", NULL, SUM_BAD },
	{ "over the segment", MODE_INLINE, nothing, over_segment, 0, 0,
	  "TCP checksum bad: it is right over the current destination fc00:1::100, not over the final one, fc00:d::1",
	  NULL, SUM_BAD },
	{ "partial over the segment", MODE_INLINE, nothing, pseudo_over_segment, 0, 0,
	  "it is the pseudo-header's sum over the current destination fc00:1::100", NULL, SUM_BAD },
	{ "the inner packet has no such sum", MODE_ENCAP, bad, NULL, 0, 0, "TCP checksum bad", NULL, SUM_BAD },
	{ "merged", MODE_INLINE, large_partial, NULL, 0, 1500, NULL, "merged: 2800 octets of payload", SUM_PARTIAL },
	{ "too big", MODE_INLINE, large, NULL, 0, 1500, "1400 octets over the MTU of 1500", NULL, SUM_VALID },
	{ "an MTU that holds it", MODE_INLINE, large, NULL, 0, 2900, NULL, NULL, SUM_VALID },
	{ "one octet less", MODE_INLINE, large, NULL, 0, 2899, "1 octet over the MTU of 2899", NULL, SUM_VALID },
	{ "large, and no MTU told", MODE_INLINE, large, NULL, 0, 0, NULL,
	  "merged, or a link with an MTU of more than 1500", SUM_VALID },
	{ "last entry", MODE_INLINE, last_entry, NULL, 0, 0, "SRH: last entry is beyond the header's length", NULL,
	  SUM_VALID },
	{ "TLVs", MODE_INLINE, tlvs, NULL, 0, 0, NULL, NULL, SUM_VALID },
	{ "TLV too long", MODE_INLINE, long_tlv, NULL, 0, 0, "SRH: a TLV is longer than the header (", NULL,
	  SUM_VALID },
	{ "HMAC", MODE_INLINE, hmac, NULL, 0, 0, NULL, NULL, SUM_VALID },
	{ "HMAC's length", MODE_INLINE, hmac_alone, NULL, 0, 0, "not the HMAC alone", NULL, SUM_VALID },
	{ "PadN", MODE_INLINE, padn_filled, NULL, 0, 0, NULL, "PadN whose octets are not 0", SUM_VALID },
	{ "destination", MODE_INLINE, nothing, elsewhere, 0, 0,
	  "the destination fc00:1:4000::100 is not segment 1 of the SRH, fc00:1::100", NULL, SUM_VALID },
	{ "compressed SIDs", MODE_INLINE, compressed, shifted, 0, 0, NULL, "with compressed SIDs used up", SUM_VALID },
	{ "cut in the payload", MODE_INLINE, nothing, NULL, 150, 0, NULL, "150 of 214 octets were captured",
	  SUM_UNKNOWN },
	{ "its length", MODE_INLINE, nothing, longer, 0, 0, "its headers announce 215 octets, and there are 214", NULL,
	  SUM_UNKNOWN },
};

static bool is_only(const struct texts *texts, const char *part)
{
	return part ? texts->count == 1 && strstr(texts->at[0], part) : texts->count == 0;
}

static void check(const struct vector *vector)
{
	static struct made made;
	const struct address segment = address_of("fc00:1::100");
	struct packet_spec spec = spec_of(vector->mode, &segment, vector->mode != MODE_PLAIN);
	owned(pool) pool = pool_new();

	vector->change(&spec);
	owned(frame) frame = built(&spec);
	if (vector->spoil)
		vector->spoil(frame);
	pcap_begin(&made, 1);
	pcap_packet(&made, 0, (struct bytes){ frame->data, vector->cut ? vector->cut : frame->length }, frame->length);
	owned(capture) capture = taken(&made, "dir/a.pcap");
	const struct sightings *sightings = sightings_make(pool, capture, &(struct sighting_options){ vector->mtu });
	assert_int_equal(sightings->packets, 1);
	assert_int_equal(sightings->flows.count, 1);
	const struct sighted_flow *flow = &sightings->flows.at[0];
	const struct sighted_packet *packet = &flow->packets.at[0];
	if (!is_only(&packet->faults, vector->fault) || !is_only(&packet->notes, vector->note) ||
	    packet->checksum != (int)vector->sum || strcmp(packet->final, "fc00:d::1") != 0 ||
	    sightings->faulty != (vector->fault != NULL) || strcmp(flow->client, "fc00:a::1.40001") != 0)
		fail_msg("%s: fault '%s', note '%s', checksum %s, to %s in the end; %s", vector->name,
		         packet->faults.count ? packet->faults.at[0] : "",
		         packet->notes.count ? packet->notes.at[0] : "", word_of(sum_words, packet->checksum),
		         packet->final, flow->client);
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++)
		check(&vectors[i]);
}

/* A SYN-ACK that came first is still the server's; another port is another flow; names count from the SYN. */
static void test_flows(void **state)
{
	static struct made made;
	struct packet_spec back = spec_of(MODE_PLAIN, NULL, 0), syn = back, data = back, other = back;
	owned(pool) pool = pool_new();

	(void)state;
	back.source = syn.destination;
	back.destination = syn.source;
	back.source_port = syn.destination_port;
	back.destination_port = syn.source_port;
	back.tcp_flags = TCP_SYN | TCP_ACK;
	syn.tcp_flags = TCP_SYN;
	back.payload.length = syn.payload.length = 0;
	data.sequence++;
	other.source_port++;
	const struct packet_spec *const sent[] = { &back, &syn, &data, &other };
	pcap_begin(&made, 1);
	for (size_t i = 0; i < COUNT(sent); i++) {
		owned(frame) frame = built(sent[i]);
		pcap_packet(&made, (uint32_t)i * 1000, (struct bytes){ frame->data, frame->length }, frame->length);
	}
	owned(capture) capture = taken(&made, "a.pcap");
	const struct sightings *sightings = sightings_make(pool, capture, &(struct sighting_options){ 0 });
	assert_int_equal(sightings->flows.count, 2);
	const struct sighted_flow *flow = &sightings->flows.at[0];
	assert_string_equal(flow->client, "fc00:a::1.40001");
	assert_string_equal(flow->server, "fc00:d::1.7000");
	assert_int_equal(flow->packets.count, 3);
	assert_string_equal(flow->packets.at[0].name, "SYN-ACK");
	assert_int_equal(flow->packets.at[0].way, WAY_BACK);
	assert_string_equal(flow->packets.at[2].name, "data 0:100");
	assert_int_equal(flow->packets.at[2].number, 3);
	assert_string_equal(sightings->flows.at[1].client, "fc00:a::1.40002");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
