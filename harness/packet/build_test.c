/* What frame_build() writes, and what it must refuse. `build_test --write FILE` writes frames as a pcap and says on
 * stdout, a line each, what tcpdump must find: tests/tcpdump_agrees.sh compares. */
#include "testing.h"

enum { MANY = 128 };

static struct address many[MANY];

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		many[i] = address_of("fc00:1::");
		many[i].octets[15] = (uint8_t)(i + 1);
	}
	return 0;
}

static void test_encap_without_segments(void **state)
{
	struct packet_spec spec = spec_of(MODE_ENCAP, NULL, 0);
	owned(frame) frame = built(&spec);
	struct packet_view view = seen(frame);

	(void)state;
	assert_false(srh_in(&view).present);
	assert_true(packet_is_encapsulated(&view) && has_tcp(&view) && view.whole);
	assert_int_equal(tcp_at(&view), ETHERNET_SIZE + 2 * IPV6_SIZE);
	assert_address(to(&view), &spec.destination);
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
}

/* RFC 8200 4.1: hop-by-hop options first, then those for each destination, then the SRH. */
static void test_options(void **state)
{
	static const uint8_t octets[2047] = { 0x1e, 4, 1, 2, 3, 4 };
	static const uint8_t padding[] = { 1, 4, 0, 0, 0, 0 };

	(void)state;
	for (size_t size = 6; size < 20; size++) {
		struct packet_spec spec = spec_of(MODE_INLINE, many, 2);
		spec.hop_by_hop = (struct bytes){ octets, size };
		spec.destination_options = (struct bytes){ octets, 8 };
		owned(frame) frame = built(&spec);
		struct packet_view view = seen(frame);
		const struct layer *first = packet_layer(&view, LAYER_HOP_BY_HOP),
		                   *second = packet_layer(&view, LAYER_DESTINATION);
		assert_true(first && second && view.whole && has_tcp(&view) && srh_in(&view).present);
		assert_int_equal(first->offset, ETHERNET_SIZE + IPV6_SIZE);
		assert_int_equal(first->length, (2 + size + 7) / 8 * 8);
		assert_int_equal(second->offset, first->offset + first->length);
		assert_memory_equal(frame->data + second->offset + 10, padding, sizeof padding);
		assert_int_equal(srh_in(&view).offset, second->offset + second->length);
		assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
	}
}

/* An ordinary tunnel: of the list the last is the outer destination. */
static void test_ip6ip6(void **state)
{
	struct packet_spec spec = spec_of(MODE_IP6IP6, many, 3);
	owned(frame) frame = built(&spec);
	struct packet_view view = seen(frame);

	(void)state;
	assert_false(srh_in(&view).present);
	assert_true(packet_is_encapsulated(&view) && has_tcp(&view) && view.whole);
	assert_int_equal(frame->data[ETHERNET_SIZE + 6], IPPROTO_IPV6);
	assert_int_equal(tcp_at(&view), ETHERNET_SIZE + 2 * IPV6_SIZE);
	assert_address(from(&view), &spec.outer_source);
	assert_address(to(&view), &many[2]);
	assert_address(final_in(&view), &spec.destination);
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
}

/* RFC 8986 5.2: the first segment is the destination, and what is behind it the list. */
static void test_reduced(void **state)
{
	(void)state;
	for (size_t count = 0; count < 4; count++) {
		struct packet_spec spec = spec_of(MODE_ENCAP_RED, many, count);
		owned(frame) frame = built(&spec);
		struct packet_view view = seen(frame);
		struct srh_view srh = srh_in(&view);
		assert_true(packet_is_encapsulated(&view) && has_tcp(&view) && view.whole);
		assert_address(to(&view), count ? &many[0] : &spec.destination);
		assert_int_equal(srh.present, count > 1);
		assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
		if (count < 2)
			continue;
		assert_null(srh.fault);
		assert_int_equal(srh.segments_left, count - 1);
		assert_int_equal(srh.last_entry, count - 2);
		assert_int_equal(srh.segment_list.length, (count - 1) * SEGMENT_SIZE);
		assert_memory_equal(srh.segment_list.data, many[count - 1].octets, SEGMENT_SIZE);
		assert_int_equal(tcp_at(&view), ETHERNET_SIZE + 2 * IPV6_SIZE + SRH_FIXED + 16 * (count - 1));
	}
	struct packet_spec tagged = spec_of(MODE_ENCAP_RED, many, 1);
	tagged.tag = 7;
	owned(frame) frame = built(&tagged);
	struct packet_view view = seen(frame);
	assert_true(srh_in(&view).present && srh_in(&view).segments_left == 0 && srh_in(&view).last_entry == 0);
}

