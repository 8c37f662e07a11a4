/* Axes: a setting with its values, or a bundle of settings under each label. */
#include <stdlib.h>
#include <string.h>

#include "declare.h"

/* A label is typed on the command line as AXIS=LABEL, and shown in a list of these. */
static bool label_check(const char *label, struct where where, const char *what, struct error *err)
{
	if (*label && strlen(label) <= 4096 && !strpbrk(label, " \t\n="))
		return true;
	fail_at(err, where, "'%.60s' cannot be %s; it must have a character, no space and no '='", label, what);
	return false;
}

static char *label_of(const struct item *item)
{
	char *label = NULL;

	if (item->kind == ITEM_TEXT)
		return text_copy(*item->text ? item->text : "none");
	for (size_t i = 0; i < item->count; i++)
		text_append(&label, "%s%s", i ? "," : "", item->items[i].kind == ITEM_TEXT ? item->items[i].text : "?");
	return label ? label : text_copy("none");
}

/* All spellings of on and off become two labels, so that `when` and --only do not depend on the one in the file. */
static void label_offload(struct axis_value *value)
{
	if (value->setting_count == 1 && value->settings[0].kind == SET_OFFLOAD) {
		free(value->label);
		value->label = text_copy(value->settings[0].number ? "on" : "off");
	}
}

static void label_unique(const struct axis *axis, struct where where, struct error *err)
{
	const struct axis_value *last = &axis->values[axis->value_count - 1];

	for (const struct axis_value *value = axis->values; value < last; value++) {
		if (strcmp(value->label, last->label) == 0) {
			fail_at(err, where, "axis %.60s has the value '%.60s' twice", axis->name, last->label);
			return;
		}
	}
}

/* The setting that makes a value of the axis called topology. */
static void topology_choice(struct settings *settings, const char *name, struct where where)
{
	struct setting *setting = PUSH(settings->items, settings->count);

	setting->where = where;
	setting->key = text_copy("topology");
	setting->kind = SET_TOPOLOGY;
	setting->text = text_copy(name);
}

/* A value of the topology axis can only name what its own topology has. */
static struct scope scope_of(const struct case_draft *draft, const char *topology)
{
	struct scope scope = draft->scope;

	for (size_t i = 0; i < draft->testcase->topology_count; i++) {
		if (scope.complete && strcmp(draft->testcase->topologies[i], topology) == 0) {
			scope.topologies += i;
			scope.count = 1;
			return scope;
		}
	}
	scope.complete = false;
	return scope;
}

static void value_read(const struct case_draft *draft, struct axis *axis, struct where where, const char *label,
                       const struct item *item, struct error *err)
{
	bool topology = strcmp(axis->name, "topology") == 0;
	struct scope scope = topology ? scope_of(draft, label) : draft->scope;
	struct settings settings = { 0 };

	if (topology)
		topology_choice(&settings, label, where);
	if (item->kind == ITEM_MAP && !setting_is_map(axis->name))
		settings_read(&settings, item, ALLOW_ALL, &scope, err);
	else if (!topology)
		setting_read(&settings, axis->name, where, item, ALLOW_ALL, &scope, err);
	struct axis_value *value = PUSH(axis->values, axis->value_count);
	value->label = text_copy(label);
	value->settings = settings.items;
	value->setting_count = settings.count;
	if (item->kind != ITEM_MAP)
		label_offload(value);
	label_check(label, where, "a label", err);
	label_unique(axis, where, err);
}

/* A label has settings, or a value of the setting that names the axis; a topology may have neither. */
static bool bundle_check(const struct axis *axis, const struct item *value, struct error *err)
{
	bool topology = strcmp(axis->name, "topology") == 0;

	if (value->kind == ITEM_MAP || (!topology && setting_known(axis->name)) ||
	    (topology && value->kind == ITEM_TEXT && !*value->text))
		return true;
	fail_at(err, value->where, "label '%.60s' of axis %.60s is a map of settings, not %s", value->key, axis->name,
	        brief(value).text);
	return false;
}

static void bundles_read(const struct case_draft *draft, struct axis *axis, const struct item *item, struct error *err)
{
	for (size_t i = 0; i < item->count; i++)
		if (bundle_check(axis, &item->items[i], err))
			value_read(draft, axis, item->items[i].key_where, item->items[i].key, &item->items[i], err);
}

