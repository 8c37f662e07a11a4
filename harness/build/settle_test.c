/* Waiting until a lab is usable, with answers of a made-up kernel: links that come up late, addresses without their
 * local route yet, and messages that are not answers. */
#include <errno.h>
#include <linux/if.h>
#include <stdio.h>

#include "device.h"
#include "testing.h"

/* After how many questions each is ready, and what the link is like until then, and from then on. */
struct readiness {
	unsigned link_after, route_after, asked_link, asked_route;
	uint8_t early_state, late_state; /* operstates */
	bool early_no_carrier, early_unknown, events;
};

static void answer_link(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	struct readiness *readiness = kernel->context;
	const struct ifinfomsg link = { .ifi_index = ((const struct ifinfomsg *)NLMSG_DATA(request))->ifi_index };
	bool late = ++readiness->asked_link > readiness->link_after;
	uint8_t state = late ? readiness->late_state : readiness->early_state, up = IF_OPER_UP;
	uint8_t carrier = late || !readiness->early_no_carrier;
	struct message message;

	if (readiness->early_unknown && !late) {
		made_error(kernel, request, ENODEV);
		return;
	}
	if (readiness->events) { /* of another link, which is up: no answer to this */
		message_start(&message, RTM_NEWLINK, 0, &link, sizeof link);
		message_put(&message, IFLA_OPERSTATE, &up, sizeof up);
		made_answer(kernel, request, &message, 1);
	}
	message_start(&message, RTM_NEWLINK, 0, &link, sizeof link);
	message_put(&message, IFLA_OPERSTATE, &state, sizeof state);
	message_put(&message, IFLA_CARRIER, &carrier, sizeof carrier);
	made_answer(kernel, request, &message, 0);
}

static void answer_route(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	struct readiness *readiness = kernel->context;
	struct rtmsg route = { .rtm_family = AF_INET6,
		               .rtm_type =
		                       ++readiness->asked_route > readiness->route_after ? RTN_LOCAL : RTN_UNICAST };
	struct message message;

	message_start(&message, RTM_NEWROUTE, 0, &route, sizeof route);
	made_answer(kernel, request, &message, 0);
}

static void answer(struct made_kernel *kernel, const struct nlmsghdr *request)
{
	if (request->nlmsg_type == RTM_GETLINK)
		answer_link(kernel, request);
	else if (request->nlmsg_type == RTM_GETROUTE)
		answer_route(kernel, request);
}

/* One node of a link, at its end 0; the other is in no namespace. Returns settle()'s result. */
static int settles(struct readiness *readiness, const char *kind)
{
	char *names[] = { "n" };
	int tuns[] = { -1 };
	unsigned ifindex[] = { 2, 0 };
	struct node node = { .name = "n" };
	struct interface interfaces[] = { { .name = "a0", .node = 0 }, { .name = "b0", .node = 1 } };
	struct link link = { 0 };
	struct plan_interface plan_interfaces[2] = { { .address = { .family = AF_INET6 } },
		                                     { .address = { .family = AF_INET6 } } };
	struct topology topology = { .nodes = &node,
		                     .node_count = 1,
		                     .links = &link,
		                     .link_count = 1,
		                     .interfaces = interfaces,
		                     .interface_count = 2 };
	struct plan plan = { .topology = &topology, .interfaces = plan_interfaces };
	struct lab lab = { .names = names, .tuns = tuns, .ifindex = ifindex, .node_count = 1 };
	struct made_kernel kernel = { .answer = answer, .context = readiness };
	struct error err = { 0 };

	link.kind = link_find(kind);
	made_kernel_start(&kernel);
	struct watch watch = { .sockets = &kernel.ours, .count = 1 };
	int result = settle(&watch, &lab, &plan, &err);
	made_kernel_end(&kernel);
	assert_int_equal(err.count, result != 0);
	return result;
}

static void waits(void **state)
{
	static struct readiness rows[] = {
		{ .early_state = IF_OPER_UP, .late_state = IF_OPER_UP },
		{ .link_after = 3, .early_state = IF_OPER_DOWN, .late_state = IF_OPER_UP },
		{ .link_after = 3, .early_state = IF_OPER_DOWN, .late_state = IF_OPER_UP, .events = true },
		{ .link_after = 2, .early_state = IF_OPER_LOWERLAYERDOWN, .late_state = IF_OPER_UP },
		{ .link_after = 2, .early_state = IF_OPER_UNKNOWN, .late_state = IF_OPER_UP },
		{ .link_after = 2, .late_state = IF_OPER_UP, .early_unknown = true },
		{ .link_after = 2, .early_state = IF_OPER_UP, .late_state = IF_OPER_UP, .early_no_carrier = true },
		{ .route_after = 4, .early_state = IF_OPER_UP, .late_state = IF_OPER_UP },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(settles(&rows[i], "veth"), 0);
		assert_true(rows[i].asked_link > rows[i].link_after);
		assert_true(rows[i].asked_route > rows[i].route_after);
	}
}

/* Drivers that never say more than "unknown" (RFC 2863) are up then, but not without a carrier. */
static void unknown_states(void **state)
{
	struct readiness unknown = { .early_state = IF_OPER_UNKNOWN, .late_state = IF_OPER_UNKNOWN };
	struct readiness down = { .link_after = 2, .early_state = IF_OPER_DOWN, .late_state = IF_OPER_UNKNOWN };

	(void)state;
	assert_int_equal(settles(&unknown, "nic"), 0);
	assert_int_equal(settles(&down, "nic"), 0);
	assert_int_equal(down.asked_link, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits),
		cmocka_unit_test(unknown_states),
	};

	return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
