/* From a row's steps to arrows between nodes, and their labels. */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

char *hop_node_name(const char *hop)
{
	return text_format("%.*s", (int)strcspn(hop, "."), hop);
}

/* Whether an end of a link, "r1.a0", is where a hop is, "r1.a0:in". */
static bool is_end_of(const char *end, const char *hop)
{
	size_t length = strlen(end);

	return strncmp(hop, end, length) == 0 && (hop[length] == ':' || !hop[length]);
}

static bool has_end(const struct texts *ends, const char *hop)
{
	for (size_t i = 0; i < ends->count; i++)
		if (is_end_of(ends->at[i], hop))
			return true;
	return false;
}

/* NULL: the topology has no such end. */
static const struct texts *ends_of_link(const struct ladder_links *links, const char *hop)
{
	for (size_t i = 0; i < links->count; i++)
		if (has_end(&links->ends[i], hop))
			return &links->ends[i];
	return NULL;
}

/* The other end of a hop's link; NULL: there are several, or none. */
static const char *only_other(const struct ladder_links *links, const char *hop)
{
	const struct texts *ends = ends_of_link(links, hop);

	if (!ends || ends->count != 2)
		return NULL;
	return ends->at[is_end_of(ends->at[0], hop)];
}

size_t column_find(const struct column *columns, size_t count, const char *node)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(columns[i].node, node) == 0)
			return i;
	return (size_t)-1;
}

static bool leaves(const struct result_step *step)
{
	const char *colon = strrchr(said(step->hop), ':');

	return colon && strcmp(colon, ":out") == 0;
}

/* Where a packet that left here arrived: at another end of the link, with the same segments left. */
static const struct result_step *arrival_of(const struct ladder_links *links, const struct result_steps *steps,
                                            size_t index, bool *used)
{
	const struct result_step *out = &steps->at[index];
	const struct texts *ends = ends_of_link(links, said(out->hop));

	for (size_t i = index + 1; ends && i < steps->count; i++) {
		const struct result_step *in = &steps->at[i];
		if (used[i] || leaves(in) || in->seen->handed_on || !has_end(ends, said(in->hop)) ||
		    in->seen->segments_left != out->seen->segments_left)
			continue;
		used[i] = true;
		return in;
	}
	return NULL;
}

static size_t column_of(const struct column *columns, size_t count, const char *hop)
{
	owned_text node = hop ? hop_node_name(hop) : NULL;

	return node ? column_find(columns, count, node) : count;
}

struct arrow *arrows_of(const struct ladder_links *links, const struct result_journey *row,
                        const struct column *columns, size_t count, size_t *arrow_count)
{
	bool *used = zalloc(row->steps.count + 1);
	struct arrow *arrows = NULL;

	*arrow_count = 0;
	for (size_t i = 0; i < row->steps.count; i++) {
		const struct result_step *step = &row->steps.at[i];
		struct arrow arrow = { 0 };
		if (used[i] || step->seen->handed_on)
			continue;
		if (leaves(step)) {
			arrow.out = step;
			arrow.in = arrival_of(links, &row->steps, i, used);
		} else {
			arrow.in = step;
		}
		/* What was captured at one end only: where there are several others, it is not known which it was. */
		const char *other = only_other(links, said(step->hop));
		arrow.from = column_of(columns, count, arrow.out ? said(arrow.out->hop) : other);
		arrow.to = column_of(columns, count, arrow.in ? said(arrow.in->hop) : other);
		if (arrow.from < count && arrow.to < count)
			*PUSH(arrows, *arrow_count) = arrow;
	}
	free(used);
	return arrows;
}

bool row_visits(const struct ladder_links *links, const struct result_journey *row, const char *node)
{
	for (size_t i = 0; i < row->steps.count; i++) {
		const char *hop = said(row->steps.at[i].hop), *other = only_other(links, hop);
		owned_text at = hop_node_name(hop);
		owned_text beyond = other ? hop_node_name(other) : NULL;
		if (strcmp(at, node) == 0 || (beyond && strcmp(beyond, node) == 0))
			return true;
	}
	return false;
}

/* How many packets a step represents; in one packet's journey, how many of the origin's packets are in it. */
static int64_t packets_of(const struct result_step *step)
{
	return step ? step->seen->packets : 0;
}

static int64_t merged_of(const struct result_step *step)
{
	return step ? step->seen->merged : 0;
}

static char *counts_text(const struct arrow *arrow, struct report_style style)
{
	int64_t out = packets_of(arrow->out), in = packets_of(arrow->in);

	if (!out && !in && merged_of(arrow->out) && merged_of(arrow->in)) {
		in = 1;
		out = merged_of(arrow->in) / merged_of(arrow->out);
	}
	if (!out || !in)
		out = in = out + in;
	if (out == in)
		return out > 1 ? text_format("%lldx ", (long long)out) : text_copy("");
	return text_format("%lld%s%lld ", (long long)out, style.unicode ? "→" : "->", (long long)in);
}

char *arrow_label(const struct arrow *arrow, enum detail label, struct report_style style)
{
	const struct result_sight *seen = arrow->out ? arrow->out->seen : arrow->in->seen;
	char *text = counts_text(arrow, style);

	if (seen->segments_left != NO_INTEGER)
		text_append(&text, "SL%lld ", (long long)seen->segments_left);
	if (label >= LABEL_DESTINATION)
		text_append(&text, "%s ", said(seen->destination));
	if (label >= LABEL_ENCAP && seen->encapsulated)
		text_append(&text, "encap ");
	return text;
}

/* NO_WORD: it is not known. */
static const char *checksum_word(int checksum, enum detail label)
{
	switch (checksum) {
	case CHECKSUM_VALID:
		return "ok";
	case CHECKSUM_PARTIAL:
		return label <= LABEL_TERSE ? "part" : "partial";
	case CHECKSUM_BAD:
		return "BAD";
	}
	return "";
}

/* What left larger than the MTU. */
static const char *excess_word(const struct arrow *arrow, enum detail label)
{
	if (!arrow->out || !arrow->out->seen->oversize)
		return "";
	return label <= LABEL_TERSE ? " BIG" : " TOO BIG";
}

/* The first invariant that it broke on its way out, or on the link; a sign where there is no room. */
static char *broken_word(const struct arrow *arrow, enum detail label)
{
	const struct texts *out = arrow->out ? &arrow->out->seen->broken : NULL;
	const struct texts *in = arrow->in ? &arrow->in->seen->broken : NULL;
	const struct texts *broken = out && out->count ? out : in;

	if (!broken || !broken->count)
		return text_copy("");
	return label <= LABEL_TERSE ? text_copy(" !") : text_format(" BROKE %s", broken->at[0]);
}

char *arrow_checksum(const struct arrow *arrow, enum detail label, struct report_style style, enum ink *ink)
{
	int out = (arrow->out ? arrow->out : arrow->in)->seen->checksum;
	int in = (arrow->in ? arrow->in : arrow->out)->seen->checksum;
	owned_text broken = broken_word(arrow, label);
	owned_text excess = text_format("%s%s", excess_word(arrow, label), broken);

	*ink = in == CHECKSUM_BAD || out == CHECKSUM_BAD || *excess ? INK_BAD
	       : in == CHECKSUM_VALID                               ? INK_PLAIN
	                                                            : INK_ODD;
	if (out == in || label == LABEL_LEAST)
		return text_format("%s%s", checksum_word(in, label), excess);
	return text_format("%s%s%s%s", checksum_word(out, label), style.unicode ? "→" : "->", checksum_word(in, label),
	                   excess);
}
