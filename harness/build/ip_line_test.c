/* Lines of `ip` as requests: what goes to the kernel is what `ip` 6.1 sends, as seen by strace. */
#include <errno.h>
#include <stdio.h>

#include "testing.h"

/* Each request as "TYPE FLAGS FIXED TYPE=VALUE...", in hexadecimal digits. */
static char *asked;

static void show(const uint8_t *octets, size_t length)
{
	for (size_t i = 0; i < length; i++)
		text_append(&asked, "%02x", octets[i]);
}

static void accept_it(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	static const size_t fixed[] = { [RTM_NEWLINK] = sizeof(struct ifinfomsg),
		                        [RTM_NEWADDR] = sizeof(struct ifaddrmsg),
		                        [RTM_NEWROUTE] = sizeof(struct rtmsg),
		                        [RTM_DELROUTE] = sizeof(struct rtmsg),
		                        [RTM_NEWNEIGH] = 12 };
	const size_t length = fixed[request->nlmsg_type];
	int left = (int)(request->nlmsg_len - NLMSG_LENGTH(length));

	text_append(&asked, "%u %x ", request->nlmsg_type, request->nlmsg_flags);
	show(NLMSG_DATA(request), length);
	for (const struct rtattr *a = (const void *)((const uint8_t *)NLMSG_DATA(request) + NLMSG_ALIGN(length));
	     RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		text_append(&asked, " %u=", a->rta_type & NLA_TYPE_MASK);
		show(RTA_DATA(a), RTA_PAYLOAD(a));
	}
	made_error(kernel, request, 0);
}

/* Attributes that hold others are shown whole, with the octets of their headers. */
static const struct vector {
	const char *line, *request;
} vectors[] = {
	{ "link set dev lo up", "16 5 00000000010000000100000001000000" },
	{ "link set dev lo addrgenmode none multicast off up",
	  "16 5 00000000010000000100000001100000 26=0c000a000500080001000000" },
	{ "link set dev lo address 02:68:63:00:00:01 mtu 1500",
	  "16 5 00000000010000000000000000000000 1=026863000001 4=dc050000" },
	{ "link add name b0 index 100 address 02:68:63:00:00:00 mtu 1500 netns src type veth peer name a0 index 101 "
	  "address 02:68:63:00:00:01 mtu 1400 netns r1",
	  "16 605 00000000640000000000000000000000 3=623000 1=026863000000 4=dc050000 28=07000000 "
	  "18=08000100766574683c00020038000100" /* kind veth; data; the peer */
	  "00000000650000000000000000000000"
	  "07000300613000000a000100026863000001000008000400780500000800"
	  "1c0008000000" },
	{ "addr add fc00:5::1/128 dev lo nodad",
	  "20 605 0a80020001000000 2=fc000005000000000000000000000001 1=fc000005000000000000000000000001" },
	{ "addr add 10.0.0.1/32 dev lo", "20 605 0220000001000000 2=0a000001 1=0a000001" },
	{ "neigh add 10.0.0.2 lladdr 02:68:63:00:00:01 nud permanent dev lo",
	  "28 605 020000000100000080000000 1=0a000002 2=026863000001" },
	{ "route replace 10.0.2.1/32 via 10.0.0.1 dev lo",
	  "24 505 02200000fe03000100000000 1=0a000201 15=fe000000 4=01000000 5=0a000001" },
	{ "route add 10.0.3.0/24 dev lo table 100",
	  "24 605 021800006403fd0100000000 1=0a000300 15=64000000 4=01000000" },
	{ "route add local 10.0.4.1 dev lo table 100",
	  "24 605 022000006403fe0200000000 1=0a000401 15=64000000 4=01000000" },
	{ "route add blackhole 100.127.0.1/32", "24 605 02200000fe03000600000000 1=647f0001 15=fe000000" },
	{ "route replace 10.0.2.2/32 encap seg6 mode encap segs fc00:1::100 via 10.0.0.1 dev lo",
	  "24 505 02200000fe03000100000000 1=0a000202 15=fe000000 4=01000000 5=0a000001 21=0500 "
	  "22=20000100010000000002040000000000fc000001000000000000000000000100" },
	{ "route del 10.0.2.1/32 via 10.0.0.1 dev lo",
	  "25 5 02200000fe03ff0100000000 1=0a000201 15=fe000000 4=01000000 5=0a000001" },
	{ "neigh add fd00::2 lladdr 02:68:63:00:00:01 nud permanent dev lo",
	  "28 605 0a0000000100000080000000 1=fd000000000000000000000000000002 2=026863000001" },
	{ "route replace fc00:d::1/128 via fd00::2 dev lo",
	  "24 505 0a800000fe03000100000000 1=fc00000d000000000000000000000001 15=fe000000 4=01000000 "
	  "5=fd000000000000000000000000000002" },
	{ "route add fc00:9::/64 via fd00::2 dev lo table 1000",
	  "24 605 0a4000000003000100000000 1=fc000009000000000000000000000000 15=e8030000 4=01000000 "
	  "5=fd000000000000000000000000000002" },
	{ "route add fc00:9::/64 table 7 nexthop via fd00::2 dev lo weight 1 nexthop via fe80::3 dev lo weight 4",
	  "24 605 0a40000007030001"
	  "00000000 1=fc000009000000000000000000000000 15=07000000 "
	  "9=1c000000010000001400"
	  "0500fd000000000000000000000000000002"
	  "1c000003010000001400"
	  "0500fe800000000000000000000000000003" },
	{ "route append fe80::/64 dev lo",
	  "24 c05 0a400000fe03000100000000 1=fe800000000000000000000000000000 15=fe000000 4=01000000" },
	{ "route del fc00:9::/64 via fd00::2 dev lo",
	  "25 5 0a400000fe03000100000000 1=fc000009000000000000000000000000 15=fe000000 4=01000000 "
	  "5=fd000000000000000000000000000002" },
	{ "route add local fc00:9::1 dev lo table local",
	  "24 605 0a800000ff03000200000000 1=fc000009000000000000000000000001 15=ff000000 4=01000000" },
	{ "route add blackhole fd00:c::1/128",
	  "24 605 0a800000fe03000600000000 1=fd00000c000000000000000000000001 15=fe000000" },
	{ "route replace fc00:d::1/128 encap seg6 mode inline segs fc00:1::100 via fd00::2 dev lo",
	  "24 505 0a800000fe03000100000000 1=fc00000d000000000000000000000001 15=fe000000 4=01000000 "
	  "5=fd000000000000000000000000000002 21=0500 "
	  "22=3000010000000000000404010100000000000000000000000000000000000000fc000001000000000000000000000100" },
	{ "route add fc00:1::2/128 encap seg6local action End.X nh6 fd00::2 flavors psp,usd dev lo",
	  "24 605 0a800000fe03000100000000 1=fc000001000000000000000000000002 15=fe000000 4=01000000 21=0700 "
	  "22=08000100020000001400050"
	  "0fd0000000000000000000000000000020c000b80080001000a000000" },
	{ "route add fc00:1::3/128 encap seg6local action End.T table main dev lo",
	  "24 605 0a800000fe03000100000000 1=fc000001000000000000000000000003 15=fe000000 4=01000000 21=0700 "
	  "22=080001000300000008000300fe000000" },
};

