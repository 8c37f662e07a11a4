/* Fields of headers, by their rows. */
#include "layer.h"

struct layer_field layer_field(enum layer_kind kind, size_t octet)
{
	const struct layer_field *field = layer_rows[kind]->fields;

	for (; field && field->name; field++)
		if (octet >= field->offset && octet - field->offset < field->length)
			return *field;
	return (struct layer_field){ octet, 1, NULL };
}
