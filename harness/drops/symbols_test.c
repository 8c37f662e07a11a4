/* /proc/kallsyms as kernels write it. */
#include "testing.h"

static void is_function(const struct symbols *symbols, uint64_t address, const char *wanted)
{
	char text[64];

	symbols_function(symbols, address, text, sizeof text);
	assert_string_equal(text, wanted);
}

static void functions(void **state)
{
	struct symbols symbols;

	(void)state;
	symbols_parse(&symbols, text_copy("0000000000000000 A fixed_percpu_data\n"
	                                  "ffffffff81000000 T _stext\n"
	                                  "ffffffff81000100 t ip6_rcv_core.isra.0\n"
	                                  "ffffffff81000150 d some_data\n"
	                                  "ffffffff81000200 T tcp_v6_rcv\n"
	                                  "not a line\n"
	                                  "ffffffff81000300\n"
	                                  "ffffffffc0002000 t seg6_input\t[ipv6]\n"
	                                  "ffffffffc0001000 t veth_xmit [veth]\n"
	                                  "ffffffff81000400 W weak.cold"));
	is_function(&symbols, 0xffffffff81000000, "");
	is_function(&symbols, 0xffffffff81000001, "_stext");
	is_function(&symbols, 0xffffffff81000180, "ip6_rcv_core");
	is_function(&symbols, 0xffffffff81000200, "ip6_rcv_core"); /* where a call that ends a function returns to */
	is_function(&symbols, 0xffffffff81000201, "tcp_v6_rcv");
	is_function(&symbols, 0xffffffff81000999, "weak");
	is_function(&symbols, 0xffffffffc0001fff, "veth_xmit");
	is_function(&symbols, 0xffffffffc0002001, "seg6_input");
	symbols_free(&symbols);
}

static void hidden(void **state)
{
	struct symbols symbols;

	(void)state;
	symbols_parse(&symbols, text_copy("0000000000000000 T _stext\n0000000000000000 T tcp_v6_rcv\n"));
	assert_int_equal(symbols.count, 0);
	is_function(&symbols, 0xffffffff81000201, "");
	symbols_free(&symbols);
	symbols_parse(&symbols, text_copy(""));
	is_function(&symbols, 0xffffffff81000201, "");
	symbols_free(&symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(functions), cmocka_unit_test(hidden) };

	return cmocka_run_group_tests_name("drops: symbols", tests, NULL, NULL);
}
