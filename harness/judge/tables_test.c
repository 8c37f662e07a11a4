/* Reasons in a node's tables: routes that lead nowhere, in main, in a VRF's and by a rule; behind a list that is
 * pushed; a SID that looks in another table than the route's. */
#include "../../tests/scene.h"

static struct scene s;
static struct route route;

/* A plain SYN that came to r1, which has one route to dst. */
static void start(void)
{
	scene_start(&s);
	s.plan.traffic.mode = MODE_PLAIN;
	s.plan.traffic.to = ip6("fc00:d::1");
	s.nodes[DST].addresses = &s.plan.traffic.to;
	s.nodes[DST].address_count = 1;
	scene_push(&s);
	route = (struct route){ .to = { ip6("fc00:d::"), 32 }, .type = ROUTE_BLACKHOLE };
	s.nodes[R1].routes = &route;
	s.nodes[R1].route_count = 1;
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
}

static void types(void **state)
{
	(void)state;
	start();
	scene_reach(&s, FATE_DROPPED, "r1", REASON_BLACKHOLE,
	            "the route of r1 to fc00:d::1 is to fc00:d::/32, blackhole, in table main");
	route.type = ROUTE_UNREACHABLE;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNREACHABLE, "unreachable, in table main");
	route.type = ROUTE_PROHIBIT;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_PROHIBITED, "prohibit, in table main");
	route.to.address = ip6("fc00:e::");
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

/* The longest one counts. */
static void longer(void **state)
{
	struct gateway dst = { .via = (char *)"dst" };
	struct route both[2];

	(void)state;
	start();
	both[0] = route;
	both[1] = (struct route){ .to = { ip6("fc00:d::"), 64 }, .gateways = &dst, .gateway_count = 1 };
	s.nodes[R1].routes = both;
	s.nodes[R1].route_count = 2;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	both[1].to.length = 16;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_BLACKHOLE, NULL);
	scene_end(&s);
}

static void other_tables(void **state)
{
	struct vrf red = { .name = "red", .table = (char *)"100" };
	struct table_rule rule = { .iif = (char *)"a1", .table = (char *)"7", .priority = 500 };

	(void)state;
	start();
	route.table = (char *)"100";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	s.nodes[R1].vrfs = &red;
	s.nodes[R1].vrf_count = 1;
	s.interfaces[R1_A1].vrf = 1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_BLACKHOLE, "in table 100");
	s.interfaces[R1_A1].vrf = 0;
	route.table = (char *)"7";
	s.nodes[R1].rules = &rule;
	s.nodes[R1].rule_count = 1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_BLACKHOLE, "in table 7");
	rule.iif = (char *)"b0";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

/* What a policy pushes is looked up by its first segment. */
static void behind_a_list(void **state)
{
	struct address segment = ip6("fc00:9::1");

	(void)state;
	start();
	route.to = prefix_of(&segment);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	s.policy = (struct plan_policy){
		.node = R1, .to = prefix_of(&s.plan.traffic.to), .mode = MODE_ENCAP, .list = &segment, .count = 1
	};
	s.plan.policy_count = 1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_BLACKHOLE,
	            "the route of r1 to fc00:9::1 is to fc00:9::1/128, blackhole");
	scene_end(&s);
}

static void in_the_table_of_a_vrf(void **state)
{
	struct vrf red = { .name = "red", .table = (char *)"100" };
	struct gateway dst = { .via = (char *)"dst" };

	(void)state;
	start();
	trace_forget_packets(s.trace);
	s.plan.traffic.mode = MODE_ENCAP;
	scene_push(&s);
	s.sid.behaviour = behaviour_find("End.DT6");
	s.sid.table = (char *)"main";
	route = (struct route){ .to = route.to, .gateways = &dst, .gateway_count = 1, .table = (char *)"100" };
	scene_send(&s, true, scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0), 2);
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	s.nodes[R1].vrfs = &red;
	s.nodes[R1].vrf_count = 1;
	scene_reach(&s, FATE_DROPPED, "r1", REASON_OTHER_TABLE,
	            "End.DT6 looks in table main, and the route of r1 to fc00:d::1 is in that of VRF red, 100");
	s.sid.table = (char *)"100";
	scene_reach(&s, FATE_DROPPED, "r1", REASON_UNEXPLAINED, NULL);
	scene_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types),
		cmocka_unit_test(longer),
		cmocka_unit_test(other_tables),
		cmocka_unit_test(behind_a_list),
		cmocka_unit_test(in_the_table_of_a_vrf),
	};

	return cmocka_run_group_tests_name("judge: tables", tests, NULL, NULL);
}
