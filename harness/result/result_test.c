/* One cell's JSON object, field by field as docs/results.md has it. */
#include "../../tests/results.h"

static struct axis_value modes[] = { { .label = "inline" }, { .label = "it's encap" } };
static struct axis axis = { .name = "mode", .values = modes, .value_count = 2 };

static void is_json(const json_t *json, const char *wanted)
{
	owned_text quoted = text_copy(wanted);
	for (char *c = quoted; *c; c++)
		if (*c == '\'')
			*c = '"';
	json_t *expected = json_loads(quoted, JSON_DECODE_ANY, NULL);
	assert_non_null(expected);
	if (!json_equal(json, expected)) {
		owned_text text = json_dumps(json, JSON_ENCODE_ANY);
		print_message("%s\n", text);
	}
	assert_true(json_equal(json, expected));
	json_decref(expected);
}

static json_t *result_of(const struct scene *scene, const char *release)
{
	owned(judgement) judgement = scene_judge(scene, &(struct circumstances){ .release = release });

	return result_json(result_make(test_pool(), &scene->plan, scene->trace, judgement));
}

static void delivered(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	s.testcase.axes = &axis;
	s.testcase.axis_count = 1;
	scene_count(&s, DST, "TcpInSegs", 6);
	scene_count(&s, R1, "Ip6OutForwDatagrams", 9);
	scene_count(&s, DST, "Ip6InReceives", 7);
	*PUSH(s.trace->offloads, s.trace->offload_count) = (struct offload_state){ DST_B1, OFFLOAD_GRO, true };
	*PUSH(s.trace->offloads, s.trace->offload_count) = (struct offload_state){ DST_B1, OFFLOAD_TX, false };
	s.trace->milliseconds = 1.5;
	s.trace->client.retransmits = 2;
	struct aggregation_rule rules[] = { { .hop = "dst.b1", .merging = MERGING_NONE },
		                            { .hop = "r1.b0:out", .merging = MERGING_AT_LEAST, .number = 1 } };
	s.expect.aggregation = rules;
	s.expect.aggregation_count = 2;
	json_t *result = result_of(&s, "6.18.44");
	is_json(json_object_get(result, "case"), "'scene'");
	is_json(json_object_get(result, "topology"), "'chain-1'");
	is_json(json_object_get(result, "axes"), "{'mode': 'inline'}");
	is_json(json_object_get(result, "outcome"), "'PASS'");
	is_json(json_object_get(result, "command"), "'hopcheck run cases/scene.yaml --only mode=inline'");
	is_json(json_object_get(result, "verdict"),
	        "{'fate': 'delivered', 'at': null, 'reason': null, 'last_hop': "
	        "null, 'aggregation': {'src.a0:out': 1.0, "
	        "'r1.a1:in': 1.0, 'r1.b0:out': 1.0, 'dst.b1:in': 1.0}, 'bad_checksums': [], 'oversize': []}");
	is_json(json_object_get(result, "expected"),
	        "{'fate': 'delivered', 'aggregation': {'dst.b1': 'none', 'r1.b0:out': '>=1'}}");
	assert_null(json_object_get(result, "known"));
	assert_int_equal(json_array_size(json_object_get(result, "hops")), 8);
	is_json(json_array_get(json_object_get(result, "hops"), 6),
	        "{'node': 'dst', 'interface': 'b1', 'direction': 'in', 'packets': 6, 'bytes': 4684, 'largest': 1114, "
	        "'data': 4, 'oversize': 0, 'segments_left': [0, 0], 'checksum': {'valid': 6, 'partial': 0, 'bad': 0}}");
	is_json(json_object_get(result, "counters"),
	        "{'dst': {'TcpInSegs': 6, 'Ip6InReceives': 7}, 'r1': {'Ip6OutForwDatagrams': 9}}");
	is_json(json_object_get(result, "offloads"), "{'dst.b1': {'gro': 'on', 'tx': 'off'}}");
	is_json(json_object_get(result, "complaints"), "[]");
	is_json(json_object_get(result, "sender"),
	        "{'established': true, 'sent': 4000, 'received': 0, 'mangled': false, "
	        "'error': null, 'retransmits': 2, 'unacknowledged': 0}");
	is_json(json_object_get(result, "why"), "'delivered: 4000 octets; dst.b1 saw 4 data packets for 4 sent.'");
	is_json(json_object_get(result, "ms"), "1.5");
	json_decref(result);
	scene_end(&s);
}

