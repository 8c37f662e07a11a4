/* Kinds of devices: their rows, what makes them, and what a service does to a frame. */
#include "device.h"

#include "../../packet/testing.h"

static void processes(void **state)
{
	const struct address segment = address_of("fc00:1::100");
	struct packet_spec spec = spec_of(MODE_INLINE, &segment, 1);

	(void)state;
	spec.checksum = CHECKSUM_PARTIAL;
	for (size_t i = 0; device_table[i]; i++) {
		char complaint[COMPLAINT_SIZE];
		struct device device = { .kind = device_table[i] };
		assert_int_equal(device.kind->process != NULL, device.kind->input != INPUT_NONE);
		if (!device.kind->process)
			continue;
		for (int whole = 0; whole < 2; whole++) {
			owned(frame) frame = built(&spec);
			device.checksum = whole ? SERVICE_COMPLETE : SERVICE_AS_IS;
			assert_true(device.kind->process(&device, frame->data, frame->length, complaint));
			struct packet_view view = seen(frame);
			assert_int_equal(packet_srh(&view, packet_ip(&view)).segments_left, 0);
			assert_int_equal(packet_checksum(&view, false), whole ? CHECKSUM_VALID : CHECKSUM_BAD);
			assert_false(device.kind->process(&device, frame->data, frame->length, complaint));
			assert_string_equal(complaint, "a packet without a segment left");
		}
		spec.cut = 40 + 8 + 32; /* the SRH is whole, TCP is not there */
		owned(frame) cut = built(&spec);
		assert_false(device.kind->process(&device, cut->data, cut->length, complaint));
		assert_string_equal(complaint, "no TCP segment to complete");
		spec.cut = 0;
	}
}

static void makes(void **state)
{
	const struct node settings = { .seg6_enabled = 1 };
	const struct address sid = address_of("fc00:1::5");
	const struct device_plan plan = { .node = 3,
		                          .settings = &settings,
		                          .sid = &sid,
		                          .local = "fc00:a::1",
		                          .remote = "fc00:d::1",
		                          .table = "100" };

	(void)state;
	for (size_t i = 0; device_table[i]; i++) {
		const struct device_kind *kind = device_table[i];
		struct lines lines = { 0 };
		bool named = false;
		kind->lines(&lines, &plan);
		assert_true(lines.count > 0);
		for (size_t line = 0; line < lines.count; line++) {
			assert_int_equal(lines.commands[line].node, 3);
			assert_true(lines.commands[line].thing_count > 0); /* it is read back */
			named |= kind->name && strstr(lines.commands[line].text, kind->name) != NULL;
		}
		assert_int_equal(named, kind->name != NULL);
		commands_free(lines.commands, lines.count);
	}
}

static void table(void **state)
{
	const struct word *words = service_words();
	size_t serving = 0;

	(void)state;
	assert_string_equal(words[0].word, "off");
	assert_null(device_at(words[0].value));
	for (size_t i = 0; device_table[i]; i++) {
		assert_ptr_equal(device_find(device_table[i]->word), device_table[i]);
		serving += device_table[i]->serves;
		/* its descriptor is that of the interface that it makes */
		assert_true(device_table[i]->input != INPUT_TUN || device_table[i]->name);
		for (const struct held_key *key = device_table[i]->held; key && key->key; key++)
			assert_true(device_table[i]->held_as && key->attribute <= HELD_ATTRIBUTES);
	}
	for (size_t i = 1; i <= serving; i++)
		assert_ptr_equal(device_at(words[i].value), device_find(words[i].word));
	assert_null(words[serving + 1].word);
	assert_null(device_find("packets"));
}

/* A node's service is on, off with its address kept, or not there. */
static void services_of_nodes(void **state)
{
	const struct address first = address_of("fc00:1::1"), own = address_of("fc00:1::5");
	struct sid sid = { .address = first };
	struct node node = { .sids = &sid, .sid_count = 1 };

	(void)state;
	assert_null(node_service(&node));
	assert_null(node_own_service_sid(&node));
	assert_true(address_same(node_service_sid(&node), &first));
	*node_service_slot(&node) = (struct device){ .sid = own };
	assert_null(node_service(&node));
	assert_true(address_same(node_service_sid(&node), &own));
	node_service_slot(&node)->kind = device_find("packet");
	assert_int_equal(node.device_count, 1);
	assert_string_equal(node_service(&node)->kind->word, "packet");
	node_service_slot(&node)->kind = NULL;
	assert_int_equal(node.device_count, 1);
	assert_null(node_service(&node));
	free(node.devices);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(processes), cmocka_unit_test(makes),
		                            cmocka_unit_test(table), cmocka_unit_test(services_of_nodes) };

	return cmocka_run_group_tests_name("kind: devices", tests, NULL, NULL);
}
