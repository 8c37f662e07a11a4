/* The outputs that `run` and `report` can make of results, as options. */
#include <stdio.h>

#include "cli.h"

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
		count += outputs->path[i] && file_is_stdout(outputs->path[i]);
	return count;
}

void outputs_claim(const struct outputs *outputs, struct file_claim claims[FORMATS])
{
	for (int i = 0; i < FORMATS; i++)
		claims[i] = (struct file_claim){ word_of(report_format_words, i), outputs->path[i], false };
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
