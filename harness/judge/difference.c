/* Each thing that a row of `expect` or `known` may say, against what was seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expected.h"

static bool rule_holds(const struct aggregation_rule *rule, double aggregation)
{
	switch (rule->merging) {
	case MERGING_NONE:
		return aggregation == 1.0;
	case MERGING_MERGED:
		return aggregation > 1.0;
	case MERGING_SPLIT:
		return aggregation > 0 && aggregation < 1.0;
	case MERGING_EXACTLY:
		return aggregation == rule->number;
	case MERGING_AT_LEAST:
		return aggregation > 0 && aggregation >= rule->number;
	}
	return false;
}

static void say_rule(char text[40], const struct aggregation_rule *rule)
{
	switch (rule->merging) {
	case MERGING_NONE:
		strcpy(text, "none");
		return;
	case MERGING_MERGED:
		strcpy(text, "merged");
		return;
	case MERGING_SPLIT:
		strcpy(text, "split");
		return;
	case MERGING_EXACTLY:
		snprintf(text, 40, "%g", rule->number);
		return;
	case MERGING_AT_LEAST:
		snprintf(text, 40, ">=%g", rule->number);
		return;
	}
}

static void compare_aggregation(struct differences *differences, const struct seen_verdict *seen,
                                const struct aggregation_rule *rule)
{
	size_t hop = hop_find(seen->plan->topology, rule->hop);
	char wanted[40], got[40] = "no data there";

	if (hop == NOT_FOUND)
		return;
	double aggregation = seen->verdict->hops[hop].aggregation;
	if (aggregation > 0 && rule_holds(rule, aggregation))
		return;
	say_rule(wanted, rule);
	if (aggregation > 0)
		snprintf(got, sizeof got, "%g", aggregation);
	owned_text what = text_format("aggregation at %s ", rule->hop);
	differ(differences, what, wanted, got);
}

static char *left_text(int left)
{
	return left == NO_SRH ? text_copy("no SRH") : text_format("an SRH with %d left", left);
}

static void compare_srh(struct differences *differences, const struct seen_verdict *seen, const struct srh_rule *rule)
{
	size_t hop = hop_find(seen->plan->topology, rule->hop);

	if (hop == NOT_FOUND)
		return;
	const struct hop_summary *summary = &seen->verdict->hops[hop];
	if (summary->forward && summary->left_least == rule->left && summary->left_most == rule->left)
		return;
	owned_text what = text_format("at %s ", rule->hop);
	owned_text wanted = left_text(rule->left);
	/* The end of the range that differs. */
	owned_text got = !summary->forward ? text_copy("no packet there")
	                                   : left_text(summary->left_least == rule->left ? summary->left_most
	                                                                                 : summary->left_least);
	differ(differences, what, wanted, got);
}

static int group_order(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	/* By the first packet of each, and then by the others. */
	if ((a ^ b) == 0)
		return 0;
	return a & ((a ^ b) & -(a ^ b)) ? -1 : 1;
}

static void compare_merged(struct differences *differences, const struct seen_verdict *seen,
                           const struct merged_rule *rule)
{
	size_t hop = hop_find(seen->plan->topology, rule->hop), count = 0;
	uint64_t *got = zalloc((seen->verdict->group_count + 1) * sizeof *got);
	uint64_t *wanted = zalloc((rule->count + 1) * sizeof *wanted);

	for (size_t i = 0; i < seen->verdict->group_count; i++)
		if (seen->verdict->groups[i].hop == hop)
			got[count++] = seen->verdict->groups[i].packets;
	if (rule->count)
		memcpy(wanted, rule->groups, rule->count * sizeof *wanted);
	qsort(got, count, sizeof *got, group_order);
	qsort(wanted, rule->count, sizeof *wanted, group_order);
	if (hop != NOT_FOUND && (count != rule->count || memcmp(got, wanted, count * sizeof *got) != 0)) {
		owned_text what = text_format("at %s packets ", rule->hop);
		owned_text expected = packets_text(wanted, rule->count);
		owned_text saw = packets_text(got, count);
		differ(differences, what, expected, saw);
	}
	free(got);
	free(wanted);
}

/* A complaint that is the kernel's own message for the verdict's reason need not be expected. */
static void compare_complaints(struct differences *differences, const struct seen_verdict *seen, const char *expected)
{
	const struct trace *trace = seen->trace;
	const char *other = NULL;
	bool found = false;

	for (size_t i = 0; i < trace->complaint_count && !other; i++) {
		bool wanted = expected && strstr(trace->complaints[i], expected);
		bool may_be = seen->may_say && strstr(trace->complaints[i], seen->may_say);
		found |= wanted;
		if (!wanted && !may_be && !reason_is_said(seen->verdict->reason, trace->complaints[i]))
			other = trace->complaints[i];
	}
	if (!other && !expected == !found)
		return;
	owned_text wanted = expected ? text_format("\"%s\"", expected) : text_copy("none");
	owned_text got = other ? text_format("\"%s\"", other) : text_copy("none");
	differ(differences, "complaint ", wanted, got);
}

static bool has_hop(const struct hop_list *list, const struct topology *topology, size_t hop)
{
	for (size_t i = 0; i < list->count; i++)
		if (hop_find(topology, list->hops[i]) == hop)
			return true;
	return false;
}

static uint64_t bad_checksums_of(const struct hop_summary *hop)
{
	return hop->checksum[CHECKSUM_BAD];
}

static uint64_t oversize_of(const struct hop_summary *hop)
{
	return hop->oversize;
}

