/* Kernel parameters for the NICs of guests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_internal.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>

static void parameters(void **state)
{
	static const struct {
		const char *release;
		unsigned e1000e, e1000;
		const char *parameters;
	} rows[] = {
		{ "4.12.0", 1, 1, "e1000e.IntMode=1,1" },
		{ "4.14.5-mine", 2, 0, "e1000e.IntMode=1,1,1,1" },
		{ "4.12.0", 0, 1, "" },
		{ "4.15.0", 1, 1, "" },
		{ "5.10.0-46-amd64", 1, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned pairs[NICS] = { 0 };
		pairs[nic_model_find("e1000e") - nic_table] = rows[i].e1000e;
		pairs[nic_model_find("e1000") - nic_table] = rows[i].e1000;
		owned_text said = fleet_nics_parameters(rows[i].release, pairs);
		assert_string_equal(said, rows[i].parameters);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(parameters) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
