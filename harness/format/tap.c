/* TAP version 13, for consumers that do not support subtests: one line per cell. KTAP's XFAIL is a TODO here. */
#include <stdlib.h>
#include <string.h>

#include "format.h"

/* One line, in which # and \ do not start a directive; bare: without escapes, for the text after a directive, where
 * there cannot be a second one. */
static void write_text(FILE *out, const char *text, bool bare)
{
	for (; *text; text++) {
		bool is_control = (unsigned char)*text < ' ' || *text == 0x7f;
		if (!bare && (*text == '#' || *text == '\\'))
			fputc('\\', out);
		fputc(is_control ? ' ' : bare && begins_directive(text) ? '_' : *text, out);
	}
}

static bool is_ok(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_PASS:
	case OUTCOME_FIXED:
	case OUTCOME_SKIP:
		return true;
	case OUTCOME_KNOWN: /* TODO: a consumer counts it as passed */
	case OUTCOME_FAIL:
	case OUTCOME_BROKEN:
		return false;
	}
	return false;
}

static void write_directive(FILE *out, const struct result *cell, enum outcome outcome)
{
	bool is_documented = outcome == OUTCOME_KNOWN || outcome == OUTCOME_FIXED;

	if (!is_documented && outcome != OUTCOME_SKIP)
		return;
	fputs(is_documented ? " # TODO " : " # SKIP ", out);
	const char *because = cell->known ? said(cell->known->because) : "";
	write_text(out, is_documented ? because : said(cell->why), true);
}

/* A block of YAML, with a literal in it: which simple readers understand too. */
static void write_evidence(FILE *out, const struct result *cell)
{
	owned_text_lines lines = evidence_lines(cell);

	fprintf(out, "  ---\n  outcome: %s\n  evidence: |\n", word_of(outcome_words, cell->outcome));
	for (size_t i = 0; i < lines.count; i++) {
		fputs("    ", out);
		write_text(out, lines.at[i], true);
		fputc('\n', out);
	}
	fputs("  ...\n", out);
}

static void write_cell(FILE *out, const char *label, const struct result *cell, size_t number)
{
	enum outcome outcome = (enum outcome)cell->outcome;
	owned_text cell_text = cell_name(cell);
	owned_text name = text_format("%s%s%s", label ? label : "", label ? ": " : "", cell_text);

	fprintf(out, "%s %zu - ", is_ok(outcome) ? "ok" : "not ok", number);
	write_text(out, name, false);
	write_directive(out, cell, outcome);
	fputc('\n', out);
	if (outcome == OUTCOME_FAIL || outcome == OUTCOME_BROKEN)
		write_evidence(out, cell);
}

void write_tap(FILE *out, const struct results *results)
{
	owned_text partial = partial_text(results);
	size_t count = 0, number = 0;

	for (size_t r = 0; r < results->count; r++)
		count += results->runs[r]->cells.count;
	if (partial)
		count += results_unrun(results) ? results_unrun(results) : 1;
	fprintf(out, "TAP version 13\n1..%zu%s\n", count, count ? "" : " # SKIP nothing ran");
	for (size_t r = 0; r < results->count; r++) {
		const struct run *run = results->runs[r];
		for (size_t i = 0; i < run->cells.count; i++)
			write_cell(out, results->count > 1 ? run_label(run) : NULL, run->cells.at[i], ++number);
	}
	if (partial)
		fprintf(out, "Bail out! %s\n", partial);
}
