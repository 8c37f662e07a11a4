/* plain: the packet as it is. */
#include "mode.h"

const struct mode_kind mode_plain = { .source = NULL };
