/* The transports' own. */
#ifndef HOPCHECK_TRANSPORT_ROWS_H
#define HOPCHECK_TRANSPORT_ROWS_H

#include "transport.h"

extern const struct transport transport_tcp;

#endif
