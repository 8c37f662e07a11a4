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
	for (size_t i = 0; i < verdict->aggregation.count; i++)
		if (verdict->aggregation.at[i].value.number > 0)
			printf(" %s=%s", verdict->aggregation.at[i].hop,
			       merging_word(&verdict->aggregation.at[i].value));
	print_hops(verdict_bad_checksums(pool, cell), "bad");
	print_hops(verdict_oversize(pool, cell), "oversize");
	putchar('\n');
}

/* A document of one run: of many kernels' the cells would be told apart by nothing. */
static int print_verdicts(const char *path)
{
	owned(pool) pool = pool_new();
	struct error err = { 0 };
	json_t *document = json_read(path, 0, &err);
	struct run *run = document ? run_read(pool, document, &err) : NULL;

	json_decref(document);
	if (document && !run)
		blame(&err, "%s", path);
	say_errors(&err);
	if (!run)
		return EXIT_USAGE;
	struct run shown = run_shown(pool, run);
	for (size_t i = 0; i < shown.cells.count; i++)
		print_cell(pool, shown.cells.at[i]);
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
	.text = "Prints the verdicts of results written by `run --json`, one line per cell, without anything that may\n"
	        "differ between two runs: so that two runs can be compared with diff.\n",
	.run = command,
};
