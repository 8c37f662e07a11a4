/* From a verdict to an outcome: what was expected on this kernel, and every difference to it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "difference.h"

const struct word outcome_words[] = {
	{ "PASS", OUTCOME_PASS, "as expected" },
	{ "KNOWN", OUTCOME_KNOWN, "a documented deviation, seen where it was documented" },
	{ "FIXED", OUTCOME_FIXED, "documented for this kernel, but the right thing happened" },
	{ "FAIL", OUTCOME_FAIL, "neither as expected nor as documented" },
	{ "SKIP", OUTCOME_SKIP, "this kernel or machine cannot run it" },
	{ "BROKEN", OUTCOME_BROKEN, "the harness or machine failed: no statement about the kernel" },
	{ NULL, 0, NULL },
};

static bool needs_are_met(const struct expectation *row, const bool *has)
{
	int feature;

	for (size_t i = 0; has && i < row->need_count; i++)
		if (word_value(feature_words, row->needs[i], &feature) && !has[feature])
			return false;
	return true;
}

static bool qemu_fits(const struct expectation *row, const char *version)
{
	return !row->qemu || (version && *version && release_in_range(version, row->qemu));
}

static const struct expectation *first_that_holds(const struct expectation *rows, size_t count, const struct plan *plan,
                                                  const struct circumstances *in)
{
	for (size_t i = 0; i < count; i++)
		if (conditions_hold(plan->testcase, rows[i].conditions, rows[i].condition_count, plan->cell) &&
		    release_in_range(in->release, rows[i].kernel) && qemu_fits(&rows[i], in->qemu) &&
		    needs_are_met(&rows[i], in->has))
			return &rows[i];
	return NULL;
}

/* The deviation that other cases on this kernel lose packets by for the same reason; NULL: none, or several. */
static const struct deviation *looks_like(const struct testcase *testcase, const struct verdict *verdict,
                                          const char *release)
{
	const struct deviations *all = testcase->deviations;
	const struct deviation *found = NULL;

	for (size_t i = 0; all && verdict->fate != FATE_DELIVERED && i < all->count; i++) {
		const struct deviation *deviation = all->at[i];
		if (deviation->reason == REASON_NONE || deviation->reason != verdict->reason ||
		    !release_in_range(release, deviation->kernel))
			continue;
		if (found)
			return NULL;
		found = deviation;
	}
	return found;
}

static void fail_with(struct judgement *judgement, const struct seen_verdict *seen, const char *release)
{
	const char *why = seen->verdict->why, *differences = judgement->differences.text;

	judgement->outcome = OUTCOME_FAIL;
	judgement->like = looks_like(seen->plan->testcase, seen->verdict, release);
	snprintf(judgement->why, sizeof judgement->why, "%s: %s", differences, why);
	if (judgement->like)
		snprintf(judgement->why, sizeof judgement->why, "%s: %s It looks like the deviation %s: %s.",
		         differences, why, judgement->like->name, judgement->like->because);
}

/* Whether the row documents what was seen; one that only documents a warning leaves the verdict to `expect`. */
static bool is_as_known(const struct judgement *judgement, const struct seen_verdict *seen)
{
	const struct expectation *known = judgement->known;
	struct seen_verdict as_known = *seen;

	if (!known)
		return false;
	as_known.may_say = known->log;
	struct differences differences =
	        differences_to(expectation_has_verdict(known) ? known : judgement->expected, &as_known);
	bool same = !differences.text;
	differences_clear(&differences);
	return same;
}

static void conclude(struct judgement *judgement, const struct seen_verdict *seen, const char *release)
{
	const struct expectation *known = judgement->known;
	const char *why = seen->verdict->why;
	const bool as_known = is_as_known(judgement, seen);
	owned_text because = text_copy(known && known->because ? known->because : "no cause given");

	judgement->differences = differences_to(judgement->expected, seen);
	size_t length = strlen(because);
	if (length && because[length - 1] == '.') /* the sentence below has its own */
		because[length - 1] = 0;
	judgement->may_warn = known && known->log && as_known;
	if (judgement->differences.text && !as_known) {
		fail_with(judgement, seen, release);
		return;
	}
	if (!judgement->differences.text && known && !as_known) {
		judgement->outcome = OUTCOME_FIXED;
		snprintf(judgement->why, sizeof judgement->why, "%s A deviation is documented for this kernel: %s.",
		         why, because);
	} else if (!judgement->differences.text) {
		judgement->outcome = OUTCOME_PASS;
		snprintf(judgement->why, sizeof judgement->why, "%s", why);
	} else {
		judgement->outcome = OUTCOME_KNOWN;
		snprintf(judgement->why, sizeof judgement->why, "%s It is documented: %s.", why, because);
		differences_clear(&judgement->differences);
	}
}

/* The kernel refused, ignored or would not change what the case asks for; that it was built without an option, or that
 * the machine lacks something, is said in other words (build/trial.c, prepare.c). */
