/* A cell is explained, one question after the other, until there is no time left. */
#include <stdlib.h>
#include <string.h>

#include "explain_internal.h"
#include "stop.h"

/* The cell as its own case has it, with its rows of `known`: which deviation it is. */
static const struct result *run_own(struct explainer *explainer)
{
	const struct suite *all = explainer->suite;
	const struct testcase *testcase = suite_testcase(all, explainer->cell);
	struct suite suite = { .cases = all->cases, .case_count = all->case_count, .pool = explainer->trials.pool };
	struct stages stages = { 0 };
	const struct workers_options options = { .count = 1, .keep_at = -1, .facts = explainer->trials.facts };
	const size_t own = explainer->cell->cell, first = own - cell_flow(testcase, own);
	const struct cells_at_once cells = cell_at_once(testcase, own);
	const struct result *result = NULL;

	memcpy(suite.version, explainer->trials.features.version, sizeof suite.version);
	for (size_t cell = first; cell < cells.first + cells.count; cell++)
		suite_add(&suite, explainer->cell->case_index, cell);
	if (suite_plan(&suite, explainer->err) == 0) {
		suite_batch(&suite, false);
		if (workers_run(&suite, &options, &explainer->trials.features, &stages, explainer->err) == 0)
			result = suite.cells[own - first].result;
		explainer->trials.tried |= result != NULL;
		explainer->trials.count += suite.cell_count;
	}
	suite.cases = NULL;
	suite.case_count = 0;
	suite.pool = NULL;
	suite_free(&suite);
	return result;
}

static void conclude(struct explainer *explainer, enum explained how, const char *happens)
{
	explainer->out->how = how;
	explainer->out->happens = pool_text(explainer->out->pool, happens);
}

/* The row of `expect` that the cell has; NULL: none. */
static const struct expectation *row_of_cell(const struct explainer *explainer)
{
	const struct testcase *testcase = explainer->trials.testcase;

	for (size_t i = 0; i < testcase->expect_count; i++)
		if (conditions_hold(testcase, testcase->expect[i].conditions, testcase->expect[i].condition_count,
		                    explainer->cell->cell))
			return &testcase->expect[i];
	return NULL;
}

/* Tries the cell as a variant: first whether it is delivered as sent; if it is, what its case expects beside. */
static bool find_oracle(struct explainer *explainer)
{
	for (unsigned i = 0; i < 2; i++) {
		owned_tries tries = { 0 };
		explainer->trials.expected = i ? row_of_cell(explainer) : NULL;
		try_add(explainer, &tries, NULL, NULL, 0, NULL);
		tries_run(explainer, &tries);
		const struct variant *variant = &tries.variants[0];
		if (variant->says == TRIAL_WRONG) {
			explainer->base = variant->result;
			explainer->signature = signature_of(variant->result);
			explainer->out->harmless = i > 0;
			return true;
		}
		if (variant->says != TRIAL_RIGHT) {
			conclude(explainer, EXPLAIN_CANNOT,
			         variant->says == TRIAL_UNTRIED ? "there was no time to try it" : said(variant->why));
			return false;
		}
	}
	conclude(explainer, EXPLAIN_CANNOT,
	         "alone, with what the case expects of it, it comes out right: it depends on other cells, or on what "
	         "the kernel does only once");
	return false;
}

static void tell_deviation(struct explanation *out, const struct result *own)
{
	const struct result_row *known = own->known;

	if (known) {
		out->deviation = pool_text(out->pool, is_said(known->deviation) ? known->deviation : "not named");
		out->because = pool_text(out->pool, known->because);
		out->workaround = pool_text(out->pool, known->workaround);
	}
	out->like = pool_text(out->pool, own->like);
}

static void tell_controls(struct explainer *explainer)
{
	struct explanation *out = explainer->out;
	const struct toggle *mode = space_find(explainer->space, "mode");

	for (size_t i = 0; mode && i < explainer->alternative_count; i++) {
		const struct alternative *one = &explainer->alternatives[i];
		if (&explainer->space->toggles[one->toggle] != mode)
			continue;
		struct explained_control *control = PUSH(out->controls, out->control_count);
		owned_text text = NULL;
		if (one->does == DOES_KEEP || one->does == DOES_OTHER) {
			const struct signature signature = signature_of(one->result);
			text = signature_text(&signature, true);
		}
		*control = (struct explained_control){ .mode = pool_text(out->pool, mode->choices[one->choice].word),
			                               .text = pool_text(out->pool, text),
			                               .says = one->does == DOES_CURE     ? TRIAL_RIGHT
			                                       : one->does == DOES_UNTOLD ? TRIAL_UNKNOWN
			                                                                  : TRIAL_WRONG };
	}
}

