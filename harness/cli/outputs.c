/* The outputs that `run` and `report` can make of results, as options. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "outputs.h"

bool outputs_option(struct outputs *outputs, int option, const char *argument, struct error *err)
{
	int style;

	if (option >= OPTION_FORMAT && option < OPTION_FORMAT + FORMATS) {
		outputs->path[option - OPTION_FORMAT] = argument;
		return true;
	}
	if (option != OPTION_EXIT_STYLE)
		return false;
	if (word_value(exit_style_words, argument, &style)) {
		outputs->exit_style = (enum exit_style)style;
		return true;
	}
	owned_text styles = word_list(exit_style_words);
	fail(err, "--exit-style %s: %s", argument, styles);
	return true;
}

unsigned outputs_to_stdout(const struct outputs *outputs)
{
	unsigned count = 0;

	for (size_t i = 0; i < FORMATS; i++)
		count += outputs->path[i] && strcmp(outputs->path[i], "-") == 0;
	return count;
}

/* What makes the file: its directory, or itself where it is there. */
static int check_path(const char *option, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	owned_text directory = slash ? text_format("%.*s", (int)(slash - path + 1), path) : text_copy(".");

	if (strcmp(path, "-") == 0 || (access(path, W_OK) == 0 && access(directory, X_OK) == 0))
		return 0;
	if (access(path, F_OK) == 0 || access(directory, W_OK | X_OK) < 0)
		return fail(err, "--%s %s: %s", option, path, strerror(errno));
	return 0;
}

int outputs_check(const struct outputs *outputs, struct error *err)
{
	if (outputs_to_stdout(outputs) > 1)
		return fail(err, "only one output can be written to standard output (-)");
	for (int i = 0; i < FORMATS; i++)
		if (outputs->path[i] && check_path(word_of(report_format_words, i), outputs->path[i], err) < 0)
			return -1;
	return 0;
}

int outputs_write(const struct outputs *outputs, const json_t *runs)
{
	int code = EXIT_OK;

	for (int i = 0; i < FORMATS; i++) {
		struct error err = { 0 };
		if (!outputs->path[i] || report_write((enum report_format)i, outputs->path[i], runs, &err) == 0)
			continue;
		fprintf(stderr, "hopcheck: %s", err.text);
		code = EXIT_BROKEN;
	}
	return code;
}
