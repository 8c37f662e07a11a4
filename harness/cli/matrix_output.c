/* What `hopcheck matrix` and `hopcheck merge` give: files, the table, the exit code. */
#include <stdio.h>

#include "cli.h"

char *command_text(int argc, char *const *argv)
{
	char *text = text_copy("hopcheck");

	for (int i = 0; i < argc; i++) {
		owned_text word = shell_word(argv[i]);
		text_append(&text, " %s", word);
	}
	return text;
}

/* What cannot be compared with is said before the first guest starts. */
static int comparable(const char *path, struct error *err)
{
	owned(pool) pool = pool_new();
	int result = path ? results_read(&(struct results){ .pool = pool }, path, err) : 0;

	return result < 0 ? blame(err, "--against") : 0;
}

static unsigned takes_stdout(const char *path)
{
	return path && file_is_stdout(path);
}

static unsigned wants_stdout(const struct options *options)
{
	return takes_stdout(options->json) + takes_stdout(options->brief) + takes_stdout(options->markdown) +
	       outputs_to_stdout(&options->outputs);
}

int matrix_outputs_check(const struct options *options, struct error *err)
{
	struct file_claim claims[FORMATS + 4] = { [FORMATS] = { "json", options->json, false },
		                                  [FORMATS + 1] = { "brief", options->brief, false },
		                                  [FORMATS + 2] = { "markdown", options->markdown, false },
		                                  [FORMATS + 3] = { "keep", options->keep, true } };

	outputs_claim(&options->outputs, claims);
	return files_check(claims, COUNT(claims), err) < 0 ? -1 : comparable(options->against, err);
}

struct told {
	const struct options *options;
	const struct results *results;
};

static int write_markdown(FILE *out, const void *value, struct error *err)
{
	const struct told *told = value;

	(void)err;
	owned_text command = text_copy(told->options->command);
	text_disarm(command);
	owned_text code = code_span(command);
	fprintf(out, "Made by %s.\n\n", code);
	report_matrix(out, report_style_of(out), MATRIX_MARKDOWN, told->results, told->options->cells);
	return 0;
}

/* What was not run because it was not asked for is not missing. */
static enum missing_scope scope_of(const struct options *options)
{
	if (options->selection.only_count || options->shards)
		return MISSING_NONE;
	return options->runs_cases && !options->operand_count ? MISSING_ALL : MISSING_OF_CASES;
}

/* EXIT_FAIL: what had a verdict earlier has none now. */
static int write_against(FILE *out, const struct options *options, const struct results *results)
{
	struct results earlier = { .pool = results->pool };
	struct error err = { 0 };

	if (results_read(&earlier, options->against, &err) < 0) {
		say_errors(&err);
		return EXIT_USAGE;
	}
	struct against against = report_against(out, report_style_of(out), results, &earlier, scope_of(options));
	return against.skipped + against.missing ? EXIT_FAIL : EXIT_OK;
}

int matrix_report(const struct options *options, const struct results *results)
{
	struct results merged = results_merge(results);
	FILE *out = wants_stdout(options) ? stderr : stdout;
	const struct told told = { options, &merged };
	const struct matrix_document document = { options->command, &merged, false };
	int code = results_exit_code(&merged, &options->outputs.exit_rules), written = EXIT_OK;

	if (options->against) /* before --brief may overwrite it */
		written = write_against(out, options, &merged);
	if (written == EXIT_FAIL) {
		code = EXIT_FAIL;
		written = EXIT_OK;
	}
	if (!options->quiet)
		report_matrix(out, report_style_of(out), MATRIX_TERMINAL, &merged, options->cells);
	if (write_document(options->json, matrix_writer, &document) != EXIT_OK)
		written = EXIT_BROKEN;
	if (write_document(options->brief, brief_writer, &document) != EXIT_OK)
		written = EXIT_BROKEN;
	if (write_document(options->markdown, write_markdown, &told) != EXIT_OK)
		written = EXIT_BROKEN;
	if (outputs_write(&options->outputs, &merged) != EXIT_OK)
		written = EXIT_BROKEN;
	return written != EXIT_OK ? written : code;
}
