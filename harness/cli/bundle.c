/* A cell for somebody who does not have hopcheck. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle.h"
#include "cli.h"
#include "drops.h"
#include "stop.h"

/* One worker runs it, with all of its packets' way. */
static int run_cell(struct suite *suite, struct features *features, struct error *err)
{
	struct workers_options workers = { .count = 1, .keep_at = -1, .ladders = LADDERS_ALL };
	struct stages stages = { 0 };

	stop_catch();
	features_look(features);
	owned(kernel_facts) facts = features_look_at_drops(features, false);
	workers.facts = facts;
	suite_batch(suite, false);
	return workers_run(suite, &workers, features, &stages, err);
}

static int write_text(FILE *out, const void *text, struct error *err)
{
	(void)err;
	fputs(text, out);
	return 0;
}

static int put(int at, const char *dir, const char *name, const char *text, mode_t mode, struct error *err)
{
	owned_text shown = text_format("%s/%s", dir, name);

	if (file_put_at(at, name, shown, write_text, text, err) < 0)
		return -1;
	if (fchmodat(at, name, mode, 0) < 0)
		return fail(err, "%s: its mode cannot be set", shown);
	return 0;
}

static int write_bundle(const struct suite *suite, const struct features *features, const char *dir, struct error *err)
{
	owned(plan) made = NULL;
	const struct suite_cell *cell = &suite->cells[0];
	const struct plan *plan = suite_cell_plan(&made, suite, cell, err);

	if (!plan)
		return -1;
	owned_text script = script_text(plan, cell->result, SCRIPT_ALONE);
	int at = directory_open(dir, err);
	if (at < 0)
		return -1;
	owned_text shown = text_format("%s/results.json", dir);
	int result = put(at, dir, "reproduce.sh", script, 0755, err);
	if (result == 0)
		result = file_put_at(at, "results.json", shown, run_writer, run_of(suite, features), err);
	close(at);
	return result;
}

static int bundle(struct suite *suite, const char *to)
{
	struct features features = { 0 };
	struct error err = { 0 };
	int code = EXIT_OK;

	if (run_cell(suite, &features, &err) < 0 && !stop_signal())
		code = EXIT_BROKEN;
	else if (!stop_signal() && write_bundle(suite, &features, to, &err) < 0)
		code = EXIT_BROKEN;
	say_errors(&err);
	return code;
}

static int command(struct options *options)
{
	const char *to = options->operands[1];
	struct suite suite = { 0 };

	options->operand_count = 1;
	suite_for_this_kernel(&suite);
	int code = selection_plan(options, 0, &suite);
	if (code == EXIT_OK && suite.cell_count > 1) {
		owned_text first = suite_cell_name(&suite, 0);
		say_error("%zu cells fit; name one with --only AXIS=VALUE, such as %s", suite.cell_count, first);
		code = EXIT_USAGE;
	} else if (code == EXIT_OK) {
		code = suite.cell_count ? bundle(&suite, to) : selection_is_empty();
	}
	suite_free(&suite);
	return code;
}

const struct subcommand subcommand_bundle = {
	.command = COMMAND_BUNDLE,
	.name = "bundle",
	.about = "hand a cell over to somebody without hopcheck",
	.operands = "CASE DIRECTORY",
	.least = 2,
	.most = 2,
	.text = "Runs one cell and writes what somebody without hopcheck needs to see the same: reproduce.sh, a shell\n"
	        "script that builds the lab, plays the traffic, and says whether what became of it is right; and\n"
	        "results.json, what hopcheck saw.\n",
	.run = command,
};
