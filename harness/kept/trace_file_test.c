/* Traces are read back as they were saved, and not when a file was cut or altered. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../tests/scene.h"
#include "trace_file.h"

static struct scene scene;
static char dir[64];
static int held; /* the same, open */

static void remove_saved(void)
{
	owned_text kept = text_format("%s/kept", dir);
	DIR *files = opendir(kept);
	struct dirent *entry;

	while (files && (entry = readdir(files))) {
		owned_text path = text_format("%s/%s", kept, entry->d_name);
		unlink(path);
	}
	if (files)
		closedir(files);
	rmdir(kept);
}

static int start(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/hopcheck-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
	held = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(held >= 0);
	scene_start(&scene);
	scene_deliver(&scene);
	scene.trace->packets[0].needs_csum = true;
	scene.trace->packets[1].data_valid = true;
	scene.trace->packets[2].gso_size = 1440;
	scene.trace->packets[2].offload_known = true;
	scene.trace->packets[2].gso_type = 4;
	scene.trace->packets[2].csum_start = 94;
	scene.trace->packets[2].csum_offset = 16;
	scene.trace->packets[3].wire_length += 7;
	scene.trace->packets[4].time += 7;
	struct captured *data_seen = &scene.trace->packets[13]; /* in the way's second step */
	data_seen->length -= 1000;
	data_seen->headers_only = data_seen->as_sent = true;
	data_seen->checksum = CHECKSUM_PARTIAL;
	scene_count(&scene, DST, "TcpInCsumErrors", -4);
	scene_count(&scene, NOT_FOUND, "cpu0:softnet_dropped", 2);
	*PUSH(scene.trace->offloads, scene.trace->offload_count) = (struct offload_state){ R1_B0, OFFLOAD_GRO, true };
	*PUSH(scene.trace->complaints, scene.trace->complaint_count) = text_copy("a complaint");
	struct packet_spec data = scene_packet(&scene, true, TCP_ACK, CLIENT_ISN + 1, 1000);
	scene_drop(&scene, DST_B1, &data, "tcp_v6_rcv", "TCP_CSUM")->packet = 2;
	scene_drop(&scene, R1_A1, &data, "", "")->interface = NOT_FOUND;
	scene.trace->drops_lost = 5;
	scene.trace->client.retransmits = 3;
	scene.trace->client.unacknowledged = 4;
	scene.trace->server.mangled_at = UINT64_C(1) << 40;
	scene.trace->server.error = 110;
	scene.trace->lost = 2;
	scene.trace->broken = text_copy("broken");
	scene.trace->milliseconds = 12.345;
	return 0;
}

static int end(void **state)
{
	(void)state;
	remove_saved();
	rmdir(dir);
	scene_end(&scene);
	close(held);
	return 0;
}

static void save(void)
{
	struct error err = { 0 };
	owned_text kept = text_format("%s/kept", dir);

	remove_saved();
	owned(journeys) journeys = scene_journeys(&scene);
	assert_int_equal(trace_save(scene.trace, &scene.plan, journeys, held, kept, &err), 0);
	assert_int_equal(err.count, 0);
}

static void is_rejected(const char *message)
{
	struct error err = { 0 };
	struct trace *trace = NULL;
	owned_text kept = text_format("%s/kept", dir);

	assert_int_equal(trace_load(&trace, &scene.plan, kept, &err), -1);
	assert_null(trace);
	assert_int_equal(err.count, 1);
	if (!strstr(err.text, message))
		print_message("%s", err.text);
	assert_non_null(strstr(err.text, message));
}

