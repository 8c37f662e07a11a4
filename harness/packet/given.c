/* The header of a transport that packet/ does not know: the spec has its octets. */
#include "layer.h"

static void write(const struct building *building, const struct part *part)
{
	const struct packet_spec *spec = building->spec;
	uint8_t *at = building->data + part->offset;

	memcpy(at, spec->header.data, spec->header.length);
	write16(at + spec->checksum_at, 0);
	write16(at + spec->checksum_at,
	        checksum_field(spec, spec->protocol, (struct bytes){ at, building->length - part->offset }));
}

const struct layer_row layer_given = { .write = write };
