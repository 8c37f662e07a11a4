#include <string.h>

#include "parts.h"

void add_given(struct facts *facts, const char *key, const char *value)
{
	if (value && *value)
		facts_add(facts, key, "%s", value);
}

void add_flavors(struct facts *facts, const struct sid *sid)
{
	const char *list = sid->flavors;

	for (size_t length; list && *list; list += length + (list[length] == ',')) {
		length = strcspn(list, ",");
		facts_add(facts, "flavors", "%.*s", (int)length, list);
	}
	if (sid->block || sid->zero_block)
		facts_add(facts, "lblen", "%u", sid->block);
	if (sid->function || sid->zero_function)
		facts_add(facts, "nflen", "%u", sid->function);
}

void add_policy(struct facts *facts, const struct sid *sid)
{
	char address[ADDRESS_TEXT_SIZE];
	owned_text list = NULL;

	for (size_t i = 0; i < sid->segment_count; i++)
		text_append(&list, "%s%s", list ? "," : "", address_text(&sid->segments[i], address));
	add_given(facts, "srh segs", list);
}
