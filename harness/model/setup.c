/* A node's set-up, and what is found in it. */
#include <stdlib.h>
#include <string.h>

#include "setup.h"

const struct word finding_words[] = {
	{ "mistake", FINDING_MISTAKE, "packets end here, as it is set up" },
	{ "deviation", FINDING_DEVIATION, "a known deviation of this kernel that such a set-up meets" },
	{ "hint", FINDING_HINT, "right, and often forgotten elsewhere" },
	{ NULL, 0, NULL },
};

long setup_sysctl(const struct setup *setup, const char *format, const char *device)
{
	const char *place = strstr(format, "%s");
	owned_text name =
	        place ? text_format("%.*s%s%s", (int)(place - format), format, device, place + 2) : text_copy(format);

	for (size_t i = 0; i < setup->count; i++)
		if (setup->things[i].kind == THING_SYSCTL && strcmp(setup->things[i].name, name) == 0)
			return strtol(facts_get(&setup->things[i].facts, "value"), NULL, 10);
	return -1;
}

void setup_clear(struct setup *setup)
{
	for (size_t i = 0; i < setup->count; i++) {
		free(setup->things[i].name);
		facts_clear(&setup->things[i].facts);
	}
	free(setup->things);
	*setup = (struct setup){ 0 };
}

void findings_clear(struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->at[i].name);
		free(findings->at[i].text);
		free(findings->at[i].remedy);
	}
	free(findings->at);
	*findings = (struct findings){ 0 };
}
