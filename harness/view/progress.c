/* Progress of a run: one rewritten line on a terminal, one plain line per finished case in a pipe. */
#include <stdlib.h>
#include <string.h>

#include "view.h"

struct progress {
	FILE *out;
	struct report_style style;
	char **names;
	size_t *wanted;
	struct tally *cases;
	size_t case_count, cell_count;
	struct tally all;
};

struct progress *progress_start(FILE *out, struct report_style style, const char *const *case_names,
                                const size_t *case_cells, size_t case_count)
{
	struct progress *progress = zalloc(sizeof *progress);

	progress->out = out;
	progress->style = style;
	progress->case_count = case_count;
	progress->names = zalloc(case_count * sizeof *progress->names);
	progress->wanted = zalloc(case_count * sizeof *progress->wanted);
	progress->cases = zalloc(case_count * sizeof *progress->cases);
	for (size_t i = 0; i < case_count; i++) {
		progress->names[i] = text_copy(case_names[i]);
		progress->wanted[i] = case_cells[i];
		progress->cell_count += case_cells[i];
	}
	return progress;
}

static void rewrite_line(struct progress *progress, size_t case_index)
{
	struct report_style plain = { .width = progress->style.width };
	owned_text counts = tally_text(&progress->all, progress->style);
	owned_text line = text_format("[%zu/%zu] %s  %s", progress->all.cells, progress->cell_count, counts,
	                              progress->names[case_index]);

	if (columns_of(line, strlen(line)) >= progress->style.width) {
		owned_text short_counts = tally_text(&progress->all, plain);
		free(line);
		line = text_format("[%zu/%zu] %s", progress->all.cells, progress->cell_count, short_counts);
		if (strlen(line) >= progress->style.width)
			line[progress->style.width - 1] = 0;
	}
	fprintf(progress->out, "\r\033[K%s", line);
	fflush(progress->out);
}

void progress_cell(struct progress *progress, size_t case_index, const struct result *result)
{
	struct tally *tally = &progress->cases[case_index];

	tally_add(tally, result);
	tally_add(&progress->all, result);
	if (progress->style.terminal) {
		rewrite_line(progress, case_index);
		return;
	}
	if (tally->cells != progress->wanted[case_index])
		return;
	owned_text counts = tally_text(tally, progress->style);
	fprintf(progress->out, "%s: %s (%.1f s of workers)\n", progress->names[case_index], counts,
	        tally->milliseconds / 1000);
	fflush(progress->out);
}

void progress_end(struct progress *progress)
{
	if (progress->style.terminal)
		fputs("\r\033[K", progress->out);
	fflush(progress->out);
	for (size_t i = 0; i < progress->case_count; i++)
		free(progress->names[i]);
	free(progress->names);
	free(progress->wanted);
	free(progress->cases);
	free(progress);
}