static bool kernel_would_not(const char *skip)
{
	static const char *const words[] = { "this kernel refuses ", "this kernel ignores ", " on this kernel" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strstr(skip, words[i]))
			return true;
	return false;
}

static bool is_promised(const struct judgement *judgement, const struct trace *trace)
{
	return judgement->expected && judgement->expected->promised && kernel_would_not(trace->skip);
}

/* A line of the lab that the kernel must not take. What an option of the build or the machine lacks is no answer. */
static bool is_about_refusal(struct judgement *judgement, const struct trace *trace)
{
	const char *wanted = judgement->expected ? judgement->expected->refused : NULL;

	if (!wanted || !(trace->skip ? kernel_would_not(trace->skip) : trace->refusal != NULL))
		return false;
	if (trace->refusal && strstr(trace->refusal, wanted)) {
		judgement->outcome = OUTCOME_PASS;
		const size_t length = strlen(trace->refusal);
		const bool ended = length && trace->refusal[length - 1] == '.';
		snprintf(judgement->why, sizeof judgement->why, "the kernel refused %s: %s%s", trace->refused_line,
		         trace->refusal, ended ? "" : ".");
		return true;
	}
	judgement->outcome = OUTCOME_FAIL;
	snprintf(judgement->why, sizeof judgement->why, "expected a refusal with \"%s\", saw \"%s\" to %s", wanted,
	         trace->refusal ? trace->refusal : trace->skip, trace->refused_line ? trace->refused_line : "no line");
	return true;
}

/* No verdict: the trace says nothing about the kernel, or no row of the case applies to the cell. */
static bool is_without_verdict(struct judgement *judgement, const struct trace *trace, const char *release)
{
	judgement->outcome = OUTCOME_BROKEN;
	if (trace->skip && is_promised(judgement, trace)) {
		judgement->outcome = OUTCOME_FAIL;
		snprintf(judgement->why, sizeof judgement->why, "every kernel of this age has it: %s", trace->skip);
	} else if (trace->skip) {
		judgement->outcome = OUTCOME_SKIP;
		snprintf(judgement->why, sizeof judgement->why, "%s", trace->skip);
	} else if (trace->broken)
		snprintf(judgement->why, sizeof judgement->why, "%s", trace->broken);
	else if (trace->lost)
		snprintf(judgement->why, sizeof judgement->why, "the capture lost %llu packets",
		         (unsigned long long)trace->lost);
	else if (!judgement->expected)
		snprintf(judgement->why, sizeof judgement->why, "the case expects nothing of this cell on kernel %s",
		         release);
	else
		return false;
	return true;
}

static void retract(struct judgement *judgement)
{
	judgement->outcome = OUTCOME_BROKEN;
	verdict_free(judgement->verdict);
	judgement->verdict = NULL;
}

static bool saw_any_arrive(const struct plan *plan, const struct verdict *verdict, size_t node)
{
	for (size_t hop = 0; hop < verdict->hop_count; hop++)
		if (HOP_DIRECTION(hop) == HOP_IN && plan->topology->interfaces[HOP_INTERFACE(hop)].node == node &&
		    verdict->hops[hop].packets)
			return true;
	return false;
}

/* A socket received octets that no capture of its node saw: then the captures cannot be trusted. */
static bool is_blind(struct judgement *judgement, const struct plan *plan, const struct trace *trace)
{
	uint64_t octets = 0;

	if (trace->server.received && !saw_any_arrive(plan, judgement->verdict, plan->to))
		octets = trace->server.received;
	else if (trace->client.received && !saw_any_arrive(plan, judgement->verdict, plan->from))
		octets = trace->client.received;
	if (!octets)
		return false;
	snprintf(judgement->why, sizeof judgement->why, "the captures saw none of the %llu octets that arrived",
	         (unsigned long long)octets);
	retract(judgement);
	return true;
}

struct judgement *judge(const struct evidence *evidence, const struct journeys *journeys,
                        const struct circumstances *in)
{
	const struct plan *plan = evidence->plan;
	const struct trace *trace = evidence->trace;
	const struct testcase *testcase = plan->testcase;
	struct judgement *judgement = zalloc(sizeof *judgement);

	judgement->expected = first_that_holds(testcase->expect, testcase->expect_count, plan, in);
	judgement->known = first_that_holds(testcase->known, testcase->known_count, plan, in);
	if (is_about_refusal(judgement, trace) || is_without_verdict(judgement, trace, in->release))
		return judgement;
	judgement->verdict = verdict_reach(evidence, journeys);
	if (is_blind(judgement, plan, trace))
		return judgement;
	conclude(judgement, &(struct seen_verdict){ plan, trace, judgement->verdict, NULL }, in->release);
	return judgement;
}

void judgement_free(struct judgement *judgement)
{
	if (!judgement)
		return;
	verdict_free(judgement->verdict);
	differences_clear(&judgement->differences);
	free(judgement);
}