static void known(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_bad_syn(&s, 1);
	scene_count_sums(&s, DST, 1);
	*PUSH(s.trace->complaints, s.trace->complaint_count) = text_copy("src.a0: l4 proto=2b \xff");
	s.known = (struct expectation){ .kernel = "<4.13",
		                        .has_fate = true,
		                        .fate = FATE_DROPPED,
		                        .at = "dst",
		                        .reason = "tcp-csum",
		                        .complaint = "proto=2b",
		                        .because = "b",
		                        .reference = "r",
		                        .workaround = "w" };
	s.testcase.known_count = 1;
	json_t *result = result_of(&s, "4.12");
	is_json(json_object_get(result, "outcome"), "'KNOWN'");
	is_json(json_object_get(result, "verdict"),
	        "{'fate': 'dropped', 'at': 'dst', 'reason': 'tcp-csum', 'last_hop': 'dst.b1:in', 'aggregation': {}, "
	        "'bad_checksums': ['src.a0:out', 'r1.a1:in', 'r1.b0:out', 'dst.b1:in'], 'oversize': []}");
	is_json(json_object_get(result, "known"),
	        "{'fate': 'dropped', 'at': 'dst', 'reason': 'tcp-csum', 'complaint': 'proto=2b', 'kernel': '<4.13', "
	        "'because': 'b', 'ref': 'r', 'workaround': 'w'}");
	is_json(json_object_get(result, "complaints"), "['src.a0: l4 proto=2b ?']");
	json_decref(result);
	result = result_of(&s, "6.1");
	is_json(json_object_get(result, "outcome"), "'FAIL'");
	assert_null(json_object_get(result, "known"));
	json_decref(result);
	scene_end(&s);
}

static const char *const members[] = { "case",       "topology", "axes",     "outcome",    "command",
	                               "verdict",    "expected", "journey",  "hops",       "counters",
	                               "offloads",   "sender",   "receiver", "complaints", "drops",
	                               "drops_lost", "why",      "ms",       "models",     "hints" };

static void has_members(json_t *result)
{
	for (size_t i = 0; i < COUNT(members); i++)
		assert_non_null(json_object_get(result, members[i]));
	assert_int_equal(json_object_size(result), COUNT(members));
}

static void drops(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	struct packet_spec syn = scene_packet(&s, true, TCP_SYN, CLIENT_ISN, 0);
	struct packet_spec data = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 1000);
	struct packet_spec ack = scene_packet(&s, true, TCP_ACK, CLIENT_ISN + 1, 0);
	scene_drop(&s, DST_B1, &syn, "tcp_v6_rcv", "TCP_CSUM");
	scene_drop(&s, R1_A1, &data, "ip6_forward", "")->interface = NOT_FOUND;
	scene_drop(&s, DST_B1, &syn, "tcp_v6_rcv", "TCP_CSUM");
	scene_drop(&s, DST_B1, &ack, "", "TCP_CSUM");
	s.trace->drops_lost = 7;
	json_t *result = result_of(&s, "6.1");
	is_json(json_object_get(result, "drops"),
	        "[{'node': 'dst', 'interface': 'b1', 'reason': 'TCP_CSUM', 'function': 'tcp_v6_rcv', 'packet': 'SYN "
	        "src "
	        "> dst', 'count': 2},"
	        " {'node': 'r1', 'interface': null, 'reason': null, 'function': 'ip6_forward', 'packet': 'data src > "
	        "dst', 'count': 1},"
	        " {'node': 'dst', 'interface': 'b1', 'reason': 'TCP_CSUM', 'function': null, 'packet': 'ACK src > "
	        "dst', "
	        "'count': 1}]");
	is_json(json_object_get(result, "drops_lost"), "7");
	json_decref(result);
	scene_end(&s);
}

/* r1 takes two hop limits; dst tells src of a parameter problem at octet 42 of the SYN. */
static void invariants(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	scene_deliver(&s);
	for (size_t i = s.trace->packet_count - 2; i < s.trace->packet_count; i++)
		s.trace->packets[i].data[14 + 7]--;
	const struct captured *syn = &s.trace->packets[1];
	struct captured *error = PUSH(s.trace->packets, s.trace->packet_count);
	const size_t head = 14 + 40 + 8, about = 40 + 40;
	*error = (struct captured){ .hop = HOP(R1_A1, HOP_OUT), .time = s.clock += 1000 };
	error->data = zalloc(head + about);
	error->length = error->wire_length = head + about;
	memcpy(error->data, syn->data, 14 + 40);
	error->data[14 + 5] = (uint8_t)(8 + about);
	error->data[14 + 6] = 58;
	memcpy(error->data + 14 + 8, s.plan_interfaces[R1_A1].address.octets, 16);
	memcpy(error->data + 14 + 24, s.plan.from_address.octets, 16);
	memcpy(error->data + 14 + 40, (uint8_t[]){ 4, 0, 0, 0, 0, 0, 0, 42 }, 8);
	memcpy(error->data + head, syn->data + 14, about);
	captured_parse(error);
	json_t *result = result_of(&s, "6.18.44");
	is_json(json_object_get(json_object_get(result, "verdict"), "broken"), "['icmpv6-checksum', 'hop-limit']");
	is_json(json_object_get(result, "breaches"),
	        "[{'invariant': 'hop-limit', 'source': 'RFC 8200 3, RFC 8754 4.3.1.1, RFC 8986 4.1 and 5.1', "
	        "'node': 'r1', 'hop': 'r1.b0:out', 'packet': 'data 3000:4000', 'expected': '63 (64 came)', 'saw': "
	        "'62', "
	        "'packets': 1}, {'invariant': 'icmpv6-checksum', 'source': 'RFC 4443 2.3', 'node': 'r1', 'hop': "
	        "'r1.a1:out', 'packet': 'ICMPv6 bad parameter', 'expected': 'a right checksum', 'saw': 'a bad one', "
	        "'packets': 1}]");
	is_json(json_object_get(result, "icmpv6"), "[{'node': 'r1', 'error': 'bad parameter', 'type': 4, 'code': 0, "
	                                           "'parameter': 42, 'source': 'fd00:1::1', "
	                                           "'destination': 'fc00:1::100', 'segments_left': 1, 'packets': 1}]");
	struct error err = { 0 };
	const struct result *again = result_read(test_pool(), result, true, &err);
	assert_non_null(again);
	owned_text_lines lines = invariant_lines(again);
	assert_int_equal(lines.count, 3);
	assert_string_equal(lines.at[0],
	                    "r1 broke hop-limit (RFC 8200 3, RFC 8754 4.3.1.1, RFC 8986 4.1 and 5.1) for 1 "
	                    "packet at r1.b0:out, the data 3000:4000: expected 63 (64 came), saw 62");
	assert_string_equal(lines.at[2], "r1 sent ICMPv6 bad parameter (code 0, pointer 42) about fd00:1::1 > "
	                                 "fc00:1::100, segments left 1");
	json_decref(result);
	scene_end(&s);
}

