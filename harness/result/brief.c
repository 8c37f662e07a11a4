/* Results with only outcome and verdict of each cell, one line per cell: to be kept in a repository, where a changed
 * line is a changed cell. */
#include <stdlib.h>

#include "result.h"

/* Keeps what cannot be found out again: why a cell was not judged, what a deviation is. Sentences of evidence are left
 * out. */
struct brief_verdict {
	const uint8_t *shape;
	int fate, unused;
	const char *at, *reason;
	struct labels aggregation;
	struct texts bad_checksums, oversize, broken;
};
struct brief_cell {
	const uint8_t *shape;
	const char *name;
	struct labels axes;
	int outcome, unused;
	const struct brief_verdict *verdict;
	const char *why;
	const struct result_row *known;
};

#define OPTIONAL .flags = MEMBER_OPTIONAL
LOCAL_MEMBERS(verdict_members, brief_verdict, WORD_MEMBER(brief_verdict, fate, .words = fate_words),
              TEXT_MEMBER(brief_verdict, at, OPTIONAL), TEXT_MEMBER(brief_verdict, reason, OPTIONAL),
              OTHER_MEMBER(brief_verdict, aggregation, MAP, .of = &label_members, OPTIONAL),
              OTHER_MEMBER(brief_verdict, bad_checksums, LIST, .of = &texts_members, OPTIONAL),
              OTHER_MEMBER(brief_verdict, oversize, LIST, .of = &texts_members, OPTIONAL),
              OTHER_MEMBER(brief_verdict, broken, LIST, .of = &texts_members, OPTIONAL));
LOCAL_MEMBERS(known_members, result_row, TEXT_MEMBER(result_row, deviation, OPTIONAL),
              TEXT_MEMBER(result_row, fixed, OPTIONAL), TEXT_MEMBER(result_row, found, OPTIONAL),
              TEXT_MEMBER(result_row, because, OPTIONAL), TEXT_MEMBER(result_row, ref, OPTIONAL),
              TEXT_MEMBER(result_row, workaround, OPTIONAL), TEXT_MEMBER(result_row, kernel, OPTIONAL));
LOCAL_MEMBERS(kernel_members, result_kernel, TEXT_MEMBER(result_kernel, label, OPTIONAL),
              TEXT_MEMBER(result_kernel, release, OPTIONAL), TEXT_MEMBER(result_kernel, version, OPTIONAL),
              TEXT_MEMBER(result_kernel, machine, OPTIONAL), TEXT_MEMBER(result_kernel, qemu, OPTIONAL));
LOCAL_MEMBERS(cell_members, brief_cell, MEMBER(brief_cell, name, "case", TEXT, const char *),
              OTHER_MEMBER(brief_cell, axes, MAP, .of = &label_members, OPTIONAL),
              WORD_MEMBER(brief_cell, outcome, .words = outcome_words),
              OTHER_MEMBER(brief_cell, verdict, STRUCT, .of = &verdict_members, OPTIONAL),
              TEXT_MEMBER(brief_cell, why, OPTIONAL),
              OTHER_MEMBER(brief_cell, known, STRUCT, .of = &known_members, OPTIONAL));

static void dump(FILE *out, json_t *value, const char *behind)
{
	owned_text text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	fprintf(out, "%s%s", text ? text : "null", behind);
	json_decref(value);
}

static const char *not_empty(const char *text)
{
	return is_said(text) ? text : NULL;
}

static struct result_row brief_known(const struct result_row *known)
{
	return (struct result_row){ .deviation = not_empty(known->deviation),
		                    .fixed = not_empty(known->fixed),
		                    .found = not_empty(known->found),
		                    .because = not_empty(known->because),
		                    .ref = not_empty(known->ref),
		                    .workaround = not_empty(known->workaround),
		                    .kernel = not_empty(known->kernel) };
}

static bool says_something(const struct result_row *known)
{
	return known->deviation || known->fixed || known->found || known->because || known->ref || known->workaround ||
	       known->kernel;
}

static void write_cell(FILE *out, struct pool *pool, const struct result *cell, const char *behind)
{
	struct brief_cell brief = { .name = cell->name, .axes = cell->axes, .outcome = cell->outcome };
	struct brief_verdict verdict;
	struct result_row known;

	if (cell->verdict && cell->verdict->fate != NO_WORD) {
		verdict = (struct brief_verdict){ .fate = cell->verdict->fate,
			                          .at = not_empty(cell->verdict->at),
			                          .reason = not_empty(cell->verdict->reason),
			                          .aggregation = verdict_merging(pool, cell),
			                          .bad_checksums = verdict_bad_checksums(pool, cell),
			                          .oversize = verdict_oversize(pool, cell),
			                          .broken = cell->verdict->broken };
		brief.verdict = &verdict;
	}
	if (cell->outcome == OUTCOME_SKIP || cell->outcome == OUTCOME_BROKEN)
		brief.why = cell->why;
	if (cell->known) {
		known = brief_known(cell->known);
		brief.known = says_something(&known) ? &known : NULL;
	}
	dump(out, members_json(&cell_members, &brief), behind);
}

static void write_run(FILE *out, struct pool *pool, const struct run *run)
{
	struct result_kernel kernel = run->kernel ? *run->kernel : (struct result_kernel){ 0 };

	kernel.shape = NULL;
	fputs("{\"kernel\": ", out);
	dump(out, members_json(&kernel_members, &kernel), "");
	if (run->partial)
		fprintf(out, ", \"partial\": true, \"unrun\": %zu", run_unrun(run));
	fputs(", \"cells\": [\n", out);
	for (size_t i = 0; i < run->cells.count; i++)
		write_cell(out, pool, run->cells.at[i], i + 1 < run->cells.count ? ",\n" : "\n");
}

int brief_writer(FILE *out, const void *value, struct error *err)
{
	const struct matrix_document *document = value;
	const struct results *results = document->results;

	(void)err; /* a stream that failed says so itself */
	fputs("{\"command\": ", out);
	dump(out, json_string(document->command), ",\n");
	fprintf(out, "\"hopcheck\": \"%s\", \"kernels\": [\n", HOPCHECK_VERSION);
	for (size_t i = 0; i < results->count; i++) {
		write_run(out, results->pool, results->runs[i]);
		fputs(i + 1 < results->count ? "]},\n" : "]}\n", out);
	}
	fputs("]}\n", out);
	return 0;
}
