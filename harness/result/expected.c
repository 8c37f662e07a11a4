/* What a row of `expect` says of packets at hops, of counters and of ICMPv6 errors; and how what was seen differs. */
#include <stdlib.h>
#include <string.h>

#include "result_internal.h"

static struct rules rules_of(struct pool *pool, const struct checks *checks, const struct check_field *fields)
{
	struct rule *rules = zalloc((checks->count + 1) * sizeof *rules);

	for (size_t i = 0; i < checks->count; i++) {
		owned_text text = check_text(&checks->list[i]);
		rules[i] = (struct rule){ pool_text(pool, fields[checks->list[i].field].key),
			                  { .text = pool_text(pool, text) } };
	}
	struct rules kept = { pool_keep(pool, rules, checks->count * sizeof *rules), checks->count };
	free(rules);
	return kept;
}

static struct rule_groups groups_of(struct pool *pool, struct rule_group *groups, size_t count)
{
	struct rule_groups kept = { count ? pool_keep(pool, groups, count * sizeof *groups) : NULL, count };

	free(groups);
	return kept;
}

static struct rule_groups expected_hops(struct pool *pool, const struct expectation *row)
{
	struct rule_group *groups = zalloc((row->hop_count + 1) * sizeof *groups);

	for (size_t i = 0; i < row->hop_count; i++)
		groups[i] = (struct rule_group){ pool_text(pool, row->hops[i].at),
			                         rules_of(pool, &row->hops[i], hop_fields) };
	return groups_of(pool, groups, row->hop_count);
}

/* Those of the node of one that is the first of its node. */
static struct rules node_counters(struct pool *pool, const struct expectation *row, size_t first)
{
	struct rule *rules = zalloc((row->counter_count + 1) * sizeof *rules);
	size_t count = 0;

	for (size_t i = first; i < row->counter_count; i++)
		if (strcmp(row->counters[i].node, row->counters[first].node) == 0)
			rules[count++] = (struct rule){ pool_text(pool, row->counters[i].name),
				                        { .text = pool_text(pool, row->counters[i].text) } };
	struct rules kept = { pool_keep(pool, rules, count * sizeof *rules), count };
	free(rules);
	return kept;
}

static struct rule_groups expected_counters(struct pool *pool, const struct expectation *row)
{
	struct rule_group *groups = zalloc((row->counter_count + 1) * sizeof *groups);
	size_t count = 0;

	for (size_t i = 0; i < row->counter_count; i++)
		if (!i || strcmp(row->counters[i].node, row->counters[i - 1].node) != 0)
			groups[count++] = (struct rule_group){ pool_text(pool, row->counters[i].node),
				                               node_counters(pool, row, i) };
	return groups_of(pool, groups, count);
}

static struct result_icmp_rules expected_icmp(struct pool *pool, const struct expectation *row)
{
	struct result_icmp_rule *rules = zalloc((row->icmp_count + 1) * sizeof *rules);
	const struct rule none = { pool_text(pool, "any"), { .text = pool_text(pool, "none") } };
	size_t count = row->icmp_count;

	for (size_t i = 0; i < row->icmp_count; i++)
		rules[i].rules = rules_of(pool, &row->icmp[i], icmp_fields);
	if (row->no_icmp)
		rules[count++].rules = (struct rules){ pool_keep(pool, &none, sizeof none), 1 };
	struct result_icmp_rules kept = { count ? pool_keep(pool, rules, count * sizeof *rules) : NULL, count };
	free(rules);
	return kept;
}

void expected_seen(struct pool *pool, struct result_row *made, const struct expectation *row)
{
	made->hops = expected_hops(pool, row);
	made->counters = expected_counters(pool, row);
	made->icmp = expected_icmp(pool, row);
	made->retransmissions = row->retransmissions ? pool_text(pool, row->retransmissions->text) : NULL;
	made->refused = pool_text(pool, row->refused);
}

struct result_differences differences_of(struct pool *pool, const struct differences *differences)
{
	struct result_difference *made = zalloc((differences->count + 1) * sizeof *made);

	for (size_t i = 0; i < differences->count; i++) {
		made[i].what = pool_text(pool, differences->at[i].what);
		made[i].expected = pool_text(pool, differences->at[i].expected);
		made[i].saw = pool_text(pool, differences->at[i].saw);
	}
	struct result_differences kept = { differences->count ? pool_keep(pool, made, differences->count * sizeof *made)
		                                              : NULL,
		                           differences->count };
	free(made);
	return kept;
}
