/* Which two neighbours, among the kernels that can be had, behave differently. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "stop.h"

/* Kernels in order; those that were tried have results. */
struct search {
	struct options *options;
	struct suite suite;
	struct candidate {
		char *release, *version;     /* to be fetched by; NULL for the ends */
		struct fleet_kernel *kernel; /* NULL: not tried yet */
		bool useless;                /* it could not be had, or could not tell */
	} * steps;
	size_t count, good, bad; /* steps[good] is good, steps[bad] is bad */
	struct results tried;
	bool *counts; /* cells whose verdict differs between the ends */
};

static const struct result *result_of(const struct candidate *step, size_t cell)
{
	return step->kernel->results[cell];
}

static bool says_nothing(const struct result *result)
{
	return !result || result->outcome == OUTCOME_SKIP || result->outcome == OUTCOME_BROKEN;
}

/* Good, as long as every cell that counts is as it was; bad, when one is not. */
static enum { IS_GOOD, IS_BAD, IS_UNKNOWN } classify(const struct search *search, const struct candidate *step)
{
	bool known = false, bad = false;

	for (size_t i = 0; i < search->suite.cell_count; i++) {
		if (!search->counts[i])
			continue;
		if (says_nothing(result_of(step, i)))
			continue;
		known = true;
		bad |= verdicts_differ(search->suite.pool, result_of(step, i), result_of(&search->steps[0], i));
	}
	return !known ? IS_UNKNOWN : bad ? IS_BAD : IS_GOOD;
}

static int give_up(struct fleet_kernel *kernels, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fleet_kernel_clear(&kernels[i]);
	free(kernels);
	return -1;
}

/* Runs the cells on all these steps, as many guests at a time as were asked for. */
static int try_steps(struct search *search, struct candidate **steps, size_t count, struct error *err)
{
	struct fleet_kernel *kernels = zalloc(count * sizeof *kernels);
	size_t have = 0;

	for (size_t i = 0; i < count; i++) {
		struct kernel_list list = { 0 };
		const char *release = steps[i]->release;
		bool complete;
		if (!release) {
			kernels[have++] = *steps[i]->kernel;
			free(take(steps[i]->kernel));
			continue;
		}
		if (kernels_fetch(&list, &release, 1, &complete, err) < 0)
			return give_up(kernels, have);
		steps[i]->useless = list.count != 1;
		if (!steps[i]->useless)
			kernels[have++].kernel = list.kernels[0];
		free(list.kernels);
	}
	if (have && fleet_run(kernels, have, &search->suite, &search->options->fleet, err) < 0 && !stop_signal())
		return give_up(kernels, have);
	for (size_t i = 0, k = 0; i < count; i++) {
		if (steps[i]->useless)
			continue;
		steps[i]->kernel = zalloc(sizeof *steps[i]->kernel);
		*steps[i]->kernel = kernels[k++];
		results_add(&search->tried, fleet_document(steps[i]->kernel, &search->suite));
	}
	free(kernels);
	return 0;
}

static int find_ends(struct search *search, struct error *err)
{
	const char *const names[] = { search->options->good, search->options->bad };

	for (size_t i = 0; i < COUNT(names); i++) {
		struct candidate *step = PUSH(search->steps, search->count);
		size_t count = 0;
		bool complete;
		if (kernels_find(&step->kernel, &count, &names[i], 1, &complete, err) < 0)
			return -1;
		if (count != 1)
			return fail(err, "%s names %zu kernels; expected one", names[i], count);
		step->version = text_copy(step->kernel->kernel.release);
	}
	return 0;
}

static const char *tried_version(const struct candidate *step)
{
	const char *version = step->kernel->features ? step->kernel->features->version : NULL;

	return version ? version : step->version;
}

static int by_version(const void *a, const void *b)
{
	return version_compare(((const struct candidate *)a)->version, ((const struct candidate *)b)->version);
}