/* RFC 8986 5.3: next header 143, and the frame behind it. */
static void test_frame_inside(void **state)
{
	static const uint8_t inner[] = { 2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8, 0x86, 0xdd };

	(void)state;
	for (size_t count = 1; count < 3; count++)
		for (int reduced = 0; reduced < 2; reduced++) {
			struct packet_spec spec = spec_of(reduced ? MODE_L2ENCAP_RED : MODE_L2ENCAP, many, count);
			memcpy(spec.inner_destination_mac, inner, 6);
			memcpy(spec.inner_source_mac, inner + 6, 6);
			owned(frame) frame = built(&spec);
			struct packet_view view = seen(frame);
			struct srh_view srh = srh_in(&view);
			const struct layer *ip = packet_innermost_ip(&view);
			assert_true(packet_is_encapsulated(&view) && has_tcp(&view) && view.whole);
			assert_address(to(&view), &many[0]);
			assert_int_equal(srh.present, count - (size_t)reduced > 0);
			assert_int_equal(srh.present ? srh.next_header : frame->data[ETHERNET_SIZE + 6], 143);
			assert_int_equal(ip[-1].kind, LAYER_ETHERNET);
			assert_memory_equal(frame->data + ip[-1].offset, inner, sizeof inner);
			assert_memory_not_equal(frame->data, inner, 6);
			assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
		}
}

static void test_inline_without_segments(void **state)
{
	struct packet_spec spec = spec_of(MODE_INLINE, NULL, 0);
	owned(frame) frame = built(&spec);
	struct packet_view view = seen(frame);

	(void)state;
	assert_true(srh_in(&view).present && !srh_in(&view).fault);
	assert_int_equal(srh_in(&view).segments_left, 0);
	assert_int_equal(srh_in(&view).last_entry, 0);
	assert_address(to(&view), &spec.destination);
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
}

static void test_segments_left_chooses_destination(void **state)
{
	static const int left[] = { 0, 1, 2, 3, 4, 200 };
	struct packet_spec spec = spec_of(MODE_INLINE, many, 3);
	const struct address *expected[] = { &spec.destination, &many[2], &many[1], &many[0], &many[0], &many[0] };

	(void)state;
	for (size_t i = 0; i < COUNT(left); i++) {
		spec.segments_left = left[i];
		owned(frame) frame = built(&spec);
		struct packet_view view = seen(frame);
		assert_int_equal(srh_in(&view).segments_left, left[i]);
		assert_address(to(&view), expected[i]);
		assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
	}
}

/* Each header has its own. */
static void test_inner_fields(void **state)
{
	struct packet_spec spec = spec_of(MODE_ENCAP, many, 2);

	(void)state;
	spec.traffic_class = 8;
	spec.inner_hop_limit = 3;
	spec.inner_traffic_class = 0xb8;
	spec.inner_flow_label = 0x12345;
	owned(frame) frame = built(&spec);
	const struct packet_view view = packet_parse((struct bytes){ frame->data, frame->length });
	const struct layer *outer = packet_ip(&view), *inner = packet_innermost_ip(&view);
	assert_int_equal(ip_hop_limit(&view, outer), 64);
	assert_int_equal(ip_traffic_class(&view, outer), 8);
	assert_int_equal(ipv6_flow_label(&view, outer), 0);
	assert_int_equal(ip_hop_limit(&view, inner), 3);
	assert_int_equal(ip_traffic_class(&view, inner), 0xb8);
	assert_int_equal(ipv6_flow_label(&view, inner), 0x12345);
}

