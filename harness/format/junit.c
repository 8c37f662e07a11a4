/* JUnit's XML, in the form that CI systems show: one suite per case (and kernel), one testcase per cell. Only elements
 * and attributes that the Jenkins schema has. */
#include <string.h>

#include "format.h"

/* What XML 1.0 cannot represent: control characters, U+FFFE and U+FFFF. Returns its octets, 0: none. */
static size_t forbidden(const char *text)
{
	const unsigned char *octet = (const unsigned char *)text;

	if (octet[0] < ' ' && octet[0] != '\t' && octet[0] != '\n' && octet[0] != '\r')
		return 1;
	return octet[0] == 0xef && octet[1] == 0xbf && octet[2] >= 0xbe ? 3 : 0;
}

/* For content and attributes alike. */
static void write_text(FILE *out, const char *text)
{
	while (*text) {
		size_t bad = forbidden(text);
		if (bad) {
			fputs("\xef\xbf\xbd", out); /* the replacement character */
			text += bad;
			continue;
		}
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\t':
		case '\n':
		case '\r':
			fprintf(out, "&#%d;", *text); /* or an attribute would have a space there */
			break;
		default:
			fputc(*text, out);
		}
		text++;
	}
}

static void write_attribute(FILE *out, const char *name, const char *text)
{
	fprintf(out, " %s=\"", name);
	write_text(out, text);
	fputc('"', out);
}

static void write_counts(FILE *out, const struct tally *tally)
{
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%.6f\"", tally->cells,
	        tally->outcome[OUTCOME_FAIL], tally->outcome[OUTCOME_BROKEN], tally->milliseconds / 1000);
}

static void write_evidence(FILE *out, const struct result *cell)
{
	owned_text_lines lines = evidence_lines(cell);

	for (size_t i = 0; i < lines.count; i++) {
		write_text(out, lines.at[i]);
		fputc('\n', out);
	}
}

/* An element with the sentence as its message, and all evidence in it. */
static void write_problem(FILE *out, const char *element, const char *type, const struct result *cell)
{
	fprintf(out, "      <%s", element);
	write_attribute(out, "type", type);
	write_attribute(out, "message", said(cell->why));
	fputc('>', out);
	write_evidence(out, cell);
	fprintf(out, "</%s>\n", element);
}

static void write_inside(FILE *out, const struct result *cell)
{
	bool judged = cell->verdict && cell->verdict->fate != NO_WORD;

	switch ((enum outcome)cell->outcome) {
	case OUTCOME_PASS:
		return;
	case OUTCOME_KNOWN:
	case OUTCOME_FIXED:
		fprintf(out, "      <system-out>%s: ", word_of(outcome_words, cell->outcome));
		write_evidence(out, cell);
		fputs("</system-out>\n", out);
		return;
	case OUTCOME_SKIP:
		fputs("      <skipped", out);
		write_attribute(out, "message", said(cell->why));
		fputs("/>\n", out);
		return;
	case OUTCOME_FAIL:
		write_problem(out, "failure", judged ? word_of(fate_words, cell->verdict->fate) : "FAIL", cell);
		return;
	case OUTCOME_BROKEN:
		write_problem(out, "error", "BROKEN", cell);
		return;
	}
}

static void write_cell(FILE *out, const char *suite, const struct result *cell)
{
	owned_text axes = axes_text(cell);

	fputs("    <testcase", out);
	write_attribute(out, "classname", suite);
	write_attribute(out, "name", *axes ? axes : cell->name);
	fprintf(out, " time=\"%.6f\"", cell->ms / 1000);
	if (cell->outcome == OUTCOME_PASS) {
		fputs("/>\n", out);
		return;
	}
	fputs(">\n", out);
	write_inside(out, cell);
	fputs("    </testcase>\n", out);
}

static void write_suite(FILE *out, const struct run *run, const char *name, const struct cells *cells)
{
	struct tally tally = { 0 };

	tally_cells(&tally, cells);
	fputs("  <testsuite", out);
	write_attribute(out, "name", name);
	write_counts(out, &tally);
	fprintf(out, " skipped=\"%zu\">\n    <properties>\n      <property name=\"kernel\"",
	        tally.outcome[OUTCOME_SKIP]);
	write_attribute(out, "value", run->kernel ? said(run->kernel->release) : "");
	fputs("/>\n    </properties>\n", out);
	for (size_t i = 0; i < cells->count; i++)
		write_cell(out, name, cells->at[i]);
	fputs("  </testsuite>\n", out);
}

/* Viewers cut class names into packages at dots, so that a kernel's dots become underscores. */
static char *suite_name(const struct run *run, const char *name, bool many)
{
	owned_text label = text_copy(run_label(run));

	if (!many)
		return text_copy(name);
	for (char *c = label; *c; c++)
		if (*c == '.')
			*c = '_';
	return text_format("%s.%s", label, name);
}

/* Readers show only suites and testcases: missing results become a testcase with an error. */
static void write_partial(FILE *out, const char *text)
{
	fputs("  <testsuite name=\"hopcheck\" tests=\"1\" failures=\"0\" errors=\"1\" time=\"0\" skipped=\"0\">\n"
	      "    <testcase classname=\"hopcheck\" name=\"partial\" time=\"0\">\n      <error type=\"PARTIAL\"",
	      out);
	write_attribute(out, "message", text);
	fputs("/>\n    </testcase>\n  </testsuite>\n", out);
}

static void write_run(FILE *out, const struct run *run, bool many)
{
	owned_cases cases = cells_by_case(&run->cells);

	for (size_t i = 0; i < cases.count; i++) {
		owned_text suite = suite_name(run, cases.at[i].name, many);
		write_suite(out, run, suite, &cases.at[i].cells);
	}
}

void write_junit(FILE *out, const struct results *results)
{
	owned_text partial = partial_text(results);
	struct tally all = { 0 };

	for (size_t i = 0; i < results->count; i++)
		tally_cells(&all, &results->runs[i]->cells);
	all.cells += partial != NULL;
	all.outcome[OUTCOME_BROKEN] += partial != NULL;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hopcheck\"", out);
	write_counts(out, &all);
	fputs(">\n", out);
	for (size_t i = 0; i < results->count; i++)
		write_run(out, results->runs[i], results->count > 1);
	if (partial)
		write_partial(out, partial);
	fputs("</testsuites>\n", out);
}
