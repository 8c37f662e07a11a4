/* The lines, word for word. */
#include "device.h"
#include "testing.h"

static const struct {
	const char *settings;
	size_t count;
	const char *kind;
	enum service_checksum checksum;
	const char *line; /* of r1's lab, instead of the other rows' */
} services[] = {
	{ "", 0, NULL, SERVICE_AS_IS, "route add fc00:1::100/128 encap seg6local action End dev a0" },
	{ "set: {r1.service: packet}", 1, "packet", SERVICE_AS_IS, "route add blackhole fc00:1::100/128" },
	{ "set: {r1.service: packet, r1.service.checksum: complete}", 1, "packet", SERVICE_COMPLETE,
	  "route add blackhole fc00:1::100/128" },
	{ "set: {r1.service: tun}", 1, "tun", SERVICE_AS_IS, "route add fc00:1::100/128 dev svc0" },
};

static void service_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(services); i++) {
		owned_text text = text_format("%s%s\n", SEGMENTS("\"fc00:1::100\""), services[i].settings);
		owned_made made = make(CHAIN, text, 0);
		const struct plan_service *service = made.plan->services;
		assert_int_equal(made.plan->service_count, services[i].count);
		for (size_t j = 0; j < COUNT(services); j++)
			if (strcmp(services[j].line, services[i].line) != 0)
				assert_false(has_line(made.plan, "r1", services[j].line));
		assert_true(has_line(made.plan, "r1", services[i].line));
		assert_int_equal(has_line(made.plan, "r1", "tuntap add dev svc0 mode tun"),
		                 services[i].kind && strcmp(services[i].kind, "tun") == 0);
		if (!service)
			continue;
		assert_int_equal(service->node, node(made.plan, "r1"));
		assert_string_equal(service->device.kind->word, services[i].kind);
		assert_int_equal(service->device.checksum, services[i].checksum);
		assert_address(&service->device.sid, "fc00:1::100");
	}
}

/* A service sends on by the plan's routes: to the next segment, and to a SID of its own. */
static void service_next_hops(void **state)
{
	static const char topology[] =
	        "topology: t\n"
	        "nodes: {src: {}, r1: {sids: {\"fc00:1::100\": End}, service: {kind: packet, sid: \"fc00:1::5\"}},\n"
	        "  dst: {addresses: [\"fc00:d::1\"]}}\n"
	        "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0]}]\n";
	owned_made made = make(topology, SEGMENTS("\"fc00:1::5\""), 0);
	owned_text there = way(made.plan, "src", "fc00:1::5");
	owned_text on = way(made.plan, "r1", "fc00:d::1");
	owned_made along = make(CHAIN,
	                        CASE(", mode: encap, segments: [\"fc00:2::100\", \"fc00:1::100\", \"fc00:d::2\"]",
	                             "set: {\"r*.service\": packet}"),
	                        0);
	owned_text back = way(along.plan, "r2", "fc00:1::100");
	owned_text forth = way(along.plan, "r1", "fc00:d::2");

	(void)state;
	assert_string_equal(there, "src r1");
	assert_string_equal(on, "r1 dst");
	assert_address(&made.plan->services[0].device.sid, "fc00:1::5");
	assert_true(has_line(made.plan, "r1", "route add blackhole fc00:1::5/128"));
	/* the node's SID stays the kernel's */
	assert_true(has_line(made.plan, "r1", "route add fc00:1::100/128 encap seg6local action End dev a0"));
	assert_int_equal(along.plan->service_count, 2);
	assert_string_equal(back, "r2 r1");
	assert_string_equal(forth, "r1 r2 dst");
}

/* No line without what it leaves: nothing is done to a lab that is not read back. */
static void all_is_read_back(void **state)
{
	static const char topology[] =
	        "topology: t\n"
	        "nodes: {src: {seg6_require_hmac: 1}, r1: {service: tun, sids: {\"fc00:1::100\": End, \"fc00:1::1\": "
	        "{behaviour: End.DT46, vrftable: 100}}}, dst: {addresses: [\"fc00:d::1\"]}}\n"
	        "links: [{ends: [src.b0, r1.a0]}, {ends: [r1.b0, dst.a0], kind: nic-model}]\n";
	owned_made made = make(topology, SEGMENTS("\"fc00:1::1\""), 0);
	size_t needed = 0;

	(void)state;
	for (size_t i = 0; i < made.plan->lab.count; i++) {
		const struct command *line = &made.plan->lab.commands[i];
		assert_true(line->thing_count > 0);
		assert_true(line->things[0].facts.count > 0);
		assert_true(line->after <= i);
		needed += made.plan->needed[i];
	}
	assert_int_equal(needed, 1);
	assert_true(has_line(made.plan, "r1", "link add vrf.100 type vrf table 100"));
	assert_true(has_line(made.plan, "r1", "route replace fc00:d::1/128 via fd00:1:2::2 dev b0 table 100"));
}

