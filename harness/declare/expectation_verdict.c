/* What a row expects of the verdict: one reader for each key. */
#include <stdlib.h>
#include <string.h>

#include "expectation.h"

void fate_read(void *into, const struct item *item, struct error *err)
{
	struct expectation *e = ((struct row *)into)->expectation;
	int fate;

	if (!word_read(&fate, item, fate_words, "a fate", err))
		return;
	e->has_fate = true;
	e->fate = (enum fate)fate;
}

void at_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;

	if (text_read(&row->expectation->at, item, "a node's name", err))
		scope_node(&row->draft->scope, item->text, item->where, err);
}

void reason_read(void *into, const struct item *item, struct error *err)
{
	int reason;

	if (word_read(&reason, item, reason_words, "a reason", err))
		((struct row *)into)->expectation->reason = text_copy(item->text);
}

static bool merging_read(struct aggregation_rule *rule, const struct item *item, struct error *err)
{
	static const struct word words[] = {
		{ "none", MERGING_NONE, NULL },
		{ "merged", MERGING_MERGED, NULL },
		{ "split", MERGING_SPLIT, NULL },
		{ NULL, 0, NULL },
	};
	const char *text = item->kind == ITEM_TEXT ? item->text : "";
	bool at_least = strncmp(text, ">=", 2) == 0;
	const char *number = text + (at_least ? 2 + strspn(text + 2, " ") : 0);
	int merging;
	char *end;

	if (word_value(words, text, &merging)) {
		rule->merging = (enum merging)merging;
		return true;
	}
	rule->merging = at_least ? MERGING_AT_LEAST : MERGING_EXACTLY;
	rule->number = strtod(number, &end);
	if (*number && strspn(number, "0123456789.") == strlen(number) && !*end && rule->number > 0 &&
	    rule->number <= 1e6)
		return true;
	fail_at(err, item->where, "%s is not an aggregation; write none, merged, split, a number such as 8, or \">=2\"",
	        brief(item).text);
	return false;
}

bool hop_check(const struct scope *scope, const char *hop, struct where where, struct error *err)
{
	const char *dot = strchr(hop, '.'), *colon = strchr(hop, ':');

	if (!dot || (colon && (colon < dot || (strcmp(colon, ":in") != 0 && strcmp(colon, ":out") != 0)))) {
		fail_at(err, where,
		        "'%.60s' is not a hop; write NODE.INTERFACE, with :in or :out behind it if you like", hop);
		return false;
	}
	owned_text node = text_format("%.*s", (int)(dot - hop), hop);
	owned_text interface = text_format("%.*s", (int)(colon ? colon - dot - 1 : NAME_SIZE), dot + 1);
	return scope_interface(scope, node, interface, where, err);
}

void aggregation_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;
	struct expectation *e = row->expectation;

	if (!map_is(item, "aggregation", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		const struct item *value = &item->items[i];
		struct aggregation_rule rule = { .where = value->key_where };
		if (hop_check(&row->draft->scope, value->key, value->key_where, err) &&
		    merging_read(&rule, value, err)) {
			rule.hop = text_copy(value->key);
			*PUSH(e->aggregation, e->aggregation_count) = rule;
		}
	}
}

static bool left_read(int *left, const struct item *item, struct error *err)
{
	long number;

	if (item_is(item, "none")) {
		*left = NO_SRH;
		return true;
	}
	if (number_read(&number, item, 0, 255, NULL)) {
		*left = (int)number;
		return true;
	}
	fail_at(err, item->where, "%s is not what is left of a segment list; write none for no SRH, or 0 to 255",
	        brief(item).text);
	return false;
}

void srh_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;
	struct expectation *e = row->expectation;

	if (!map_is(item, "srh", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		const struct item *value = &item->items[i];
		struct srh_rule rule = { 0 };
		if (hop_check(&row->draft->scope, value->key, value->key_where, err) &&
		    left_read(&rule.left, value, err)) {
			rule.hop = text_copy(value->key);
			*PUSH(e->srh, e->srh_count) = rule;
		}
	}
}

void complaint_read(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct row *)into)->expectation->complaint, item, "a part of a complaint", err);
}