static const char *const unknown[] = {
	"",
	"link",
	"link set lo up",
	"link set dev lo netns src",
	"link set dev lo addrgenmode eui64",
	"link set dev lo mtu 15x",
	"link set dev nothing-has-this-name up",
	"link add name d0 type dummy",
	"link add name b0 type veth peer name a0 netns nowhere",
	"addr add fc00:5::1/129 dev lo nodad",
	"addr add fc00:5::1/128 dev lo",
	"addr add 10.0.0.1/32 dev lo nodad",
	"addr add 10.0.0.1/33 dev lo",
	"neigh add fd00::2 lladdr 02:68:63:00:00 nud permanent dev lo",
	"neigh replace fd00::2 lladdr 02:68:63:00:00:01 nud permanent dev lo",
	"route add fc00:9::/64 via fd00::2 dev lo metric 5",
	"route add fc00:9::/64 encap mpls 100 dev lo",
	"route add throw fc00:9::/64",
	"route change fc00:9::/64",
	"tuntap add dev a0 mode tap one_queue",
	"tuntap add dev a0 mode tap vnet_hdr user 0",
	"tuntap add name a0 mode tap",
	"tuntap add dev a0 mode vnet_hdr",
};

static bool applies(const struct made_kernel *kernel, const char *line)
{
	static char *names[] = { (char *)"src", (char *)"r1" };
	static int namespaces[] = { 7, 8 };
	static const struct lab lab = { .node_count = 2, .names = names, .namespaces = namespaces };

	free(take(asked));
	return ip_line_apply(&lab, kernel->ours, line);
}

static void requests(void **state)
{
	struct made_kernel kernel = { .answer = accept_it };

	(void)state;
	made_kernel_start(&kernel);
	for (size_t i = 0; i < COUNT(vectors); i++) {
		if (!applies(&kernel, vectors[i].line))
			fail_msg("%s: not known", vectors[i].line);
		if (strcmp(asked, vectors[i].request) != 0)
			fail_msg("%s: %s", vectors[i].line, asked);
	}
	made_kernel_end(&kernel);
	free(take(asked));
}

/* Nothing goes to the kernel of a line that is only partly known. */
static void left_to_ip(void **state)
{
	struct made_kernel kernel = { .answer = accept_it };

	(void)state;
	made_kernel_start(&kernel);
	for (size_t i = 0; i < COUNT(unknown); i++)
		if (applies(&kernel, unknown[i]) || asked)
			fail_msg("%s: taken as %s", unknown[i], asked ?: "nothing");
	for (size_t i = 0; i < COUNT(vectors); i++) {
		owned_text more = text_format("%s oddword", vectors[i].line);
		if (applies(&kernel, more) || asked)
			fail_msg("%s: taken as %s", more, asked ?: "nothing");
	}
	made_kernel_end(&kernel);
}

static void refuse_it(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	made_error(kernel, request, EOPNOTSUPP);
}

static void refused(void **state)
{
	struct made_kernel kernel = { .answer = refuse_it };

	(void)state;
	made_kernel_start(&kernel);
	assert_false(applies(&kernel, vectors[0].line));
	made_kernel_end(&kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(left_to_ip),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests_name("ip_line", tests, NULL, NULL);
}
