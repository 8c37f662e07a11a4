/* Every transport; the first one is what a case has that names none. */
#include "rows.h"

/* Weak: a test that tries another transport has a table of its own. */
__attribute__((weak)) const struct transport *const transport_table[] = { &transport_tcp, NULL };