/* Which SIDs a cell's packets need: those of its list, and those that a policy leads to. */
static void what_packets_need(void **state)
{
	static const struct {
		const char *list;
		size_t needed;
	} lists[] = { { "\"fc00:d::2\"", 0 },
		      { "\"fc00:1::3\"", 1 },
		      { "\"fc00:1::3\", \"fc00:4::100\"", 2 },
		      { "\"fc00:2::b6\"", 3 } };

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		owned_text text = text_format(CASE(", mode: inline, segments: [%s]", ""), lists[i].list);
		owned_made made = make(DIAMOND(""), text, 0);
		size_t needed = 0;
		for (size_t line = 0; line < made.plan->lab.count; line++)
			needed += made.plan->needed[line];
		assert_int_equal(needed, lists[i].needed);
	}
}

static void sid_lines(void **state)
{
	owned_made made = make(DIAMOND(""), SEGMENTS("\"fc00:1::3\", \"fc00:2::b6\""), 0);

	(void)state;
	/* a neighbour's name is its end of the link; an address is as written */
	assert_true(has_line(made.plan, "r1",
	                     "route add fc00:1::3/128 encap seg6local action End.X nh6 fd00:1:3::2 dev a0"));
	assert_true(has_line(made.plan, "r3",
	                     "route add fc00:3::3/128 encap seg6local action End.X nh6 fd00:1:3::1 dev a0"));
	assert_true(has_line(made.plan, "r2",
	                     "route add fc00:2::b6/128 encap seg6local action End.B6.Encaps srh segs "
	                     "fc00:1::100,fc00:3::100 dev a0"));
	assert_true(has_line(made.plan, "r4", "net.ipv6.conf.all.forwarding=1"));
	assert_false(has_line(made.plan, "src", "net.ipv6.conf.all.forwarding=1"));
	assert_false(has_line(made.plan, "dst", "net.ipv6.conf.all.forwarding=1"));
}

/* Whatever links and SIDs a node has. */
static void forwarding(void **state)
{
	owned_made made = make(DIAMOND(", forwarding: off"), CASE("", "set: {dst.forwarding: on}"), 0);

	(void)state;
	assert_false(has_line(made.plan, "r1", "net.ipv6.conf.all.forwarding=1"));
	assert_true(has_line(made.plan, "r2", "net.ipv6.conf.all.forwarding=1"));
	assert_true(has_line(made.plan, "dst", "net.ipv6.conf.all.forwarding=1"));
}

static void sysctl_lines(void **state)
{
	static const char *const off[] = {
		"net.ipv6.conf.all.seg6_enabled=0",     "net.ipv6.conf.a0.seg6_enabled=0",
		"net.ipv6.conf.b0.seg6_enabled=0",      "net.ipv6.conf.all.seg6_require_hmac=1",
		"net.ipv6.conf.a0.seg6_require_hmac=1", "net.ipv6.conf.b0.seg6_require_hmac=1"
	};
	owned_made made = make(CHAIN, CASE("", "set: {r1.seg6_enabled: 0, r1.seg6_require_hmac: 1}"), 0);

	(void)state;
	for (size_t i = 0; i < COUNT(off); i++) {
		assert_true(has_line(made.plan, "r1", off[i]));
		assert_false(has_line(made.plan, "r2", off[i]));
	}
	assert_true(has_line(made.plan, "r2", "net.ipv6.conf.all.seg6_enabled=1"));
	assert_false(has_line(made.plan, "r2", "net.ipv6.conf.all.seg6_require_hmac=0")); /* older kernels have none */
}

