/* What `hopcheck matrix` and `hopcheck merge` give: files, the table, the exit code. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fleet.h"

char *command_text(int argc, char *const *argv)
{
	char *text = text_copy("hopcheck");

	for (int i = 0; i < argc; i++) {
		owned_text word = shell_word(argv[i]);
		text_append(&text, " %s", word);
	}
	return text;
}

/* Leaves no empty file behind, which the next run would take for results. */
static int writable(const char *option, const char *path, struct error *err)
{
	if (!path || strcmp(path, "-") == 0)
		return 0;
	bool there = access(path, F_OK) == 0;
	FILE *file = fopen(path, "ae");
	if (!file)
		return fail(err, "%s %s: %s", option, path, strerror(errno));
	fclose(file);
	if (!there)
		unlink(path);
	return 0;
}

/* What cannot be compared with is said before the first guest starts. */
static int comparable(const char *path, struct error *err)
{
	json_t *earlier = json_array();
	int result = path ? results_read(earlier, path, err) : 0;

	json_decref(earlier);
	return result < 0 ? blame(err, "--against") : 0;
}

static unsigned takes_stdout(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

static unsigned wants_stdout(const struct matrix_output *output)
{
	return takes_stdout(output->json) + takes_stdout(output->brief) + takes_stdout(output->markdown) +
	       outputs_to_stdout(&output->outputs);
}

int matrix_outputs_check(const struct matrix_output *output, const char *keep, struct error *err)
{
	if (writable("--json", output->json, err) < 0 || writable("--brief", output->brief, err) < 0 ||
	    writable("--markdown", output->markdown, err) < 0 || outputs_check(&output->outputs, err) < 0)
		return -1;
	if (wants_stdout(output) > 1)
		return fail(err, "only one output can be written to standard output (-)");
	if (comparable(output->against, err) < 0)
		return -1;
	if (keep && mkdir(keep, 0777) < 0 && errno != EEXIST)
		return fail(err, "--keep %s: %s", keep, strerror(errno));
	return 0;
}

static FILE *open_output(const char *path)
{
	FILE *out = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");

	if (!out)
		fprintf(stderr, "hopcheck: %s: %s\n", path, strerror(errno));
	return out;
}

static int close_output(const char *path, FILE *out)
{
	bool ok = fflush(out) == 0 && !ferror(out);

	if (out != stdout && fclose(out) != 0)
		ok = false;
	if (!ok)
		fprintf(stderr, "hopcheck: %s: %s\n", path, strerror(errno));
	return ok ? EXIT_OK : EXIT_BROKEN;
}

static int write_brief(const char *path, const char *command, const json_t *runs)
{
	FILE *out = open_output(path);

	if (!out)
		return EXIT_BROKEN;
	report_brief(out, command, runs);
	return close_output(path, out);
}

static int write_markdown(const char *path, const char *command, const json_t *runs, bool cells)
{
	FILE *out = open_output(path);

	if (!out)
		return EXIT_BROKEN;
	fprintf(out, "Made by `%s`.\n\n", command);
	report_matrix(out, report_style_of(out), MATRIX_MARKDOWN, runs, cells);
	return close_output(path, out);
}

static int write_against(FILE *out, const char *path, const json_t *runs)
{
	json_t *earlier = json_array();
	struct error err = { 0 };
	int code = EXIT_OK;

	if (results_read(earlier, path, &err) < 0) {
		fprintf(stderr, "hopcheck: %s", err.text);
		code = EXIT_USAGE;
	} else {
		report_against(out, report_style_of(out), runs, earlier);
	}
	json_decref(earlier);
	return code;
}

int matrix_report(const struct matrix_output *output, const json_t *runs)
{
	json_t *merged = runs_merge(runs), *document = matrix_document(output->command, merged);
	FILE *out = wants_stdout(output) ? stderr : stdout;
	int code = runs_exit_code(merged, output->outputs.exit_style), written = EXIT_OK;

	if (output->against) /* before --brief may overwrite it */
		written = write_against(out, output->against, merged);
	if (!output->quiet)
		report_matrix(out, report_style_of(out), MATRIX_TERMINAL, merged, output->cells);
	if (output->json && write_json(output->json, document) != EXIT_OK)
		written = EXIT_BROKEN;
	if (output->brief && write_brief(output->brief, output->command, merged) != EXIT_OK)
		written = EXIT_BROKEN;
	if (output->markdown && write_markdown(output->markdown, output->command, merged, output->cells) != EXIT_OK)
		written = EXIT_BROKEN;
	if (outputs_write(&output->outputs, merged) != EXIT_OK)
		written = EXIT_BROKEN;
	json_decref(document);
	json_decref(merged);
	return written != EXIT_OK ? written : code;
}