static void test_fields_as_given(void **state)
{
	struct packet_spec spec = spec_of(MODE_ENCAP, many, 2);

	(void)state;
	spec.hop_limit = 3;
	spec.segments_left = 9;
	spec.last_entry = 8;
	spec.routing_type = 7;
	spec.srh_length = 6;
	spec.srh_flags = 5;
	spec.tag = 0xfffe;
	spec.mss = 1234;
	owned(frame) frame = built(&spec);
	static const uint8_t srh[] = { 41, 6, 7, 9, 8, 5, 0xff, 0xfe };
	static const uint8_t mss[] = { 2, 4, 1234 >> 8, 1234 & 0xff };
	assert_memory_equal(frame->data + 54, srh, sizeof srh);
	assert_int_equal(frame->data[ETHERNET_SIZE + 7], 3);
	assert_memory_equal(frame->data + frame->tcp_offset + TCP_FIXED, mss, sizeof mss);
	assert_int_equal(frame->payload_offset, frame->tcp_offset + TCP_FIXED + sizeof mss);
	assert_memory_equal(frame->data + frame->payload_offset, "hello", 5);
}

static void test_largest_srh(void **state)
{
	struct packet_spec specs[] = { spec_of(MODE_INLINE, many, 126), spec_of(MODE_ENCAP, many, 127) };

	(void)state;
	for (size_t i = 0; i < COUNT(specs); i++) {
		owned(frame) frame = built(&specs[i]);
		struct packet_view view = seen(frame);
		assert_int_equal(srh_in(&view).length, 254);
		assert_int_equal(srh_in(&view).last_entry, 126);
		assert_null(srh_in(&view).fault);
		for (unsigned left = 126; left > 0; left--)
			assert_true(frame_advance(frame->data, frame->length));
		assert_false(frame_advance(frame->data, frame->length));
		view = seen(frame);
		assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
	}
}

static void test_padding(void **state)
{
	static const uint8_t padding[8][8] = { { 0 },
		                               { 4, 5, 0, 0, 0, 0, 0 },
		                               { 4, 4, 0, 0, 0, 0 },
		                               { 4, 3, 0, 0, 0 },
		                               { 4, 2, 0, 0 },
		                               { 4, 1, 0 },
		                               { 4, 0 },
		                               { 0 } };
	static const uint8_t tlv[16] = { 5, 14, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 };

	(void)state;
	for (size_t length = 0; length <= 16; length++) {
		struct packet_spec spec = spec_of(MODE_INLINE, many, 1);
		spec.tlvs = (struct bytes){ tlv, length };
		owned(frame) frame = built(&spec);
		struct packet_view view = seen(frame);
		size_t pad = (8 - length % 8) % 8;
		assert_int_equal(srh_in(&view).tlvs.length, length + pad);
		assert_memory_equal(srh_in(&view).tlvs.data, tlv, length);
		if (pad > 0)
			assert_memory_equal(srh_in(&view).tlvs.data + length, padding[8 - pad], pad);
		assert_true(has_tcp(&view) && packet_checksum(&view, false) == CHECKSUM_VALID);
	}
}

static void test_cut(void **state)
{
	struct packet_spec spec = spec_of(MODE_INLINE, many, 1);
	owned(frame) full = built(&spec);

	(void)state;
	for (long cut = 1; cut < 200; cut++) {
		spec.cut = cut;
		owned(frame) frame = built(&spec);
		size_t expected = ETHERNET_SIZE + (size_t)cut;
		assert_int_equal(frame->length, expected < full->length ? expected : full->length);
		assert_memory_equal(frame->data, full->data, frame->length);
	}
}

