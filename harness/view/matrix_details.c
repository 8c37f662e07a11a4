/* Below the matrix: what is documented and on which kernels it was seen; every FAIL and BROKEN, grouped by text. */
#include <stdlib.h>
#include <string.h>

#include "view.h"

/* Cells of all kernels with the same text. */
struct cause {
	int outcome;
	char *key;
	char *kernels; /* "6.1, 6.12" */
	const char *last_kernel;
	struct counts cases;
	size_t count;
	const struct result *first;
};

/* What groups cells. A FAIL with a verdict is grouped by case and verdict (says_the_same()), since the sentences differ
 * in numbers. */
static char *key_of(const struct result *cell)
{
	switch ((enum outcome)cell->outcome) {
	case OUTCOME_KNOWN:
	case OUTCOME_FIXED:
		return known_key(cell->known);
	case OUTCOME_FAIL:
		return text_copy(cell->verdict ? cell->name : said(cell->why));
	case OUTCOME_PASS:
	case OUTCOME_SKIP:
	case OUTCOME_BROKEN:
		break;
	}
	return text_copy(said(cell->why));
}

static bool says_the_same(struct pool *pool, const struct cause *cause, const struct result *cell, const char *key)
{
	return cause->outcome == cell->outcome && strcmp(cause->key, key) == 0 &&
	       (cell->outcome != OUTCOME_FAIL || !verdicts_differ(pool, cause->first, cell));
}

static void add_cell(struct cause **causes, size_t *count, struct pool *pool, const struct result *cell,
                     const char *kernel)
{
	owned_text key = key_of(cell);
	struct cause *cause = NULL;

	for (size_t i = 0; i < *count && !cause; i++)
		if (says_the_same(pool, &(*causes)[i], cell, key))
			cause = &(*causes)[i];
	if (!cause) {
		cause = PUSH(*causes, *count);
		*cause = (struct cause){ .outcome = cell->outcome, .key = take(key), .first = cell };
	}
	if (!cause->last_kernel || strcmp(cause->last_kernel, kernel) != 0)
		text_append(&cause->kernels, "%s%s", cause->kernels ? ", " : "", kernel);
	cause->last_kernel = kernel;
	counts_add(&cause->cases, cell->name);
	cause->count++;
}

static void write_command(FILE *out, enum matrix_form form, const char *command)
{
	owned_text code = form == MATRIX_MARKDOWN ? code_span(command) : text_copy(command);

	fprintf(out, "%*s%s\n", form == MATRIX_MARKDOWN ? 2 : 9, "", code);
}

static void write_cause(FILE *out, struct report_style style, enum matrix_form form, const struct cause *cause)
{
	bool markdown = form == MATRIX_MARKDOWN, failed = cause->outcome == OUTCOME_FAIL;
	const char *word = word_of(outcome_words, cause->outcome);
	const struct result_row *known = cause->first->known;
	owned_text painted = paint(style, cause->outcome, word);
	owned_text line = text_format("%zu cell%s of ", cause->count, cause->count == 1 ? "" : "s");

	for (size_t i = 0; i < cause->cases.count; i++)
		text_append(&line, "%s%s", i ? ", " : "", cause->cases.at[i].name);
	text_append(&line, " on %s: ", cause->kernels);
	if (failed) {
		owned_text cell = cell_name(cause->first);
		text_append(&line, "as %s: %s", cell, said(cause->first->why));
	} else {
		owned_text text = cause->outcome == OUTCOME_KNOWN || cause->outcome == OUTCOME_FIXED
		                          ? known_text(known)
		                          : text_copy(cause->key);
		text_append(&line, "%s", text);
	}
	if (known && is_said(known->workaround))
		text_append(&line, "; workaround: %s", known->workaround);
	if (markdown)
		fprintf(out, "- **%s** ", word);
	else
		fprintf(out, "\n%s%*s", painted, 9 - (int)strlen(word), "");
	owned_text told = marked(form, line);
	write_wrapped(out, style, 9, markdown ? 2 : 9, told);
	if (cause->outcome != OUTCOME_KNOWN && is_said(cause->first->command))
		write_command(out, form, cause->first->command);
}

void write_matrix_details(FILE *out, struct report_style style, enum matrix_form form, const struct results *results)
{
	static const int order[] = { OUTCOME_KNOWN, OUTCOME_SKIP, OUTCOME_FIXED, OUTCOME_FAIL, OUTCOME_BROKEN };
	struct cause *causes = NULL;
	size_t count = 0;

	for (size_t r = 0; r < results->count; r++) {
		const struct run *run = results->runs[r];
		for (size_t i = 0; i < run->cells.count; i++)
			if (run->cells.at[i]->outcome != OUTCOME_PASS)
				add_cell(&causes, &count, results->pool, run->cells.at[i], run_label(run));
	}
	if (count && form == MATRIX_MARKDOWN)
		fputs("\n**What was seen**\n\n", out);
	for (size_t o = 0; o < COUNT(order); o++)
		for (size_t i = 0; i < count; i++)
			if (causes[i].outcome == order[o])
				write_cause(out, style, form, &causes[i]);
	for (size_t i = 0; i < count; i++) {
		free(causes[i].key);
		free(causes[i].kernels);
		free(causes[i].cases.at);
	}
	free(causes);
}
