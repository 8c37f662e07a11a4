/* Expectations: under which conditions they apply, and the verdict that they expect. */
#include <stdlib.h>
#include <string.h>

#include "expectation.h"

static size_t axis_of(const struct testcase *testcase, const struct item *item, struct error *err)
{
	struct nearest nearest = { .word = item->key };
	owned_text list = NULL;

	for (size_t i = 0; i < testcase->axis_count; i++) {
		if (strcmp(testcase->axes[i].name, item->key) == 0)
			return i;
		text_append(&list, "%s%s", i ? ", " : "", testcase->axes[i].name);
		nearest_try(&nearest, testcase->axes[i].name);
	}
	fail_at(err, item->key_where, "'%.60s' is not an axis of this case%s; axes: %s", item->key,
	        nearest_hint(&nearest).text, list ? list : "none");
	return NOT_FOUND;
}

static void label_of(struct condition *condition, const struct axis *axis, const struct item *item, struct error *err)
{
	owned_text list = NULL;

	for (size_t i = 0; i < axis->value_count; i++) {
		if (item->kind == ITEM_TEXT && strcmp(axis->values[i].label, item->text) == 0) {
			*PUSH(condition->values, condition->value_count) = i;
			return;
		}
		text_append(&list, "%s%s", i ? ", " : "", axis->values[i].label);
	}
	fail_at(err, item->where, "%s is not a value of axis %.60s; values: %s", brief(item).text, axis->name,
	        list ? list : "none");
}

static void when_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;
	const struct testcase *testcase = row->draft->testcase;
	struct expectation *e = row->expectation;

	if (!map_is(item, "when", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		size_t count, axis = axis_of(testcase, &item->items[i], err);
		const struct item *label = entries(&item->items[i], &count, "a label or a list of labels", err);
		if (axis == NOT_FOUND)
			continue;
		struct condition *condition = PUSH(e->conditions, e->condition_count);
		condition->where = item->items[i].key_where;
		condition->axis = axis;
		for (size_t j = 0; j < count; j++)
			label_of(condition, &testcase->axes[axis], &label[j], err);
		if (count == 0 && item->items[i].kind == ITEM_LIST)
			fail_at(err, item->items[i].where, "no label: this would never hold");
	}
}

static void kernel_read(void *into, const struct item *item, struct error *err)
{
	range_read(&((struct row *)into)->expectation->kernel, item, "a range of kernels", err);
}

static void qemu_read(void *into, const struct item *item, struct error *err)
{
	range_read(&((struct row *)into)->expectation->qemu, item, "a range of versions of QEMU", err);
}

void needs_read(char ***needs, size_t *need_count, const struct item *item, struct error *err)
{
	size_t count;
	int feature;
	const struct item *entry = entries(item, &count, "a list of features", err);

	for (size_t i = 0; i < count; i++)
		if (word_read(&feature, &entry[i], feature_words, "a feature", err))
			*PUSH(*needs, *need_count) = text_copy(entry[i].text);
}

static void row_needs(void *into, const struct item *item, struct error *err)
{
	struct expectation *e = ((struct row *)into)->expectation;

	needs_read(&e->needs, &e->need_count, item, err);
}

static void promised_read(void *into, const struct item *item, struct error *err)
{
	struct expectation *e = ((struct row *)into)->expectation;

	if (item_is(item, "true"))
		e->promised = true;
	else
		fail_at(err, item->where, "%s: write `promised: true`, or leave it out", brief(item).text);
}

static void because_read(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct row *)into)->expectation->because, item, "a sentence", err);
}

static void ref_read(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct row *)into)->expectation->reference, item, "a commit, thread or page", err);
}

static void workaround_read(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct row *)into)->expectation->workaround, item, "a sentence", err);
}

static void refused_read(void *into, const struct item *item, struct error *err)
{
	text_read(&((struct row *)into)->expectation->refused, item, "a part of the kernel's answer", err);
}

static const struct key verdict_keys[] = { VERDICT_KEYS, { NULL, NULL, false } };

static void verdict_read(void *into, const struct item *item, struct error *err)
{
	map_read(into, item, verdict_keys, "a verdict", err);
}

/* What the row does not give is taken from the deviation. */
static void deviation_read(void *into, const struct item *item, struct error *err)
{
	const struct row *row = into;
	char *name = NULL;

	if (title_read(&name, item, "a deviation's name", err) &&
	    !(row->expectation->deviation = deviation_find(row->draft->testcase->deviations, name))) {
		struct nearest nearest = { .word = name };
		const struct deviations *all = row->draft->testcase->deviations;
		for (size_t i = 0; all && i < all->count; i++)
			nearest_try(&nearest, all->at[i]->name);
		fail_at(err, item->where, "no deviation '%s'%s; looked for deviations/%s.yaml beside this file", name,
		        nearest_hint(&nearest).text, name);
	}
	free(name);
}

static void take_from(char **text, const char *from)
{
	if (!*text && from)
		*text = text_copy(from);
}

