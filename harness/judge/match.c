/* Finds what each packet at a hop was made of. A link keeps the order and loses almost nothing, so a packet that
 * arrives is the oldest one that fits; a node may have dropped older ones, so what leaves it is made of the newest. */
#include <stdlib.h>
#include <string.h>

#include "match.h"

/* An index of the packets by hop and identity. */
struct entry {
	uint64_t key;
	uint32_t match;
	uint32_t hop : 31;
	bool data : 1;
};

struct matcher {
	struct matches *matches;
	const struct evidence *evidence;
	struct entry *entries; /* sorted */
	uint32_t *longest;     /* payload at each hop */
	size_t *found;         /* candidates, by time */
	size_t found_count;
};

static int time_order(const void *left, const void *right)
{
	const struct match *a = left, *b = right;
	const struct captured *x = a->captured, *y = b->captured;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->hop == y->hop && a->captured->encapsulated != b->captured->encapsulated)
		return a->captured->encapsulated ? -1 : 1;
	return a->captured < b->captured ? -1 : 1;
}

static int entry_order(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->hop != b->hop)
		return a->hop < b->hop ? -1 : 1;
	if (a->data != b->data)
		return a->data ? 1 : -1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->match < b->match ? -1 : a->match > b->match;
}

/* Index of the first entry at or after the key. */
static size_t entry_from(const struct matcher *matcher, size_t hop, bool data, uint64_t key)
{
	const struct entry wanted = { .key = key, .hop = (uint32_t)hop, .data = data };
	size_t low = 0, high = matcher->matches->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (entry_order(&matcher->entries[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int number_order(const void *left, const void *right)
{
	size_t a = *(const size_t *)left, b = *(const size_t *)right;

	return a < b ? -1 : a > b;
}

/* Adds the packets at a hop that a later one may have been made of. */
static void find_at(struct matcher *matcher, size_t later, size_t hop)
{
	const struct match *match = &matcher->matches->matches[later];
	uint64_t reach = match->id.data ? matcher->longest[hop] : 0;
	uint64_t first = match->id.begin > reach ? match->id.begin - reach : 0;

	for (size_t i = entry_from(matcher, hop, match->id.data, first); i < matcher->matches->count; i++) {
		const struct entry *entry = &matcher->entries[i];
		const struct match *before = &matcher->matches->matches[entry->match];
		if (entry->hop != hop || entry->data != match->id.data ||
		    (match->id.data ? entry->key >= match->id.end : entry->key != match->id.begin))
			break;
		if (entry->match < later && (!match->id.data || before->id.end > match->id.begin))
			*PUSH(matcher->found, matcher->found_count) = entry->match;
	}
}

static uint64_t common(const struct match *a, const struct match *b)
{
	uint64_t begin = a->id.begin > b->id.begin ? a->id.begin : b->id.begin,
	         end = a->id.end < b->id.end ? a->id.end : b->id.end;

	return !a->id.data ? 1 : end > begin ? end - begin : 0;
}

/* Whether a packet has octets of `match` that those taken so far do not have. */
static bool adds(const struct matches *matches, const struct match *match, const struct match *candidate)
{
	const struct match part = {
		.id = { .data = match->id.data,
		        .begin = candidate->id.begin > match->id.begin ? candidate->id.begin : match->id.begin,
		        .end = candidate->id.end < match->id.end ? candidate->id.end : match->id.end },
	};

	for (size_t i = 0; i < match->from_count; i++)
		if (common(&matches->matches[matches->from[match->from + i]], &part))
			return false;
	return true;
}

/* Chooses what it was made of among the candidates. `again`: also those of which all was seen at a later hop already.
 */
static bool take_found(struct matcher *matcher, size_t later, bool oldest, bool again)
{
	struct match *match = &matcher->matches->matches[later];

	if (matcher->found_count)
		qsort(matcher->found, matcher->found_count, sizeof *matcher->found, number_order);
	for (size_t i = 0; i < matcher->found_count; i++) {
		size_t number = matcher->found[oldest ? i : matcher->found_count - 1 - i];
		struct match *candidate = &matcher->matches->matches[number];
		uint64_t whole = candidate->id.data ? candidate->id.end - candidate->id.begin : 1;
		if ((!again && candidate->followed >= whole) || !adds(matcher->matches, match, candidate))
			continue;
		candidate->followed += common(match, candidate);
		*PUSH(matcher->matches->from, matcher->matches->from_total) = (uint32_t)number;
		match->from_count++;
	}
	match->copies = match->from_count < matcher->found_count;
	match->again = again;
	matcher->found_count = 0;
	return match->from_count > 0;
}

/* After decapsulation a node receives the inner packet on the same interface, so a capture has both there: the inner
 * one is made of one that was still encapsulated. */
static void find_around(struct matcher *matcher, size_t later)
{
	const struct matches *matches = matcher->matches;
	size_t kept = 0;

	find_at(matcher, later, matches->matches[later].captured->hop);
	for (size_t i = 0; i < matcher->found_count; i++)
		if (matches->matches[matcher->found[i]].captured->encapsulated)
			matcher->found[kept++] = matcher->found[i];
	matcher->found_count = kept;
}

static void find_arrived(struct matcher *matcher, size_t later)
{
	const struct topology *topology = matcher->evidence->plan->topology;
	size_t node = hop_node(matcher->evidence->plan, matcher->matches->matches[later].captured->hop);

	FOR_EACH_INTERFACE (i, topology, node)
		find_at(matcher, later, HOP(i, HOP_IN));
}

/* What the others on its link sent. */
static void find_sent(struct matcher *matcher, size_t later)
{
	size_t hop = matcher->matches->matches[later].captured->hop;

	FOR_EACH_OTHER (other, matcher->evidence->plan->topology, HOP_INTERFACE(hop))
		find_at(matcher, later, HOP(other, HOP_OUT));
}

static void match_packet(struct matcher *matcher, size_t later)
{
	size_t hop = matcher->matches->matches[later].captured->hop;
	bool arrives = HOP_DIRECTION(hop) == HOP_IN;

	for (int again = 0; again < 2; again++) {
		if (arrives)
			find_sent(matcher, later);
		else
			find_arrived(matcher, later);
		/* Data is sent again because it was lost: of two copies it is the newer one that arrives. */
		if (take_found(matcher, later, arrives && !matcher->matches->matches[later].id.data, again))
			return;
		if (!arrives)
			continue;
		find_around(matcher, later);
		if (take_found(matcher, later, false, again))
			return;
	}
}

void matches_make(struct matches *matches, const struct evidence *evidence)
{
	size_t hops = HOPS(evidence->plan->topology);
	struct matcher matcher = { .matches = matches, .evidence = evidence };

	matches->count = evidence->count;
	matches->matches = zalloc((matches->count + 1) * sizeof *matches->matches);
	matcher.entries = zalloc((matches->count + 1) * sizeof *matcher.entries);
	matcher.longest = zalloc(hops * sizeof *matcher.longest);
	for (size_t i = 0; i < matches->count; i++) {
		const struct captured *captured = &evidence->packets[i];
		matches->matches[i] =
		        (struct match){ .captured = captured, .id = captured_identity(evidence, captured) };
	}
	qsort(matches->matches, matches->count, sizeof *matches->matches, time_order);
	for (size_t i = 0; i < matches->count; i++) {
		const struct match *match = &matches->matches[i];
		size_t hop = match->captured->hop;
		matcher.entries[i] = (struct entry){ match->id.begin, (uint32_t)i, (uint32_t)hop, match->id.data };
		if (match->id.data && matcher.longest[hop] < match->id.end - match->id.begin)
			matcher.longest[hop] = (uint32_t)(match->id.end - match->id.begin);
	}
	qsort(matcher.entries, matches->count, sizeof *matcher.entries, entry_order);
	for (size_t i = 0; i < matches->count; i++) {
		matches->matches[i].from = matches->from_total;
		match_packet(&matcher, i);
	}
	free(matcher.entries);
	free(matcher.longest);
	free(matcher.found);
}

void matches_cleanup(struct matches *matches)
{
	free(matches->from);
	free(matches->matches);
}
