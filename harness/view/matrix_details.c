/* Below the matrix: what is documented and on which kernels it was seen; every FAIL and BROKEN, those that say the same
 * together. */
#include <stdlib.h>
#include <string.h>

#include "report_internal.h"

/* Cells of all kernels that say the same. */
struct cause {
	int outcome;
	char *key;
	char *kernels; /* "6.1, 6.12" */
	const char *last_kernel;
	json_t *cases; /* name to count */
	size_t count;
	const json_t *first; /* cell */
};

/* What makes cells say the same. For FAIL with a verdict it is their case and that (says_the_same()): the sentences
 * differ in numbers. */
static char *key_of(const json_t *cell, int outcome)
{
	const json_t *known = json_object_get(cell, "known");

	switch ((enum outcome)outcome) {
	case OUTCOME_KNOWN:
	case OUTCOME_FIXED:
		return known_key(known);
	case OUTCOME_FAIL:
		return text_copy(json_is_object(json_object_get(cell, "verdict")) ? text_at(cell, "case")
		                                                                  : text_at(cell, "why"));
	case OUTCOME_PASS:
	case OUTCOME_SKIP:
	case OUTCOME_BROKEN:
		break;
	}
	return text_copy(text_at(cell, "why"));
}

static bool says_the_same(const struct cause *cause, const json_t *cell, int outcome, const char *key)
{
	return cause->outcome == outcome && strcmp(cause->key, key) == 0 &&
	       (outcome != OUTCOME_FAIL || !verdicts_differ(cause->first, cell));
}

static void add_cell(struct cause **causes, size_t *count, const json_t *cell, const char *kernel)
{
	int outcome = outcome_at(cell);
	owned_text key = key_of(cell, outcome);
	struct cause *cause = NULL;

	for (size_t i = 0; i < *count && !cause; i++)
		if (says_the_same(&(*causes)[i], cell, outcome, key))
			cause = &(*causes)[i];
	if (!cause) {
		cause = PUSH(*causes, *count);
		*cause = (struct cause){ .outcome = outcome, .key = take(key), .cases = json_object(), .first = cell };
	}
	if (!cause->last_kernel || strcmp(cause->last_kernel, kernel) != 0)
		text_append(&cause->kernels, "%s%s", cause->kernels ? ", " : "", kernel);
	cause->last_kernel = kernel;
	const char *name = text_at(cell, "case");
	json_object_set_new(cause->cases, name,
	                    json_integer(json_integer_value(json_object_get(cause->cases, name)) + 1));
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
	const char *word = word_of(outcome_words, cause->outcome), *name;
	owned_text painted = paint(style, cause->outcome, word);
	owned_text line = text_format("%zu cell%s of ", cause->count, cause->count == 1 ? "" : "s");
	const json_t *cells;
	bool first = true;

	json_object_foreach (cause->cases, name, cells) {
		text_append(&line, "%s%s", first ? "" : ", ", name);
		first = false;
	}
	text_append(&line, " on %s: ", cause->kernels);
	if (failed) {
		owned_text cell = cell_name(cause->first);
		text_append(&line, "as %s: %s", cell, text_at(cause->first, "why"));
	} else {
		owned_text text = cause->outcome == OUTCOME_KNOWN || cause->outcome == OUTCOME_FIXED
		                          ? known_text(json_object_get(cause->first, "known"))
		                          : text_copy(cause->key);
		text_append(&line, "%s", text);
	}
	if (*text_at(json_object_get(cause->first, "known"), "workaround"))
		text_append(&line, "; workaround: %s", text_at(json_object_get(cause->first, "known"), "workaround"));
	if (markdown)
		fprintf(out, "- **%s** ", word);
	else
		fprintf(out, "\n%s%*s", painted, 9 - (int)strlen(word), "");
	owned_text told = marked(form, line);
	write_wrapped(out, style, 9, markdown ? 2 : 9, told);
	if (cause->outcome != OUTCOME_KNOWN && cause->outcome != OUTCOME_FIXED && *text_at(cause->first, "command"))
		write_command(out, form, text_at(cause->first, "command"));
}

void write_matrix_details(FILE *out, struct report_style style, enum matrix_form form, const json_t *runs)
{
	static const int order[] = { OUTCOME_KNOWN, OUTCOME_FIXED, OUTCOME_SKIP, OUTCOME_FAIL, OUTCOME_BROKEN };
	struct cause *causes = NULL;
	size_t count = 0, i, c;
	const json_t *run, *cell;

	json_array_foreach (runs, i, run)
		json_array_foreach (json_object_get(run, "cells"), c, cell)
			if (outcome_at(cell) != OUTCOME_PASS)
				add_cell(&causes, &count, cell, run_label(run));
	if (count && form == MATRIX_MARKDOWN)
		fputs("\n**What was seen**\n\n", out);
	for (size_t o = 0; o < COUNT(order); o++)
		for (i = 0; i < count; i++)
			if (causes[i].outcome == order[o])
				write_cause(out, style, form, &causes[i]);
	for (i = 0; i < count; i++) {
		free(causes[i].key);
		free(causes[i].kernels);
		json_decref(causes[i].cases);
	}
	free(causes);
}
