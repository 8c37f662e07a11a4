/* Of a cell's evidence: which invariants packets broke, and which ICMPv6 errors nodes sent. */
#include <stdlib.h>
#include <string.h>

#include "result_internal.h"

struct texts breach_words(struct pool *pool, uint64_t bits)
{
	const char *words[INVARIANTS];
	size_t count = 0;

	for (const struct word *word = invariant_words; word->word; word++)
		if (bits >> word->value & 1)
			words[count++] = pool_text(pool, word->word);
	return count ? (struct texts){ pool_keep(pool, words, count * sizeof *words), count } : (struct texts){ 0 };
}

struct texts broken_of(struct pool *pool, const struct verdict *verdict)
{
	uint64_t bits = 0;

	for (size_t i = 0; verdict->breaches && i < verdict->breaches->count; i++)
		bits |= UINT64_C(1) << verdict->breaches->at[i].invariant;
	return breach_words(pool, bits);
}

struct texts expected_broken(struct pool *pool, const struct expectation *row)
{
	uint64_t bits = 0;

	if (row->broken.any)
		return (struct texts){ any_text, 0 };
	for (size_t i = 0; i < INVARIANTS; i++)
		bits |= (uint64_t)row->broken.has[i] << i;
	return breach_words(pool, bits);
}

void set_breaches(struct pool *pool, struct result_evidence *evidence, const struct plan *plan,
                  const struct verdict *verdict)
{
	const struct breaches *breaches = verdict ? verdict->breaches : NULL;

	if (!breaches || !breaches->count)
		return;
	struct result_breach *list = zalloc(breaches->count * sizeof *list);
	for (size_t i = 0; i < breaches->count; i++) {
		const struct breach *breach = &breaches->at[i];
		list[i] = (struct result_breach){
			.invariant = pool_text(pool, word_of(invariant_words, (int)breach->invariant)),
			.source = pool_text(pool, invariant_source(breach->invariant)),
			.node = pool_text(pool, plan->topology->nodes[breach->node].name),
			.hop = hop_name(pool, plan, breach->hop),
			.packet = pool_text(pool, breach->packet),
			.expected = pool_text(pool, breach->expected),
			.saw = pool_text(pool, breach->saw),
			.packets = (int64_t)breach->packets,
		};
	}
	evidence->breaches.at = pool_keep(pool, list, breaches->count * sizeof *list);
	evidence->breaches.count = breaches->count;
	free(list);
}

/* An error as it leaves the node that it comes from; false: it is none, or only passes by. */
static bool icmp_of(struct result_icmp *ret, struct pool *pool, unsigned version, const struct plan *plan,
                    const struct captured *captured)
{
	const size_t node = plan->topology->interfaces[HOP_INTERFACE(captured->hop)].node;
	struct icmp_error error;
	char text[ADDRESS_TEXT_SIZE];

	if (!captured_own_error(plan, captured, &error) || error.version != version)
		return false;
	*ret = (struct result_icmp){ .node = pool_text(pool, plan->topology->nodes[node].name),
		                     .error = pool_text(pool, icmp_word(error.version, error.type, error.code)),
		                     .type = error.type,
		                     .code = error.code,
		                     .parameter = error.parameter,
		                     .segments_left = error.has_srh ? error.segments_left : NO_INTEGER };
	if (error.has_packet) {
		ret->source = pool_text(pool, address_text(&error.source, text));
		ret->destination = pool_text(pool, address_text(&error.destination, text));
	}
	return true;
}

/* Texts of a pool are alike when they are the same. */
static bool is_same_icmp(const struct result_icmp *a, const struct result_icmp *b)
{
	return a->node == b->node && a->type == b->type && a->code == b->code && a->parameter == b->parameter &&
	       a->source == b->source && a->destination == b->destination && a->segments_left == b->segments_left;
}

/* Alike ones once, with how many they are. */
void set_icmp(struct pool *pool, struct result_icmps *ret, unsigned version, const struct plan *plan,
              const struct trace *trace)
{
	struct result_icmp *list = NULL, error;
	size_t count = 0;

	for (size_t i = 0; i < trace->packet_count; i++) {
		size_t at = 0;
		if (!icmp_of(&error, pool, version, plan, &trace->packets[i]))
			continue;
		while (at < count && !is_same_icmp(&list[at], &error))
			at++;
		if (at == count)
			*PUSH(list, count) = error;
		list[at].packets++;
	}
	if (count)
		ret->at = pool_keep(pool, list, count * sizeof *list);
	ret->count = count;
	free(list);
}
