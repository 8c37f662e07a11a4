/* Every setting that can be another, alone: what cures, what does not matter. */
#include <stdlib.h>

#include "explain_internal.h"

/* An MTU is tried on whole links: at the first port of each. */
static bool stands_for_another(const struct explainer *explainer, const struct toggle *toggle)
{
	const struct topology *topology = explainer->plan->topology;
	const struct setting *now = &toggle->choices[0].setting;

	if (toggle->kind != TOGGLE_MTU)
		return false;
	const size_t port = topology_interface(topology, topology_node(topology, now->node), now->interface);
	return port != topology->links[topology->interfaces[port].link].first;
}

static void alternatives_list(struct explainer *explainer)
{
	const struct space *space = explainer->space;

	for (size_t t = 0; t < space->count; t++)
		for (size_t c = 1; c < space->toggles[t].count && !stands_for_another(explainer, &space->toggles[t]);
		     c++)
			*PUSH(explainer->alternatives, explainer->alternative_count) =
			        (struct alternative){ t, c, DOES_UNTOLD, NULL };
}

bool alternatives_try(struct explainer *explainer)
{
	owned_tries tries = { 0 };
	size_t *choices = zalloc((explainer->space->count + 1) * sizeof *choices);

	alternatives_list(explainer);
	say_progress(explainer, "%zu other settings, each alone", explainer->alternative_count);
	for (size_t i = 0; i < explainer->alternative_count; i++) {
		const struct alternative *one = &explainer->alternatives[i];
		choices[one->toggle] = one->choice;
		try_add(explainer, &tries, choices, NULL, 0, NULL);
		choices[one->toggle] = 0;
	}
	free(choices);
	const bool time = tries_run(explainer, &tries);
	for (size_t i = 0; i < tries.count; i++) {
		struct alternative *one = &explainer->alternatives[i];
		one->does = variant_does(explainer, &tries.variants[i]);
		one->result = tries.variants[i].result;
		explainer->out->tried += tries.variants[i].says != TRIAL_UNTRIED;
		explainer->out->untold += one->does == DOES_UNTOLD;
	}
	return time;
}

const struct alternative *alternative_of(const struct explainer *explainer, size_t toggle, enum alternative_does does)
{
	for (size_t i = 0; i < explainer->alternative_count; i++)
		if (explainer->alternatives[i].toggle == toggle && explainer->alternatives[i].does == does)
			return &explainer->alternatives[i];
	return NULL;
}
