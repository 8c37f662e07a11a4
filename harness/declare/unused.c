/* Keys that no cell can use. A setting is in all cells, or in those of an axis' value; it is of use when one of them
 * has the tcp and the mode that its key goes with, as the settings and axes behind it leave them. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "declare.h"
#include "device.h"

#define TCP_KINDS 2
#define STATES    (TCP_KINDS * MODES) /* what a cell may be: tcp * MODES + mode. A set of them is a mask */

/* What each state may have become behind some axes. */
struct step {
	unsigned to[STATES];
};

static unsigned through(const struct step *step, unsigned states)
{
	unsigned result = 0;

	for (unsigned state = 0; state < STATES; state++)
		if (states & 1U << state)
			result |= step->to[state];
	return result;
}

static unsigned set_in(const struct setting *settings, size_t count, unsigned state)
{
	unsigned tcp = state / MODES, mode = state % MODES;

	for (size_t i = 0; i < count; i++) {
		if (settings[i].kind != SET_TRAFFIC)
			continue;
		if (strcmp(settings[i].field->key, "tcp") == 0)
			tcp = (unsigned)settings[i].number;
		else if (strcmp(settings[i].field->key, "mode") == 0)
			mode = (unsigned)settings[i].number;
	}
	return 1U << (tcp * MODES + mode);
}

static struct step step_of(const struct setting *settings, size_t count)
{
	struct step step;

	for (unsigned state = 0; state < STATES; state++)
		step.to[state] = set_in(settings, count, state);
	return step;
}

/* Any value of the axis, and then what is behind it. */
static struct step axis_step(const struct axis *axis, const struct step *behind)
{
	struct step step = { 0 };

	for (size_t v = 0; v < axis->value_count; v++) {
		struct step value = step_of(axis->values[v].settings, axis->values[v].setting_count);
		for (unsigned state = 0; state < STATES; state++)
			step.to[state] |= through(behind, value.to[state]);
	}
	return step;
}

char *field_with(const struct traffic_field *field)
{
	char *text = NULL;

	if (field->tcp != (1U << TCP_KINDS) - 1)
		text_append(&text, "`tcp: %s`", field->tcp == 1U << TCP_KERNEL ? "kernel" : "crafted");
	if (field->modes == (1U << MODES) - 1)
		return text ? text : text_copy("");
	text_append(&text, "%s`mode: ", text ? ", " : "");
	for (int mode = 0, said = 0; mode < MODES; mode++)
		if (field->modes & 1U << mode)
			text_append(&text, "%s%s`", said++ ? " or `" : "", word_of(mode_words, mode));
	return text;
}

static bool is_useful(const struct traffic_field *field, unsigned states)
{
	for (unsigned state = 0; state < STATES; state++)
		if (states & 1U << state && field->tcp & 1U << state / MODES && field->modes & 1U << state % MODES)
			return true;
	return false;
}

static bool takes_checksum(const struct device_kind *kind)
{
	return kind && kind->takes & DEVICE_CHECKSUM;
}

static bool serves(const struct setting *settings, size_t count, const char *node)
{
	for (size_t i = 0; i < count; i++)
		if (settings[i].kind == SET_SERVICE && takes_checksum(device_at((int)settings[i].number)) &&
		    fnmatch(settings[i].node, node, 0) == 0)
			return true;
	return false;
}

static bool may_serve(const struct testcase *testcase, const struct node *node)
{
	const struct device *service = node_service(node);
	bool may =
	        (service && takes_checksum(service->kind)) || serves(testcase->base, testcase->base_count, node->name);

	for (size_t a = 0; a < testcase->axis_count && !may; a++)
		for (size_t v = 0; v < testcase->axes[a].value_count && !may; v++)
			may = serves(testcase->axes[a].values[v].settings, testcase->axes[a].values[v].setting_count,
			             node->name);
	return may;
}

static bool any_serves(const struct case_draft *draft, const struct setting *setting)
{
	for (size_t t = 0; t < draft->scope.count; t++) {
		const struct topology *topology = draft->scope.topologies[t];
		for (size_t i = 0; i < topology->node_count; i++)
			if (fnmatch(setting->node, topology->nodes[i].name, 0) == 0 &&
			    may_serve(draft->testcase, &topology->nodes[i]))
				return true;
	}
	return false;
}

/* Returns whether it was said. */
static bool setting_unused(const struct case_draft *draft, const struct setting *setting, unsigned states,
                           struct error *err)
{
	unsigned before = err->count;

	if (setting->kind == SET_TRAFFIC && !is_useful(setting->field, states)) {
		owned_text with = field_with(setting->field);
		fail_at(err, setting->where, "nothing uses '%s' here: it goes with %s, and no cell that has it is such",
		        setting->field->key, with);
	} else if (setting->kind == SET_SERVICE_CHECKSUM && !any_serves(draft, setting)) {
		fail_at(err, setting->where, "nothing uses '%.60s': no cell has a service there", setting->key);
	}
	return err->count > before;
}

/* An axis of one key is said once, not for each of its values. */
static void axis_unused(const struct case_draft *draft, const struct axis *axis, unsigned before,
                        const struct step *behind, struct error *err)
{
	for (size_t v = 0; v < axis->value_count; v++) {
		const struct axis_value *value = &axis->values[v];
		struct step step = step_of(value->settings, value->setting_count);
		unsigned states = through(behind, through(&step, before));
		for (size_t i = 0; i < value->setting_count; i++)
			if (setting_unused(draft, &value->settings[i], states, err) &&
			    strcmp(value->settings[i].key, axis->name) == 0)
				return;
	}
}

void unused_check(const struct case_draft *draft, struct error *err)
{
	const struct testcase *testcase = draft->testcase;
	struct step *behind = zalloc((testcase->axis_count + 1) * sizeof *behind);
	unsigned states = set_in(testcase->base, testcase->base_count, TCP_KERNEL * MODES + MODE_PLAIN);

	behind[testcase->axis_count] = step_of(NULL, 0);
	for (size_t a = testcase->axis_count; a-- > 0;)
		behind[a] = axis_step(&testcase->axes[a], &behind[a + 1]);
	for (size_t i = 0; i < testcase->base_count; i++)
		setting_unused(draft, &testcase->base[i], through(&behind[0], states), err);
	for (size_t a = 0; a < testcase->axis_count; a++) {
		axis_unused(draft, &testcase->axes[a], states, &behind[a + 1], err);
		struct step same = step_of(NULL, 0), step = axis_step(&testcase->axes[a], &same);
		states = through(&step, states);
	}
	free(behind);
}
