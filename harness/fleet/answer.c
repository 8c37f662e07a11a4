/* Checks what guests send against what they were asked, before any of it is used. The tables of members check its
 * shape; this checks its content. */
#include <string.h>

#include "fleet_internal.h"

const struct result_kernel *answer_kernel(struct pool *pool, const json_t *kernel, struct error *err)
{
	const struct result_kernel *read = kernel_read(pool, kernel, true, err);

	if (!read)
		blame(err, "what it says about its kernel");
	return read;
}

/* Without a verdict: what did not run, a kernel that refused what it must refuse, and one that did not do so or refused
 * what is promised. */
static bool may_lack_verdict(const struct result *result)
{
	if (result->outcome == OUTCOME_PASS)
		return result->expected && is_said(result->expected->refused);
	return result->outcome == OUTCOME_SKIP || result->outcome == OUTCOME_BROKEN || result->outcome == OUTCOME_FAIL;
}

static int check_verdict(const struct result *result, struct error *err)
{
	if (!result->verdict)
		return may_lack_verdict(result) ? 0 : fail(err, "it has no verdict");
	if ((result->outcome == OUTCOME_KNOWN || result->outcome == OUTCOME_FIXED) && !result->known)
		return fail(err, "it names no deviation");
	return 0;
}

struct result *answer_result(struct pool *pool, const json_t *json, const struct testcase *testcase, size_t cell,
                             struct error *err)
{
	struct result *result = result_read(pool, json, true, err);
	const struct result *asked = result_without_trace(pool, testcase, cell, OUTCOME_BROKEN, "");

	if (!result)
		return NULL;
	/* Alike values of a pool have one address. */
	if (result->name != asked->name || result->axes.at != asked->axes.at ||
	    result->axes.count != asked->axes.count || result->topology != asked->topology) {
		fail(err, "it is of another cell");
		return NULL;
	}
	return check_verdict(result, err) < 0 ? NULL : result;
}

struct texts answer_lines(struct pool *pool, const json_t *lines)
{
	return json_array_size(lines) <= ANSWER_LINES_MAX ? texts_read(pool, lines) : (struct texts){ 0 };
}
