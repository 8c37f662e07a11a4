/* Ladders: a result's journeys as text diagrams. */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

enum { INDENT = 2, LIST_INDENT = 13 };

/* One packet's journey is a ladder of one row. */
static struct result_journeys rows_of(const struct result *result)
{
	if (result->journeys.at)
		return result->journeys;
	return (struct result_journeys){ result->journey, result->journey != NULL };
}

/* A document of earlier versions may have no topologies: its links have two ends each, whose hops, in and out, are
 * consecutive. */
static struct ladder_links links_of_hops(struct pool *pool, const struct result_hops *hops)
{
	struct ladder_links links = { 0 };

	for (size_t i = 0; i + 3 < hops->count; i += 4) {
		const struct result_hop *one = &hops->at[i], *other = &hops->at[i + 2];
		const char *ends[] = { pool_format(pool, "%s.%s", said(one->node), said(one->interface)),
			               pool_format(pool, "%s.%s", said(other->node), said(other->interface)) };
		*PUSH(links.ends, links.count) = (struct texts){ pool_keep(pool, ends, sizeof ends), COUNT(ends) };
	}
	return links;
}

static struct ladder_links links_of(struct pool *pool, const struct result *result,
                                    const struct result_topology *topology)
{
	struct ladder_links links = { 0 };

	if (!topology)
		return links_of_hops(pool, &result->evidence->hops);
	for (size_t i = 0; i < topology->links.count; i++)
		*PUSH(links.ends, links.count) = topology->links.at[i].ends;
	return links;
}

static bool is_visited(const struct ladder *ladder, const char *node)
{
	for (size_t i = 0; i < ladder->rows.count; i++) {
		const struct result_journey *row = &ladder->rows.at[i];
		if ((row->end && strcmp(said(row->end->node), node) == 0) || row_visits(&ladder->links, row, node))
			return true;
	}
	return false;
}

/* The nodes that packets reached, in the topology's order; all, if they reached none. */
static void find_columns(struct ladder *ladder)
{
	const struct result_hops *hops = &ladder->result->evidence->hops;
	bool moved = ladder->rows.at[0].steps.count > 0;

	for (size_t i = 0; i < hops->count; i++) {
		const char *node = said(hops->at[i].node);
		if (column_find(ladder->columns, ladder->column_count, node) < ladder->column_count ||
		    (moved && !is_visited(ladder, node)))
			continue;
		*PUSH(ladder->columns, ladder->column_count) = (struct column){ .node = node };
	}
}

static void find_name_width(struct ladder *ladder)
{
	ladder->name_width = (unsigned)strlen("packet");
	for (size_t i = 0; i < ladder->rows.count; i++)
		if (ladder->name_width < strlen(row_packet(&ladder->rows.at[i])))
			ladder->name_width = (unsigned)strlen(row_packet(&ladder->rows.at[i]));
}

static void list_arrow(const struct ladder *ladder, const struct arrow *arrow)
{
	const char *from = arrow->out ? said(arrow->out->hop) : "", *to = arrow->in ? said(arrow->in->hop) : "";
	enum ink ink;
	owned_text label = arrow_label(arrow, LABELS - 1, ladder->style);
	owned_text checksum = arrow_checksum(arrow, LABELS - 1, ladder->style, &ink);
	owned_text line =
	        text_format("%.*s > %.*s %s%s", arrow->out ? (int)strcspn(from, ":") : 1, arrow->out ? from : "?",
	                    arrow->in ? (int)strcspn(to, ":") : 1, arrow->in ? to : "?", label, checksum);

	fprintf(ladder->out, "%*s", LIST_INDENT, "");
	write_wrapped(ladder->out, ladder->style, LIST_INDENT, LIST_INDENT + 2, line);
}

/* Where the columns do not fit: one line per link. */
static void list_row(const struct ladder *ladder, const struct result_journey *row)
{
	size_t count;
	struct arrow *arrows = arrows_of(&ladder->links, row, ladder->columns, ladder->column_count, &count);
	owned_text end = row_end_text(row);
	owned_text elided = row_elided_text(row, ladder->style);

	if (elided)
		fprintf(ladder->out, "%*s%s\n", LIST_INDENT - INDENT, "", elided);
	else
		fprintf(ladder->out, "%*.1f  %s\n", LIST_INDENT - 2 * INDENT, row->time_us, row_packet(row));
	for (size_t i = 0; i < count; i++)
		list_arrow(ladder, &arrows[i]);
	if (end) {
		owned_text word = row_drop_text(row);
		owned_text mark = text_format("%s %s%s%s", ladder->style.unicode ? "✗" : "X", end, word ? ", " : "",
		                              word ? word : "");
		owned_text painted = paint(ladder->style, OUTCOME_FAIL, mark);
		fprintf(ladder->out, "%*s", LIST_INDENT, "");
		write_wrapped(ladder->out, ladder->style, LIST_INDENT, LIST_INDENT + 2, painted);
	}
	free(arrows);
}

static void write_title(const struct ladder *ladder)
{
	owned_text painted =
	        paint(ladder->style, ladder->result->outcome, word_of(outcome_words, ladder->result->outcome));
	owned_text name = cell_name(ladder->result);
	owned_text title = text_format("%s %s", painted, name);

	fputc('\n', ladder->out);
	write_wrapped(ladder->out, ladder->style, 0, INDENT, title);
	fprintf(ladder->out, "%*s", INDENT, "");
	write_wrapped(ladder->out, ladder->style, INDENT, INDENT, said(ladder->result->why));
	fputc('\n', ladder->out);
}

void ladder_write(FILE *out, struct report_style style, struct pool *pool, const struct result *result,
                  const struct result_topology *topology)
{
	struct ladder ladder = { .out = out, .style = style, .result = result, .rows = rows_of(result) };

	if (!ladder.rows.count)
		return;
	ladder.links = links_of(pool, result, topology);
	find_columns(&ladder);
	find_name_width(&ladder);
	if (ladder.column_count && ladder_place(&ladder))
		ladder_draw(&ladder);
	else
		for (size_t i = 0; i < ladder.rows.count; i++)
			list_row(&ladder, &ladder.rows.at[i]);
	free(ladder.columns);
	free(ladder.links.ends);
}

void report_ladder(FILE *out, struct report_style style, struct pool *pool, const struct result *result,
                   const struct result_topology *topology)
{
	const struct ladder ladder = { .out = out, .style = style, .result = result };

	if (!rows_of(result).count)
		return;
	write_title(&ladder);
	ladder_write(out, style, pool, result, topology);
}

static bool write_ladders(FILE *out, struct report_style style, struct pool *pool, const struct run *run)
{
	const struct cells *cells = &run->cells;
	bool any = false;

	for (size_t i = 0; i < cells->count; i++) {
		if (!cells->at[i]->journeys.at)
			continue;
		report_ladder(out, style, pool, cells->at[i], topology_called(run, cells->at[i]->topology));
		any = true;
	}
	return any;
}

void report_ladders(FILE *out, struct report_style style, struct pool *pool, const struct run *run)
{
	struct run shown = run_shown(pool, run);

	if (!write_ladders(out, style, pool, &shown))
		return;
	fputc('\n', out);
	write_wrapped(out, style, 0, 0,
	              "SL: segments left. ok, partial, BAD: the TCP checksum, over the final destination; partial: a "
	              "device is to complete it. TOO BIG: it left larger than the interface's MTU. BROKE, !: an "
	              "invariant. 3x: packets. 8->1: merged.");
	fputc('\n', out);
}
