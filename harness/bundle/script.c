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

static char *head(const struct plan *plan, const struct result *result, enum script_style style)
{
	const bool alone = style == SCRIPT_ALONE;
	char *text = text_copy(alone ? "#!/bin/sh\n" : "#!/bin/bash\n# SPDX-License-Identifier: GPL-2.0\n#\n");

	told(&text, plan, result);
	if (alone)
		comment(&text, "Exit code: 0 as it should be, 1 not, 4 cannot tell. `-w DIRECTORY` also writes a "
		               "capture of every hop.");
	else
		comment(&text, "For tools/testing/selftests/net, beside its lib.sh. Kernel options: "
		               "CONFIG_IPV6_SEG6_LWTUNNEL=y, CONFIG_VETH=y, and what the lines below ask for.");
	comment(&text, "Needs iproute2, ethtool, util-linux and python3; root, or user namespaces.");
	text_append(&text, "\n");
	return text;
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

static char *lab(const struct plan *plan, const struct result *result, enum script_style style)
{
	const char *refused = result->expected && result->expected->refused ? result->expected->refused : "";
	owned_text word = shell_word(refused);
	char *text = text_format("\nrefused=%s\n", *refused ? word : "''");

	if (style == SCRIPT_KSELFTEST) {
		owned_text axes = cell_text(plan->testcase, plan->cell);
		owned_text name = text_format("%s %s", plan->testcase->name, axes);
		owned_text quoted = shell_word(name);
		text_append(&text, "name=%s\necho 'KTAP version 1'\necho 1..1\n", quoted);
	}
	return text;
}

/* What the program reads, which is behind it. */
static char *data(const struct plan *plan, json_t *cell, enum script_style style)
{
	char *json = json_dumps(cell, JSON_INDENT(1));
	owned_text spaces = NULL;

	for (size_t i = 0; i < plan->topology->node_count; i++) {
		owned_text node = script_node(plan, i, style);
		const int quotes = *node == '"'; /* all of it is in quotes */
		text_append(&spaces, "%s%s=%.*s", i ? " " : "", plan->topology->nodes[i].name,
		            (int)strlen(node) - 2 * quotes, node + quotes);
	}
	char *text = text_format("\nNAMESPACES=\"%s\"\nexport NAMESPACES PCAPS\npython3 - <<'END'\nimport json\n\n"
	                         "CELL = json.loads(r'''%s''')\n",
	                         spaces, json);
	free(json);
	return text;
}

struct parts {
	char *own[SCRIPT_PARTS];
};

static void parts_clear(struct parts *parts)
{
	for (size_t i = 0; i < SCRIPT_PARTS; i++)
		free(parts->own[i]);
}

/* -1 and err: no script can have it; then only the first two are made. */
static int parts_make(struct parts *parts, const struct plan *plan, const struct result *result,
                      enum script_style style, struct error *err)
{
	owned_text lacks = script_lacks(plan);

	*parts = (struct parts){ { head(plan, result, style), lab(plan, result, style) } };
	if (lacks)
		return fail(err, "%s", lacks);
	json_t *cell = script_cell(plan, result, err);
	if (!cell)
		return -1;
	text_append(&parts->own[1], "\n");
	nodes(&parts->own[1], plan, style);
	script_lab(&parts->own[1], plan, style);
	script_beside(&parts->own[2], plan, style);
	parts->own[3] = data(plan, cell, style);
	json_decref(cell);
	return 0;
}

/* What is between them. */
static char *file_of(size_t i, enum script_style style)
{
	if (i == 0)
		return text_format("%s%s", style == SCRIPT_ALONE ? script_alone : script_kselftest, script_common);
	return i == 1 ? text_format("\n%s", script_finish) : text_format("%sEND\nfinish $?\n", script_python);
}

char *script_text(const struct plan *plan, const struct result *result, enum script_style style)
{
	struct error err = { 0 };
	struct parts parts;
	char *text = NULL;
	const int made = parts_make(&parts, plan, result, style, &err);
	owned_text begin = file_of(0, style);
	owned_text finish = file_of(1, style);
	owned_text program = file_of(2, style);

	text_append(&text, "%s%s%s", parts.own[0], begin, parts.own[1]);
	if (made < 0)
		text_append(&text, "\ncannot \"%s\"\n", error_line(&err));
	else
		text_append(&text, "%s%s%s%s", parts.own[2], finish, parts.own[3], program);
	parts_clear(&parts);
	return text;
}

int script_embed(struct pool *pool, struct result *result, const struct plan *plan, struct error *err)
{
	const char *texts[SCRIPT_PARTS];
	struct parts parts;
	const int made = parts_make(&parts, plan, result, SCRIPT_ALONE, err);

	for (size_t i = 0; i < SCRIPT_PARTS && made == 0; i++)
		texts[i] = pool_text(pool, parts.own[i]);
	parts_clear(&parts);
	if (made < 0)
		return -1;
	result->script = (struct texts){ pool_keep(pool, texts, sizeof texts), SCRIPT_PARTS };
	GIVE(pool, result_members, result, script);
	return 0;
}

void script_embed_files(struct pool *pool, struct run *run)
{
	for (size_t i = 0; i < SCRIPT_FILES; i++) {
		owned_text text = file_of(i, SCRIPT_ALONE);
		run_add_file(pool, run, script_file_names[i], text);
	}
}
