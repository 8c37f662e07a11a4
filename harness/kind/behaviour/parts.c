#include <arpa/inet.h>

#include "parts.h"

void append_given(char **text, const char *key, const char *value)
{
	if (value && *value)
		text_append(text, " %s %s", key, value);
}

void append_policy(char **text, const struct sid *sid)
{
	char address[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < sid->segment_count; i++)
		text_append(text, "%s%s", i == 0 ? " srh segs " : ",",
		            inet_ntop(AF_INET6, &sid->segments[i], address, sizeof address));
}
