/* What comes over a guest's serial line: any octets are frames, or a broken wire. */
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	owned(wire_in) in = wire_in_new();
	struct wire_frame frame;
	struct error err = { 0 };
	size_t step = size ? 1 + data[0] % 31 : 1;
	volatile uint8_t end = 0;

	for (size_t at = 0; at < size; at += step) {
		wire_feed(in, (struct bytes){ data + at, size - at < step ? size - at : step });
		while (wire_next(in, &frame, &err) > 0)
			end = frame.body.data[frame.body.length];
	}
	if (end)
		__builtin_trap(); /* the promised 0 behind a body */
	return 0;
}