static void script(void **state)
{
	static const char topology[] = "topology: t\n"
	                               "nodes: {a: {}, b: {addresses: [\"fc00:b::1\"], sids: {\"fc00:b::100\": End}}}\n"
	                               "links: [{ends: [a.e0, b.e1], mtu: 1400}]\n";
	static const char testcase[] = "case: small\ntopology: t\nexpect: {fate: delivered}\n"
	                               "traffic: {from: a, to: \"fc00:b::1\", segments: [\"fc00:b::100\"]}\n"
	                               "axes: {mode: [encap, inline], b.e1.gro: [on, off]}\n";
	static const char expected[] =
	        "#!/bin/sh -e\n"
	        "# small: mode=inline b.e1.gro=off\n"
	        "# Run as root in a machine without namespaces of these names. To remove it:\n"
	        "#   ip netns del a; ip netns del b; \n"
	        "ip netns add a\n"
	        "ip netns add b\n"
	        "ip link add name e0 index 100 address 02:68:63:00:00:00 mtu 1400 netns a type veth"
	        " peer name e1 index 101 address 02:68:63:00:00:01 mtu 1400 netns b\n"
	        "ip -n a link set dev lo up\n"
	        "ip -n a link set dev e0 addrgenmode none multicast off up\n"
	        "ip -n a addr add fd00:1:1::1/64 dev e0 nodad\n"
	        "ip -n a neigh add fd00:1:1::2 lladdr 02:68:63:00:00:01 nud permanent dev e0\n"
	        "ip -n a route replace fc00:b::1/128 via fd00:1:1::2 dev e0\n"
	        "ip -n a route replace fc00:b::100/128 via fd00:1:1::2 dev e0\n"
	        "ip netns exec a sysctl -q -w -e net.ipv4.tcp_no_metrics_save=1\n"
	        "ip netns exec a sysctl -q -w -e net.ipv4.tcp_early_retrans=0\n"
	        "ip netns exec a sysctl -q -w net.ipv6.conf.all.seg6_enabled=1\n"
	        "ip netns exec a sysctl -q -w net.ipv6.conf.e0.seg6_enabled=1\n"
	        "ip netns exec a sysctl -q -w net.ipv6.icmp.ratelimit=0\n"
	        "ip -n b link set dev lo up\n"
	        "ip -n b addr add fc00:b::1/128 dev lo nodad\n"
	        "ip -n b link set dev e1 addrgenmode none multicast off up\n"
	        "ip -n b addr add fd00:1:1::2/64 dev e1 nodad\n"
	        "ip -n b neigh add fd00:1:1::1 lladdr 02:68:63:00:00:00 nud permanent dev e1\n"
	        "ip -n b route add fc00:b::100/128 encap seg6local action End dev e1\n"
	        "ip netns exec b sysctl -q -w -e net.ipv4.tcp_no_metrics_save=1\n"
	        "ip netns exec b sysctl -q -w -e net.ipv4.tcp_early_retrans=0\n"
	        "ip netns exec b sysctl -q -w net.ipv6.conf.all.seg6_enabled=1\n"
	        "ip netns exec b sysctl -q -w net.ipv6.conf.e1.seg6_enabled=1\n"
	        "ip netns exec b sysctl -q -w net.ipv6.icmp.ratelimit=0\n"
	        "ip netns exec b sysctl -q -w net.ipv6.conf.all.forwarding=1\n"
	        "ip -n a route replace fc00:b::1/128 encap seg6 mode inline segs fc00:b::100 via fd00:1:1::2 dev e0\n"
	        "ip netns exec b ethtool -K e1 gro off\n";
	owned_made made = make(topology, testcase, 3);
	owned_text text = plan_script(made.plan);

	(void)state;
	assert_string_equal(text, expected);
}

