/* KTAP version 1, as the kernel's Documentation/dev-tools/ktap.rst has it: a case is a test with its cells as subtests;
 * with many kernels each kernel is a test with its cases as subtests. */
#include <stdlib.h>
#include <string.h>

#include "format.h"

/* A test that has subtests. */
struct group {
	FILE *out;
	unsigned depth;
	const char *name; /* borrowed; NULL: the file itself */
	size_t number;    /* of the last result line */
};

/* What a case without axes calls its cell: a subtest named like its test would be taken for the test's own result. */
#define ONLY_CELL "the only cell"

static void indent(const struct group *group)
{
	fprintf(group->out, "%*s", (int)(2 * group->depth), "");
}

/* Words of a kernel's console at which kunit_parser stops reading, wherever they stand: up to their last space. */
static size_t end_of_log(const char *text)
{
	static const char *const ends[] = { "List of all partitions:", "Kernel panic - not syncing: VFS:",
		                            "reboot: System halted" };

	for (size_t i = 0; i < COUNT(ends); i++)
		if (strncmp(text, ends[i], strlen(ends[i])) == 0)
			return (size_t)(strrchr(ends[i], ' ') - ends[i]);
	return 0;
}

/* One line: what breaks lines or speaks to a terminal becomes a space, and so does # where it would start a directive:
 * the first one in a description, another one elsewhere (kunit_parser takes the last). In what would end the log a
 * space is doubled. */
static void write_line(FILE *out, const char *text, bool is_description)
{
	const char *doubled = NULL;

	for (; *text; text++) {
		bool is_control = (unsigned char)*text < ' ' || *text == 0x7f;
		size_t end = end_of_log(text);
		if (end)
			doubled = text + end;
		if (text == doubled)
			fputc(' ', out);
		bool is_hash = *text == '#' && (is_description || begins_directive(text));
		fputc(is_control ? ' ' : is_hash ? '_' : *text, out);
	}
}

/* A text that begins like a subtest's header is not one: it is indented by a space. */
static void write_diagnostic(const struct group *group, const char *text)
{
	indent(group);
	fprintf(group->out, "# %s", strncmp(text, "Subtest:", strlen("Subtest:")) == 0 ? " " : "");
	write_line(group->out, text, false);
	fputc('\n', group->out);
}

/* kunit_parser ends a test at the first result line of its name: a subtest that has it (a kernel may be labelled as a
 * case is called) gets another. */
static void write_name(const struct group *parent, const char *name)
{
	if (parent->name && strcmp(parent->name, name) == 0)
		fputs("subtest ", parent->out);
	write_line(parent->out, name, true);
}

/* Without a parent: the file itself, which has no name. The name must outlive the group. */
static struct group begin_group(FILE *out, const struct group *parent, const char *name, size_t tests)
{
	struct group group = { .out = out, .depth = parent ? parent->depth + 1 : 0, .name = name };

	indent(&group);
	fputs("KTAP version 1\n", out);
	if (parent) {
		indent(&group);
		fputs("# Subtest: ", out);
		write_name(parent, name);
		fputc('\n', out);
	}
	indent(&group);
	fprintf(out, "1..%zu\n", tests);
	return group;
}

static void write_result(struct group *group, bool ok, const char *description, const char *directive, const char *text)
{
	indent(group);
	fprintf(group->out, "%s %zu ", ok ? "ok" : "not ok", ++group->number);
	write_name(group, description);
	if (directive) {
		fprintf(group->out, " # %s ", directive);
		write_line(group->out, text, false);
	}
	fputc('\n', group->out);
}

static void write_evidence(const struct group *group, const struct result *cell)
{
	owned_text_lines lines = evidence_lines(cell);

	for (size_t i = 0; i < lines.count; i++)
		write_diagnostic(group, lines.at[i]);
}

