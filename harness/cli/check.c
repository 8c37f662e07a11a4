#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "file.h"

static const char help[] =
        "usage: hopcheck check FILE...\n"
        "\n"
        "Reads topology and case files and plans every cell, without running anything. What is wrong is\n"
        "said as FILE:LINE:COLUMN: MESSAGE, and the exit code is 2. A segment that no node has is said\n"
        "in the same way as a warning, which leaves the exit code 0.\n";

/* A topology's file says so by its first key. What is no file is left to the reader, which says so. */
static bool is_topology(const char *path)
{
	bool names_topology = false, names_case = false;
	struct error unread = { 0 };
	char line[256];
	FILE *file = file_open(path, &unread);

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
		result = suite_check(&suite, err);
	if (result == 0) {
		struct error warnings = { 0 };
		plan_warn(suite.cases[0].testcase, suite.cases[0].topologies, &warnings);
		fputs(warnings.text, stderr);
	}
	if (result == 0)
		printf("%s: case %s, %zu cells\n", path, suite.cases[0].testcase->name, suite.cell_count);
	suite_free(&suite);
	return result;
}

int command_check(int argc, char **argv)
{
	bool asked = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
	int code = EXIT_OK;

	if (asked || argc < 2) {
		fputs(help, asked ? stdout : stderr);
		return asked ? EXIT_OK : EXIT_USAGE;
	}
	for (int i = 1; i < argc; i++) {
		struct error err = { 0 };
		if ((is_topology(argv[i]) ? check_topology(argv[i], &err) : check_case(argv[i], &err)) < 0)
			code = EXIT_USAGE;
		fputs(err.text, stderr);
	}
	return code;
}