static void tell_drop(struct explainer *explainer)
{
	struct explanation *out = explainer->out;
	const struct signature *signature = &explainer->signature;

	if (signature->fate == FATE_DELIVERED)
		return;
	out->drop.node = signature->at;
	out->drop.function = signature->function;
	out->drop.reason = signature->reason;
}

/* Whether a signature says more than that it is wrong. */
static bool says_what(const struct signature *signature)
{
	return signature->fate != FATE_DELIVERED || signature->broken.count || signature->bad.count ||
	       signature->oversize;
}

/* "delivered; aggregation at dst.a0: expected merged, saw 1" */
static char *happens_text(const struct explainer *explainer)
{
	char *text = signature_text(&explainer->signature, true);
	const struct result_differences *differences = &explainer->base->differences;

	for (size_t i = 0; i < differences->count && i < 2 && !says_what(&explainer->signature); i++)
		text_append(&text, "; %s%sexpected %s, saw %s", said(differences->at[i].what),
		            is_said(differences->at[i].what) ? ": " : "", differences->at[i].expected,
		            differences->at[i].saw);
	if (!says_what(&explainer->signature) && !differences->count)
		text_append(&text, "; %s", said(explainer->base->why));
	return text;
}

static void explain(struct explainer *explainer)
{
	struct explanation *out = explainer->out;
	const struct result *own = run_own(explainer);

	if (!own) {
		conclude(explainer, EXPLAIN_CANNOT, "it could not be run");
		return;
	}
	out->own = own;
	out->command = own->command;
	if (own->outcome == OUTCOME_SKIP || own->outcome == OUTCOME_BROKEN) {
		conclude(explainer, EXPLAIN_CANNOT, said(own->why));
		return;
	}
	if (own->outcome == OUTCOME_PASS || own->outcome == OUTCOME_FIXED) {
		conclude(explainer, EXPLAIN_RIGHT,
		         own->outcome == OUTCOME_PASS ? said(own->why)
		                                      : "what its case documents for this kernel does not happen");
		return;
	}
	tell_deviation(out, own);
	if (!find_oracle(explainer))
		return;
	owned_text happens = happens_text(explainer);
	conclude(explainer, EXPLAINED, happens);
	tell_drop(explainer);
	out->unsearched = out->harmless && explainer->trials.expected->fate != FATE_DELIVERED;
	if (out->unsearched)
		return;
	explainer->space = space_make(explainer->plan, explainer->base->evidence);
	const bool time = alternatives_try(explainer);
	tell_controls(explainer);
	if (time && cures_tell(explainer) && advices_try(explainer, out->workaround) && least_find(explainer) &&
	    smaller_find(explainer))
		place_find(explainer);
	else
		out->out_of_time = true;
}

int explain_cell(struct explanation **ret, const struct suite *suite, size_t cell,
                 const struct explain_options *options, struct error *err)
{
	const double start = clock_ms();
	const struct suite_cell *one = &suite->cells[cell];
	struct explainer explainer = {
		.suite = suite, .cell = one, .options = options, .out = zalloc(sizeof *explainer.out), .err = err
	};
	owned(explanation) out = explainer.out;
	owned_text name = suite_cell_name(suite, cell);

	trials_open(&explainer.trials, suite_testcase(suite, one), suite_lab(suite, one)->topology, one->cell);
	explainer.trials.workers = options->workers;
	explainer.trials.deadline = start + 1000 * options->budget;
	out->pool = explainer.trials.pool;
	out->cell = pool_text(out->pool, name);
	if (suite_plan_cell(&explainer.plan, suite, one, err) == 0)
		explain(&explainer);
	out->stopped = stop_signal() != 0;
	out->trials = explainer.trials.count;
	out->seconds = (clock_ms() - start) / 1000;
	smaller_clear(&explainer.smaller);
	free(explainer.alternatives);
	space_free(explainer.space);
	plan_free(explainer.plan);
	explainer.trials.pool = NULL; /* the explanation's from here on */
	trials_close(&explainer.trials);
	if (err->count)
		return -1;
	*ret = take(out);
	return 0;
}

void explanation_free(struct explanation *explanation)
{
	if (!explanation)
		return;
	for (size_t i = 0; i < explanation->least_count; i++)
		free(explanation->least[i].settings);
	free(explanation->least);
	free(explanation->cures);
	free(explanation->advices);
	free(explanation->controls);
	free(explanation->place.octets);
	for (size_t i = 0; i < explanation->kernel_count; i++) {
		free(explanation->kernels[i].lines);
		json_decref(explanation->kernels[i].explanation);
	}
	free(explanation->kernels);
	pool_free(explanation->pool);
	free(explanation);
}