/* Each row breaks one thing; the message must name it. */
static void test_refused(void **state)
{
	static const uint8_t large[65535];
	static const struct {
		const char *message;
		size_t offset;
		int value;
	} fields[] = {
		{ "hop limit 256 is not", offsetof(struct packet_spec, hop_limit), 256 },
		{ "hop limit -2 is not", offsetof(struct packet_spec, hop_limit), -2 },
		{ "segments left 256 is not", offsetof(struct packet_spec, segments_left), 256 },
		{ "last entry 999 is not", offsetof(struct packet_spec, last_entry), 999 },
		{ "routing type 256 is not", offsetof(struct packet_spec, routing_type), 256 },
		{ "SRH length 256 is not", offsetof(struct packet_spec, srh_length), 256 },
		{ "SRH flags -7 is not", offsetof(struct packet_spec, srh_flags), -7 },
		{ "tag 65536 is not", offsetof(struct packet_spec, tag), 65536 },
		{ "inner hop limit 256 is not", offsetof(struct packet_spec, inner_hop_limit), 256 },
		{ "inner traffic class 256 is not", offsetof(struct packet_spec, inner_traffic_class), 256 },
		{ "inner flow label 1048576 is not", offsetof(struct packet_spec, inner_flow_label), 1048576 },
		{ "mss 65536 is not", offsetof(struct packet_spec, mss), 65536 },
	};
	struct frame *frame = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(fields); i++) {
		struct packet_spec spec = spec_of(MODE_INLINE, many, 1);
		struct error err = { 0 };
		memcpy((char *)&spec + fields[i].offset, &fields[i].value, sizeof(int));
		assert_int_equal(frame_build(&frame, &spec, &err), -1);
		assert_non_null(strstr(err.text, fields[i].message));
	}
	struct packet_spec specs[] = { spec_of(MODE_INLINE, many, 127), spec_of(MODE_ENCAP, many, 128),
		                       spec_of(MODE_PLAIN, NULL, 0),    spec_of(MODE_ENCAP, many, 127),
		                       spec_of(MODE_PLAIN, NULL, 0),    spec_of(MODE_PLAIN, NULL, 0) };
	specs[2].payload = (struct bytes){ large, 65535 - 19 };
	specs[3].tlvs = (struct bytes){ large, 9 };
	specs[4].hop_by_hop = (struct bytes){ large, 2047 };
	specs[5].destination_options = (struct bytes){ large, 6 };
	specs[5].source = specs[5].destination = address_of("192.0.2.1");
	for (size_t i = 0; i < COUNT(specs); i++) {
		struct error err = { 0 };
		assert_int_equal(frame_build(&frame, &specs[i], &err), -1);
		assert_int_equal(err.count, 1);
	}
	assert_null(frame);
	specs[2].payload.length--;
	specs[3].tlvs.length--;
	specs[4].hop_by_hop.length--;
	specs[5].destination_options.length = 0;
	for (size_t i = 2; i < COUNT(specs); i++) {
		owned(frame) fits = built(&specs[i]);
		struct packet_view view = seen(fits);
		assert_true(view.whole && packet_checksum(&view, false) == CHECKSUM_VALID);
	}
}

static void pcap_frame(FILE *file, const struct packet_spec *spec, const char *name)
{
	owned(frame) frame = built(spec);
	uint32_t record[] = { 0, 0, (uint32_t)frame->length, (uint32_t)frame->length };

	fwrite(record, sizeof record, 1, file);
	fwrite(frame->data, frame->length, 1, file);
	if (spec->destination.family == AF_INET)
		printf("%s IP header of %s\n", spec->bad_ip_checksum ? "bad" : "good", name);
	printf("%s %s\n", spec->checksum == CHECKSUM_VALID ? "correct" : "incorrect", name);
}

/* IPv4, alone and in encap mode; some with options and some with a bad header checksum. */
static void pcap_ipv4(FILE *file, size_t i)
{
	static const uint8_t options[] = { 0x94, 4, 0, 0 };
	const enum mode mode = i % 2 ? MODE_ENCAP : MODE_PLAIN;
	struct packet_spec spec = spec_of(mode, many, mode == MODE_PLAIN ? 0 : 3);
	char name[60];

	spec.source = address_of("192.0.2.1");
	spec.destination = address_of("198.51.100.2");
	spec.identification = (int)(i * 1000);
	spec.checksum = (enum checksum)(i / 2 % 3);
	spec.bad_ip_checksum = i / 6 % 2;
	spec.may_fragment = i % 5 == 0;
	spec.ip_options = (struct bytes){ options, i / 12 ? sizeof options : 0 };
	spec.payload.length -= i % 3;
	snprintf(name, sizeof name, "IPv4 %s %s%s", word_of(mode_words, (int)mode),
	         word_of(checksum_words, (int)spec.checksum), spec.ip_options.length ? " with options" : "");
	pcap_frame(file, &spec, name);
}

