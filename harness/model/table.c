/* Routing tables. */
#include <string.h>

#include "topology.h"

const struct word route_type_words[] = {
	{ "blackhole", ROUTE_BLACKHOLE, "what takes it is dropped without a word" },
	{ "unreachable", ROUTE_UNREACHABLE, "what takes it is dropped, and its sender told" },
	{ "prohibit", ROUTE_PROHIBIT, "likewise, as forbidden" },
	{ NULL, 0, NULL },
};

/* Tables have names for people and numbers for the kernel. */
const char *table_number(const char *name)
{
	static const char *const numbers[][2] = { { "main", "254" }, { "local", "255" }, { "default", "253" } };

	for (size_t i = 0; i < COUNT(numbers); i++)
		if (strcmp(name, numbers[i][0]) == 0)
			return numbers[i][1];
	return name;
}

const char *sid_table(const struct sid *sid)
{
	const char *number = sid->table ? table_number(sid->table) : table_number("main");

	return strcmp(number, table_number("main")) == 0 ? NULL : number;
}

const char *sid_looks_in(const struct sid *sid)
{
	return sid->vrftable ? table_number(sid->vrftable) : sid_table(sid);
}