/* The one route that cells of a lab differ in. */
static void traffic_routes(void **state)
{
	static const struct {
		const char *traffic, *node, *route;
	} rows[] = {
		{ "", "src", "route replace fc00:d::1/128 via fd00:1:1::2 dev b0" },
		{ ", mode: encap, segments: [\"fc00:1::100\", \"fc00:2::100\"]", "src",
		  "route replace fc00:d::1/128 encap seg6 mode encap segs fc00:1::100,fc00:2::100 via fd00:1:1::2 dev "
		  "b0" },
		{ ", mode: encap.red, segments: [\"fc00:2::100\"]", "src",
		  "route replace fc00:d::1/128 encap seg6 mode encap.red segs fc00:2::100 via fd00:1:1::2 dev b0" },
		/* the list of this mode */
		{ ", segments: {inline: [\"fc00:2::100\"], encap: [\"fc00:d::2\"]}}\naxes: {mode: [inline, encap]",
		  "src", "route replace fc00:d::1/128 encap seg6 mode inline segs fc00:2::100 via fd00:1:1::2 dev b0" },
		{ ", segments: [\"fc00:1::100\"]}\naxes: {mode: [plain, inline]", "src",
		  "route replace fc00:d::1/128 via fd00:1:1::2 dev b0" },
		/* crafted packets bring their own header */
		{ ", tcp: crafted, mode: inline, segments: [\"fc00:1::100\"]", "src",
		  "route replace fc00:d::1/128 via fd00:1:1::2 dev b0" },
		{ ", headend: r1, mode: encap, segments: [\"fc00:2::100\"]", "r1",
		  "route replace fc00:d::1/128 encap seg6 mode encap segs fc00:2::100 via fd00:1:2::2 dev b0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = text_format("case: c\ntopology: t\nexpect: {fate: delivered}\n"
		                              "traffic: {from: src, to: \"fc00:d::1\"%s}\n",
		                              rows[i].traffic);
		owned_made made = make(CHAIN, text, 0);
		assert_int_equal(made.plan->cell_command_count, 1);
		assert_int_equal(made.plan->cell_commands[0].node, node(made.plan, rows[i].node));
		assert_string_equal(made.plan->cell_commands[0].text, rows[i].route);
	}
}

/* A guest's NICs: named by model and pair, moved after the veths are made, with addresses of their own; a model that
 * one end is set to is the link's. */
static void nic_lines(void **state)
{
	static const char topology[] =
	        "topology: t\n"
	        "nodes: {src: {}, r1: {}, r2: {}, dst: {addresses: [\"fc00:d::1\"]}}\n"
	        "links: [{ends: [src.b0, r1.a0], kind: nic, model: e1000}, {ends: [r1.b0, r2.a0]},\n"
	        "  {ends: [r2.b0, dst.a0], kind: nic, mtu: 1400}]\n";
	static const struct {
		const char *settings, *names[4];
		uint8_t mac[2]; /* of r2.b0: row, pair */
	} rows[] = {
		{ "", { "e1000-0a", "e1000-0b", "virtio-net-0a", "virtio-net-0b" }, { 0, 0 } },
		{ "set: {dst.a0.model: e1000}\n", { "e1000-0a", "e1000-0b", "e1000-1a", "e1000-1b" }, { 1, 1 } },
		{ "set: {\"*.*.model\": pcnet}\n", { "pcnet-0a", "pcnet-0b", "pcnet-1a", "pcnet-1b" }, { 6, 1 } },
	};
	static const char *const ends[] = { "src name b0", "r1 name a0", "r2 name b0", "dst name a0" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = text_format("%s%s", CASE("", ""), rows[i].settings);
		owned_made made = make(topology, text, 0);
		assert_int_equal(made.plan->lab.commands[0].node, NOT_FOUND);
		assert_non_null(strstr(made.plan->lab.commands[0].text, "type veth"));
		for (size_t end = 0; end < COUNT(ends); end++) {
			owned_text line = text_format("link set dev %s netns %s", rows[i].names[end], ends[end]);
			assert_true(made.plan->lab.commands[1 + end].node == MACHINE);
			assert_string_equal(made.plan->lab.commands[1 + end].text, line);
		}
		const uint8_t mac[] = { 0x52, 0x54, 0, rows[i].mac[0], rows[i].mac[1], 0 };
		assert_memory_equal(made.plan->interfaces[4].mac, mac, sizeof mac);
		assert_true(has_line(made.plan, "r2", "link set dev b0 mtu 1400"));
		assert_true(has_line(made.plan, "dst", "-K a0 lro off"));
		owned_text script = plan_script(made.plan);
		owned_text first = text_format("\nip link set dev %s netns src name b0\n", rows[i].names[0]);
		assert_non_null(strstr(script, first));
		assert_non_null(strstr(script, "ip netns exec dst ethtool -K a0 lro off\n"));
	}
}