static int write_frames(const char *path)
{
	static const uint32_t header[] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 262144, 1 };
	FILE *file = fopen(path, "wb");

	if (!file || setup(NULL) < 0)
		return 1;
	fwrite(header, sizeof header, 1, file);
	for (size_t i = 0; i < (size_t)MODES * 3 * 4; i++) {
		static const size_t counts[] = { 1, 2, 3, 60 };
		char name[60];
		struct packet_spec spec = spec_of((enum mode)(i % MODES), many, counts[i / (MODES * 3)]);
		spec.checksum = (enum checksum)(i / MODES % 3);
		spec.payload.length -= i % 2;
		spec.mss = i / (MODES * 3) == 1 ? 1400 : 0;
		snprintf(name, sizeof name, "%s segments=%zu %s", word_of(mode_words, (int)spec.mode),
		         counts[i / (MODES * 3)], word_of(checksum_words, (int)spec.checksum));
		pcap_frame(file, &spec, name);
	}
	for (size_t i = 0; i < 24; i++)
		pcap_ipv4(file, i);
	return fclose(file) != 0;
}

/* Fields of IPv6 (RFC 8200 3) and TCP (RFC 9293 3.1, RFC 7323 3) as given, in every header that has them. */
static void test_other_fields(void **state)
{
	struct packet_spec spec = spec_of(MODE_ENCAP, many, 1);
	static const uint8_t options[] = { 1, 1, 8, 10, 0, 1, 0, 2, 0, 0, 0, 0 };

	(void)state;
	spec.traffic_class = 0xb8;
	spec.flow_label = 0x12345;
	spec.urgent = 7;
	spec.timestamps = 0x10002;
	spec.padding = 5;
	spec.tcp_flags = TCP_ACK | TCP_CWR;
	owned(frame) frame = built(&spec);
	struct packet_view view = seen(frame);
	const uint8_t *outer = frame->data + ETHERNET_SIZE, *tcp = frame->data + tcp_at(&view);
	const uint8_t *inner = tcp - IPV6_SIZE;

	assert_true(view.whole);
	assert_int_equal(read32(outer), 0x6b812345);
	assert_int_equal(read32(inner), 0x6b812345);
	assert_int_equal(tcp[12] >> 4, 8);
	assert_int_equal(tcp[13], TCP_ACK | TCP_CWR);
	assert_int_equal(frame->data[frame->length - 1], 0xa5);
	assert_int_equal(read16(tcp + 18), 7);
	assert_memory_equal(tcp + 20, options, sizeof options);
	assert_int_equal(packet_checksum(&view, false), CHECKSUM_VALID);
	assert_int_equal(frame->length, view.end + 5);
	assert_int_equal(packet_payload_length(&view), spec.payload.length);

	spec.next_header = 59;
	owned(frame) other = built(&spec);
	assert_int_equal(other->data[ETHERNET_SIZE + 6], IPPROTO_ROUTING);
	assert_int_equal((tcp - frame->data + other->data - IPV6_SIZE)[6], 59);
}

int main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encap_without_segments),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_ip6ip6),
		cmocka_unit_test(test_reduced),
		cmocka_unit_test(test_frame_inside),
		cmocka_unit_test(test_inline_without_segments),
		cmocka_unit_test(test_segments_left_chooses_destination),
		cmocka_unit_test(test_inner_fields),
		cmocka_unit_test(test_fields_as_given),
		cmocka_unit_test(test_other_fields),
		cmocka_unit_test(test_largest_srh),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_refused),
	};

	if (count == 3 && strcmp(arguments[1], "--write") == 0)
		return write_frames(arguments[2]);
	return cmocka_run_group_tests_name("packet: build", tests, setup, NULL);
}
