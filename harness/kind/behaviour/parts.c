#include <arpa/inet.h>

#include "parts.h"

void append_given(char **text, const char *key, const char *value)
{
	if (value && *value)
		text_append(text, " %s %s", key, value);
}

void append_flavors(char **text, const struct sid *sid)
{
	append_given(text, "flavors", sid->flavors);
	if (sid->block)
		text_append(text, " lblen %u", sid->block);
	if (sid->function)
		text_append(text, " nflen %u", sid->function);
}

void append_policy(char **text, const struct sid *sid)
{
	char address[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < sid->segment_count; i++)
		text_append(text, "%s%s", i == 0 ? " srh segs " : ",",
		            inet_ntop(AF_INET6, &sid->segments[i], address, sizeof address));
}
