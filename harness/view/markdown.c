/* Texts in Markdown: none of their letters begins a tag, a link, code, a cell of a table, a heading or a quotation. */
#include <stdlib.h>
#include <string.h>

#include "view.h"

char *marked(enum matrix_form form, const char *text)
{
	char *out = zalloc(5 * strlen(text) + 1), *to = out;

	for (const char *c = text; *c; c++) {
		bool begins = c == text || c[-1] == ' ';
		if (form == MATRIX_MARKDOWN && (*c == '<' || *c == '&')) {
			to = stpcpy(to, *c == '<' ? "&lt;" : "&amp;");
			continue;
		}
		if (form == MATRIX_MARKDOWN && (strchr("\\`|[", *c) || (begins && strchr("#>", *c))))
			*to++ = '\\';
		*to++ = *c;
	}
	return out;
}

/* Between more backticks than the text has in a row. */
char *code_span(const char *text)
{
	size_t most = 0, run = 0;

	for (const char *c = text; *c; c++) {
		run = *c == '`' ? run + 1 : 0;
		if (most < run)
			most = run;
	}
	owned_text fence = zalloc(most + 2);
	memset(fence, '`', most + 1);
	return text_format("%s%s%s%s%s", fence, most ? " " : "", text, most ? " " : "", fence);
}