/* A given route to the node itself, in the table of a VRF of its own. */
static void own_routes(void **state)
{
#define OWN(table)                                                                                                     \
	"topology: t\n"                                                                                                \
	"nodes: {src: {}, dst: {addresses: [\"fc00:d::1\"], routes: {\"fc00:7::1\": {via: dst, table: " table "}},\n"  \
	"  sids: {\"fc00:d::6\": {behaviour: End.DT6, vrftable: 100}}}}\n"                                             \
	"links: [{ends: [src.b0, dst.a0]}]\n"

	(void)state;
	owned_made made = make(OWN("100"), CASE("", ""), 0);
	assert_true(has_line(made.plan, "dst", "route add local fc00:7::1/128 dev vrf.100 table 100"));
	owned_made wrong = { 0 };
	struct error err = { 0 };
	assert_int_equal(topology_parse(&wrong.topology, "t.yaml", bytes_of(OWN("101")), &err), 0);
	assert_int_equal(
	        testcase_parse(&wrong.testcase, "c.yaml", bytes_of(CASE("", "")), find, wrong.topology, NULL, &err), 0);
	assert_int_equal(plan_make(&wrong.plan, wrong.testcase, wrong.topology, 0, NULL, &err), -1);
	assert_non_null(strstr(err.text, "dst has no VRF with table 101, and no SID with `vrftable: 101`"));
}

/* An ordinary tunnel: a device at each end, the traffic's route by the headend's, and no segment on the way. */
static void tunnels(void **state)
{
	static const struct {
		const char *traffic;
		bool headend; /* the kernel's own packets need a device there */
		const char *node;
	} rows[] = {
		{ ", mode: ip6ip6, segments: [\"fc00:1::100\", \"fc00:d::2\"]", true, "src" },
		{ ", mode: ip6ip6, segments.ip6ip6: [\"fc00:d::2\"]", true, "src" },
		{ ", mode: ip6ip6, headend: r1, segments: [\"fc00:d::2\"]", true, "r1" },
		{ ", mode: ip6ip6, tcp: crafted, segments: [\"fc00:d::2\"]", false, "src" },
		{ ", mode: encap, segments: [\"fc00:1::100\", \"fc00:d::2\"]", false, "src" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = text_format("case: c\ntopology: t\ntraffic: {from: src, to: \"fc00:d::1\"%s}\n"
		                              "expect: {fate: delivered}\n",
		                              rows[i].traffic);
		owned_made made = make(CHAIN, text, 0);
		const char *out = strcmp(rows[i].node, "r1") == 0 ? "fd00:1:2::1" : "fd00:1:1::1";
		owned_text begin = text_format("link add name tnl0 type ip6tnl mode ip6ip6 local %s remote fc00:d::2 "
		                               "encaplimit none",
		                               out);
		owned_text end = text_format("link add name tnl0 type ip6tnl mode ip6ip6 local fc00:d::2 remote %s "
		                             "encaplimit none",
		                             out);
		bool tunnel = made.plan->traffic.mode == MODE_IP6IP6;
		assert_int_equal(has_line(made.plan, rows[i].node, begin), rows[i].headend);
		assert_int_equal(has_line(made.plan, "dst", end), tunnel);
		assert_int_equal(plan_tunnel_end(made.plan) != NULL, tunnel);
		if (rows[i].headend)
			assert_string_equal(made.plan->cell_commands[0].text, "route replace fc00:d::1/128 dev tnl0");
		assert_false(tunnel && plan_needs_seg6local(made.plan));
	}
}

/* Lines that a kernel's age decides: before 4.14 a plain End is an address, and no other behaviour is to be had. */
static const struct {
	const char *kernel;
	bool seg6local;
} ages[] = { { "4.10.17", false }, { "4.12.0", false }, { "4.13.4", false }, { "4.14.0", true },
	     { "4.14.5", true },   { "6.18.44", true }, { "", true },        { NULL, true } };

static void ages_of_kernels(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ages); i++) {
		bool has = ages[i].seg6local;
		owned_made made =
		        make_for(ages[i].kernel, DIAMOND(""), SEGMENTS("\"fc00:1::100\", \"fc00:2::100\""), 0);
		owned_made other = make_for(ages[i].kernel, DIAMOND(""), SEGMENTS("\"fc00:1::100\", \"fc00:1::3\""), 0);
		assert_int_equal(kernel_has(ages[i].kernel, TRAIT_SEG6LOCAL), has);
		assert_int_equal(kernel_has(ages[i].kernel, TRAIT_INLINE), has);
		assert_int_equal(has_line(made.plan, "r1", "addr add fc00:1::100/128 dev lo nodad"), !has);
		assert_int_equal(
		        has_line(made.plan, "r1", "route add fc00:1::100/128 encap seg6local action End dev a0"), has);
		assert_int_equal(
		        has_line(made.plan, "r1",
		                 "route add fc00:1::3/128 encap seg6local action End.X nh6 fd00:1:3::2 dev a0"),
		        has);
		assert_true(has_line(made.plan, "r1", "net.ipv6.conf.all.forwarding=1"));
		assert_false(plan_needs_seg6local(made.plan));
		assert_int_equal(plan_needs_seg6local(other.plan), !has);
	}
}

