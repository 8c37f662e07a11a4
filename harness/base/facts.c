#include <stdlib.h>
#include <string.h>

#include "base.h"

void facts_add(struct facts *facts, const char *key, const char *format, ...)
{
	struct fact *fact = PUSH(facts->facts, facts->count);
	va_list arguments;

	fact->key = key;
	va_start(arguments, format);
	fact->value = text_format_list(format, arguments);
	va_end(arguments);
}

const char *facts_get(const struct facts *facts, const char *key)
{
	for (size_t i = 0; i < facts->count; i++)
		if (strcmp(facts->facts[i].key, key) == 0)
			return facts->facts[i].value;
	return NULL;
}

bool facts_have(const struct facts *facts, const char *key, const char *value)
{
	for (size_t i = 0; i < facts->count; i++)
		if (strcmp(facts->facts[i].key, key) == 0 && strcmp(facts->facts[i].value, value) == 0)
			return true;
	return false;
}

void facts_append(char **text, const struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->facts[i];
		bool same = i && strcmp(fact[-1].key, fact->key) == 0;
		text_append(text, "%s%s%s%s", same ? "," : " ", same ? "" : fact->key, same ? "" : " ", fact->value);
	}
}

void facts_clear(struct facts *facts)
{
	for (size_t i = 0; i < facts->count; i++)
		free(facts->facts[i].value);
	free(facts->facts);
	*facts = (struct facts){ 0 };
}
