/* ip6ip6: an ordinary tunnel to the last segment, as a control. */
#include "mode.h"

const struct mode_kind mode_ip6ip6 = { .source = "RFC 2473 3", .outer = true };
