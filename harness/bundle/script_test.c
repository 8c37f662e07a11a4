/* Scripts: each line of the lab, what is sent and what is compared; and the mail. */
#include "../plan/testing.h"
#include "bundle_internal.h"

static struct pool *test_pool(void)
{
	static struct pool *pool;

	return pool ? pool : (pool = pool_new());
}

static struct result cell_of(struct result_row *row)
{
	static const struct result_evidence none;
	static const struct result_verdict verdict = { .fate = FATE_DELIVERED };

	return (struct result){ .name = "c",
		                .outcome = OUTCOME_PASS,
		                .verdict = &verdict,
		                .expected = row,
		                .evidence = &none,
		                .why = "delivered: 65536 octets.\nsecond line" };
}

static json_t *data_of(const char *script)
{
	const char *begin = strstr(script, "CELL = json.loads(r'''"), *end = begin ? strstr(begin, "''')") : NULL;

	assert_non_null(end);
	begin += strlen("CELL = json.loads(r'''");
	json_t *json = json_loadb(begin, (size_t)(end - begin), 0, NULL);
	assert_non_null(json);
	return json;
}

static const char *text_at(const json_t *json, const char *first, const char *second)
{
	return json_string_value(json_object_get(json_object_get(json, first), second));
}

static void connection(void **state)
{
	owned_made made = make(CHAIN, SEGMENTS("\"fc00:1::100\""), 0);
	struct result_row row = { .fate = FATE_DELIVERED };
	struct result cell = cell_of(&row);
	owned_text script = script_text(made.plan, &cell, SCRIPT_ALONE);
	json_t *data = data_of(script);

	(void)state;
	assert_int_equal(strncmp(script, "#!/bin/sh\n# c:\n", 15), 0);
	assert_non_null(strstr(script, "saw: delivered: 65536 octets. second line\n"));
	assert_non_null(strstr(script, "\nnode src\nnode r1\nnode r2\nnode dst\n"));
	assert_non_null(strstr(script, "\nrun ip -n r1 route add fc00:1::100/128 encap seg6local action End "));
	assert_non_null(strstr(script, " encap seg6 mode inline segs "));
	assert_non_null(strstr(script, "\ntry set_sysctl src net/ipv4/tcp_early_retrans 0\n"));
	assert_non_null(strstr(script, "\nrun set_sysctl src net/ipv6/conf/b0/seg6_enabled 1\n"));
	/* as often as the plan has lines */
	size_t lines = 0;
	for (const char *at = script; (at = strstr(at, "\nrun ")); at++)
		lines++;
	for (const char *at = script; (at = strstr(at, "\ntry ")); at++)
		lines++;
	assert_int_equal(lines, made.plan->lab.count + made.plan->cell_command_count);
	assert_string_equal(json_string_value(json_object_get(json_object_get(data, "traffic"), "kind")), "kernel");
	assert_string_equal(text_at(data, "expected", "fate"), "delivered");
	json_decref(data);
}

static void packets(void **state)
{
	owned_made made = make(CHAIN,
	                       CASE(", tcp: crafted, burst: 4, payload: 3, mode: inline, segments: "
	                            "[\"fc00:1::100\"]",
	                            "set: {\"*.*.tx\": off}"),
	                       0);
	struct result_row row = { .fate = FATE_DELIVERED };
	struct result cell = cell_of(&row);
	owned_text script = script_text(made.plan, &cell, SCRIPT_ALONE);
	json_t *data = data_of(script), *traffic = json_object_get(data, "traffic");
	const json_t *frame = json_array_get(json_object_get(traffic, "frames"), 0);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(traffic, "frames")), 1);
	assert_int_equal(json_integer_value(json_object_get(frame, "segments")), 4);
	assert_int_equal(json_integer_value(json_object_get(traffic, "octets")), 12);
	assert_string_equal(json_string_value(json_object_get(traffic, "receiver")), "established");
	/* Ethernet 14, IPv6 40, SRH 8 + 2 * 16, TCP 20, data 12: 126 octets, as base64 168 letters without = */
	assert_int_equal(strlen(json_string_value(json_object_get(frame, "octets"))), 168);
	/* NEEDS_CSUM, GSO of TCP over IPv6, headers of 114 octets, segments of 3, sum from 94 on, at 16 */
	assert_string_equal(json_string_value(json_object_get(frame, "offload")), "AQRyAAMAXgAQAA==");
	json_decref(data);
}

