#include "cli.h"
#include "stop.h"

/* When a signal comes before all is read, any of those that were may have more cells in what was not. */
static void read_all(struct results *results, const struct options *options, struct error *err)
{
	size_t read = 0;

	while (read < options->operand_count && !stop_signal() &&
	       results_read(results, options->operands[read], err) == 0)
		read++;
	if (read < options->operand_count && stop_signal())
		for (size_t i = 0; i < results->count; i++)
			run_set_partial(results->pool, results->runs[i], 0);
}

static int command(struct options *options)
{
	struct error err = { 0 };
	owned(pool) pool = pool_new();
	struct results results = { .pool = pool };
	int code = EXIT_USAGE;

	if (matrix_outputs_check(options, &err) == 0) {
		stop_catch();
		read_all(&results, options, &err);
	}
	if (stop_signal() && !results.count)
		say_nothing_told();
	else if (err.count && !stop_signal())
		say_errors(&err);
	else
		code = matrix_report(options, &results);
	return code;
}

const struct subcommand subcommand_merge = {
	.command = COMMAND_MERGE,
	.name = "merge",
	.about = "put results of kernels, machines and shards into one table",
	.operands = "FILE...",
	.least = 1,
	.most = SIZE_MAX,
	.text = "Puts results of several kernels, machines or shards (`run --json`, `matrix --json`) into one table.\n"
	        "Shards of one kernel become one column; a kernel that ran the same cells twice has two.\n",
	.codes = "as those of `hopcheck run`, over all results together." SIGNAL_CODES,
	.run = command,
};
