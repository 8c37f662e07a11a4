/* Addresses of both families: text, prefixes, kinds, socket addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include "address.h"

/* after ours: it has a macro called fail */
#include <cmocka.h>
#undef fail

static struct address of(const char *text)
{
	struct address address = { 0 };

	assert_true(address_parse(&address, AF_UNSPEC, text));
	return address;
}

static void test_mac(void **state)
{
	static const char *const none[] = { "", "02:00:00:00:00", "02:00:00:00:00:01:02", "02:00:00:00:00:0g",
		                            "020000000001" };
	static const uint8_t wanted[MAC_OCTETS] = { 2, 0, 0, 0xab, 0, 1 };
	uint8_t mac[MAC_OCTETS];

	(void)state;
	assert_true(mac_parse(mac, "02:00:00:AB:0:1"));
	assert_memory_equal(mac, wanted, sizeof mac);
	for (size_t i = 0; i < COUNT(none); i++)
		assert_false(mac_parse(mac, none[i]));
}

static void test_text(void **state)
{
	static const struct {
		const char *text;
		int family;
	} rows[] = { { "fc00:1::100", AF_INET6 },
		     { "::", AF_INET6 },
		     { "::ffff:192.0.2.1", AF_INET6 },
		     { "0.0.0.0", AF_INET },
		     { "192.0.2.255", AF_INET } };
	static const char *const none[] = { "", "fc00::/64", "1.2.3", "1.2.3.4.5", "fc00:::1", "r1" };
	char text[ADDRESS_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct address address = of(rows[i].text);
		struct address other = { .family = AF_INET, .octets = { 9 } }, before = other;
		assert_int_equal(address.family, rows[i].family);
		assert_string_equal(address_text(&address, text), rows[i].text);
		assert_false(address_parse(&other, rows[i].family == AF_INET ? AF_INET6 : AF_INET, rows[i].text));
		assert_memory_equal(&other, &before, sizeof other);
	}
	for (size_t i = 0; i < COUNT(none); i++)
		assert_false(address_parse(&(struct address){ 0 }, AF_UNSPEC, none[i]));
	assert_string_equal(address_text(&(struct address){ 0 }, text), "none");
}

static void test_same(void **state)
{
	const struct address four = of("1.2.3.4"), six = of("102:304::"), none = { 0 }, any = of("::");

	(void)state;
	assert_true(address_same(&four, &(struct address){ AF_INET, { 1, 2, 3, 4 } }));
	assert_false(address_same(&four, &six)); /* the same octets */
	assert_false(address_same(&none, &any));
	assert_true(address_same(&none, &(struct address){ 0 }));
}

static void test_covers(void **state)
{
	static const struct {
		const char *prefix;
		unsigned length;
		const char *address;
		bool covers;
	} rows[] = {
		{ "fc00:1::", 32, "fc00:1:ffff::1", true },
		{ "fc00:1::", 32, "fc00:2::", false },
		{ "fc00:1::", 30, "fc00:3::", true },
		{ "fc00:1::", 30, "fc00:4::", false },
		{ "fc00:1::100", 128, "fc00:1::100", true },
		{ "fc00:1::100", 128, "fc00:1::101", false },
		{ "fc00:1::100", 127, "fc00:1::101", true },
		{ "::", 0, "ff02::1", true },
		{ "10.0.0.0", 8, "10.255.0.1", true },
		{ "10.0.0.0", 8, "11.0.0.1", false },
		{ "192.0.2.128", 25, "192.0.2.200", true },
		{ "192.0.2.128", 25, "192.0.2.100", false },
		{ "192.0.2.1", 32, "192.0.2.1", true },
		{ "192.0.2.1", 32, "192.0.2.0", false },
		{ "0.0.0.0", 0, "203.0.113.1", true },
		{ "0.0.0.0", 0, "::", false },
		{ "::", 0, "0.0.0.0", false },
		{ "0.0.0.0", 33, "0.0.0.0", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct prefix prefix = { of(rows[i].prefix), rows[i].length };
		const struct address address = of(rows[i].address);
		assert_int_equal(prefix_covers(&prefix, &address), rows[i].covers);
	}
}

static void test_prefix_text(void **state)
{
	const struct address four = of("192.0.2.1"), six = of("fc00:1::");
	const struct prefix one = prefix_of(&four), other = prefix_of(&six);
	char text[PREFIX_TEXT_SIZE];

	(void)state;
	assert_string_equal(prefix_text(&one, text), "192.0.2.1/32");
	assert_string_equal(prefix_text(&other, text), "fc00:1::/128");
	assert_string_equal(prefix_text(&(struct prefix){ six, 48 }, text), "fc00:1::/48");
}

static void test_kinds(void **state)
{
	static const struct {
		const char *text;
		bool unspecified, loopback, multicast, link_local, mapped;
	} rows[] = {
		{ "::", .unspecified = true },        { "0.0.0.0", .unspecified = true },
		{ "::1", .loopback = true },          { "127.1.2.3", .loopback = true },
		{ "ff02::1", .multicast = true },     { "239.1.2.3", .multicast = true },
		{ "febf::1", .link_local = true },    { "169.254.0.1", .link_local = true },
		{ "::ffff:1.2.3.4", .mapped = true }, { "fc00::1", .unspecified = false },
		{ "fec0::1", .unspecified = false },  { "240.0.0.1", .unspecified = false },
		{ "::2", .unspecified = false },      { "128.0.0.1", .unspecified = false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct address address = of(rows[i].text);
		assert_int_equal(address_is_unspecified(&address), rows[i].unspecified);
		assert_int_equal(address_is_loopback(&address), rows[i].loopback);
		assert_int_equal(address_is_multicast(&address), rows[i].multicast);
		assert_int_equal(address_is_link_local(&address), rows[i].link_local);
		assert_int_equal(address_is_v4mapped(&address), rows[i].mapped);
	}
	assert_false(address_is_unspecified(&(struct address){ 0 }));
}

static void test_socket(void **state)
{
	const struct address four = of("192.0.2.1"), six = of("fc00::1");
	struct sockaddr_storage name;
	const struct sockaddr_in *in = (const void *)&name;
	const struct sockaddr_in6 *in6 = (const void *)&name;

	(void)state;
	assert_int_equal(address_socket(&four, 4242, &name), sizeof *in);
	assert_int_equal(in->sin_family, AF_INET);
	assert_int_equal(ntohs(in->sin_port), 4242);
	assert_memory_equal(&in->sin_addr, four.octets, 4);
	assert_int_equal(address_socket(&six, 4243, &name), sizeof *in6);
	assert_int_equal(in6->sin6_family, AF_INET6);
	assert_int_equal(ntohs(in6->sin6_port), 4243);
	assert_memory_equal(&in6->sin6_addr, six.octets, 16);
	assert_int_equal(address_socket(&(struct address){ 0 }, 1, &name), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),        cmocka_unit_test(test_mac),   cmocka_unit_test(test_same),
		cmocka_unit_test(test_covers),      cmocka_unit_test(test_kinds), cmocka_unit_test(test_socket),
		cmocka_unit_test(test_prefix_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
