/* Between whom the cells of a case send, and how: what all of them can need is in one lab, which they share. */
#include <stdlib.h>
#include <string.h>

#include "plan_internal.h"

static bool is_key(const struct setting *setting, const char *key)
{
	return setting->kind == SET_TRAFFIC && strcmp(setting->field->key, key) == 0;
}

/* And those of the packets of a burst that differ. */
static void take_all(const struct setting *settings, size_t count,
                     void (*take_one)(void *context, const struct setting *setting), void *context)
{
	for (size_t i = 0; i < count; i++) {
		take_one(context, &settings[i]);
		for (size_t d = 0; d < settings[i].difference_count; d++)
			take_all(settings[i].differences[d].settings, settings[i].differences[d].count, take_one,
			         context);
	}
}

void case_settings(const struct testcase *testcase, void (*take_one)(void *context, const struct setting *setting),
                   void *context)
{
	take_all(testcase->base, testcase->base_count, take_one, context);
	for (size_t a = 0; a < testcase->axis_count; a++)
		for (size_t v = 0; v < testcase->axes[a].value_count; v++)
			take_all(testcase->axes[a].values[v].settings, testcase->axes[a].values[v].setting_count,
			         take_one, context);
}

static void note_crafted(void *context, const struct setting *setting)
{
	struct traffic traffic = { 0 };

	if (setting->kind != SET_TRAFFIC || setting->field->type != FIELD_TRANSPORT)
		return;
	traffic_choose(&traffic, setting->number);
	*(bool *)context |= traffic_is_crafted(&traffic);
}

bool case_crafts(const struct testcase *testcase)
{
	bool crafts = false;

	case_settings(testcase, note_crafted, &crafts);
	return crafts;
}

static void note_ipv4(void *context, const struct setting *setting)
{
	*(bool *)context |=
	        (is_key(setting, "to") || is_key(setting, "source")) && setting->addresses[0].family == AF_INET;
}

bool case_sends_ipv4(const struct testcase *testcase)
{
	bool sends = false;

	case_settings(testcase, note_ipv4, &sends);
	return sends;
}

static void note_segments_left(void *context, const struct setting *setting)
{
	*(bool *)context |= is_key(setting, "segments_left");
}

bool case_starts_anywhere(const struct testcase *testcase)
{
	bool anywhere = false;

	case_settings(testcase, note_segments_left, &anywhere);
	return anywhere;
}

static void add_node(struct nodes *nodes, size_t node)
{
	for (size_t i = 0; i < nodes->count; i++)
		if (nodes->list[i] == node)
			return;
	if (node != NOT_FOUND)
		*PUSH(nodes->list, nodes->count) = node;
}

struct noting {
	const struct topology *topology;
	struct case_ends *ends;
};

static void note_ends(void *context, const struct setting *setting)
{
	const struct noting *noting = context;
	struct case_ends *ends = noting->ends;

	if (is_key(setting, "from"))
		add_node(&ends->from, topology_node(noting->topology, setting->text));
	if (is_key(setting, "headend"))
		add_node(&ends->headends, topology_node(noting->topology, setting->text));
	if (is_key(setting, "to"))
		*PUSH(ends->to, ends->to_count) = &setting->addresses[0];
}

static bool names_headend(const struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_key(&settings[i], "headend"))
			return true;
	return false;
}

struct case_ends case_ends_make(const struct plan *plan)
{
	const struct testcase *testcase = plan->testcase;
	struct case_ends ends = { 0 };

	case_settings(testcase, note_ends, &(struct noting){ plan->topology, &ends });
	/* Where none is named, the source is its own. */
	for (size_t i = 0; i < ends.from.count && !names_headend(testcase->base, testcase->base_count); i++)
		add_node(&ends.headends, ends.from.list[i]);
	return ends;
}

void case_ends_clear(struct case_ends *ends)
{
	free(ends->from.list);
	free(ends->headends.list);
	free(ends->to);
}
