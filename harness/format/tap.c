/* TAP version 13, for consumers that know no subtests: a line a cell. What KTAP calls XFAIL is a TODO here. */
#include <stdlib.h>
#include <string.h>

#include "report_internal.h"

/* One line, in which # and \ are no directive; bare: without escapes, for what follows a directive, of which there is
 * no second one. */
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

static void write_directive(FILE *out, const json_t *cell, enum outcome outcome)
{
	bool is_documented = outcome == OUTCOME_KNOWN || outcome == OUTCOME_FIXED;

	if (!is_documented && outcome != OUTCOME_SKIP)
		return;
	fputs(is_documented ? " # TODO " : " # SKIP ", out);
	write_text(out, is_documented ? text_at(json_object_get(cell, "known"), "because") : text_at(cell, "why"),
	           true);
}

/* A block of YAML, with a literal in it: what simple readers understand, too. */
static void write_evidence(FILE *out, const json_t *cell)
{
	json_t *lines = evidence_lines(cell), *line;
	size_t i;

	fprintf(out, "  ---\n  outcome: %s\n  evidence: |\n", text_at(cell, "outcome"));
	json_array_foreach (lines, i, line) {
		fputs("    ", out);
		write_text(out, json_string_value(line), true);
		fputc('\n', out);
	}
	fputs("  ...\n", out);
	json_decref(lines);
}

static void write_cell(FILE *out, const char *label, const json_t *cell, size_t number)
{
	enum outcome outcome = (enum outcome)outcome_at(cell);
	owned_text axes = axes_text(cell);
	owned_text name = text_format("%s%s%s%s%s", label ? label : "", label ? ": " : "", text_at(cell, "case"),
	                              *axes ? " " : "", axes);

	fprintf(out, "%s %zu - ", is_ok(outcome) ? "ok" : "not ok", number);
	write_text(out, name, false);
	write_directive(out, cell, outcome);
	fputc('\n', out);
	if (outcome == OUTCOME_FAIL || outcome == OUTCOME_BROKEN)
		write_evidence(out, cell);
}

void write_tap(FILE *out, const json_t *runs)
{
	owned_text partial = partial_text(runs);
	const json_t *run, *cell;
	size_t count = 0, number = 0, r, c;

	json_array_foreach (runs, r, run)
		count += json_array_size(json_object_get(run, "cells"));
	if (partial)
		count += runs_unrun(runs) ? runs_unrun(runs) : 1;
	fprintf(out, "TAP version 13\n1..%zu%s\n", count, count ? "" : " # SKIP nothing ran");
	json_array_foreach (runs, r, run)
		json_array_foreach (json_object_get(run, "cells"), c, cell)
			write_cell(out, json_array_size(runs) > 1 ? run_label(run) : NULL, cell, ++number);
	if (partial)
		fprintf(out, "Bail out! %s\n", partial);
}