static void selftest(void **state)
{
	owned_made made = make(CHAIN, SEGMENTS("\"fc00:1::100\""), 0);
	struct result_row row = { .fate = FATE_DELIVERED, .refused = "Invalid 'argument'" };
	struct result cell = cell_of(&row);
	owned_text script = script_text(made.plan, &cell, SCRIPT_KSELFTEST);

	(void)state;
	assert_non_null(strstr(script, "# SPDX-License-Identifier: GPL-2.0\n"));
	assert_non_null(strstr(script, "\nsetup_ns ns_src ns_r1 ns_r2 ns_dst || "));
	assert_non_null(strstr(script, "\nrun ip -n \"$ns_r1\" route add fc00:1::100/128 "));
	assert_non_null(strstr(script, "NAMESPACES=\"src=$ns_src r1=$ns_r1 r2=$ns_r2 dst=$ns_dst\"\n"));
	assert_non_null(strstr(script, "refused='Invalid '\\''argument'\\'''\n"));
	assert_null(strstr(script, "\nnode src\n"));
}

/* What only hopcheck's own programs do. */
static void lacks(void **state)
{
	owned_made made = make("topology: t\nnodes: {src: {}, dst: {addresses: [\"fc00:d::1\"]}}\n"
	                       "links: [{ends: [src.b0, dst.a0], kind: wire}]\n",
	                       CASE("", ""), 0);
	struct result_row row = { .fate = FATE_DELIVERED };
	struct result cell = cell_of(&row);
	owned_text script = script_text(made.plan, &cell, SCRIPT_ALONE);
	struct error err = { 0 };

	(void)state;
	assert_non_null(strstr(script, "\ncannot \"its links of kind wire are programs of hopcheck"));
	assert_null(strstr(script, "\nnode "));
	assert_int_equal(script_embed(test_pool(), &cell, made.plan, &err), -1);
}

/* Parts and files, put together, are the script. */
static void embedded(void **state)
{
	owned_made made = make(CHAIN, SEGMENTS("\"fc00:1::100\""), 0);
	struct result_row row = { .fate = FATE_DELIVERED };
	struct result cell = cell_of(&row);
	struct run run = { 0 };
	struct error err = { 0 };
	owned_text script = script_text(made.plan, &cell, SCRIPT_ALONE);

	(void)state;
	assert_int_equal(script_embed(test_pool(), &cell, made.plan, &err), 0);
	script_embed_files(test_pool(), &run);
	script_embed_files(test_pool(), &run);
	assert_int_equal(run.files.count, SCRIPT_FILES);
	const char *const *own = cell.script.at;
	owned_text whole =
	        text_format("%s%s%s%s%s%s%s", own[0], run_file(&run, script_file_names[0]), own[1], own[2],
	                    run_file(&run, script_file_names[1]), own[3], run_file(&run, script_file_names[2]));
	assert_string_equal(whole, script);
	assert_null(run_file(&run, "script/other"));
}

static void mail(void **state)
{
	owned_made made = make(CHAIN, SEGMENTS("\"fc00:1::100\""), 0);
	struct result_row row = { .fate = FATE_DELIVERED };
	struct result cell = cell_of(&row);
	struct result_kernel kernel = { .release = "6.18.44" };
	struct mail told = { made.plan, &cell, &kernel, "a ladder\n", "a tool\n", NULL, "reproduce.sh" };
	owned_text text = mail_text(&told);

	(void)state;
	assert_int_equal(strncmp(text, "Subject: SRv6 c: delivered as sent\n\n", 36), 0);
	assert_non_null(strstr(text, "\na ladder\n"));
	assert_non_null(strstr(text, "\n  6.18.44; no other was tried\n"));
	assert_non_null(strstr(text, "\n  a tool\n"));
	for (const char *line = text, *end; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		assert_true(end - line <= 72);
	}
	cell.expected = NULL; /* nothing is said that is not known */
	owned_text less = mail_text(&told);
	assert_null(strstr(less, "Expected"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(connection), cmocka_unit_test(packets),
		                            cmocka_unit_test(selftest),   cmocka_unit_test(lacks),
		                            cmocka_unit_test(embedded),   cmocka_unit_test(mail) };

	return cmocka_run_group_tests_name("bundle: scripts", tests, NULL, NULL);
}