/* A service's SID stays the service's; a host that had an End still forwards. */
static void ages_and_services(void **state)
{
	static const char topology[] = "topology: t\nnodes: {src: {}, dst: {addresses: [\"fc00:d::1\"], sids: "
	                               "{\"fc00:d::100\": End}}}\nlinks: [{ends: [src.b0, dst.a0]}]\n";
	owned_made made = make_for(
	        "4.12.0", CHAIN, CASE(", mode: inline, segments: [\"fc00:1::100\"]", "set: {r1.service: packet}\n"), 0);
	owned_made host = make_for("4.13.4", topology, SEGMENTS("\"fc00:d::100\""), 0);

	(void)state;
	assert_true(has_line(made.plan, "r1", "route add blackhole fc00:1::100/128"));
	assert_false(has_line(made.plan, "r1", "addr add fc00:1::100/128 dev lo nodad"));
	assert_false(plan_needs_seg6local(made.plan));
	assert_true(has_line(host.plan, "dst", "addr add fc00:d::100/128 dev lo nodad"));
	assert_true(has_line(host.plan, "dst", "net.ipv6.conf.all.forwarding=1"));
	assert_false(plan_needs_seg6local(host.plan));
}

/* ---- which cells share a lab */

/* A key that the kernel is given without a terminal. */
static void hmac_key(void **state)
{
	owned_text text = text_format("%sset: {r1.seg6_hmac_key: 7}\n", SEGMENTS("\"fc00:1::100\""));
	owned_made made = make(CHAIN, text, 0);
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < made.plan->lab.count; i++) {
		const struct command *line = &made.plan->lab.commands[i];
		if (strcmp(line->text, "sr hmac set 7 sha256") != 0)
			continue;
		assert_true(line->direct);
		assert_int_equal(line->things[0].kind, THING_HMAC_KEY);
		assert_string_equal(line->things[0].name, "7");
		found++;
	}
	assert_int_equal(found, 1);
	owned_text script = plan_script(made.plan);
	assert_non_null(strstr(script, "asks for a secret: hopcheck"));
}

/* Of `all` and of one interface apart. */
static void seg6_of_one_interface(void **state)
{
	static const struct {
		const char *set;
		const char *all, *a0, *b0;
	} rows[] = {
		{ "", "1", "1", "1" },
		{ "set: {r1.seg6_enabled: 0}", "0", "0", "0" },
		{ "set: {r1.a0.seg6_enabled: 0}", "1", "0", "1" },
		{ "set: {r1.a0.seg6_enabled: 1, r1.seg6_enabled: 0}", "0", "1", "0" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text text = text_format("%s%s\n", SEGMENTS("\"fc00:1::100\""), rows[i].set);
		owned_made made = make(CHAIN, text, 0);
		owned_text all = text_format("net.ipv6.conf.all.seg6_enabled=%s", rows[i].all);
		owned_text a0 = text_format("net.ipv6.conf.a0.seg6_enabled=%s", rows[i].a0);
		owned_text b0 = text_format("net.ipv6.conf.b0.seg6_enabled=%s", rows[i].b0);
		assert_true(has_line(made.plan, "r1", all) && has_line(made.plan, "r1", a0) &&
		            has_line(made.plan, "r1", b0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forwarding),        cmocka_unit_test(seg6_of_one_interface),
		cmocka_unit_test(hmac_key),          cmocka_unit_test(service_lines),
		cmocka_unit_test(service_next_hops), cmocka_unit_test(all_is_read_back),
		cmocka_unit_test(what_packets_need), cmocka_unit_test(sid_lines),
		cmocka_unit_test(sysctl_lines),      cmocka_unit_test(script),
		cmocka_unit_test(own_routes),        cmocka_unit_test(traffic_routes),
		cmocka_unit_test(nic_lines),         cmocka_unit_test(tunnels),
		cmocka_unit_test(ages_of_kernels),   cmocka_unit_test(ages_and_services),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
