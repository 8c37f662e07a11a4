/* What one capture, one log and one set of counters give to each of the flows that ran at once. */
#include "../../tests/scene.h"
#include "probe_internal.h"

static struct scene first, second;
static struct plan_flow flows[2];
static struct play all[2];

static int start(void **state)
{
	struct scene *const scenes[] = { &first, &second };

	(void)state;
	for (size_t i = 0; i < COUNT(scenes); i++) {
		struct scene *s = scenes[i];
		scene_start(s);
		flows[i] = (struct plan_flow){ s->plan.traffic, SRC };
		s->plan.flows = flows;
		s->plan.flow_count = COUNT(flows);
		s->plan.flow = i;
		all[i] = (struct play){ .all = all, .all_count = COUNT(all), .plan = &s->plan, .trace = s->trace };
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_end(&first);
	scene_end(&second);
	return 0;
}

static struct packet_spec packet(uint16_t port)
{
	struct packet_spec spec = scene_packet(&first, true, TCP_ACK, CLIENT_ISN, 100);

	spec.destination_port = port;
	return spec;
}

static void packets_and_drops(void **state)
{
	struct packet_spec own = packet(SERVER_PORT), other = packet(SERVER_PORT + 1), nobodys = packet(80);

	(void)state;
	nobodys.destination = ip6("fc00:e::1");
	scene_capture(&first, HOP(R1_A1, HOP_IN), &own);
	scene_capture(&first, HOP(R1_A1, HOP_IN), &other);
	scene_capture(&first, HOP(R1_A1, HOP_IN), &nobodys);
	scene_drop(&first, R1_A1, &own, "f", "");
	scene_drop(&first, R1_A1, &other, "f", "");
	scene_drop(&first, R1_A1, &other, "f", "");
	flows_split(all);
	assert_int_equal(first.trace->packet_count, 2);
	assert_int_equal(second.trace->packet_count, 2);
	uint16_t ports[2];
	packet_ports(&second.trace->packets[0].view, &ports[0], &ports[1]);
	assert_int_equal(ports[1], SERVER_PORT + 1);
	assert_ptr_not_equal(first.trace->packets[1].data, second.trace->packets[1].data);
	assert_int_equal(first.trace->drop_count, 1);
	assert_int_equal(second.trace->drop_count, 2);
}

static void what_is_the_labs(void **state)
{
	(void)state;
	scene_count(&first, R1, "Ip6InNoRoutes", 2);
	complain(first.trace, "r1: %s", "something");
	*PUSH(first.trace->log, first.trace->log_count) = text_copy("a warning");
	first.trace->lost = 3;
	second.trace->broken = text_copy("a socket");
	flows_split(all);
	assert_int_equal(second.trace->counter_count, 1);
	assert_int_equal(second.trace->counters[0].delta, 2);
	assert_string_equal(second.trace->complaints[0], "r1: something");
	assert_string_equal(second.trace->log[0], "a warning");
	assert_int_equal(second.trace->lost, 3);
	assert_string_equal(first.trace->broken, "a socket");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(packets_and_drops, start, end),
		cmocka_unit_test_setup_teardown(what_is_the_labs, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
