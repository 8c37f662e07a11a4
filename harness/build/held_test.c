/* What a kernel holds, from dumps as linux/rtnetlink.h has them. */
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/lwtunnel.h>
#include <linux/neighbour.h>
#include <linux/seg6_local.h>

#include "testing.h"

#define A0 4
#define B0 5

static struct address address_of(const char *text)
{
	struct address address = { 0 };

	assert_true(address_parse(&address, AF_UNSPEC, text));
	return address;
}

static void answer_link(const struct made_kernel *kernel, const struct nlmsghdr *request, int index, const char *name)
{
	const struct ifinfomsg link = { .ifi_index = index, .ifi_flags = IFF_UP };
	const uint32_t mtu = 1400;
	static const uint8_t mac[] = { 0x02, 0x68, 0x63, 0x00, 0x00, 0x0a };
	struct message message;

	message_start(&message, RTM_NEWLINK, NLM_F_MULTI, &link, sizeof link);
	message_put(&message, IFLA_IFNAME, name, strlen(name) + 1);
	message_put(&message, IFLA_MTU, &mtu, sizeof mtu);
	message_put(&message, IFLA_ADDRESS, mac, sizeof mac);
	made_answer(kernel, request, &message, 0);
}

static void answer_address(const struct made_kernel *kernel, const struct nlmsghdr *request)
{
	const struct ifaddrmsg fixed = { .ifa_family = AF_INET6, .ifa_prefixlen = 64, .ifa_index = A0 };
	const struct address address = address_of("fd00:1::1");
	const uint32_t flags = IFA_F_NODAD | IFA_F_PERMANENT | IFA_F_MANAGETEMPADDR;
	struct message message;

	message_start(&message, RTM_NEWADDR, NLM_F_MULTI, &fixed, sizeof fixed);
	message_put(&message, IFA_ADDRESS, address.octets, 16);
	message_put(&message, IFA_FLAGS, &flags, sizeof flags);
	made_answer(kernel, request, &message, 0);
}

static void answer_neighbour(const struct made_kernel *kernel, const struct nlmsghdr *request)
{
	const struct ndmsg fixed = { .ndm_family = AF_INET6, .ndm_ifindex = B0, .ndm_state = NUD_PERMANENT };
	const struct address address = address_of("fd00:2::2");
	static const uint8_t mac[] = { 0x02, 0x68, 0x63, 0x00, 0x00, 0x0b };
	struct message message;

	message_start(&message, RTM_NEWNEIGH, NLM_F_MULTI, &fixed, sizeof fixed);
	message_put(&message, NDA_DST, address.octets, 16);
	message_put(&message, NDA_LLADDR, mac, sizeof mac);
	made_answer(kernel, request, &message, 0);
}

/* In table 1000, which the octet of the header cannot hold. */
static void answer_route(const struct made_kernel *kernel, const struct nlmsghdr *request, unsigned char header_table,
                         uint32_t table, const char *to)
{
	const struct rtmsg fixed = {
		.rtm_family = AF_INET6, .rtm_dst_len = 128, .rtm_table = header_table, .rtm_type = RTN_UNICAST
	};
	const struct address address = address_of(to), gateway = address_of("fd00:2::2");
	const uint32_t device = B0, action = SEG6_LOCAL_ACTION_END_X;
	const uint16_t type = LWTUNNEL_ENCAP_SEG6_LOCAL;
	struct message message;

	message_start(&message, RTM_NEWROUTE, NLM_F_MULTI, &fixed, sizeof fixed);
	message_put(&message, RTA_DST, address.octets, 16);
	message_put(&message, RTA_TABLE, &table, sizeof table);
	message_put(&message, RTA_OIF, &device, sizeof device);
	message_put(&message, RTA_ENCAP_TYPE, &type, sizeof type);
	struct rtattr *nest = message_nest(&message, RTA_ENCAP | NLA_F_NESTED);
	message_put(&message, SEG6_LOCAL_ACTION, &action, sizeof action);
	message_put(&message, SEG6_LOCAL_NH6, gateway.octets, 16);
	message_nest_end(&message, nest);
	made_answer(kernel, request, &message, 0);
}

