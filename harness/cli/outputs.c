/* What subcommands make of results. */
#include "cli.h"

int write_document(const char *path, file_writer *write, const void *document)
{
	struct error err = { 0 };

	if (!path || file_write(path, write, document, &err) == 0)
		return EXIT_OK;
	say_errors(&err);
	return EXIT_BROKEN;
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

int outputs_write(const struct outputs *outputs, const struct results *results)
{
	int code = EXIT_OK;

	for (int i = 0; i < FORMATS; i++) {
		struct error err = { 0 };
		if (!outputs->path[i] || report_write((enum report_format)i, outputs->path[i], results, &err) == 0)
			continue;
		say_errors(&err);
		code = EXIT_BROKEN;
	}
	return code;
}
