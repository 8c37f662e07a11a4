/* What went wrong in a cell. */
#include <string.h>

#include "search.h"

/* The function that freed a packet where the verdict has it lost: a drop event of that node, of the reason if one
 * is. */
static const char *function_of(const struct result *result)
{
	const struct result_verdict *verdict = result->verdict;
	const struct result_evidence *evidence = result->evidence;
	const struct result_end *end = result->journey ? result->journey->end : NULL;

	if (verdict->fate == FATE_DELIVERED)
		return NULL;
	if (end && end->drop && is_said(end->drop->function))
		return end->drop->function;
	for (size_t i = 0; i < evidence->drops.count; i++) {
		const struct result_drop *drop = &evidence->drops.at[i];
		if (is_said(drop->function) && strcmp(said(drop->node), said(verdict->at)) == 0)
			return drop->function;
	}
	return NULL;
}

struct signature signature_of(const struct result *result)
{
	const struct result_verdict *verdict = result->verdict;

	return (struct signature){
		.wrong = result->outcome != OUTCOME_PASS,
		.fate = (enum fate)verdict->fate,
		.at = is_said(verdict->at) ? verdict->at : NULL,
		.reason = is_said(verdict->reason) ? verdict->reason : NULL,
		.function = function_of(result),
		.broken = verdict->broken,
		.bad = verdict->bad_checksums,
		.oversize = verdict->oversize.count > 0,
		.warned = result->console.count > 0,
	};
}

static void append_list(char **text, const char *name, const struct texts *list)
{
	for (size_t i = 0; i < list->count; i++)
		text_append(text, "%s%s", i ? ", " : name, list->at[i]);
}

char *signature_text(const struct signature *signature, bool places)
{
	char *text = text_copy(word_of(fate_words, (int)signature->fate));

	if (signature->at && places)
		text_append(&text, " at %s", signature->at);
	if (signature->reason)
		text_append(&text, ": %s", signature->reason);
	if (signature->function)
		text_append(&text, " in %s", signature->function);
	append_list(&text, "; broken: ", &signature->broken);
	if (places)
		append_list(&text, "; bad checksums at ", &signature->bad);
	else if (signature->bad.count)
		text_append(&text, "; bad checksums");
	if (signature->oversize)
		text_append(&text, "; frames larger than the MTU");
	if (signature->warned)
		text_append(&text, "; a kernel warning");
	return text;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_list(const struct texts *a, const struct texts *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->at[i], b->at[i]) != 0)
			return false;
	return true;
}

bool signatures_agree(const struct signature *a, const struct signature *b)
{
	return a->wrong == b->wrong && a->fate == b->fate && same_text(a->at, b->at) &&
	       same_text(a->reason, b->reason) &&
	       (!a->function || !b->function || strcmp(a->function, b->function) == 0) &&
	       same_list(&a->broken, &b->broken) && !a->bad.count == !b->bad.count && a->oversize == b->oversize;
}

static bool lists_meet(const struct texts *a, const struct texts *b)
{
	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < b->count; k++)
			if (strcmp(a->at[i], b->at[k]) == 0)
				return true;
	return false;
}

bool signatures_are_kin(const struct signature *a, const struct signature *b)
{
	return a->wrong && b->wrong &&
	       (signatures_agree(a, b) || lists_meet(&a->bad, &b->bad) || lists_meet(&a->broken, &b->broken));
}
