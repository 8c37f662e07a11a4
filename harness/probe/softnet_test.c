/* /proc/net/softnet_stat as kernels write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "probe_internal.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

static void are(const char *text, unsigned cpu, const char *prefix, int64_t dropped, int64_t squeezed)
{
	struct counter_set set = { 0 };
	owned_text copy = text_copy(text);

	softnet_parse(&set, copy, cpu);
	if (!prefix) {
		assert_int_equal(set.count, 0);
		return;
	}
	owned_text first = text_format("%s:softnet_dropped", prefix);
	owned_text second = text_format("%s:softnet_time_squeeze", prefix);
	assert_int_equal(set.count, 2);
	assert_string_equal(set.values[0].name, first);
	assert_int_equal(set.values[0].value, dropped);
	assert_string_equal(set.values[1].name, second);
	assert_int_equal(set.values[1].value, squeezed);
	free(set.values);
}

static void rows(void **state)
{
	static const char with_cpu[] =
	        "00000009 0000000a 00000002 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
	        "00000000 00000000 00000000 00000000\n"
	        "00000009 0000000b ffffffff 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 "
	        "00000000 00000003 00000000 00000000\n";
	static const char without_cpu[] = "00000009 0000000a 00000002 00000000 00000000 00000000 00000000 00000000 "
	                                  "00000000 00000000 00000000\n"
	                                  "00000009 0000000b 00000003 00000000 00000000 00000000 00000000 00000000 "
	                                  "00000000 00000000 00000000\n";

	(void)state;
	are(with_cpu, 0, "cpu0", 10, 2);
	are(with_cpu, 3, "cpu3", 11, 0xffffffff);
	are(with_cpu, 1, NULL, 0, 0);
	are(without_cpu, 1, "cpu1", 11, 3);
	are(without_cpu, 2, NULL, 0, 0);
	are("", 0, NULL, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(rows) };

	return cmocka_run_group_tests_name("probe: softnet", tests, NULL, NULL);
}
