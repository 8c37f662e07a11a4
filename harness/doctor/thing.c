#include <stdlib.h>
#include <string.h>

#include "doctor.h"

const char *thing_fact(const struct setup_thing *thing, const char *key)
{
	const char *value = facts_get(&thing->facts, key);

	return value ? value : "";
}

bool is_headend(const struct setup_thing *thing)
{
	return thing->kind == THING_ROUTE && strcmp(thing_fact(thing, "encap"), "seg6") == 0;
}

bool is_sid(const struct setup_thing *thing)
{
	return thing->kind == THING_ROUTE && strcmp(thing_fact(thing, "encap"), "seg6local") == 0;
}

bool thing_prefix(struct prefix *ret, const struct setup_thing *thing)
{
	size_t end = strcspn(thing->name, "/");
	owned_text address = text_format("%.*s", (int)end, thing->name);

	if (thing->name[end] != '/' || !address_parse(&ret->address, AF_UNSPEC, address))
		return false;
	ret->length = (unsigned)strtoul(thing->name + end + 1, NULL, 10);
	return true;
}

char *thing_text(const struct setup_thing *thing)
{
	if (is_sid(thing))
		return text_format("SID %s (%s)", thing->name, thing_fact(thing, "action"));
	if (is_headend(thing))
		return text_format("route %s (%s)", thing->name, thing_fact(thing, "mode"));
	return text_copy(thing->name);
}

void found(struct findings *findings, enum finding_kind kind, const char *name, char *text, char *remedy)
{
	*PUSH(findings->at, findings->count) = (struct finding){ kind, text_copy(name), text, remedy };
}