static void same_packets(const struct trace *a, const struct trace *b)
{
	assert_int_equal(a->packet_count, b->packet_count);
	for (size_t i = 0; i < a->packet_count; i++) {
		const struct captured *x = &a->packets[i], *y = &b->packets[i];
		assert_int_equal(x->hop, y->hop);
		assert_true(x->time == y->time);
		assert_int_equal(x->length, y->length);
		assert_int_equal(x->wire_length, y->wire_length);
		assert_int_equal(x->needs_csum, y->needs_csum);
		assert_int_equal(x->data_valid, y->data_valid);
		assert_int_equal(x->gso_size, y->gso_size);
		assert_int_equal(x->offload_known, y->offload_known);
		assert_int_equal(x->gso_type, y->gso_type);
		assert_int_equal(x->csum_start, y->csum_start);
		assert_int_equal(x->csum_offset, y->csum_offset);
		assert_int_equal(x->headers_only, y->headers_only);
		assert_int_equal(x->as_sent, y->as_sent);
		if (x->headers_only) /* else it is summed by who reads it */
			assert_int_equal(x->checksum, y->checksum);
		assert_memory_equal(x->data, y->data, x->length);
	}
}

static void same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
	assert_int_equal(a->used, b->used);
	assert_int_equal(a->established, b->established);
	assert_int_equal(a->sent, b->sent);
	assert_int_equal(a->received, b->received);
	assert_int_equal(a->mangled, b->mangled);
	assert_true(a->mangled_at == b->mangled_at);
	assert_int_equal(a->error, b->error);
	assert_int_equal(a->retransmits, b->retransmits);
	assert_int_equal(a->unacknowledged, b->unacknowledged);
}

static void same_drops(const struct trace *a, const struct trace *b)
{
	assert_int_equal(a->drop_count, b->drop_count);
	for (size_t i = 0; i < a->drop_count; i++) {
		const struct drop *x = &a->drops[i], *y = &b->drops[i];
		assert_int_equal(x->node, y->node);
		assert_int_equal(x->interface, y->interface);
		assert_string_equal(x->reason, y->reason);
		assert_string_equal(x->function, y->function);
		assert_true(x->time == y->time);
		assert_int_equal(x->length, y->length);
		assert_int_equal(x->wire_length, y->wire_length);
		assert_int_equal(x->packet, y->packet);
		assert_memory_equal(x->data, y->data, x->length);
	}
	assert_int_equal(a->drops_lost, b->drops_lost);
}

static void round_trip(void **state)
{
	struct error err = { 0 };
	owned(trace) back = NULL;
	owned_text kept = text_format("%s/kept", dir);

	(void)state;
	save();
	assert_int_equal(trace_load(&back, &scene.plan, kept, &err), 0);
	same_packets(scene.trace, back);
	same_drops(scene.trace, back);
	same_endpoint(&scene.trace->client, &back->client);
	same_endpoint(&scene.trace->server, &back->server);
	assert_int_equal(back->counter_count, 2);
	assert_int_equal(back->counters[1].node, NOT_FOUND);
	assert_int_equal(back->counters[0].node, DST);
	assert_int_equal(back->counters[0].delta, -4);
	assert_string_equal(back->counters[0].name, "TcpInCsumErrors");
	assert_int_equal(back->offload_count, 1);
	assert_int_equal(back->offloads[0].interface, R1_B0);
	assert_int_equal(back->offloads[0].offload, OFFLOAD_GRO);
	assert_true(back->offloads[0].on);
	assert_int_equal(back->complaint_count, 1);
	assert_string_equal(back->complaints[0], "a complaint");
	assert_int_equal(back->lost, 2);
	assert_string_equal(back->broken, "broken");
	assert_null(back->skip);
	assert_true(back->milliseconds == 12.345);
}

static void empty_trace(void **state)
{
	struct error err = { 0 };
	owned(trace) back = NULL;
	owned_text kept = text_format("%s/kept", dir);

	(void)state;
	trace_forget_packets(scene.trace);
	save();
	assert_int_equal(trace_load(&back, &scene.plan, kept, &err), 0);
	assert_int_equal(back->packet_count, 0);
}

static void not_twice(void **state)
{
	struct error err = { 0 };
	owned_text kept = text_format("%s/kept", dir);

	(void)state;
	save();
	owned(journeys) journeys = scene_journeys(&scene);
	assert_int_equal(trace_save(scene.trace, &scene.plan, journeys, held, kept, &err), -1);
	assert_non_null(strstr(err.text, "File exists"));
}

