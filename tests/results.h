/* For tests of what is made of results: they are written as JSON, and read into one pool. */
#ifndef HOPCHECK_TESTS_RESULTS_H
#define HOPCHECK_TESTS_RESULTS_H

#include "result.h"
#include "scene.h"

static inline struct pool *test_pool(void)
{
	static struct pool *pool;

	return pool ? pool : (pool = pool_new());
}

static inline json_t *parse_json(const char *text)
{
	owned_text quoted = text_copy(text);

	for (char *c = quoted; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	json_t *json = json_loads(quoted, JSON_DECODE_ANY, NULL);
	assert_non_null(json);
	return json;
}

static inline struct result *read_result(const json_t *json)
{
	struct error err = { 0 };
	struct result *result = result_read(test_pool(), json, false, &err);

	if (!result)
		fail_msg("%s", err.text);
	return result;
}

static inline struct run *read_run(const json_t *json)
{
	struct error err = { 0 };
	struct run *run = run_read(test_pool(), json, &err);

	if (!run)
		fail_msg("%s", err.text);
	return run;
}

/* An array of runs. */
static inline struct results read_runs(const json_t *runs)
{
	struct results results = { .pool = test_pool() };
	const json_t *run;
	size_t i;

	json_array_foreach (runs, i, run)
		results_add(&results, read_run(run));
	return results;
}

#endif
