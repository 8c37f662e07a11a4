/* Outputs by their format. */
#include "file.h"
#include "format.h"

const struct word report_format_words[] = {
	{ "ktap", FORMAT_KTAP, "KTAP, for kernel CI" },
	{ "tap", FORMAT_TAP, "TAP 13, one line per cell" },
	{ "junit", FORMAT_JUNIT, "JUnit XML" },
	{ "html", FORMAT_HTML, "one page that needs nothing else" },
	{ NULL, 0, NULL },
};

static void (*const writers[FORMATS])(FILE *out, const struct results *results) = {
	[FORMAT_KTAP] = write_ktap,
	[FORMAT_TAP] = write_tap,
	[FORMAT_JUNIT] = write_junit,
	[FORMAT_HTML] = write_html,
};

struct format_of {
	enum report_format format;
	const struct results *results;
};

static int write_format(FILE *out, const void *value, struct error *err)
{
	const struct format_of *wanted = value;

	(void)err;
	writers[wanted->format](out, wanted->results);
	return 0;
}

int report_write(enum report_format format, const char *path, const struct results *results, struct error *err)
{
	struct results shown = results_shown(results);

	return file_write(path, write_format, &(struct format_of){ format, &shown }, err);
}