/* A list of hops, or `any`. */
static void hop_list_read(struct hop_list *list, const struct scope *scope, const struct item *item, struct error *err)
{
	size_t count;

	if (item_is(item, "any")) {
		list->any = true;
		return;
	}
	const struct item *hop = entries(item, &count, "a list of hops, or any", err);
	for (size_t i = 0; i < count; i++) {
		if (hop[i].kind != ITEM_TEXT)
			fail_at(err, hop[i].where, "%s is not a hop; write NODE.INTERFACE, with :in or :out",
			        brief(&hop[i]).text);
		else if (hop_check(scope, hop[i].text, hop[i].where, err))
			*PUSH(list->hops, list->count) = text_copy(hop[i].text);
	}
}

void bad_checksums_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;

	hop_list_read(&row->expectation->bad_checksums, &row->draft->scope, item, err);
}

/* Names of invariants, or `any`. */
void broken_read(void *into, const struct item *item, struct error *err)
{
	struct invariant_set *set = &((struct row *)into)->expectation->broken;
	size_t count;
	int invariant;

	if (item_is(item, "any")) {
		set->any = true;
		return;
	}
	const struct item *entry = entries(item, &count, "a list of invariants, or any", err);
	for (size_t i = 0; i < count; i++)
		if (word_read(&invariant, &entry[i], invariant_words, "an invariant", err))
			set->has[invariant] = true;
}

/* A frame is oversize at the interface that it leaves, so the direction is always out. */
void oversize_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;
	struct hop_list *list = &row->expectation->oversize;

	hop_list_read(list, &row->draft->scope, item, err);
	for (size_t i = 0; i < list->count; i++) {
		const char *direction = strchr(list->hops[i], ':');
		if (!direction)
			text_append(&list->hops[i], ":out");
		else if (strcmp(direction, ":in") == 0)
			fail_at(err, item->where,
			        "'%.60s' is where packets arrive; write the interface that they leave", list->hops[i]);
	}
}

void altered_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;

	hop_list_read(&row->expectation->altered, &row->draft->scope, item, err);
}

/* 4, 1-3, or 1-3+5. */
static bool group_read(uint64_t *ret, const struct item *item, struct error *err)
{
	owned_text text = text_copy(item->kind == ITEM_TEXT ? item->text : "");
	unsigned first, last;
	char *rest = text, *part;
	bool read = true;

	*ret = 0;
	while (read && (part = strsep(&rest, "+"))) {
		read = packets_read(&first, &last, part);
		for (unsigned packet = first; read && packet <= last; packet++)
			*ret |= (uint64_t)1 << (packet - 1);
	}
	if (!read)
		fail_at(err, item->where,
		        "%s does not name packets of a burst; write numbers from 1 to %d, such as 4, 2-5 or 1-3+5",
		        brief(item).text, HELD_MOST);
	return read;
}

void merged_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;
	struct expectation *e = row->expectation;

	if (!map_is(item, "merged", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		const struct item *value = &item->items[i];
		if (!hop_check(&row->draft->scope, value->key, value->key_where, err))
			continue;
		struct merged_rule *rule = PUSH(e->merged, e->merged_count);
		size_t count;
		const struct item *group = entries(value, &count, "a list of packets such as [1-3, 4, 5-8]", err);
		*rule = (struct merged_rule){ .hop = text_copy(value->key) };
		for (size_t g = 0; g < count; g++) {
			uint64_t packets;
			if (group_read(&packets, &group[g], err))
				*PUSH(rule->groups, rule->count) = packets;
		}
	}
}

/* Counters, as snmp6 and others have them, and words of drop events; or `any`. */
void contradicted_read(void *into, const struct item *item, struct error *err)
{
	struct name_list *list = &((struct row *)into)->expectation->contradicted;
	size_t count;

	if (item_is(item, "any")) {
		list->any = true;
		return;
	}
	const struct item *entry = entries(item, &count, "a list of counters, or any", err);
	for (size_t i = 0; i < count; i++)
		text_read(PUSH(list->names, list->count), &entry[i], "a counter or a word of a drop event", err);
}

void log_read(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct row *)into)->expectation->log, item, "a part of a kernel's warning", err);
}
