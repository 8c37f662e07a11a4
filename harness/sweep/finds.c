#include <stdlib.h>
#include <string.h>

#include "find.h"

const struct word find_state_words[] = { { "new", FIND_NEW, NULL },
	                                 { "again", FIND_AGAIN, NULL },
	                                 { "once", FIND_ONCE, NULL },
	                                 { "unknown", FIND_UNKNOWN, NULL },
	                                 { NULL, 0, NULL } };

/* A complaint begins with the node that makes it, "r1: ..." or "dst.a0: ...". */
static const char *behind_place(const char *complaint)
{
	const char *colon = strstr(complaint, ": ");

	return colon && colon - complaint < 2 * NAME_SIZE + 8 ? colon + 2 : complaint;
}

/* What path MTU discovery leaves. */
static bool is_of_discovery(const char *what)
{
	static const char *const words[] = { "Ip6InTooBigErrors", "Ip6FragFails", "Icmp6OutPktTooBigs",  "PKT_TOO_BIG",
		                             "ICMPv6 2/0",        "IpFragFails",  "IcmpOutDestUnreachs", "ICMP 3/4" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(what, words[i]) == 0)
			return true;
	return false;
}

static void append_once(char **text, const char *before, const char *what)
{
	owned_text part = text_format("; %s%s", before, what);

	if (!strstr(*text, part))
		text_append(text, "%s", part);
}

static void append_rest(char **text, const struct result *result, bool narrow)
{
	const struct result_contradictions *otherwise = &result->verdict->contradicted_by;
	const struct texts *complaints = &result->evidence->complaints;
	const bool discovered = narrow && result->verdict->fate == FATE_DELIVERED;

	for (size_t i = 0; i < otherwise->count; i++)
		if (!discovered || !is_of_discovery(said(otherwise->at[i].what)))
			append_once(text, "against it: ", said(otherwise->at[i].what));
	for (size_t i = 0; i < complaints->count; i++)
		append_once(text, "complaint: ", behind_place(complaints->at[i]));
	for (size_t i = 0; i < result->differences.count; i++)
		if (strncmp(said(result->differences.at[i].what), "altered packets", strlen("altered packets")) == 0)
			append_once(text, "", "altered packets");
}

static int by_invariant(const void *a, const void *b)
{
	int first = 0, other = 0;

	word_value(invariant_words, *(const char *const *)a, &first);
	word_value(invariant_words, *(const char *const *)b, &other);
	return first - other;
}

/* Results have them by time, which is chance. Caller frees. */
static const char **sorted(const struct texts *invariants)
{
	const size_t size = invariants->count * sizeof *invariants->at;
	const char **at = zalloc(size + 1);

	if (size)
		memcpy(at, invariants->at, size);
	qsort(at, invariants->count, sizeof *at, by_invariant);
	return at;
}

char *wrong_text(const struct result *result, bool narrow)
{
	if (!result || !result->verdict || result->outcome == OUTCOME_PASS || result->outcome == OUTCOME_SKIP ||
	    result->outcome == OUTCOME_BROKEN)
		return NULL;
	struct signature signature = signature_of(result);
	if (signature.reason && strcmp(signature.reason, word_of(reason_words, REASON_MALFORMED)) == 0)
		signature.function = NULL; /* where such a packet ends is chance */
	const char **broken = sorted(&signature.broken);
	signature.broken.at = broken;
	owned_text text = signature_text(&signature, false);
	free(broken);
	append_rest(&text, result, narrow);
	return narrow && strcmp(text, word_of(fate_words, FATE_DELIVERED)) == 0 ? NULL : take(text);
}

static bool has_verdict(const struct result *result)
{
	return result && result->verdict && result->outcome != OUTCOME_SKIP && result->outcome != OUTCOME_BROKEN;
}

char *difference_text(struct pool *pool, const struct result *a, const char *label_a, const struct result *b,
                      const char *label_b, bool narrow)
{
	if (!has_verdict(a) || !has_verdict(b) || !verdicts_differ(pool, a, b))
		return NULL;
	owned_text wrong_a = wrong_text(a, narrow);
	owned_text wrong_b = wrong_text(b, narrow);
	if (!wrong_a && !wrong_b)
		return text_format("%s and %s merge or cut differently", label_a, label_b);
	if (wrong_a && wrong_b && strcmp(wrong_a, wrong_b) == 0)
		return NULL;
	return text_format("%s: %s | %s: %s", label_a, wrong_a ? wrong_a : "right", label_b,
	                   wrong_b ? wrong_b : "right");
}

struct find *finds_add(struct finds *finds, const char *what, size_t row, const char *sets, const char *why, bool *new)
{
	*new = false;
	for (size_t i = 0; i < finds->count; i++) {
		if (strcmp(finds->at[i].what, what) != 0)
			continue;
		finds->at[i].rows++;
		return &finds->at[i];
	}
	struct find *find = PUSH(finds->at, finds->count);
	*new = true;
	*find = (struct find){
		.what = text_copy(what), .rows = 1, .first = row, .sets = text_copy(sets), .why = text_copy(why)
	};
	return find;
}

void finds_clear(struct finds *finds)
{
	for (size_t i = 0; i < finds->count; i++) {
		free(finds->at[i].what);
		free(finds->at[i].sets);
		free(finds->at[i].why);
		free(finds->at[i].values);
		free(finds->at[i].least);
		free(finds->at[i].control);
		free(finds->at[i].kept);
		free(finds->at[i].named);
	}
	free(finds->at);
	*finds = (struct finds){ 0 };
}
