/* What results have with them, so that nothing else is needed to run their cells again. */
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "cli.h"

#define YAML_MOST ((size_t)1 << 20)

static void add_file(struct pool *pool, struct run *run, const char *directory, const char *path)
{
	owned_text name = text_format("%s/%s", directory, base_of(path));
	struct error unsaid = { 0 };
	uint8_t *text = NULL;
	size_t length;

	if (run_file(run, name) || file_read(&text, &length, path, YAML_MOST, &unsaid) < 0)
		return;
	if (strlen((char *)text) == length)
		run_add_file(pool, run, name, (char *)text);
	free(text);
}

static void add_case(struct pool *pool, struct run *run, const struct suite_case *one)
{
	const struct testcase *testcase = one->testcase;

	add_file(pool, run, "cases", testcase->file);
	for (size_t i = 0; i < testcase->topology_count; i++)
		add_file(pool, run, "topologies", one->topologies[i]->file);
	for (size_t i = 0; i < testcase->known_count; i++)
		if (testcase->known[i].deviation)
			add_file(pool, run, "cases/deviations", testcase->known[i].deviation->file);
}

/* Of those that anybody would hand over. */
static void add_script(const struct suite *suite, const struct suite_cell *cell)
{
	struct result *result = cell->result;
	struct error unsaid = { 0 };
	owned(plan) made = NULL;

	if (!result ||
	    (result->outcome != OUTCOME_FAIL && result->outcome != OUTCOME_KNOWN && result->outcome != OUTCOME_FIXED))
		return;
	const struct plan *plan = suite_cell_plan(&made, suite, cell, &unsaid);
	if (plan)
		script_embed(suite->pool, result, plan, &unsaid);
}

void run_embed(const struct suite *suite, struct run *run)
{
	script_embed_files(suite->pool, run);
	for (size_t i = 0; i < suite->case_count; i++)
		if (!suite->cases[i].left_out)
			add_case(suite->pool, run, &suite->cases[i]);
	for (size_t i = 0; i < suite->cell_count; i++)
		add_script(suite, &suite->cells[i]);
}
