#include "cli.h"

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void print_hops(struct texts hops, const char *word)
{
	for (size_t i = 0; i < hops.count; i++)
		printf(" %s=%s", hops.at[i], word);
}

static void print_cell(struct pool *pool, const struct result *cell)
{
	static const struct result_verdict none = { .fate = NO_WORD };
	const struct result_verdict *verdict = cell->verdict ? cell->verdict : &none;
	owned_text name = cell_name(cell);

	printf("%s: %s %s %s %s", name, word_of(outcome_words, cell->outcome),
	       verdict->fate == NO_WORD ? "-" : word_of(fate_words, verdict->fate), or_dash(verdict->at),
	       or_dash(verdict->reason));
	for (size_t i = 0; i < verdict->aggregation.count; i++) {
		const struct value *value = &verdict->aggregation.at[i].value; /* a word in brief documents */
		if (value->text || value->number > 0)
			printf(" %s=%s", verdict->aggregation.at[i].hop, merging_word(value));
	}
	print_hops(verdict_bad_checksums(pool, cell), "bad");
	print_hops(verdict_oversize(pool, cell), "oversize");
	for (size_t i = 0; i < verdict->broken.count; i++)
		printf(" broken=%s", verdict->broken.at[i]);
	putchar('\n');
}

/* A document of one run has the version; one of many kernels has it for all of them, and then cells are told apart by
 * the run's label. */
static void print_run(struct pool *pool, const struct run *run)
{
	bool labelled = !run->hopcheck && run->kernel;

	for (size_t i = 0; i < run->cells.count; i++) {
		if (labelled)
			printf("%s: ", run_label(run));
		print_cell(pool, run->cells.at[i]);
	}
}

static int print_verdicts(const char *path)
{
	owned(pool) pool = pool_new();
	struct results results = { .pool = pool };
	struct error err = { 0 };
	int read = results_read(&results, path, &err);

	say_errors(&err);
	if (read < 0)
		return EXIT_USAGE;
	struct results shown = results_shown(&results);
	for (size_t i = 0; i < shown.count; i++)
		print_run(shown.pool, shown.runs[i]);
	return EXIT_OK;
}

static int command(struct options *options)
{
	int code = EXIT_OK;

	for (size_t i = 0; i < options->operand_count && code == EXIT_OK; i++)
		code = print_verdicts(options->operands[i]);
	return code;
}

const struct subcommand subcommand_verdicts = {
	.command = COMMAND_VERDICTS,
	.name = "verdicts",
	.about = "print the verdicts of results, to compare runs",
	.operands = "RESULT...",
	.least = 1,
	.most = SIZE_MAX,
	.text = "Prints the verdicts of results (`run --json`, `matrix --json` or `--brief`), one line per cell, "
	        "without\n"
	        "anything that may differ between two runs: so that two runs can be compared with diff. Of `matrix` "
	        "each\n"
	        "line begins with the kernel's label.\n",
	.run = command,
};
