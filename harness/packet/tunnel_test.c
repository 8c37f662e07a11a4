/* What is around and inside UDP: tags of VLANs, tunnels, and what nobody here reads. */
#include "testing.h"

#define ETHERNET    "020000000002 020000000001 "
#define ADDRESSES   "fc00000a000000000000000000000001 fc00000d000000000000000000000001"
#define IPV6(l, nh) "60000000" l nh "40" ADDRESSES
#define TCP_20      "9c411b58 00000001 00000000 5010ffff 00000000"
#define INNER       IPV6("0014", "06") TCP_20 /* 60 octets */

struct vector {
	const char *name, *hex, *layers;
	bool whole;
	struct unread unread;
};

static const struct vector vectors[] = {
	{ "VLAN", ETHERNET "8100 0064 86dd" INNER, "Ethernet VLAN IPv6 TCP", true, { 0 } },
	{ "two tags", ETHERNET "88a8 0001 8100 0064 86dd" INNER, "Ethernet VLAN VLAN IPv6 TCP", true, { 0 } },
	{ "VLAN, cut", ETHERNET "8100 00", "Ethernet", false, { 0 } },
	{ "ARP", ETHERNET "0806 0001", "Ethernet", false, { UNREAD_ETHERTYPE, 0x0806 } },
	{ "ESP",
	  ETHERNET "86dd" IPV6("0008", "32") "0000000000000000",
	  "Ethernet IPv6",
	  true,
	  { UNREAD_PROTOCOL, 50 } },
	{ "no next header", ETHERNET "86dd" IPV6("0000", "3b"), "Ethernet IPv6", true, { 0 } },
	{ "UDP of no tunnel",
	  ETHERNET "86dd" IPV6("000a", "11") "1000 2000 000a 0000 abcd",
	  "Ethernet IPv6 UDP",
	  true,
	  { 0 } },
	{ "UDP longer than its packet",
	  ETHERNET "86dd" IPV6("000a", "11") "1000 2000 000b 0000 abcd",
	  "Ethernet IPv6 UDP",
	  false,
	  { 0 } },
	{ "UDP shorter than its header",
	  ETHERNET "86dd" IPV6("000a", "11") "1000 2000 0007 0000 abcd",
	  "Ethernet IPv6 UDP",
	  false,
	  { 0 } },
	{ "UDP, cut", ETHERNET "86dd" IPV6("000a", "11") "1000 2000", "Ethernet IPv6", false, { 0 } },
	{ "VXLAN",
	  ETHERNET "86dd" IPV6("005a", "11") "1000 12b5 005a 0000 08000000 00000100" ETHERNET "86dd" INNER,
	  "Ethernet IPv6 UDP VXLAN Ethernet IPv6 TCP",
	  true,
	  { 0 } },
	{ "VXLAN without its bit",
	  ETHERNET "86dd" IPV6("0010", "11") "1000 12b5 0010 0000 00000000 00000100",
	  "Ethernet IPv6 UDP",
	  true,
	  { 0 } },
	{ "Geneve with a frame",
	  ETHERNET "86dd" IPV6("005a", "11") "1000 17c1 005a 0000 00006558 00000100" ETHERNET "86dd" INNER,
	  "Ethernet IPv6 UDP Geneve Ethernet IPv6 TCP",
	  true,
	  { 0 } },
	{ "Geneve with a packet and an option",
	  ETHERNET "86dd" IPV6("0050", "11") "1000 17c1 0050 0000 010086dd 00000100 01020380" INNER,
	  "Ethernet IPv6 UDP Geneve IPv6 TCP",
	  true,
	  { 0 } },
	{ "Geneve, cut in its options",
	  ETHERNET "86dd" IPV6("0010", "11") "1000 17c1 0010 0000 010086dd 00000100",
	  "Ethernet IPv6 UDP",
	  true,
	  { 0 } },
	{ "GTP-U",
	  ETHERNET "86dd" IPV6("004c", "11") "1000 0868 004c 0000 30ff003c 00000001" INNER,
	  "Ethernet IPv6 UDP GTP-U IPv6 TCP",
	  true,
	  { 0 } },
	{ "GTP-U with a PDU session container",
	  ETHERNET "86dd" IPV6("0054", "11") "1000 0868 0054 0000 34ff0044 00000001 00000085 01001000" INNER,
	  "Ethernet IPv6 UDP GTP-U IPv6 TCP",
	  true,
	  { 0 } },
	{ "GTP-U, extension of no length",
	  ETHERNET "86dd" IPV6("0018", "11") "1000 0868 0018 0000 34ff0044 00000001 00000085 00001000",
	  "Ethernet IPv6 UDP",
	  true,
	  { 0 } },
	{ "GTP-U echo",
	  ETHERNET "86dd" IPV6("0010", "11") "1000 0868 0010 0000 30010000 00000000",
	  "Ethernet IPv6 UDP",
	  true,
	  { 0 } },
};

static char *layers_of(const struct packet_view *view)
{
	char *text = NULL;

	for (size_t i = 0; i < view->count; i++)
		text_append(&text, "%s%s", i ? " " : "", layer_word(view->layers[i].kind));
	return text ? text : text_copy("");
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		uint8_t buffer[256];
		const struct packet_view view = packet_parse(octets_of(vectors[i].hex, buffer, sizeof buffer));
		const struct unread unread = packet_unread(&view);
		owned_text layers = layers_of(&view);
		if (strcmp(layers, vectors[i].layers) != 0 || view.whole != vectors[i].whole ||
		    unread.by != vectors[i].unread.by || unread.number != vectors[i].unread.number)
			fail_msg("%s: %s, whole %d, then %d %u", vectors[i].name, layers, view.whole, unread.by,
			         unread.number);
	}
}

/* By hand: the pseudo-header of fc00:a::1, fc00:d::1, 10 octets and protocol 17 is f835, the datagram without the sum
 * dbd7, together d40d, of which 2bf2 is the complement. The octets behind the datagram do not count. */
static void test_sums(void **state)
{
	static const char *const right = ETHERNET "86dd" IPV6("000c", "11") "1000 2000 000a 2bf2 abcd ffff",
	                         *const partial = ETHERNET "86dd" IPV6("000c", "11") "1000 2000 000a f835 abcd ffff";
	uint8_t buffer[256];
	struct packet_view view = packet_parse(octets_of(right, buffer, sizeof buffer));

	(void)state;
	const struct layer *udp = packet_layer(&view, LAYER_UDP);
	const struct address source = ip_source(&view, packet_ip(&view)),
	                     final = ip_destination(&view, packet_ip(&view));
	assert_int_equal(packet_payload_length(&view), 2);
	assert_int_equal(layer_checksum_field(&view, udp), 0x2bf2);
	assert_int_equal(layer_checksum(&view, udp, false), CHECKSUM_VALID);
	assert_int_equal(layer_checksum_between(&view, udp, false, &source, &final), CHECKSUM_VALID);
	assert_int_equal(layer_checksum_between(&view, udp, false, &source, &source), CHECKSUM_BAD);
	assert_int_equal(layer_checksum(&view, udp, true), CHECKSUM_BAD);
	view = packet_parse(octets_of(partial, buffer, sizeof buffer));
	assert_int_equal(layer_checksum(&view, packet_layer(&view, LAYER_UDP), true), CHECKSUM_PARTIAL);
	assert_int_equal(layer_checksum(&view, packet_layer(&view, LAYER_UDP), false), CHECKSUM_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