static void write_cell(struct group *group, const struct result *cell)
{
	owned_text axes = axes_text(cell);
	const char *name = *axes ? axes : ONLY_CELL;

	switch ((enum outcome)cell->outcome) {
	case OUTCOME_PASS:
		write_result(group, true, name, NULL, NULL);
		return;
	case OUTCOME_KNOWN:
		write_result(group, true, name, "XFAIL", cell->known ? said(cell->known->because) : "");
		return;
	case OUTCOME_FIXED:
		write_diagnostic(group, "FIXED: documented for this kernel, but the right thing happened");
		write_evidence(group, cell);
		write_result(group, true, name, NULL, NULL);
		return;
	case OUTCOME_SKIP:
		write_result(group, true, name, "SKIP", said(cell->why));
		return;
	case OUTCOME_FAIL:
		write_evidence(group, cell);
		write_result(group, false, name, NULL, NULL);
		return;
	case OUTCOME_BROKEN:
		write_evidence(group, cell);
		write_result(group, false, name, "ERROR", said(cell->why));
		return;
	}
}

/* The line of a test with subtests, by what they came to. */
static void end_group(struct group *parent, const char *name, const struct tally *tally)
{
	bool failed = tally->outcome[OUTCOME_FAIL] || tally->outcome[OUTCOME_BROKEN];
	bool nothing = tally->outcome[OUTCOME_SKIP] == tally->cells;

	write_result(parent, !failed, name, nothing ? "SKIP" : NULL, "no cell could run");
}

static void write_cases(struct group *group, const struct run *run)
{
	owned_cases cases = cells_by_case(&run->cells);

	for (size_t c = 0; c < cases.count; c++) {
		const struct case_cells *one = &cases.at[c];
		struct group subtests = begin_group(group->out, group, one->name, one->cells.count);
		struct tally tally = { 0 };
		for (size_t i = 0; i < one->cells.count; i++)
			write_cell(&subtests, one->cells.at[i]);
		tally_cells(&tally, &one->cells);
		end_group(group, one->name, &tally);
	}
}

static size_t case_count(const struct run *run)
{
	owned_cases cases = cells_by_case(&run->cells);

	return cases.count;
}

/* As the kernel's selftests end; a FIXED passed though it was not expected to. */
static void write_totals(FILE *out, const struct tally *all)
{
	fprintf(out, "# Totals: pass:%zu fail:%zu xfail:%zu xpass:%zu skip:%zu error:%zu\n", all->outcome[OUTCOME_PASS],
	        all->outcome[OUTCOME_FAIL], all->outcome[OUTCOME_KNOWN], all->outcome[OUTCOME_FIXED],
	        all->outcome[OUTCOME_SKIP], all->outcome[OUTCOME_BROKEN]);
}

/* A kernel without cells is left out: an empty plan is an error to the kernel's parser. */
static size_t runs_with_cells(const struct results *results)
{
	size_t count = 0;

	for (size_t i = 0; i < results->count; i++)
		count += results->runs[i]->cells.count > 0;
	return count;
}

void write_ktap(FILE *out, const struct results *results)
{
	const struct run *only = results->count == 1 ? results->runs[0] : NULL;
	owned_text partial = partial_text(results);
	/* One test more than there are: a reader that knows no Bail out! misses it. */
	struct group group =
	        begin_group(out, NULL, NULL, (only ? case_count(only) : runs_with_cells(results)) + (partial != NULL));
	struct tally all = { 0 };

	for (size_t i = 0; i < results->count; i++) {
		const struct run *run = results->runs[i];
		struct tally tally = { 0 };
		tally_cells(&tally, &run->cells);
		tally_cells(&all, &run->cells);
		if (only) {
			write_cases(&group, run);
			continue;
		}
		if (!tally.cells)
			continue;
		struct group cases = begin_group(out, &group, run_label(run), case_count(run));
		write_cases(&cases, run);
		end_group(&group, run_label(run), &tally);
	}
	write_totals(out, &all);
	if (partial)
		fprintf(out, "Bail out! %s\n", partial);
}