static void without_verdict(void **state)
{
	struct scene s;

	(void)state;
	scene_start(&s);
	s.trace->skip = text_copy("no /dev/net/tun");
	json_t *result = result_of(&s, "6.1");
	has_members(result);
	is_json(json_object_get(result, "outcome"), "'SKIP'");
	is_json(json_object_get(result, "verdict"), "null");
	is_json(json_object_get(result, "hops"), "[]");
	is_json(json_object_get(result, "why"), "'no /dev/net/tun'");
	json_decref(result);
	scene_end(&s);
}

static void without_trace(void **state)
{
	char *topologies[] = { "chain-1" };
	struct scene s;

	(void)state;
	scene_start(&s);
	s.testcase.axes = &axis;
	s.testcase.axis_count = 1;
	s.testcase.topologies = topologies;
	s.testcase.topology_count = 1;
	struct result *made = result_without_trace(test_pool(), &s.testcase, 1, OUTCOME_BROKEN, "the worker died");
	json_t *result = result_json(made);
	has_members(result);
	is_json(json_object_get(result, "outcome"), "'BROKEN'");
	is_json(json_object_get(result, "topology"), "'chain-1'");
	is_json(json_object_get(result, "why"), "'the worker died'");
	assert_string_equal(json_string_value(json_object_get(result, "command")),
	                    "hopcheck run cases/scene.yaml --only 'mode=it'\\''s encap'");
	json_decref(result);
	scene_end(&s);
}

static char *written(file_writer *writer, const void *value)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	struct error err = { 0 };

	assert_int_equal(writer(out, value, &err), 0);
	fclose(out);
	return text;
}

/* A document is written a cell at a time, and looks as if it had been written as one. */
static void documents(void **state)
{
	static const char one[] =
	        "{'hopcheck': '1', 'kernel': {'release': '6.1', 'nics': {}}, 'topologies': {}, 'cells': ["
	        "{'case': 'a', 'axes': {'mode': 'in\\nline'}, 'outcome': 'PASS', 'hops': [{}]}, "
	        "{'case': 'b', 'axes': {}, 'outcome': 'FAIL', 'hops': []}], 'partial': true, 'unrun': 2}";
	static const char *const runs[] = { one, "{'cells': []}" };
	struct results results = { .pool = test_pool() };
	json_t *kernels = json_array();

	(void)state;
	for (size_t i = 0; i < COUNT(runs); i++) {
		json_t *json = parse_json(runs[i]);
		owned_text wanted = json_dumps(json, JSON_INDENT(1));
		results_add(&results, read_run(json));
		owned_text got = written(run_writer, results.runs[i]);
		got[strlen(got) - 1] = 0; /* the last line's end */
		assert_string_equal(got, wanted);
		json_array_append_new(kernels, json);
	}
	json_t *all = json_pack("{s:s, s:s, s:b, s:o}", "hopcheck", HOPCHECK_VERSION, "command", "c", "partial", 1,
	                        "kernels", kernels);
	owned_text wanted = json_dumps(all, JSON_INDENT(1));
	owned_text got = written(matrix_writer, &(struct matrix_document){ "c", &results, true });
	got[strlen(got) - 1] = 0;
	assert_string_equal(got, wanted);
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delivered),  cmocka_unit_test(known),           cmocka_unit_test(drops),
		cmocka_unit_test(invariants), cmocka_unit_test(without_verdict), cmocka_unit_test(without_trace),
		cmocka_unit_test(documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