/* An address, a neighbour or a route of IPv4, as what is asked for has it. */
static void answer_ipv4(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	const struct ifaddrmsg address = { .ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = A0 };
	const struct ndmsg neighbour = { .ndm_family = AF_INET, .ndm_ifindex = B0, .ndm_state = NUD_PERMANENT };
	const struct rtmsg route = {
		.rtm_family = AF_INET, .rtm_dst_len = 16, .rtm_table = RT_TABLE_MAIN, .rtm_type = RTN_UNICAST
	};
	const struct address one = address_of("10.1.0.1"), two = address_of("10.1.0.2"), net = address_of("10.9.0.0");
	const uint32_t device = B0;
	struct message message;

	if (request->nlmsg_type == RTM_GETADDR) {
		message_start(&message, RTM_NEWADDR, NLM_F_MULTI, &address, sizeof address);
		message_put(&message, IFA_ADDRESS, one.octets, 4);
	} else if (request->nlmsg_type == RTM_GETNEIGH) {
		message_start(&message, RTM_NEWNEIGH, NLM_F_MULTI, &neighbour, sizeof neighbour);
		message_put(&message, NDA_DST, two.octets, 4);
	} else {
		message_start(&message, RTM_NEWROUTE, NLM_F_MULTI, &route, sizeof route);
		message_put(&message, RTA_DST, net.octets, 4);
		message_put(&message, RTA_GATEWAY, two.octets, 4);
		message_put(&message, RTA_OIF, &device, sizeof device);
	}
	made_answer(kernel, request, &message, 0);
	if (request->nlmsg_type != RTM_GETROUTE)
		return;
	struct rtmsg all = route;
	all.rtm_dst_len = 0;
	message_start(&message, RTM_NEWROUTE, NLM_F_MULTI, &all, sizeof all);
	made_answer(kernel, request, &message, 0);
}

static void answers(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	if (*(const uint8_t *)NLMSG_DATA(request) == AF_INET) {
		answer_ipv4(kernel, request);
		made_done(kernel, request);
		return;
	}
	switch (request->nlmsg_type) {
	case RTM_GETLINK:
		answer_link(kernel, request, B0, "b0");
		answer_link(kernel, request, A0, "a0");
		break;
	case RTM_GETADDR:
		answer_address(kernel, request);
		break;
	case RTM_GETNEIGH:
		answer_neighbour(kernel, request);
		break;
	case RTM_GETROUTE:
		answer_route(kernel, request, RT_TABLE_MAIN, RT_TABLE_MAIN, "fc00:1::100");
		answer_route(kernel, request, RT_TABLE_UNSPEC, 1000, "fc00:1::200");
		answer_route(kernel, request, RT_TABLE_LOCAL, RT_TABLE_LOCAL, "fd00:1::1");
		break;
	default:
		abort();
	}
	made_done(kernel, request);
}

static void has(struct holdings *holdings, enum thing_kind kind, const char *name, const char *key, const char *value)
{
	const struct held *held = holdings_find(holdings, kind, name);

	assert_non_null(held);
	assert_string_equal(held->name, name);
	assert_non_null(facts_get(&held->facts, key));
	assert_string_equal(facts_get(&held->facts, key), value);
}