/* What can be had between the ends; the order is theirs, also where bad is older than good. */
static int find_between(struct search *search, struct error *err)
{
	struct kernel_offers offers = { 0 };
	struct candidate first = search->steps[0], last = search->steps[1], *between = NULL;
	const char *good = tried_version(&first), *bad = tried_version(&last);
	bool forward = version_compare(good, bad) < 0;
	size_t count = 0;

	if (kernels_offered(&offers, err) < 0)
		return -1;
	for (size_t i = 0; i < offers.count; i++) {
		const char *version = offers.at[i].version;
		if (version_compare(version, forward ? good : bad) > 0 &&
		    version_compare(version, forward ? bad : good) < 0)
			*PUSH(between, count) = (struct candidate){ .release = text_copy(offers.at[i].release),
				                                    .version = text_copy(version) };
	}
	kernel_offers_clear(&offers);
	if (count)
		qsort(between, count, sizeof *between, by_version);
	search->count = 0;
	*PUSH(search->steps, search->count) = first;
	for (size_t i = 0; i < count; i++)
		*PUSH(search->steps, search->count) = between[forward ? i : count - 1 - i];
	*PUSH(search->steps, search->count) = last;
	free(between);
	search->good = 0;
	search->bad = search->count - 1;
	return 0;
}

/* As many kernels between good and bad as there are guests, evenly spread. */
static size_t choose(struct search *search, struct candidate **chosen)
{
	size_t open[search->count], count = 0, picked = 0; /* NOLINT: as many as there are kernels in an archive */
	size_t most = search->options->fleet.guests;

	for (size_t i = search->good + 1; i < search->bad; i++)
		if (!search->steps[i].useless && !search->steps[i].kernel)
			open[count++] = i;
	for (size_t i = 0; i < most && i < count; i++) {
		size_t at = (2 * i + 1) * count / (2 * (count < most ? count : most));
		chosen[picked++] = &search->steps[open[at]];
	}
	return picked;
}

/* Whether a signal left it time for all that counts. */
static bool is_through(const struct search *search, const struct candidate *step)
{
	for (size_t i = 0; i < search->suite.cell_count; i++)
		if (search->counts[i] && !result_of(step, i))
			return false;
	return true;
}

static void narrow(struct search *search)
{
	for (size_t i = search->good + 1; i < search->bad; i++) {
		struct candidate *step = &search->steps[i];
		if (!step->kernel || step->useless || !is_through(search, step))
			continue;
		switch (classify(search, step)) {
		case IS_GOOD:
			search->good = i;
			break;
		case IS_BAD:
			search->bad = i;
			break;
		case IS_UNKNOWN:
			step->useless = true;
			break;
		}
	}
}

static bool tells_nothing(const struct search *search, const struct candidate *step)
{
	for (size_t i = 0; i < search->suite.cell_count; i++)
		if (!says_nothing(result_of(step, i)))
			return false;
	return true;
}

static size_t differing(struct search *search)
{
	size_t count = 0;

	search->counts = zalloc(search->suite.cell_count * sizeof *search->counts);
	for (size_t i = 0; i < search->suite.cell_count; i++) {
		const struct result *good = result_of(&search->steps[0], i), *bad = result_of(&search->steps[1], i);
		search->counts[i] =
		        !says_nothing(good) && !says_nothing(bad) && verdicts_differ(search->suite.pool, good, bad);
		count += search->counts[i];
	}
	return count;
}

static void print_found(const struct search *search)
{
	struct results results = { .pool = search->suite.pool };
	const struct candidate *good = &search->steps[search->good], *bad = &search->steps[search->bad];

	results_add(&results, fleet_document(good->kernel, &search->suite));
	results_add(&results, fleet_document(bad->kernel, &search->suite));
	report_matrix(stdout, report_style_of(stdout), MATRIX_TERMINAL, &results, false);
	printf("\nThe verdict changes between Linux %s and %s.\n", tried_version(good), tried_version(bad));
	for (size_t i = search->good + 1; i < search->bad; i++)
		printf("Between them, %s cannot tell: %s.\n", search->steps[i].version,
		       search->steps[i].kernel ? "every cell that counts is SKIP or BROKEN there"
		                               : "it could not be had");
}

/* A signal came: what was tried by then, and what it left open. */
static void print_stopped(const struct search *search)
{
	size_t open = 0;

	if (!search->tried.count) {
		say_nothing_told();
		return;
	}
	struct results results = results_merge(&search->tried); /* in order */
	report_matrix(stdout, report_style_of(stdout), MATRIX_TERMINAL, &results, false);
	if (!search->counts) {
		puts("\nA signal ended it before both ends had run.");
		return;
	}
	for (size_t i = search->good + 1; i < search->bad; i++)
		open += !search->steps[i].useless;
	printf("\nA signal ended it: Linux %s is good, %s is bad, ", tried_version(&search->steps[search->good]),
	       tried_version(&search->steps[search->bad]));
	if (open)
		printf("and what is between them is open: %zu kernel%s.\n", open, open == 1 ? "" : "s");
	else
		puts("and nothing is left between them.");
}

