/* Whether two results of a cell agree: the one place where verdicts are compared. With a real connection the machine's
 * speed decides how much is merged, but not whether. A member that one of the two lacks (results of earlier versions, a
 * guest that died) is not compared. */
#include <stdlib.h>
#include <string.h>

#include "result.h"

const char *const merging_none = "none";

const char *merging_word(const struct value *aggregation)
{
	double number = aggregation->number;

	if (aggregation->text)
		return aggregation->text;
	return number > 1 ? "merged" : number > 0 && number < 1 ? "split" : merging_none;
}

static const struct result_verdict *verdict_of(const struct result *cell)
{
	return cell->verdict && cell->verdict->fate != NO_WORD ? cell->verdict : NULL;
}

struct labels verdict_merging(struct pool *pool, const struct result *cell)
{
	const struct result_verdict *verdict = verdict_of(cell);
	size_t count = 0;

	if (!verdict || !verdict->aggregation.at)
		return (struct labels){ 0 };
	struct label *merging = zalloc((verdict->aggregation.count + 1) * sizeof *merging);
	for (size_t i = 0; i < verdict->aggregation.count; i++) {
		const struct rule *rule = &verdict->aggregation.at[i];
		if (strcmp(merging_word(&rule->value), merging_none) != 0)
			merging[count++] = (struct label){ rule->hop, pool_text(pool, merging_word(&rule->value)) };
	}
	struct labels kept = { pool_keep(pool, merging, count * sizeof *merging), count };
	free(merging);
	return kept;
}

static int64_t bad_count(const struct result_hop *hop)
{
	return hop->checksum ? hop->checksum->bad : 0;
}

static int64_t oversize_count(const struct result_hop *hop)
{
	return hop->oversize;
}

/* Taken from the hops where the verdict has no list of its own: results of earlier versions. */
static struct texts hops_with(struct pool *pool, const struct result *cell,
                              int64_t (*count_of)(const struct result_hop *))
{
	const struct result_hops *hops = &cell->evidence->hops;
	const char **list = zalloc((hops->count + 1) * sizeof *list);
	size_t count = 0;

	for (size_t i = 0; i < hops->count; i++) {
		owned_text name = result_hop_text(&hops->at[i]);
		if (count_of(&hops->at[i]) > 0)
			list[count++] = pool_text(pool, name);
	}
	struct texts kept = { pool_keep(pool, list, count * sizeof *list), count };
	free(list);
	return kept;
}

/* The first hop shows whether the version that wrote it counted such packets. */
struct texts verdict_bad_checksums(struct pool *pool, const struct result *cell)
{
	const struct result_verdict *verdict = verdict_of(cell);

	if (!verdict || verdict->bad_checksums.at)
		return verdict ? verdict->bad_checksums : (struct texts){ 0 };
	if (!cell->evidence->hops.count || !cell->evidence->hops.at[0].checksum ||
	    !GIVEN(result_checksums_members, cell->evidence->hops.at[0].checksum, bad))
		return (struct texts){ 0 };
	return hops_with(pool, cell, bad_count);
}

struct texts verdict_oversize(struct pool *pool, const struct result *cell)
{
	const struct result_verdict *verdict = verdict_of(cell);

	if (!verdict || verdict->oversize.at)
		return verdict ? verdict->oversize : (struct texts){ 0 };
	if (!cell->evidence->hops.count || !GIVEN(result_hop_members, &cell->evidence->hops.at[0], oversize))
		return (struct texts){ 0 };
	return hops_with(pool, cell, oversize_count);
}

static char *state_text(const struct result *cell)
{
	const struct result_verdict *verdict = verdict_of(cell);
	char *state = text_copy(word_of(outcome_words, cell->outcome));

	if (!verdict)
		return state;
	text_append(&state, " %s", word_of(fate_words, verdict->fate));
	if (is_said(verdict->at))
		text_append(&state, " at %s", verdict->at);
	if (is_said(verdict->reason))
		text_append(&state, " for %s", verdict->reason);
	return state;
}

static void tell_hop(const char *hop, const char *was, const char *is, char **from, char **to)
{
	was = was ? was : merging_none;
	is = is ? is : merging_none;
	if (strcmp(was, is) == 0)
		return;
	text_append(from, ", %s %s", hop, was);
	text_append(to, ", %s %s", hop, is);
}

/* Appends hops whose merging differs to both texts. */
static void tell_merging(struct pool *pool, const struct result *a, const struct result *b, char **from, char **to)
{
	struct labels x = verdict_merging(pool, a), y = verdict_merging(pool, b);

	if (!x.at || !y.at || x.at == y.at)
		return;
	for (size_t i = 0; i < x.count; i++)
		tell_hop(x.at[i].name, x.at[i].text, label_of(&y, x.at[i].name), from, to);
	for (size_t i = 0; i < y.count; i++)
		if (!label_of(&x, y.at[i].name))
			tell_hop(y.at[i].name, NULL, y.at[i].text, from, to);
}

static void tell_list(char **text, const char *fault, const char *link, const struct texts *hops)
{
	text_append(text, ", %s%s%s", hops->count ? "" : "no ", fault, hops->count ? link : "");
	for (size_t i = 0; i < hops->count; i++)
		text_append(text, " %s", hops->at[i]);
}

static bool are_same(const struct texts *x, const struct texts *y)
{
	for (size_t i = 0; i < x->count && i < y->count; i++)
		if (strcmp(x->at[i], y->at[i]) != 0)
			return false;
	return x->count == y->count;
}

/* Hops are listed in the topology's order, on both sides. */
static void tell_fault(const char *fault, struct texts x, struct texts y, char **from, char **to)
{
	if (!x.at || !y.at || are_same(&x, &y))
		return;
	tell_list(from, fault, " at", &x);
	tell_list(to, fault, " at", &y);
}

/* Versions that know invariants say none, too, by not giving any. */
static void tell_broken(const struct result *a, const struct result *b, char **from, char **to)
{
	const struct result_verdict *x = verdict_of(a), *y = verdict_of(b);

	if (!x || !y || are_same(&x->broken, &y->broken))
		return;
	tell_list(from, "broken invariants", ":", &x->broken);
	tell_list(to, "broken invariants", ":", &y->broken);
}

bool verdicts_tell(struct pool *pool, const struct result *a, const struct result *b, char **from, char **to)
{
	*from = state_text(a);
	*to = state_text(b);
	tell_merging(pool, a, b, from, to);
	tell_fault("bad checksums", verdict_bad_checksums(pool, a), verdict_bad_checksums(pool, b), from, to);
	tell_fault("oversize frames", verdict_oversize(pool, a), verdict_oversize(pool, b), from, to);
	tell_broken(a, b, from, to);
	return strcmp(*from, *to) != 0;
}

bool verdicts_differ(struct pool *pool, const struct result *a, const struct result *b)
{
	owned_text from = NULL;
	owned_text to = NULL;

	if (a->outcome == b->outcome && a->verdict == b->verdict && a->verdict && a->verdict->bad_checksums.at &&
	    a->verdict->oversize.at)
		return false;
	return verdicts_tell(pool, a, b, &from, &to);
}
