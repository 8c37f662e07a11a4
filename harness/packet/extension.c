/* IPv6 extension headers whose content does not matter here: hop-by-hop and destination options (RFC 8200 4.3, 4.6). */
#include "layer.h"

enum { OPTIONS_AT = 2, OPTION_PADN = 1 };

size_t options_length(struct bytes options)
{
	return options.length ? (OPTIONS_AT + options.length + 7) / 8 * 8 : 0;
}

bool reader_skip_extension(struct reader *reader, struct layer *layer, size_t size)
{
	if (!reader_has(reader, size))
		return reader_ends_early(reader);
	reader->next = PROTOCOL(reader_octets(reader)[0]);
	reader->at += layer->length = (uint16_t)size;
	return true;
}

static bool parse(struct reader *reader, struct layer *layer)
{
	if (!reader_has(reader, 8))
		return reader_ends_early(reader);
	return reader_skip_extension(reader, layer, 8u * (reader_octets(reader)[1] + 1u));
}

/* RFC 8200 4.2: Pad1 is one 0; PadN is its type, the length of its octets, and those as 0. */
static void write_options(const struct building *building, const struct part *part, struct bytes options)
{
	uint8_t *at = building->data + part->offset, *rest = at + OPTIONS_AT + options.length;
	const size_t padding = part->length - OPTIONS_AT - options.length;

	at[0] = building_protocol(part);
	at[1] = (uint8_t)(part->length / 8 - 1);
	memcpy(at + OPTIONS_AT, options.data, options.length);
	if (padding < 2)
		return;
	rest[0] = OPTION_PADN;
	rest[1] = (uint8_t)(padding - 2);
}

static void write_hop_by_hop(const struct building *building, const struct part *part)
{
	write_options(building, part, building->spec->hop_by_hop);
}

static void write_destination(const struct building *building, const struct part *part)
{
	write_options(building, part, building->spec->destination_options);
}

const struct layer_row layer_hop_by_hop = {
	.names = { PROTOCOL(IPPROTO_HOPOPTS) },
	.parse = parse,
	.write = write_hop_by_hop,
};
const struct layer_row layer_destination = {
	.names = { PROTOCOL(IPPROTO_DSTOPTS) },
	.parse = parse,
	.write = write_destination,
};