/* A name that leads elsewhere is not followed, and what the directory is called meanwhile does not matter. */
static void stays_in(void **state)
{
	struct error err = { 0 };
	owned_text kept = text_format("%s/kept", dir);
	owned_text moved = text_format("%s-moved", dir);
	owned_text victim = text_format("%s-victim", dir);
	owned_text inside = text_format("%s/kept/trace.json", moved);

	(void)state;
	owned(journeys) journeys = scene_journeys(&scene);
	assert_int_equal(mkdir(victim, 0777), 0);
	assert_int_equal(symlink(victim, kept), 0);
	assert_int_equal(trace_save(scene.trace, &scene.plan, journeys, held, kept, &err), -1);
	assert_non_null(strstr(err.text, "kept: File exists"));
	assert_int_equal(rmdir(victim), 0); /* it is empty */
	assert_int_equal(unlink(kept), 0);
	assert_int_equal(mkdir(victim, 0777), 0);
	assert_int_equal(rename(dir, moved), 0);
	assert_int_equal(symlink(victim, dir), 0);
	assert_int_equal(trace_save(scene.trace, &scene.plan, journeys, held, kept, &err), 0);
	assert_int_equal(access(inside, F_OK), 0);
	assert_int_equal(rmdir(victim), 0);
	assert_int_equal(unlink(dir), 0);
	assert_int_equal(rename(moved, dir), 0);
}

static char *read_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*length = (size_t)ftell(file);
	rewind(file);
	char *text = zalloc(*length + 1);
	assert_int_equal(fread(text, 1, *length, file), *length);
	fclose(file);
	return text;
}

static void write_file(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	fclose(file);
}

/* Every length the files can be cut to, and every octet of them altered: an error, never a trace. */
static void cut_and_altered(const char *name)
{
	owned_text kept = text_format("%s/kept", dir);
	owned_text path = text_format("%s/%s", kept, name);
	size_t length;
	save();
	owned_text text = read_file(path, &length);
	size_t step = length > 4000 ? 13 : 1;

	for (size_t at = 0; at < length; at += step) {
		struct error err = { 0 };
		struct trace *trace = NULL;
		write_file(path, text, at);
		/* The line break at the end says nothing. */
		if (trace_load(&trace, &scene.plan, kept, &err) == 0)
			assert_true(at + 1 == length && text[at] == '\n');
		trace_free(trace);
	}
	for (size_t at = 0; at < length; at += step) {
		struct error err = { 0 };
		owned(trace) trace = NULL;
		text[at] ^= 0x11;
		write_file(path, text, length);
		/* Some octets say nothing: blanks, the capture's comments. Then the trace is the same. */
		if (trace_load(&trace, &scene.plan, kept, &err) == 0)
			same_packets(trace, scene.trace);
		else
			assert_int_equal(err.count, 1);
		text[at] ^= 0x11;
	}
	write_file(path, text, length);
}

static void cut_json(void **state)
{
	(void)state;
	cut_and_altered("trace.json");
}

static void cut_capture(void **state)
{
	(void)state;
	cut_and_altered("trace.pcapng");
}

static void missing_and_wrong(void **state)
{
	owned_text capture = text_format("%s/kept/trace.pcapng", dir);
	owned_text json = text_format("%s/kept/trace.json", dir);

	(void)state;
	is_rejected("trace.json");
	save();
	unlink(capture);
	is_rejected("trace.pcapng: cannot be read: No such file");
	assert_int_equal(mkdir(capture, 0777), 0);
	is_rejected("trace.pcapng: is not a file");
	rmdir(capture);
	save();
	scene.testcase.name = "another";
	is_rejected("is of case scene");
	scene.testcase.name = "scene";
	strcpy(scene.nodes[DST].name, "end");
	is_rejected("unknown node 'dst'");
	strcpy(scene.nodes[DST].name, "dst");
	write_file(json, "[]", 2);
	is_rejected("is not a trace of format 2");
}

static bool holds(const char *data, size_t length, const char *text)
{
	return memmem(data, length, text, strlen(text)) != NULL;
}

