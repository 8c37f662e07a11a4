/* Kernel warnings that a case documents, and those that it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

#define WARNED "WARNING: CPU: 0 PID: 71 at net/core/skbuff.c:4357 skb_try_coalesce+0x335/0x340"

static bool is_documented(const char *log, const char *const *lines)
{
	const struct result_row row = { .log = log };
	const struct result result = { .warning = log ? &row : NULL };
	struct texts console = { lines, 0 };

	while (lines[console.count])
		console.count++;
	return warning_is_documented(&result, &console);
}

static void warnings(void **state)
{
	static const char row[] = "skb_try_coalesce";
	static const struct {
		const char *log, *lines[4];
		bool documented;
	} rows[] = {
		{ row, { "------------[ cut here ]------------", WARNED, "Call Trace:" }, true },
		{ row, { WARNED, WARNED }, true },
		{ row, { WARNED, "WARNING: CPU: 0 PID: 71 at net/core/dev.c:1 other+0x1/0x2" }, false },
		{ row, { WARNED, "BUG: unable to handle kernel NULL pointer dereference at skb_try_coalesce" }, false },
		{ row, { WARNED, "INFO: rcu_sched self-detected stall on CPU" }, false },
		{ row, { WARNED, "unregister_netdevice: waiting for lo to become free. Usage count = 1" }, true },
		{ row, { "b0: link becomes ready", "skb_try_coalesce" }, false },
		{ row, { NULL }, false },
		{ NULL, { WARNED }, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(is_documented(rows[i].log, rows[i].lines), rows[i].documented);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(warnings) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
