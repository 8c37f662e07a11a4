/* Devices of a node, by index and by name. */
#include <string.h>

#include "readback.h"

const char *device_name(const struct holdings *holdings, int index)
{
	for (size_t i = 0; i < holdings->device_count; i++)
		if (holdings->devices[i].index == index)
			return holdings->devices[i].name;
	return "?";
}

void holdings_know(struct holdings *holdings, int index, const char *name)
{
	struct known_device *device = PUSH(holdings->devices, holdings->device_count);

	device->index = index;
	strncpy(device->name, name, sizeof device->name - 1);
}

int device_index(const struct holdings *holdings, const char *name)
{
	for (size_t i = 0; i < holdings->device_count; i++)
		if (strcmp(holdings->devices[i].name, name) == 0)
			return holdings->devices[i].index;
	return 0;
}
