/* The address that a frame is sent to on a packet socket. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "probe_internal.h"

#include <cmocka.h>

/* Up to 5.0 the kernel takes the Ethernet type from the address alone. */
static void ethernet_type(void **state)
{
	const uint8_t ipv6[14] = { [12] = 0x86, [13] = 0xdd }, fence[14] = { [12] = 0x88, [13] = 0xb5 };
	struct sockaddr_ll to = frame_target(7, ipv6);

	(void)state;
	assert_int_equal(to.sll_family, AF_PACKET);
	assert_int_equal(to.sll_ifindex, 7);
	assert_int_equal(to.sll_protocol, htons(0x86dd));
	assert_int_equal(frame_target(7, fence).sll_protocol, htons(0x88b5));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(ethernet_type) };

	return cmocka_run_group_tests_name("probe: send", tests, NULL, NULL);
}
