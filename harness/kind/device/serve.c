/* What kinds of services have in common. */
#include <stdio.h>

#include "serve.h"

bool service_advance(const struct device *device, uint8_t *frame, size_t length, char complaint[COMPLAINT_SIZE])
{
	if (!frame_advance(frame, length)) {
		snprintf(complaint, COMPLAINT_SIZE, "a packet without a segment left");
		return false;
	}
	if (device->checksum == SERVICE_COMPLETE && !frame_complete_checksum(frame, length)) {
		snprintf(complaint, COMPLAINT_SIZE, "no TCP segment to complete");
		return false;
	}
	return true;
}