static void dumped(void **state)
{
	struct made_kernel kernel = { .answer = answers };
	owned_holdings held = { 0 };
	struct error err = { 0 };

	(void)state;
	made_kernel_start(&kernel);
	assert_int_equal(holdings_read(&held, kernel.ours, &err), 0);
	made_kernel_end(&kernel);
	assert_int_equal(device_index(&held, "a0"), A0);
	assert_int_equal(device_index(&held, "c0"), 0);
	assert_string_equal(device_name(&held, B0), "b0");
	assert_string_equal(device_name(&held, 99), "?");
	has(&held, THING_LINK, "a0", "mtu", "1400");
	has(&held, THING_LINK, "b0", "address", "02:68:63:00:00:0a");
	has(&held, THING_ADDRESS, "fd00:1::1/64", "dev", "a0");
	has(&held, THING_ADDRESS, "fd00:1::1/64", "nodad", "yes");
	has(&held, THING_NEIGHBOUR, "fd00:2::2 dev b0", "lladdr", "02:68:63:00:00:0b");
	has(&held, THING_NEIGHBOUR, "fd00:2::2 dev b0", "nud", "permanent");
	has(&held, THING_ROUTE, "fc00:1::100/128", "action", "End.X");
	has(&held, THING_ROUTE, "fc00:1::100/128", "nh6", "fd00:2::2");
	has(&held, THING_ROUTE, "fc00:1::100/128", "dev", "b0");
	has(&held, THING_ROUTE, "fc00:1::200/128 table 1000", "type", "unicast");
	/* A name is that of one kind; the kernel's own routes are left out. */
	assert_null(holdings_find(&held, THING_ADDRESS, "a0"));
	assert_null(holdings_find(&held, THING_ROUTE, "fd00:1::1/128 table 255"));
}

/* IPv4 is read only where it is asked for. */
static void dumped_ipv4(void **state)
{
	struct made_kernel kernel = { .answer = answers };
	owned_holdings both = { .ipv4 = true }, six = { 0 };
	struct error err = { 0 };

	(void)state;
	made_kernel_start(&kernel);
	assert_int_equal(holdings_read(&both, kernel.ours, &err), 0);
	assert_int_equal(holdings_read(&six, kernel.ours, &err), 0);
	made_kernel_end(&kernel);
	has(&both, THING_ADDRESS, "10.1.0.1/24", "dev", "a0");
	has(&both, THING_ADDRESS, "fd00:1::1/64", "dev", "a0");
	has(&both, THING_NEIGHBOUR, "10.1.0.2 dev b0", "nud", "permanent");
	has(&both, THING_ROUTE, "10.9.0.0/16", "via", "10.1.0.2");
	has(&both, THING_ROUTE, "0.0.0.0/0", "type", "unicast");
	assert_null(holdings_find(&six, THING_ADDRESS, "10.1.0.1/24"));
	assert_null(holdings_find(&six, THING_ROUTE, "10.9.0.0/16"));
}

/* The first of several is found, the others behind it. */
static void several_of_a_name(void **state)
{
	struct made_kernel kernel = { .answer = answers };
	owned_holdings held = { 0 };
	struct error err = { 0 };

	(void)state;
	made_kernel_start(&kernel);
	for (int i = 0; i < 3; i++)
		assert_int_equal(holdings_read(&held, kernel.ours, &err), 0);
	made_kernel_end(&kernel);
	const struct held *first = holdings_find(&held, THING_ROUTE, "fc00:1::100/128");
	assert_non_null(first);
	for (int i = 0; i < 3; i++)
		assert_string_equal(first[i].name, "fc00:1::100/128");
	assert_string_not_equal(first[3].name, "fc00:1::100/128");
	assert_true(first == held.held || strcmp(first[-1].name, "fc00:1::100/128") != 0);
	owned_holdings none = { 0 };
	assert_null(holdings_find(&none, THING_ROUTE, "fc00:1::100/128"));
}

static void refuses(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	made_error(kernel, request, 1); /* EPERM */
}

static void refused(void **state)
{
	struct made_kernel kernel = { .answer = refuses };
	owned_holdings held = { 0 };
	struct error err = { 0 };

	(void)state;
	made_kernel_start(&kernel);
	assert_int_equal(holdings_read(&held, kernel.ours, &err), -1);
	made_kernel_end(&kernel);
	assert_non_null(strstr(err.text, "reading back from the kernel: Operation not permitted"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dumped),
		cmocka_unit_test(dumped_ipv4),
		cmocka_unit_test(several_of_a_name),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests_name("held", tests, NULL, NULL);
}
