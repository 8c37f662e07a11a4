/* The table and what is below it, word for word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../tests/results.h"
#include "view.h"

static const char document[] =
        "{'kernel': {'release': '6.18.44', 'features': {'seg6': true, 'hmac': false, 'veth-gro': true}}, 'cells': ["
        "{'case': 'final-host', 'axes': {'mode': 'inline'}, 'outcome': 'PASS', 'why': 'delivered.', 'ms': 5},"
        "{'case': 'router-gro', 'axes': {}, 'outcome': 'SKIP', 'why': 'no /dev/net/tun', 'ms': 0},"
        "{'case': 'final-host', 'axes': {'mode': 'encap'}, 'outcome': 'KNOWN', 'why': 'dropped.', 'ms': 15.4,"
        " 'known': {'because': 'GRO checks against the current segment and TCP drops it', 'ref': 'fixed by "
        "219f1d798779',"
        "  'workaround': 'gro off'}},"
        "{'case': 'final-host', 'axes': {'mode': 'plain'}, 'outcome': 'KNOWN', 'why': 'dropped.', 'ms': 15.4,"
        " 'known': {'because': 'GRO checks against the current segment and TCP drops it', 'ref': 'fixed by "
        "219f1d798779',"
        "  'workaround': 'gro off'}},"
        "{'case': 'router-gro', 'axes': {'mode': 'inline', 'tx': 'on'}, 'outcome': 'FAIL', 'ms': 20000,"
        " 'why': 'expected delivered, saw dropped: dropped at dst for tcp-csum: the SYN was last seen arriving at "
        "dst.',"
        " 'command': 'hopcheck run cases/router-gro.yaml --only mode=inline --only tx=on --only "
        "a-long-axis=its-value'},"
        "{'case': 'router-gro', 'axes': {}, 'outcome': 'BROKEN', 'why': 'the capture lost 3 packets', 'ms': 1},"
        "{'case': 'router-gro', 'axes': {}, 'outcome': 'FIXED', 'why': 'delivered', 'ms': 1,"
        " 'known': {'because': 'metadata is lost'}}]}";

static const char wanted[] =
        "kernel 6.18.44 with seg6, veth-gro\n"
        "\n"
        "case       cells   PASS  KNOWN  FIXED   FAIL   SKIP BROKEN  workers\n"
        "final-host     3      1      2      -      -      -      -    36 ms\n"
        "router-gro     4      -      -      1      1      1      1   20.0 s\n"
        "total          7      1      2      1      1      1      1   20.0 s\n"
        "\n"
        "KNOWN    2 cells of final-host: GRO checks against the current segment and TCP\n"
        "         drops it (fixed by 219f1d798779)\n"
        "         workaround: gro off\n"
        "\n"
        "SKIP     1 cell of router-gro: no /dev/net/tun\n"
        "\n"
        "FIXED    router-gro\n"
        "         delivered\n"
        "\n"
        "FAIL     router-gro mode=inline tx=on\n"
        "         expected delivered, saw dropped: dropped at dst for tcp-csum: the SYN\n"
        "         was last seen arriving at dst.\n"
        "         hopcheck run cases/router-gro.yaml --only mode=inline --only tx=on --only a-long-axis=its-value\n"
        "\n"
        "BROKEN   router-gro\n"
        "         the capture lost 3 packets\n"
        "\n"
        "Next: run a cell by its command, with -vv for what every hop and counter saw,\n"
        "with --keep DIR for its captures.\n"
        "\n"
        "7 cells: 1 PASS, 2 KNOWN, 1 FIXED, 1 FAIL, 1 SKIP, 1 BROKEN in 3.5 s by the\n"
        "  clock, 2 cells/s\n";

static const struct report_style plain = { .width = 80 };
static const struct report_style colored = { .terminal = true, .color = true, .width = 80 };

static char *table_of(const json_t *results, struct report_style style, double seconds)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	report_table(out, style, test_pool(), read_run(results), seconds);
	fclose(out);
	return text;
}

/* As a terminal shows it. */
static void remove_escapes(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from == '\033')
			from += strcspn(from, "m");
		else
			*to++ = *from;
	}
	*to = 0;
}

static void word_for_word(void **state)
{
	json_t *results = parse_json(document);
	owned_text table = table_of(results, plain, 3.5);
	owned_text color = table_of(results, colored, 3.5);

	(void)state;
	assert_string_equal(table, wanted);
	assert_null(strchr(table, '\033'));
	assert_non_null(strchr(color, '\033'));
	remove_escapes(color);
	assert_string_equal(color, wanted);
	json_decref(results);
}

