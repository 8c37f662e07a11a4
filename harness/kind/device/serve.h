/* What kinds of services have in common. */
#ifndef HOPCHECK_DEVICE_SERVE_H
#define HOPCHECK_DEVICE_SERVE_H

#include "device.h"

/* On to the next segment, with the checksum as the file has it. */
bool service_advance(const struct device *device, uint8_t *frame, size_t length, char complaint[COMPLAINT_SIZE]);
/* What a script says of it. */
#define SERVICE_NOTE "# The service segment is a program of hopcheck's: without one its packets end there.\n"

#endif
