/* From a row's steps to arrows between nodes, and what stands on them. */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

char *hop_node_name(const char *hop)
{
	return text_format("%.*s", (int)strcspn(hop, "."), hop);
}

static bool is_hop(const json_t *hop, const char *name)
{
	owned_text text =
	        text_format("%s.%s:%s", text_at(hop, "node"), text_at(hop, "interface"), text_at(hop, "direction"));

	return strcmp(text, name) == 0;
}

/* The other side of a link: a result's hops are two an interface, and its interfaces two a link. */
static const json_t *peer_of(const json_t *result, const char *hop)
{
	const json_t *hops = json_object_get(result, "hops"), *item;
	size_t i;

	json_array_foreach (hops, i, item)
		if (is_hop(item, hop))
			return json_array_get(hops, ((i / 2) ^ 1) * 2 + (i % 2 ? 0 : 1));
	return NULL;
}

const char *hop_peer_node(const json_t *result, const char *hop)
{
	const json_t *peer = peer_of(result, hop);

	return peer ? text_at(peer, "node") : NULL;
}

size_t column_find(const struct column *columns, size_t count, const char *node)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(columns[i].node, node) == 0)
			return i;
	return (size_t)-1;
}

static bool leaves(const json_t *step)
{
	const char *colon = strrchr(text_at(step, "hop"), ':');

	return colon && strcmp(colon, ":out") == 0;
}

/* Where what left here arrived: at the link's other end, with the same segments left. */
static const json_t *arrival_of(const json_t *result, const json_t *steps, size_t index, bool *used)
{
	const json_t *out = json_array_get(steps, index), *peer = peer_of(result, text_at(out, "hop"));

	for (size_t i = index + 1; peer && i < json_array_size(steps); i++) {
		const json_t *in = json_array_get(steps, i);
		if (used[i] || leaves(in) || json_is_true(json_object_get(in, "handed_on")) ||
		    !is_hop(peer, text_at(in, "hop")) ||
		    !json_equal((json_t *)json_object_get(in, "segments_left"),
		                (json_t *)json_object_get(out, "segments_left")))
			continue;
		used[i] = true;
		return in;
	}
	return NULL;
}

struct arrow *arrows_of(const json_t *result, const json_t *row, const struct column *columns, size_t count,
                        size_t *arrow_count)
{
	const json_t *steps = json_object_get(row, "steps");
	bool *used = zalloc(json_array_size(steps) + 1);
	struct arrow *arrows = NULL;

	*arrow_count = 0;
	for (size_t i = 0; i < json_array_size(steps); i++) {
		const json_t *step = json_array_get(steps, i);
		const char *hop = text_at(step, "hop"), *peer = hop_peer_node(result, hop);
		owned_text node = hop_node_name(hop);
		struct arrow arrow = { 0 };
		if (used[i] || !peer || json_is_true(json_object_get(step, "handed_on")))
			continue;
		if (leaves(step)) {
			arrow.out = step;
			arrow.in = arrival_of(result, steps, i, used);
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

/* How many packets a step stands for; in one packet's journey, how many of the origin are in it. */
static json_int_t number(const json_t *step, const char *key)
{
	return step ? json_integer_value(json_object_get(step, key)) : 0;
}

static char *counts_text(const struct arrow *arrow, struct report_style style)
{
	json_int_t out = number(arrow->out, "packets"), in = number(arrow->in, "packets");

	if (!out && !in && number(arrow->out, "merged") && number(arrow->in, "merged")) {
		in = 1;
		out = number(arrow->in, "merged") / number(arrow->out, "merged");
	}
	if (!out || !in)
		out = in = out + in;
	if (out == in)
		return out > 1 ? text_format("%lldx ", (long long)out) : text_copy("");
	return text_format("%lld%s%lld ", (long long)out, style.unicode ? "→" : "->", (long long)in);
}

char *arrow_label(const struct arrow *arrow, enum label label, struct report_style style)
{
	const json_t *step = arrow->out ? arrow->out : arrow->in, *left = json_object_get(step, "segments_left");
	char *text = counts_text(arrow, style);

	if (json_is_integer(left))
		text_append(&text, "SL%lld ", (long long)json_integer_value(left));
	if (label >= LABEL_DESTINATION)
		text_append(&text, "%s ", text_at(step, "destination"));
	if (label >= LABEL_ENCAP && json_is_true(json_object_get(step, "encapsulated")))
		text_append(&text, "encap ");
	return text;
}

static const char *checksum_word(const json_t *step, enum label label)
{
	const char *word = text_at(step, "checksum");

	if (strcmp(word, "partial") == 0 && label <= LABEL_TERSE)
		return "part";
	return strcmp(word, "valid") == 0 ? "ok" : strcmp(word, "bad") == 0 ? "BAD" : word;
}

/* What left larger than the MTU. */
static const char *excess_word(const struct arrow *arrow, enum label label)
{
	if (!json_is_true(json_object_get(arrow->out, "oversize")))
		return "";
	return label <= LABEL_TERSE ? " BIG" : " TOO BIG";
}

char *arrow_checksum(const struct arrow *arrow, enum label label, struct report_style style, enum ink *ink)
{
	const char *out = checksum_word(arrow->out ? arrow->out : arrow->in, label);
	const char *in = checksum_word(arrow->in ? arrow->in : arrow->out, label);
	const char *excess = excess_word(arrow, label);

	*ink = strcmp(in, "BAD") == 0 || strcmp(out, "BAD") == 0 || *excess ? INK_BAD
	       : strcmp(in, "ok") == 0                                      ? INK_PLAIN
	                                                                    : INK_ODD;
	if (strcmp(out, in) == 0 || label == LABEL_LEAST)
		return text_format("%s%s", in, excess);
	return text_format("%s%s%s%s", out, style.unicode ? "→" : "->", in, excess);
}