static int bisect(struct search *search, struct error *err)
{
	struct candidate *chosen[64];
	size_t count;

	if (find_ends(search, err) < 0)
		return EXIT_USAGE;
	if (try_steps(search, (struct candidate *[]){ &search->steps[0], &search->steps[1] }, 2, err) < 0)
		return EXIT_BROKEN;
	if (stop_signal())
		return EXIT_BROKEN;
	for (size_t i = 0; i < 2; i++) {
		char *version = text_copy(tried_version(&search->steps[i]));
		free(search->steps[i].version);
		search->steps[i].version = version;
		if (tells_nothing(search, &search->steps[i])) {
			fail(err, "Linux %s cannot tell: every cell is SKIP or BROKEN there", version);
			return EXIT_BROKEN;
		}
	}
	if (!differing(search)) {
		printf("No verdict differs between Linux %s and %s.\n", tried_version(&search->steps[0]),
		       tried_version(&search->steps[1]));
		return EXIT_FAIL;
	}
	search->bad = 1;
	if (find_between(search, err) < 0)
		return EXIT_BROKEN;
	while (!stop_signal() && (count = choose(search, chosen))) {
		if (!search->options->fleet.quiet)
			fprintf(stderr, "Linux %s is good, %s is bad; %zu between them, trying %s%s\n",
			        search->steps[search->good].version, search->steps[search->bad].version,
			        search->bad - search->good - 1, chosen[0]->version, count > 1 ? " and more" : "");
		if (try_steps(search, chosen, count, err) < 0)
			return EXIT_BROKEN;
		narrow(search);
	}
	if (!stop_signal())
		print_found(search);
	return EXIT_OK;
}

static void search_clear(struct search *search)
{
	for (size_t i = 0; i < search->count; i++) {
		struct candidate *step = &search->steps[i];
		if (step->kernel)
			fleet_kernel_clear(step->kernel);
		free(step->kernel);
		free(step->release);
		free(step->version);
	}
	free(search->steps);
	free(search->counts);
	suite_free(&search->suite);
}

static int command(struct options *options)
{
	struct search search = { .options = options };
	struct error err = { 0 };
	int code = EXIT_USAGE;

	if (!options->good || !options->bad)
		fail(&err, "--good and --bad are both needed");
	if (!err.count && files_check(&(struct file_claim){ "json", options->json, false }, 1, &err) == 0) {
		code = selection_plan(options, 0, &search.suite);
		search.tried.pool = search.suite.pool;
		stop_catch();
		suite_batch(&search.suite, false);
		if (code == EXIT_OK)
			code = search.suite.cell_count ? bisect(&search, &err) : EXIT_NOTHING;
	}
	if (stop_signal())
		print_stopped(&search);
	else
		say_errors(&err);
	const struct matrix_document document = { options->command, &search.tried, stop_signal() != 0 };
	if (search.tried.count && write_document(options->json, matrix_writer, &document) != EXIT_OK)
		code = EXIT_BROKEN;
	search_clear(&search);
	return code;
}

const struct subcommand subcommand_bisect = {
	.command = COMMAND_BISECT,
	.name = "bisect",
	.about = "find the neighbouring kernels between which a verdict changes",
	.operands = "CASE...",
	.least = 1,
	.most = SIZE_MAX,
	.text = "Finds, among the kernels that scripts/kernels.sh offers, the two neighbours between which a verdict "
	        "changes.\n"
	        "KERNEL is a label, a version or [LABEL=]PATH[,MODULES], as for `hopcheck matrix`. Cells that come out "
	        "the\n"
	        "same on both do not count. For commits instead of releases see docs/matrix.md: `git bisect run`.\n",
	.codes =
	        "0 found; 1 good and bad do not differ; 2 wrong usage; 3 a guest failed where it matters." SIGNAL_CODES,
	.run = command,
};