static void list_read(const struct case_draft *draft, struct axis *axis, const struct item *item, struct error *err)
{
	bool known = setting_known(axis->name);
	size_t count;
	const struct item *value = entries(item, &count, "a list of values", err);

	/* One message about the name, rather than one per value. */
	if (count > 1 && !known)
		count = 1;
	for (size_t i = 0; i < count; i++) {
		owned_text label = label_of(&value[i]);
		if (value[i].kind == ITEM_MAP)
			fail_at(err, value[i].where, "a bundle needs a label: write {LABEL: {SETTING: VALUE}}");
		else
			value_read(draft, axis, known ? value[i].where : axis->where, label, &value[i], err);
	}
}

/* A flow's name is `name`, or its number. */
static void flow_read(const struct case_draft *draft, struct axis *axis, const struct item *item, struct error *err)
{
	const struct item *name = item_find(item, "name");
	struct settings settings = { 0 };

	if (!map_is(item, "a flow", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		const struct item *value = &item->items[i];
		struct item one = { .kind = ITEM_MAP, .where = item->where, .items = (struct item *)value, .count = 1 };
		if (value != name)
			settings_read(&settings, &one, ALLOW_TRAFFIC, &draft->scope, err);
	}
	if (name && (name->kind != ITEM_TEXT || !*name->text))
		fail_at(err, name->where, "%s is not a flow's name", brief(name).text);
	struct axis_value *value = PUSH(axis->values, axis->value_count);
	value->label = name && name->kind == ITEM_TEXT ? text_copy(name->text) : text_format("%zu", axis->value_count);
	value->settings = settings.items;
	value->setting_count = settings.count;
	label_check(value->label, item->where, "a flow's name", err);
	label_unique(axis, item->where, err);
}

/* A list among the flows: they run at once. */
static void at_once_read(const struct case_draft *draft, struct axis *axis, const struct item *item, struct error *err)
{
	const size_t first = axis->value_count;

	if (item->count < 2 || item->count > AT_ONCE_MOST) {
		fail_at(err, item->where, "%zu flows in a list of those that run at once; it has 2 to %d", item->count,
		        AT_ONCE_MOST);
		return;
	}
	for (size_t i = 0; i < item->count; i++)
		flow_read(draft, axis, &item->items[i], err);
	for (size_t i = first + 1; i < axis->value_count; i++)
		axis->values[i].beside = true;
}

static void cells_check(const struct testcase *testcase, struct where where, struct error *err)
{
	size_t cells = 1;

	for (size_t i = 0; i < testcase->axis_count; i++) {
		cells *= testcase->axes[i].value_count ? testcase->axes[i].value_count : 1;
		if (cells > CELL_LIMIT) {
			fail_at(err, where, "the axes make more than %d cells; split the case", CELL_LIMIT);
			return;
		}
	}
}

void axes_read(void *into, const struct item *item, struct error *err)
{
	struct case_draft *draft = into;
	struct testcase *testcase = draft->testcase;

	if (!map_is(item, "axes", err))
		return;
	for (size_t i = 0; i < item->count; i++) {
		const struct item *values = &item->items[i];
		struct axis *axis = PUSH(testcase->axes, testcase->axis_count);
		axis->where = values->key_where;
		axis->name = text_copy(values->key);
		if (!label_check(values->key, values->key_where, "an axis", err))
			continue;
		if (values->kind != ITEM_TEXT && values->count == 0)
			fail_at(err, values->where, "axis %.60s has no values", axis->name);
		else if (values->kind == ITEM_MAP)
			bundles_read(draft, axis, values, err);
		else
			list_read(draft, axis, values, err);
	}
	cells_check(testcase, item->where, err);
}

void flows_read(void *into, const struct item *item, struct error *err)
{
	struct case_draft *draft = into;
	struct testcase *testcase = draft->testcase;

	if (item->kind != ITEM_LIST)
		return;
	if (!item->count)
		fail_at(err, item->where, "no flow; write what is sent");
	for (size_t i = 0; i < testcase->axis_count; i++)
		if (strcmp(testcase->axes[i].name, "flow") == 0)
			fail_at(err, testcase->axes[i].where,
			        "where traffic is a list, its flows are the axis called flow");
	if (!item->count)
		return;
	struct axis *axis = PUSH(testcase->axes, testcase->axis_count);
	axis->where = item->where;
	axis->name = text_copy("flow");
	testcase->flows = true;
	for (size_t i = 0; i < item->count; i++)
		if (item->items[i].kind == ITEM_LIST)
			at_once_read(draft, axis, &item->items[i], err);
		else
			flow_read(draft, axis, &item->items[i], err);
	cells_check(testcase, item->where, err);
}
