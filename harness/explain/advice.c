/* What the deviation's workaround advises, tried. */
#include <stdlib.h>
#include <string.h>

#include "explain_internal.h"

static bool has_role(const struct plan *plan, size_t node, enum advice_role role)
{
	switch (role) {
	case ROLE_ANYWHERE:
		return true;
	case ROLE_SOURCE:
		return node == plan->from;
	case ROLE_DESTINATION:
		return node == plan->to;
	case ROLE_ROUTERS:
		break;
	}
	return node != plan->from && node != plan->to;
}

/* What lies on the source's link is the source's. */
static bool is_at(const struct plan *plan, const struct setting *port, const struct advice_atom *atom)
{
	const struct topology *topology = plan->topology;
	const size_t node = topology_node(topology, port->node);

	if (atom->kind != ADVICE_MTU || atom->role != ROLE_ROUTERS)
		return has_role(plan, node, atom->role);
	const size_t first = topology_interface(topology, node, port->interface);
	bool source = node == plan->from;
	FOR_EACH_OTHER (other, topology, first)
		source |= topology->interfaces[other].node == plan->from;
	return !source;
}

static bool is_meant(const struct explainer *explainer, const struct toggle *toggle, const struct advice_atom *atom)
{
	static const enum toggle_kind kinds[] = {
		[ADVICE_OFFLOAD] = TOGGLE_OFFLOAD,
		[ADVICE_MODE] = TOGGLE_MODE,
		[ADVICE_MTU] = TOGGLE_MTU,
		[ADVICE_NODE] = TOGGLE_NODE,
	};
	const struct setting *now = &toggle->choices[0].setting;
	const char *last = strrchr(toggle->key, '.');

	if (atom->kind == ADVICE_NODE)
		return toggle->kind == TOGGLE_NODE && last && !now->interface && strcmp(last + 1, atom->name) == 0;
	if (toggle->kind != kinds[atom->kind] || (atom->kind == ADVICE_OFFLOAD && now->offload != atom->offload))
		return false;
	return atom->kind == ADVICE_MODE || is_at(explainer->plan, now, atom);
}

static bool is_advised(const struct toggle *toggle, size_t choice, const struct advice_atom *atom)
{
	const long now = toggle->choices[0].setting.number, other = toggle->choices[choice].setting.number;

	switch (atom->kind) {
	case ADVICE_OFFLOAD:
		return other == atom->on;
	case ADVICE_MODE:
		return other == atom->mode;
	case ADVICE_NODE:
		return strcmp(toggle->choices[choice].word, atom->value) == 0;
	case ADVICE_MTU:
		break;
	}
	return atom->on ? other > now : other < now;
}

/* The settings of one part: choices of the space. */
static enum presence {
	IS_NONE,
	IS_SO,
	IS_CHANGED
} atom_choose(const struct explainer *explainer, const struct advice_atom *atom, size_t *choices)
{
	const struct space *space = explainer->space;
	enum presence found = IS_NONE;

	for (size_t t = 0; t < space->count; t++) {
		const struct toggle *toggle = &space->toggles[t];
		if (!is_meant(explainer, toggle, atom))
			continue;
		if (found == IS_NONE && is_advised(toggle, 0, atom))
			found = IS_SO;
		for (size_t c = 1; c < toggle->count; c++) {
			if (!is_advised(toggle, c, atom))
				continue;
			choices[t] = c;
			found = IS_CHANGED;
		}
	}
	return found;
}

/* All that an alternative says, together. */
static enum presence advice_choose(const struct explainer *explainer, const struct advice *advice, size_t *choices)
{
	enum presence all = advice->count ? IS_SO : IS_NONE;

	memset(choices, 0, explainer->space->count * sizeof *choices);
	for (size_t a = 0; a < advice->count; a++) {
		const enum presence one = atom_choose(explainer, &advice->atoms[a], choices);
		all = one == IS_NONE || all == IS_NONE ? IS_NONE : one > all ? one : all;
	}
	return all;
}

static const char *choices_text(const struct explainer *explainer, const size_t *choices)
{
	owned_text text = NULL;

	for (size_t t = 0; t < explainer->space->count; t++) {
		const struct toggle *toggle = &explainer->space->toggles[t];
		if (choices[t])
			text_append(&text, "%s%s: %s", text ? ", " : "", toggle->key, toggle->choices[choices[t]].word);
	}
	return pool_text(explainer->out->pool, text);
}

bool advices_try(struct explainer *explainer, const char *workaround)
{
	struct explanation *out = explainer->out;
	owned_tries tries = { 0 };
	struct advices advices;
	size_t *choices = zalloc((explainer->space->count + 1) * sizeof *choices), *tried = NULL, tried_count = 0;

	advices_read(&advices, workaround);
	for (size_t i = 0; i < advices.count; i++) {
		struct explained_advice *told = PUSH(out->advices, out->advice_count);
		const enum presence presence = advice_choose(explainer, &advices.at[i], choices);
		*told = (struct explained_advice){ .text = pool_text(out->pool, advices.at[i].text),
			                           .says = TRIAL_UNTRIED,
			                           .already = presence == IS_SO };
		if (presence != IS_CHANGED)
			continue;
		told->settings = choices_text(explainer, choices);
		*PUSH(tried, tried_count) = i;
		try_add(explainer, &tries, choices, NULL, 0, NULL);
	}
	const bool time = !tries.count || tries_run(explainer, &tries);
	for (size_t i = 0; i < tries.count; i++)
		out->advices[tried[i]].says = tries.variants[i].says;
	advices_clear(&advices);
	free(choices);
	free(tried);
	return time;
}