static void every_cell(void **state)
{
	static const char cells[] =
	        "{'cells': [{'case': 'a', 'axes': {'mode': 'inline'}, 'outcome': 'FAIL', 'why': 'It was dropped.',"
	        " 'verdict': {'fate': 'dropped', 'at': 'dst', 'reason': 'tcp-csum'},"
	        " 'drops': [{'node': 'dst', 'interface': 'a0', 'reason': 'TCP_CSUM', 'function': 'tcp_v6_rcv', "
	        "'packet': "
	        "null, 'count': 2}],"
	        " 'hops': [{'node': 'dst', 'interface': 'a0', 'direction': 'in', 'packets': 3, 'data': 2, 'largest': "
	        "1514,"
	        "           'checksum': {'valid': 0, 'partial': 1, 'bad': 2}},"
	        "          {'node': 'dst', 'interface': 'a0', 'direction': 'out', 'packets': 0}],"
	        " 'counters': {'dst': {'TcpInCsumErrors': 2, 'TcpCurrEstab': -1}}},"
	        "{'case': 'b', 'axes': {}, 'outcome': 'SKIP', 'why': 'no tun', 'verdict': null},"
	        "{'case': 'a', 'axes': {'mode': 'plain', 'an': "
	        "'axis-that-is-much-too-long-for-eighty-columns-and-more'},"
	        " 'outcome': 'PASS', 'verdict': {'fate': 'delivered', 'at': null, 'reason': null}}]}";
	static const char once[] = "a\n"
	                           "  FAIL   mode=inline  dropped at dst: tcp-csum\n"
	                           "         dropped at dst.a0 for TCP_CSUM by tcp_v6_rcv (2 times)\n"
	                           "  PASS   mode=plain an=axis-that-is-much-too-long-for-eighty-columns-and-more\n"
	                           "         delivered\n"
	                           "\n"
	                           "b\n"
	                           "  SKIP     no tun\n";
	static const char twice[] =
	        "         It was dropped.\n"
	        "         dropped at dst.a0 for TCP_CSUM by tcp_v6_rcv (2 times)\n"
	        "         dst.a0:in       3 packets,    2 data, largest  1514; checksums: 2 bad, 1 partial\n"
	        "         dst: TcpInCsumErrors +2 TcpCurrEstab -1\n"
	        "  PASS ";
	json_t *results = parse_json(cells);

	(void)state;
	owned_text none = table_of(results, plain, 0);
	owned_text brief = table_of(results, (struct report_style){ .width = 80, .verbose = 1 }, 0);
	owned_text full = table_of(results, (struct report_style){ .width = 80, .verbose = 2 }, 0);
	assert_null(strstr(none, "mode=plain"));
	assert_non_null(strstr(brief, once));
	assert_non_null(strstr(full, twice));
	json_decref(results);
}

static void altered(void **state)
{
	json_t *results = parse_json(document);

	(void)state;
	json_object_set_new(json_array_get(json_object_get(results, "cells"), 0), "outcome", json_string("FAIL"));
	owned_text table = table_of(results, plain, 3.5);
	assert_non_null(strstr(table, "final-host     3      -      2      -      1      -      -"));
	assert_non_null(strstr(table, "FAIL     final-host mode=inline\n         delivered.\n"));
	assert_non_null(strstr(table, "\n7 cells: 2 KNOWN, 1 FIXED, 2 FAIL, 1 SKIP, 1 BROKEN in 3.5 s"));
	json_decref(results);
}

static void narrow_and_long(void **state)
{
	struct report_style wide = { .width = 200 };
	json_t *results =
	        parse_json("{'kernel': {}, 'cells': ["
	                   "{'case': 'a-name-that-is-longer-than-the-column-can-be', 'outcome': 'PASS', 'ms': 1}]}");
	owned_text narrow = table_of(results, plain, 0);
	owned_text broad = table_of(results, wide, 0);

	(void)state;
	assert_string_equal(narrow, "kernel unknown\n\n"
	                            "case                    cells   PASS  KNOWN  FIXED   FAIL   SKIP BROKEN  workers\n"
	                            "a-name-that-is-longer-than-the-column-can-be\n"
	                            "                            1      1      -      -      -      -      -     1 ms\n"
	                            "\n1 cell: 1 PASS\n");
	assert_non_null(strstr(broad, "\na-name-that-is-longer-than-the-column-can-be     1 "));
	json_decref(results);
}

