#include "cli.h"

static int command(struct options *options)
{
	struct error err = { 0 };
	json_t *runs = json_array();

	for (size_t i = 0; i < options->operand_count && !err.count; i++)
		results_read(runs, options->operands[i], &err);
	if (!err.count)
		matrix_outputs_check(options, &err);
	say_errors(&err);
	int code = err.count ? EXIT_USAGE : matrix_report(options, runs);
	json_decref(runs);
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
	.codes = "as those of `hopcheck run`, over all results together.",
	.run = command,
};
