/* Every transport. */
#include "transport.h"

#define ROW(row) extern const struct transport row;
#include "rows.h"
#undef ROW
#define ROW(row) &row,
/* Weak: a test that tries another transport has a table of its own. */
/* clang-format off */
__attribute__((weak)) const struct transport *const transport_table[] = {
#include "rows.h"
	NULL,
};
/* clang-format on */
