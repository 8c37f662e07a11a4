#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* A topology's file says so by its first key. A name without a file is left to the reader, which reports it. */
static bool is_topology(const char *path)
{
	bool names_topology = false, names_case = false;
	char line[256];
	FILE *file = file_open(path, NULL);

	while (file && fgets(line, sizeof line, file)) {
		names_topology |= strncmp(line, "topology:", 9) == 0;
		names_case |= strncmp(line, "case:", 5) == 0;
	}
	if (file)
		fclose(file);
	return names_topology && !names_case;
}

static int check_topology(const char *path, struct error *err)
{
	owned(topology) topology = NULL;

	if (topology_read(&topology, path, err) < 0)
		return -1;
	printf("%s: topology %s, %zu nodes, %zu links\n", path, topology->name, topology->node_count,
	       topology->link_count);
	return 0;
}

static int check_case(char *path, struct error *err)
{
	struct suite suite = { 0 };
	int result = suite_read(&suite, &path, 1, err);

	if (result == 0)
		result = suite_choose(&suite, NULL, 0, err);
	if (result == 0)
		result = suite_plan(&suite, err);
	if (result == 0) {
		struct error warnings = { 0 };
		plan_warn(suite.cases[0].testcase, suite.cases[0].topologies, &warnings);
		say_errors(&warnings);
	}
	if (result == 0)
		printf("%s: case %s, %zu cells\n", path, suite.cases[0].testcase->name, suite.cell_count);
	suite_free(&suite);
	return result;
}

static int command(struct options *options)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < options->operand_count; i++) {
		char *path = options->operands[i];
		struct error err = { 0 };
		if ((is_topology(path) ? check_topology(path, &err) : check_case(path, &err)) < 0)
			code = EXIT_USAGE;
		say_errors(&err);
	}
	return code;
}

const struct subcommand subcommand_check = {
	.command = COMMAND_CHECK,
	.name = "check",
	.about = "check topology and case files",
	.operands = "FILE...",
	.least = 1,
	.most = SIZE_MAX,
	.text = "Reads topology and case files and plans every cell, without running anything. What is wrong is\n"
	        "said as FILE:LINE:COLUMN: MESSAGE, and the exit code is 2. A segment that no node has\n"
	        "and a policy that begins with its own SID are said in the same way as warnings, which leave the exit\n"
	        "code 0.\n",
	.run = command,
};
