/* From a row's steps to arrows between nodes, and their labels. */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

char *hop_node_name(const char *hop)
{
	return text_format("%.*s", (int)strcspn(hop, "."), hop);
}

static bool is_hop(const struct result_hop *hop, const char *name)
{
	owned_text text = result_hop_text(hop);

	return strcmp(text, name) == 0;
}

/* The other side of a link: a result has two hops per interface, and two interfaces per link. */
static const struct result_hop *peer_of(const struct result *result, const char *hop)
{
	const struct result_hops *hops = &result->evidence->hops;

	for (size_t i = 0; i < hops->count; i++) {
		size_t peer = ((i / 2) ^ 1) * 2 + (i % 2 ? 0 : 1);
		if (is_hop(&hops->at[i], hop))
			return peer < hops->count ? &hops->at[peer] : NULL;
	}
	return NULL;
}

const char *hop_peer_node(const struct result *result, const char *hop)
{
	const struct result_hop *peer = peer_of(result, hop);

	return peer ? said(peer->node) : NULL;
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

/* Where a packet that left here arrived: at the link's other end, with the same segments left. */
static const struct result_step *arrival_of(const struct result *result, const struct result_steps *steps, size_t index,
                                            bool *used)
{
	const struct result_step *out = &steps->at[index];
	const struct result_hop *peer = peer_of(result, said(out->hop));

	for (size_t i = index + 1; peer && i < steps->count; i++) {
		const struct result_step *in = &steps->at[i];
		if (used[i] || leaves(in) || in->seen->handed_on || !is_hop(peer, said(in->hop)) ||
		    in->seen->segments_left != out->seen->segments_left)
			continue;
		used[i] = true;
		return in;
	}
	return NULL;
}

struct arrow *arrows_of(const struct result *result, const struct result_journey *row, const struct column *columns,
                        size_t count, size_t *arrow_count)
{
	bool *used = zalloc(row->steps.count + 1);
	struct arrow *arrows = NULL;

	*arrow_count = 0;
	for (size_t i = 0; i < row->steps.count; i++) {
		const struct result_step *step = &row->steps.at[i];
		const char *hop = said(step->hop), *peer = hop_peer_node(result, hop);
		owned_text node = hop_node_name(hop);
		struct arrow arrow = { 0 };
		if (used[i] || !peer || step->seen->handed_on)
			continue;
		if (leaves(step)) {
			arrow.out = step;
			arrow.in = arrival_of(result, &row->steps, i, used);
		} else {
			arrow.in = step;
		}
		arrow.from = column_find(columns, count, leaves(step) ? node : peer);
		arrow.to = column_find(columns, count, leaves(step) ? peer : node);
		if (arrow.from < count && arrow.to < count)
			*PUSH(arrows, *arrow_count) = arrow;
	}
	free(used);
	return arrows;
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

char *arrow_checksum(const struct arrow *arrow, enum detail label, struct report_style style, enum ink *ink)
{
	int out = (arrow->out ? arrow->out : arrow->in)->seen->checksum;
	int in = (arrow->in ? arrow->in : arrow->out)->seen->checksum;
	const char *excess = excess_word(arrow, label);

	*ink = in == CHECKSUM_BAD || out == CHECKSUM_BAD || *excess ? INK_BAD
	       : in == CHECKSUM_VALID                               ? INK_PLAIN
	                                                            : INK_ODD;
	if (out == in || label == LABEL_LEAST)
		return text_format("%s%s", checksum_word(in, label), excess);
	return text_format("%s%s%s%s", checksum_word(out, label), style.unicode ? "→" : "->", checksum_word(in, label),
	                   excess);
}
