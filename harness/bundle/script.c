/* The script of a cell: a head of comments, the lab, and the program that plays and compares. */
#include <stdlib.h>
#include <string.h>

#include "bundle_internal.h"

/* "# " and words, in lines of at most 79 columns. */
static void comment(char **text, const char *words)
{
	enum { WIDTH = 79 };
	owned_text copy = text_copy(words);
	size_t column = 0;
	char *rest = NULL;

	for (char *word = strtok_r(copy, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest)) {
		const bool breaks = !column || column + 1 + strlen(word) > WIDTH;
		if (breaks)
			text_append(text, "%s# %s", column ? "\n" : "", word);
		else
			text_append(text, " %s", word);
		column = (breaks ? 2 : column + 1) + strlen(word);
	}
	text_append(text, "\n");
}

static void told(char **text, const struct plan *plan, const struct result *result)
{
	const struct testcase *testcase = plan->testcase;
	owned_text cell = cell_text(testcase, plan->cell);
	owned_text title = text_format("%s: %s", testcase->name, cell);
	owned_text seen = text_format("hopcheck %s saw: %s", HOPCHECK_VERSION, result->why);

	text_disarm(seen);
	comment(text, title);
	if (testcase->about)
		comment(text, testcase->about);
	text_append(text, "#\n");
	comment(text, seen);
	text_append(text, "#\n");
}

static void head(char **text, const struct plan *plan, const struct result *result, enum script_style style)
{
	const bool alone = style == SCRIPT_ALONE;

	text_append(text, alone ? "#!/bin/sh\n" : "#!/bin/bash\n# SPDX-License-Identifier: GPL-2.0\n#\n");
	told(text, plan, result);
	if (alone)
		comment(text, "Exit code: 0 as it should be, 1 not, 4 cannot tell. `-w DIRECTORY` also writes a "
		              "capture of every hop.");
	else
		comment(text, "For tools/testing/selftests/net, beside its lib.sh. Kernel options: "
		              "CONFIG_IPV6_SEG6_LWTUNNEL=y, CONFIG_VETH=y, and what the lines below ask for.");
	comment(text, "Needs iproute2, ethtool, util-linux and python3; root, or user namespaces.");
	text_append(text, "\n%s%s", alone ? script_alone : script_kselftest, script_common);
}

/* The namespaces of its nodes. */
static void nodes(char **text, const struct plan *plan, enum script_style style)
{
	if (style == SCRIPT_KSELFTEST)
		text_append(text, "setup_ns");
	for (size_t i = 0; i < plan->topology->node_count; i++) {
		owned_text node = script_node(plan, i, style);
		if (style == SCRIPT_ALONE)
			text_append(text, "node %s\n", node);
		else
			text_append(text, " %.*s", (int)strlen(node) - 3, node + 2);
	}
	if (style == SCRIPT_KSELFTEST)
		text_append(text, " || cannot \"namespaces cannot be made\"\n");
}

static void python(char **text, const struct plan *plan, json_t *cell, enum script_style style)
{
	char *json = json_dumps(cell, JSON_INDENT(1));
	owned_text spaces = NULL;

	for (size_t i = 0; i < plan->topology->node_count; i++) {
		owned_text node = script_node(plan, i, style);
		const int quotes = *node == '"'; /* all of it is in quotes */
		text_append(&spaces, "%s%s=%.*s", i ? " " : "", plan->topology->nodes[i].name,
		            (int)strlen(node) - 2 * quotes, node + quotes);
	}
	text_append(text, "\nNAMESPACES=\"%s\"\nexport NAMESPACES PCAPS\npython3 - <<'END'\n", spaces);
	text_append(text, "import json\n\nCELL = json.loads(r'''%s''')\n", json);
	text_append(text, "%sEND\nfinish $?\n", script_python);
	free(json);
}

char *script_text(const struct plan *plan, const struct result *result, enum script_style style)
{
	struct error err = { 0 };
	owned_text lacks = script_lacks(plan);
	json_t *cell = script_cell(plan, result, &err);
	const char *refused = result->expected && result->expected->refused ? result->expected->refused : "";
	owned_text word = shell_word(refused);
	char *text = NULL;

	head(&text, plan, result, style);
	text_append(&text, "\nrefused=%s\n", *refused ? word : "''");
	if (style == SCRIPT_KSELFTEST) {
		owned_text axes = cell_text(plan->testcase, plan->cell);
		owned_text name = text_format("%s %s", plan->testcase->name, axes);
		owned_text quoted = shell_word(name);
		text_append(&text, "name=%s\necho 'KTAP version 1'\necho 1..1\n", quoted);
	}
	if (lacks || !cell) {
		text_append(&text, "\ncannot \"%s\"\n", lacks ? lacks : error_line(&err));
		json_decref(cell);
		return text;
	}
	text_append(&text, "\n");
	nodes(&text, plan, style);
	script_lab(&text, plan, style);
	text_append(&text, "\n%s", script_finish);
	python(&text, plan, cell, style);
	json_decref(cell);
	return text;
}
