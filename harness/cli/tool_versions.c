/* What the tools of scripts call themselves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

char *tool_versions(void)
{
	static const char *const commands[] = { "ip -V", "ethtool --version", "python3 --version",
		                                "unshare --version" };
	char *all = text_format("hopcheck %s\n", HOPCHECK_VERSION);

	for (size_t i = 0; i < COUNT(commands); i++) {
		owned_text command = text_format("%s 2>/dev/null", commands[i]);
		char line[256] = "";
		FILE *said = popen(command, "r");
		if (said && fgets(line, sizeof line, said))
			text_append(&all, "%.*s\n", (int)strcspn(line, "\n"), line);
		if (said)
			pclose(said);
	}
	return all;
}