/* What a reader believes beside the octets: the interfaces' names and the directions. */
static void wrong_places(void **state)
{
	owned_text path = text_format("%s/kept/trace.pcapng", dir);
	size_t length;

	(void)state;
	save();
	owned_text data = read_file(path, &length);
	char *name = memmem(data, length, "dst:b1", 6);
	assert_non_null(name);
	name[5] = '2';
	write_file(path, data, length);
	is_rejected("interface 3 is not dst:b1");
	name[5] = '1';
	/* The flags' option of the first packet, which leaves src. */
	char *flags = memmem(data, length, "\2\0\4\0\2\0\0", 8);
	assert_non_null(flags);
	flags[4] = PCAPNG_INBOUND;
	write_file(path, data, length);
	is_rejected("not the one that trace.json describes");
}

/* The packet that was dropped says so; in a trace that is not whole nothing does. */
static void comments(void **state)
{
	owned_text path = text_format("%s/kept/trace.pcapng", dir);
	size_t length;

	(void)state;
	trace_forget_packets(scene.trace);
	scene_bad_syn(&scene, 1);
	scene.trace->counters[0].delta = 1;
	scene.trace->client.established = false;
	save();
	owned_text broken = read_file(path, &length);
	assert_true(holds(broken, length, "TCP checksum bad"));
	assert_false(holds(broken, length, "dropped at"));
	free(scene.trace->broken);
	scene.trace->broken = NULL;
	save();
	owned_text whole = read_file(path, &length);
	assert_true(holds(whole, length, "dropped at dst: tcp-csum, the SYN; TCP checksum bad"));
	assert_true(holds(whole, length, "scene"));
}

/* Rewrites trace.json with a right digest, so that only its content can be wrong. */
static void rewrite(const char *text)
{
	owned_text path = text_format("%s/kept/trace.json", dir);
	json_t *document = json_load_file(path, 0, NULL), *change = json_loads(text, 0, NULL);
	char digest[DIGEST_SIZE];

	assert_non_null(document);
	assert_non_null(change);
	json_object_update(document, change);
	json_object_set_new(document, "digest", json_string(document_digest(document, digest)));
	assert_int_equal(json_dump_file(document, path, 0), 0);
	json_decref(document);
	json_decref(change);
}

#define DROP(node, interface, function, octets, packet)                                                                \
	"{\"drops\": [{\"node\": \"" node                                                                              \
	"\", \"interface\": " interface ", \"reason\": null, \"function\": \"" function                                \
	"\", \"time\": 1, \"octets\": \"" octets "\", \"wire_length\": 1, \"packet\": " packet "}]}"

/* Traces that were kept before there were drops. */
static void without_drops(void **state)
{
	struct error err = { 0 };
	owned(trace) back = NULL;
	owned_text kept = text_format("%s/kept", dir);
	owned_text path = text_format("%s/trace.json", kept);
	char digest[DIGEST_SIZE];

	(void)state;
	save();
	json_t *document = json_load_file(path, 0, NULL);
	assert_int_equal(json_object_del(document, "drops"), 0);
	assert_int_equal(json_object_del(document, "drops_lost"), 0);
	json_object_set_new(document, "digest", json_string(document_digest(document, digest)));
	assert_int_equal(json_dump_file(document, path, 0), 0);
	json_decref(document);
	assert_int_equal(trace_load(&back, &scene.plan, kept, &err), 0);
	assert_int_equal(back->drop_count, 0);
	same_packets(back, scene.trace);
}

