/* Keys that no cell can use. A setting is in all cells, or in those of an axis' value; it is used when one of them has
 * a transport, generator and mode in which its key has an effect, after the settings and axes that follow it. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "declare.h"
#include "device.h"
#include "transport.h"

/* A state is a transport, generator and mode in one number; a set of states is a mask. */
#define PER_TRANSPORT (GENERATORS * MODES)
#define STATES        64U
#define BIT(number)   ((uint64_t)1 << (number))

static unsigned state_of(const struct traffic *traffic)
{
	return (unsigned)(traffic->transport * PER_TRANSPORT + traffic->generator * MODES + traffic->mode);
}

static struct traffic traffic_in(unsigned state)
{
	struct traffic traffic = { .mode = (int)state % MODES };

	traffic_choose(&traffic, state / MODES);
	return traffic;
}

/* What some settings or axes make of each state. */
struct step {
	uint64_t to[STATES];
};

static uint64_t through(const struct step *step, uint64_t states)
{
	uint64_t result = 0;

	for (unsigned state = 0; state < STATES; state++)
		if (states & BIT(state))
			result |= step->to[state];
	return result;
}

static uint64_t set_in(const struct setting *settings, size_t count, unsigned state)
{
	struct traffic traffic = traffic_in(state);

	for (size_t i = 0; i < count; i++) {
		if (settings[i].kind != SET_TRAFFIC)
			continue;
		if (settings[i].field->type == FIELD_TRANSPORT)
			traffic_choose(&traffic, settings[i].number);
		else if (strcmp(settings[i].field->key, "mode") == 0)
			traffic.mode = (int)settings[i].number;
	}
	return BIT(state_of(&traffic));
}

static struct step step_of(const struct setting *settings, size_t count)
{
	struct step step;

	for (unsigned state = 0; state < STATES; state++)
		step.to[state] = set_in(settings, count, state);
	return step;
}

/* Any value of the axis, and then the axes after it. */
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

/* "`tcp: crafted` or `udp: crafted`": every transport that has the field, unless both generators use it. */
static void say_transports(char **text, const struct traffic_field *field)
{
	int generator = field->generators == BY_KERNEL ? GENERATOR_KERNEL : GENERATOR_CRAFTED;

	for (int row = 0; field->generators != BY_ANY && transport_table[row]; row++)
		if (traffic_field_fits(field, row, generator))
			text_append(text, "%s`%s: %s`", *text ? " or " : "", transport_table[row]->word,
			            word_of(generator_words, generator));
}

char *field_with(const struct traffic_field *field)
{
	char *text = NULL;

	say_transports(&text, field);
	if (field->modes == IN_ANY_MODE)
		return text ? text : text_copy("");
	text_append(&text, "%s`mode: ", text ? ", " : "");
	for (int mode = 0, said = 0; mode < MODES; mode++)
		if (field->modes & 1U << mode)
			text_append(&text, "%s%s`", said++ ? " or `" : "", word_of(mode_words, mode));
	return text;
}

static bool is_useful(const struct traffic_field *field, uint64_t states)
{
	for (unsigned state = 0; state < STATES; state++) {
		const struct traffic traffic = traffic_in(state);
		if (states & BIT(state) && field->modes & 1U << traffic.mode &&
		    traffic_field_fits(field, traffic.transport, traffic.generator))
			return true;
	}
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

static bool setting_unused(const struct case_draft *draft, const struct setting *setting, uint64_t states,
                           struct error *err);

static void differences_unused(const struct case_draft *draft, const struct setting *setting, uint64_t states,
                               struct error *err)
{
	for (size_t i = 0; i < setting->difference_count; i++)
		for (size_t s = 0; s < setting->differences[i].count; s++)
			setting_unused(draft, &setting->differences[i].settings[s], states, err);
}

/* Returns whether it was reported. */
static bool setting_unused(const struct case_draft *draft, const struct setting *setting, uint64_t states,
                           struct error *err)
{
	unsigned before = err->count;

	if (setting->kind == SET_TRAFFIC && !is_useful(setting->field, states)) {
		owned_text with = field_with(setting->field);
		fail_at(err, setting->where, "nothing uses '%s' here: it goes with %s, which no cell with it has",
		        setting->field->key, with);
	} else if (setting->kind == SET_TRAFFIC) {
		differences_unused(draft, setting, states, err);
	} else if (setting->kind == SET_SERVICE_CHECKSUM && !any_serves(draft, setting)) {
		fail_at(err, setting->where, "nothing uses '%.60s': no cell has a service there", setting->key);
	}
	return err->count > before;
}

/* An axis of one key is reported once, not for each of its values. */
static void axis_unused(const struct case_draft *draft, const struct axis *axis, unsigned before,
                        const struct step *behind, struct error *err)
{
	for (size_t v = 0; v < axis->value_count; v++) {
		const struct axis_value *value = &axis->values[v];
		struct step step = step_of(value->settings, value->setting_count);
		uint64_t states = through(behind, through(&step, before));
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
	uint64_t states = set_in(testcase->base, testcase->base_count, 0);

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