static void take_from_deviation(struct expectation *e)
{
	const struct deviation *deviation = e->deviation;

	if (!deviation)
		return;
	take_from(&e->kernel, deviation->kernel);
	take_from(&e->because, deviation->because);
	take_from(&e->reference, deviation->reference);
	take_from(&e->workaround, deviation->workaround);
}

static const struct key row_keys[] = {
	{ "when", when_read, false },
	{ "kernel", kernel_read, false },
	{ "qemu", qemu_read, false },
	{ "needs", row_needs, false },
	{ "promised", promised_read, false },
	{ "refused", refused_read, false },
	{ "verdict", verdict_read, false },
	VERDICT_KEYS,
	{ "deviation", deviation_read, false },
	{ "because", because_read, false },
	{ "ref", ref_read, false },
	{ "workaround", workaround_read, false },
	{ NULL, NULL, false },
};

/* The verdict's keys may stand in the row or under `verdict`, but one key not in both. */
static bool said_once(const struct item *item, struct error *err)
{
	const struct item *verdict = item_find(item, "verdict");
	unsigned before = err->count;

	for (size_t i = 0; verdict && verdict->kind == ITEM_MAP && i < verdict->count; i++) {
		const struct item *twin = item_find(item, verdict->items[i].key);
		if (twin)
			fail_at(err, twin->key_where, "'%.60s' is also given under `verdict`; give it once", twin->key);
	}
	return err->count == before;
}

static void verdict_check(const struct expectation *e, struct error *err)
{
	if (!expectation_has_verdict(e) && !e->log)
		fail_at(err, e->where,
		        "no verdict; write `fate: delivered`, or at, reason, aggregation, merged, srh, "
		        "hops, counters, icmp, retransmissions, bad_checksums, oversize, altered, broken, complaint "
		        "or refused");
	if (e->refused && (e->has_fate || e->at || e->reason || e->hop_count || e->counter_count))
		fail_at(err, e->where,
		        "where the kernel must refuse the lab, nothing is sent: leave out all but `refused`");
	if (e->has_fate && e->fate == FATE_DELIVERED && (e->at || (e->reason && strcmp(e->reason, "none") != 0)))
		fail_at(err, e->where, "what is delivered ends nowhere: leave `at` and `reason` away");
}

static bool unconditional(const struct expectation *e)
{
	return e->condition_count == 0 && !e->kernel && !e->qemu && e->need_count == 0;
}

static void rows_read(struct expectation **rows, size_t *row_count, struct case_draft *draft, const struct item *item,
                      const char *what, struct error *err)
{
	unsigned before = err->count;
	size_t count = item->kind == ITEM_LIST ? item->count : 1;
	const struct item *entry = item->kind == ITEM_LIST ? item->items : item;

	for (size_t i = 0; i < count; i++) {
		struct row row = { draft, PUSH(*rows, *row_count) };
		unsigned row_before = err->count;
		row.expectation->where = entry[i].where;
		if (said_once(&entry[i], err))
			map_read(&row, &entry[i], row_keys, what, err);
		take_from_deviation(row.expectation);
		if (err->count == row_before)
			verdict_check(row.expectation, err);
	}
	for (size_t i = 0; err->count == before && i + 1 < *row_count; i++)
		if (unconditional(&(*rows)[i]))
			fail_at(err, (*rows)[i].where,
			        "%s without `when`, `kernel`, `qemu` or `needs` hides those after it; put it last",
			        what);
}

static bool warns(const struct expectation *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].log)
			return true;
	return false;
}

void expect_read(void *into, const struct item *item, struct error *err)
{
	struct case_draft *draft = into;
	struct testcase *testcase = draft->testcase;
	unsigned before = err->count;

	rows_read(&testcase->expect, &testcase->expect_count, draft, item, "an expectation", err);
	if (err->count > before)
		return;
	if (testcase->expect_count == 0)
		fail_at(err, item->where, "no expectation; write {fate: delivered}, or what is right");
	else if (warns(testcase->expect, testcase->expect_count))
		fail_at(err, item->where, "`log` is for rows of `known`: no kernel is expected to warn");
	else if (!unconditional(&testcase->expect[testcase->expect_count - 1]))
		fail_at(err, testcase->expect[testcase->expect_count - 1].where,
		        "the last expectation must have no `when`, `kernel`, `qemu` or `needs`, so that every cell has "
		        "one");
}

void known_read(void *into, const struct item *item, struct error *err)
{
	struct case_draft *draft = into;
	struct testcase *testcase = draft->testcase;
	unsigned before = err->count;

	rows_read(&testcase->known, &testcase->known_count, draft, item, "a known deviation", err);
	for (size_t i = 0; err->count == before && i < testcase->known_count; i++)
		if (testcase->known[i].promised)
			fail_at(err, testcase->known[i].where, "`promised` is for rows of `expect`");
		else if (testcase->known[i].refused)
			fail_at(err, testcase->known[i].where, "`refused` is for rows of `expect`");
		else if (!testcase->known[i].because || !testcase->known[i].reference)
			fail_at(err, testcase->known[i].where,
			        "a known deviation needs `deviation: NAME`, or `because` and `ref`: why, and how one "
			        "knows");
}