static void wrong_content(void **state)
{
	static const struct {
		const char *change, *message;
	} rows[] = {
		{ "{\"drops\": 3}", "the list 'drops' is missing" },
		{ "{\"drops\": [{\"node\": \"r1\"}]}", "a member is missing" },
		{ DROP("r9", "null", "tcp_v6_rcv", "00", "0"), "drops: unknown node" },
		{ DROP("r1", "\"b7\"", "tcp_v6_rcv", "00", "0"), "drops: unknown interface" },
		{ DROP("r1", "null", "tcp_v6_rcv", "00", "77777"), "drops: unknown packet" },
		{ DROP("r1", "null", "tcp_v6_rcv", "00", "-1"), "drops: unknown packet" },
		{ DROP("r1", "null", "tcp_v6_rcv", "0", "0"), "hexadecimal" },
		{ DROP("r1", "null", "tcp_v6_rcv", "0g", "0"), "hexadecimal" },
		{ DROP("r1", "null", "tcp_v6_rcv_tcp_v6_rcv_tcp_v6_rcv_tcp_v6_rcv_tcp_v6_rcv_tcp_v6_rcv_", "00", "0"),
		  "too long" },
		{ "{\"packets\": [], \"drops\": []}", "has more than the packets that trace.json describes" },
		{ "{\"packets\": 3}", "the list 'packets' is missing" },
		{ "{\"packets\": [{\"hop\": \"src.a0:out\", \"time\": 1, \"length\": 1, \"wire_length\": 1, "
		  "\"needs_csum\": false, \"data_valid\": false, \"gso_size\": 0, \"digest\": \"\", \"checksum\": "
		  "\"fine\"}]}",
		  "unknown checksum 'fine'" },
		{ "{\"packets\": [3]}", "packets" },
		{ "{\"counters\": [{\"node\": \"r9\", \"name\": \"x\", \"delta\": 1}]}", "unknown node 'r9'" },
		{ "{\"counters\": [{\"node\": \"r1\", \"name\": \"x\"}]}", "counters" },
		{ "{\"counters\": [{\"node\": \"r1\", \"delta\": 1, \"name\": "
		  "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx0123456789012345678901234567890\"}]}",
		  "is too long" },
		{ "{\"offloads\": [{\"node\": \"r1\", \"interface\": \"b0\", \"offload\": \"ufo\", \"on\": true}]}",
		  "unknown r1.b0.ufo" },
		{ "{\"offloads\": [{\"node\": \"r1\", \"interface\": \"b7\", \"offload\": \"gro\", \"on\": true}]}",
		  "unknown r1.b7.gro" },
		{ "{\"complaints\": [1]}", "complaints" },
		{ "{\"sender\": null}", "sender" },
		{ "{\"receiver\": {\"used\": 1}}", "receiver" },
		{ "{\"lost\": \"none\"}", "the document" },
		{ "{\"format\": 1}", "record it again with `hopcheck run --keep`" },
		{ "{\"format\": 3}", "is not a trace of format 2" },
		{ "{\"packets\": [{\"hop\": \"src.a9\", \"time\": 1, \"length\": 1, \"wire_length\": 1, "
		  "\"needs_csum\": false, "
		  "\"data_valid\": false, \"gso_size\": 0, \"digest\": \"\"}]}",
		  "unknown hop 'src.a9'" },
		{ "{\"packets\": [{\"hop\": \"src.a0:out\", \"time\": 1, \"length\": -1, \"wire_length\": 1, "
		  "\"needs_csum\": "
		  "false, \"data_valid\": false, \"gso_size\": 0, \"digest\": \"\"}]}",
		  "impossible" },
		{ "{\"drops\": [], \"packets\": [{\"hop\": \"src.a0:in\", \"time\": 1, \"length\": 1, \"wire_length\": "
		  "1, "
		  "\"needs_csum\": "
		  "false, \"data_valid\": false, \"gso_size\": 0, \"digest\": \"\"}]}",
		  "not the one that trace.json describes" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		save();
		rewrite(rows[i].change);
		is_rejected(rows[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(round_trip, start, end),
		cmocka_unit_test_setup_teardown(empty_trace, start, end),
		cmocka_unit_test_setup_teardown(not_twice, start, end),
		cmocka_unit_test_setup_teardown(stays_in, start, end),
		cmocka_unit_test_setup_teardown(cut_json, start, end),
		cmocka_unit_test_setup_teardown(cut_capture, start, end),
		cmocka_unit_test_setup_teardown(missing_and_wrong, start, end),
		cmocka_unit_test_setup_teardown(wrong_places, start, end),
		cmocka_unit_test_setup_teardown(comments, start, end),
		cmocka_unit_test_setup_teardown(wrong_content, start, end),
		cmocka_unit_test_setup_teardown(without_drops, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