static void nothing_ran(void **state)
{
	json_t *results = parse_json("{'kernel': {'release': '6.1'}, 'cells': []}");
	owned_text table = table_of(results, plain, 0);

	(void)state;
	assert_string_equal(table, "kernel 6.1\n\n\n0 cells: nothing\n");
	json_decref(results);
}

static void exit_codes(void **state)
{
	static const struct {
		const char *outcomes[3];
		int code;
	} rows[] = {
		{ { NULL }, 4 },
		{ { "SKIP" }, 4 },
		{ { "SKIP", "PASS" }, 0 },
		{ { "PASS", "KNOWN", "FIXED" }, 0 },
		{ { "PASS", "FAIL" }, 1 },
		{ { "BROKEN", "FAIL" }, 1 },
		{ { "BROKEN", "SKIP" }, 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct result cells[3] = { 0 }, *list[3];
		size_t count = 0;
		for (; count < 3 && rows[i].outcomes[count]; count++) {
			list[count] = &cells[count];
			assert_true(word_value(outcome_words, rows[i].outcomes[count], &cells[count].outcome));
		}
		assert_int_equal(cells_exit_code(&(struct cells){ list, count },
		                                 &(struct exit_rules){ .style = EXIT_STYLE_HOPCHECK }),
		                 rows[i].code);
	}
}

static void styles(void **state)
{
	char *text;
	size_t length;
	FILE *memory = open_memstream(&text, &length), *file = tmpfile();

	(void)state;
	setenv("COLUMNS", "101", 1);
	setenv("TERM", "xterm", 1);
	struct report_style style = report_style_of(file);
	assert_false(style.terminal);
	assert_false(style.color);
	assert_int_equal(style.width, 101);
	assert_int_equal(report_style_of(memory).width, 101);
	setenv("COLUMNS", "3", 1);
	assert_int_equal(report_style_of(file).width, 40);
	unsetenv("COLUMNS");
	assert_int_equal(report_style_of(file).width, 80);
	fclose(memory);
	fclose(file);
	free(text);
}

static char *progress_of(struct report_style style, const char *const *outcomes, const size_t *cases, size_t count)
{
	const char *const names[] = { "final-host", "router-gro" };
	const size_t cells[] = { 2, 1 };
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	struct progress *progress = progress_start(out, style, names, cells, 2);

	for (size_t i = 0; i < count; i++) {
		struct result result = { .ms = 100 };
		assert_true(word_value(outcome_words, outcomes[i], &result.outcome));
		progress_cell(progress, cases[i], &result);
	}
	progress_end(progress);
	fclose(out);
	return text;
}

static void progress_lines(void **state)
{
	static const char *const outcomes[] = { "PASS", "FAIL", "KNOWN" };
	static const size_t cases[] = { 0, 1, 0 };
	struct report_style terminal = { .terminal = true, .width = 80 };
	struct report_style tiny = { .terminal = true, .width = 16 };
	owned_text pipe = progress_of(plain, outcomes, cases, 3);
	owned_text unfinished = progress_of(plain, outcomes, cases, 2);
	owned_text line = progress_of(terminal, outcomes, cases, 3);
	owned_text short_line = progress_of(tiny, outcomes, cases, 1);

	(void)state;
	assert_string_equal(pipe,
	                    "router-gro: 1 FAIL (0.1 s of workers)\nfinal-host: 1 PASS, 1 KNOWN (0.2 s of workers)\n");
	assert_string_equal(unfinished, "router-gro: 1 FAIL (0.1 s of workers)\n");
	assert_string_equal(line, "\r\033[K[1/3] 1 PASS  final-host\r\033[K[2/3] 1 PASS, 1 FAIL  router-gro"
	                          "\r\033[K[3/3] 1 PASS, 1 KNOWN, 1 FAIL  final-host\r\033[K");
	assert_string_equal(short_line, "\r\033[K[1/3] 1 PASS\r\033[K");
	owned_text color = progress_of(colored, outcomes, cases, 1);
	assert_string_equal(color, "\r\033[K[1/3] \033[32m1 PASS\033[0m  final-host\r\033[K");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(word_for_word),   cmocka_unit_test(every_cell),     cmocka_unit_test(altered),
		cmocka_unit_test(narrow_and_long), cmocka_unit_test(nothing_ran),    cmocka_unit_test(exit_codes),
		cmocka_unit_test(styles),          cmocka_unit_test(progress_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