static uint64_t altered_of(const struct hop_summary *hop)
{
	return hop->altered;
}

/* Faults at a hop even if the packet is delivered: a veth carries a bad checksum and a frame larger than the MTU to the
 * other end; a NIC would send the first on to a receiver that drops it, and could not send the second. */
static const struct fault {
	const char *name;
	size_t list; /* its place in a row of expect or known */
	uint64_t (*count)(const struct hop_summary *hop);
} faults[] = {
	{ "bad checksums", offsetof(struct expectation, bad_checksums), bad_checksums_of },
	{ "oversize frames", offsetof(struct expectation, oversize), oversize_of },
	{ "altered packets", offsetof(struct expectation, altered), altered_of },
};

static void compare_fault(struct differences *differences, const struct fault *fault, const struct expectation *row,
                          const struct seen_verdict *seen)
{
	const struct hop_list *list = (const void *)((const char *)row + fault->list);
	const struct topology *topology = seen->plan->topology;
	bool delivered = row->has_fate && row->fate == FATE_DELIVERED;

	if (list->any || (!list->count && !delivered))
		return;
	for (size_t hop = 0; hop < seen->verdict->hop_count; hop++) {
		uint64_t bad = fault->count(&seen->verdict->hops[hop]);
		bool expected = has_hop(list, topology, hop);
		char name[HOP_TEXT_SIZE], got[40];
		if (expected == (bad > 0))
			continue;
		owned_text what = text_format("%s at %s ", fault->name, hop_text(topology, hop, name));
		snprintf(got, sizeof got, "%llu", (unsigned long long)bad);
		differ(differences, what, expected ? "some" : "none", got);
		if (!expected)
			return; /* the others follow from the first */
	}
}

static bool is_allowed(const struct name_list *list, const char *what)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->names[i], what) == 0)
			return true;
	return list->any;
}

/* What the kernel itself says of what happened. */
static void compare_with_kernel(struct differences *differences, const struct seen_verdict *seen,
                                const struct expectation *row)
{
	const struct verdict *verdict = seen->verdict;
	bool first = true;

	for (size_t i = 0; i < verdict->contradiction_count; i++) {
		const struct contradiction *one = &verdict->contradictions[i];
		if (is_allowed(&row->contradicted, one->what))
			continue;
		if (first)
			text_append(&differences->text, "%sthe kernel contradicts %s: ", differences->text ? "; " : "",
			            verdict->fate == FATE_DELIVERED ? "the delivery"
			                                            : word_of(reason_words, (int)verdict->reason));
		else
			text_append(&differences->text, ", ");
		say_contradiction(&differences->text, seen->plan->topology, one);
		first = false;
	}
}

static bool is_broken(const struct verdict *verdict, enum invariant invariant)
{
	for (size_t i = 0; verdict->breaches && i < verdict->breaches->count; i++)
		if (verdict->breaches->at[i].invariant == invariant)
			return true;
	return false;
}

static void name_invariant(char **text, const struct word *word)
{
	text_append(text, "%s%s", *text ? ", " : "", word->word);
}

/* Those that are broken and need not be, and those that hold and should not. That octets change is what `corrupted`
 * says. */
static void compare_broken(struct differences *differences, const struct expectation *row,
                           const struct seen_verdict *seen)
{
	owned_text wanted = NULL;
	owned_text got = NULL;
	bool same = true;

	for (const struct word *word = invariant_words; word->word && !row->broken.any; word++) {
		bool expected = row->broken.has[word->value];
		bool broken = is_broken(seen->verdict, (enum invariant)word->value);
		same &= expected == broken || (word->value == INVARIANT_PAYLOAD && row->fate == FATE_CORRUPTED);
		if (expected)
			name_invariant(&wanted, word);
		if (broken)
			name_invariant(&got, word);
	}
	if (!same)
		differ(differences, "broken invariants ", wanted ? wanted : "none", got ? got : "none");
}

struct differences differences_to(const struct expectation *row, const struct seen_verdict *seen)
{
	const struct verdict *verdict = seen->verdict;
	const char *reason = word_of(reason_words, (int)verdict->reason);
	struct differences differences = { 0 };

	if (row->has_fate && row->fate != verdict->fate)
		differ(&differences, "", word_of(fate_words, (int)row->fate), word_of(fate_words, (int)verdict->fate));
	if (row->at && strcmp(row->at, verdict->at) != 0)
		differ(&differences, "at ", row->at, verdict->at[0] ? verdict->at : "no place");
	if (row->reason && strcmp(row->reason, reason) != 0)
		differ(&differences, "reason ", row->reason, verdict->reason == REASON_NONE ? "none" : reason);
	for (size_t i = 0; i < row->aggregation_count; i++)
		compare_aggregation(&differences, seen, &row->aggregation[i]);
	for (size_t i = 0; i < row->srh_count; i++)
		compare_srh(&differences, seen, &row->srh[i]);
	for (size_t i = 0; i < row->merged_count; i++)
		compare_merged(&differences, seen, &row->merged[i]);
	for (size_t i = 0; i < COUNT(faults); i++)
		compare_fault(&differences, &faults[i], row, seen);
	compare_broken(&differences, row, seen);
	compare_complaints(&differences, seen, row->complaint);
	if (row->refused)
		differ(&differences, "a refusal with ", row->refused, "that the kernel took every line");
	compare_hops(&differences, seen, row);
	compare_counters(&differences, seen, row);
	compare_retransmissions(&differences, seen, row);
	compare_icmp(&differences, seen, row);
	compare_with_kernel(&differences, seen, row);
	return differences;
}
