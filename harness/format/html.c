/* The page: page.html with its style, scripts and data put in. */
#include <stdlib.h>
#include <string.h>

#include "html.h"

static void write_style(FILE *out, const struct results *results)
{
	(void)results;
	fputs(html_style, out);
}

static void write_scripts(FILE *out, const struct results *results)
{
	(void)results;
	for (size_t i = 0; html_scripts[i]; i++)
		fprintf(out, "%s%s", i ? "\n" : "", html_scripts[i]);
}

/* Placeholders in page.html. */
static const struct {
	const char *mark;
	void (*write)(FILE *out, const struct results *results);
} places[] = {
	{ "@style@", write_style },
	{ "@data@", html_data },
	{ "@scripts@", write_scripts },
};

void write_html(FILE *out, const struct results *results)
{
	const char *rest = html_page;

	for (size_t i = 0; i < COUNT(places); i++) {
		const char *mark = strstr(rest, places[i].mark);
		fwrite(rest, 1, (size_t)(mark - rest), out);
		places[i].write(out, results);
		rest = mark + strlen(places[i].mark);
	}
	fputs(rest, out);
}
