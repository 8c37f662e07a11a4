/* Variants of the cell, as toggles and other settings make them. */
#include <stdlib.h>
#include <string.h>

#include "explain_internal.h"
#include "stop.h"

bool time_is_up(const struct explainer *explainer)
{
	return stop_signal() || clock_ms() > explainer->trials.deadline;
}

void say_progress(const struct explainer *explainer, const char *format, ...)
{
	va_list arguments;

	if (!explainer->options->progress)
		return;
	va_start(arguments, format);
	owned_text text = text_format_list(format, arguments);
	va_end(arguments);
	explainer->options->progress(explainer->options->context, text);
}

static size_t toggle_number(const struct space *space, const char *key)
{
	const struct toggle *toggle = space_find(space, key);

	return toggle ? (size_t)(toggle - space->toggles) : NOT_FOUND;
}

static const struct choice *choice_made(const struct space *space, const size_t *choices, size_t toggle)
{
	return &space->toggles[toggle].choices[choices ? choices[toggle] : 0];
}

/* Of a toggle that is not NOT_FOUND, the choice of a number, if it has one. */
static const struct setting *choice_of(const struct space *space, size_t toggle, long number)
{
	const struct toggle *one = toggle == NOT_FOUND ? NULL : &space->toggles[toggle];

	for (size_t c = 0; one && c < one->count; c++)
		if (one->choices[c].setting.number == number)
			return &one->choices[c].setting;
	return NULL;
}

static void push(const struct setting ***settings, size_t *count, const struct setting *setting)
{
	*PUSH(*settings, *count) = setting;
}

/* The kernel turns tso off with tx (netdev_fix_features()): a case that sets it on would not get it. */
static void push_tso(const struct space *space, const struct setting *tx, const struct setting ***settings,
                     size_t *count)
{
	owned_text key = text_format("%s.%s.tso", tx->node, tx->interface);
	const struct setting *off = choice_of(space, toggle_number(space, key), 0);

	if (off && !tx->number)
		push(settings, count, off);
}

/* An MTU is that of a whole link: ports that differ lose packets of their own accord. */
static void push_mtu(const struct explainer *explainer, const struct setting *mtu, const struct setting ***settings,
                     size_t *count)
{
	const struct topology *topology = explainer->plan->topology;
	const size_t node = topology_node(topology, mtu->node),
	             port = topology_interface(topology, node, mtu->interface);

	FOR_EACH_OTHER (other, topology, port) {
		const struct interface *peer = &topology->interfaces[other];
		owned_text key = text_format("%s.%s.mtu", topology->nodes[peer->node].name, peer->name);
		const struct setting *same =
		        choice_of(explainer->space, toggle_number(explainer->space, key), mtu->number);
		if (same)
			push(settings, count, same);
	}
}

static void push_dependent(const struct explainer *explainer, const struct setting *setting,
                           const struct setting ***settings, size_t *count)
{
	if (setting->kind == SET_OFFLOAD && setting->offload == OFFLOAD_TX)
		push_tso(explainer->space, setting, settings, count);
	else if (setting->kind == SET_MTU)
		push_mtu(explainer, setting, settings, count);
}

void try_add(const struct explainer *explainer, struct tries *tries, const size_t *choices,
             const struct setting *const *more, size_t more_count, const struct topology *topology)
{
	const struct space *space = explainer->space;
	const struct setting **settings = NULL;
	size_t count = 0;

	for (size_t i = 0; space && choices && i < space->count; i++)
		if (choices[i])
			push(&settings, &count, &choice_made(space, choices, i)->setting);
	for (size_t i = 0; space && choices && i < space->count; i++)
		if (choices[i])
			push_dependent(explainer, &choice_made(space, choices, i)->setting, &settings, &count);
	for (size_t i = 0; i < more_count; i++)
		push(&settings, &count, more[i]);
	*PUSH(tries->variants, tries->count) =
	        (struct variant){ .settings = settings, .count = count, .topology = topology };
}

bool tries_run(struct explainer *explainer, struct tries *tries)
{
	if (time_is_up(explainer)) {
		explainer->out->out_of_time = true;
		return false;
	}
	if (tries->count && trials_run(&explainer->trials, tries->variants, tries->count, explainer->err) < 0)
		return false;
	for (size_t i = 0; i < tries->count; i++)
		explainer->out->out_of_time |= tries->variants[i].says == TRIAL_UNTRIED;
	return !time_is_up(explainer);
}

void tries_clear(struct tries *tries)
{
	for (size_t i = 0; i < tries->count; i++)
		free((void *)tries->variants[i].settings);
	free(tries->variants);
	*tries = (struct tries){ 0 };
}

enum alternative_does variant_does(const struct explainer *explainer, const struct variant *variant)
{
	if (variant->says == TRIAL_RIGHT)
		return DOES_CURE;
	if (variant->says != TRIAL_WRONG)
		return DOES_UNTOLD;
	const struct signature signature = signature_of(variant->result);
	return signatures_are_kin(&signature, &explainer->signature) ? DOES_KEEP : DOES_OTHER;
}
