/* What is found in a set-up. */
#include "doctor.h"

/* Each entry must hold, by one of its words. */
static bool is_met(const struct deviation *deviation, const struct setup *setup)
{
	for (size_t i = 0; i < deviation->met_count; i++) {
		bool any = false;
		for (size_t j = 0; j < deviation->met_by[i].count; j++)
			any |= setup_has(setup, deviation->met_by[i].words[j]);
		if (!any)
			return false;
	}
	return deviation->met_count > 0 && release_in_range(setup->version, deviation->kernel);
}

void setup_find(struct findings *ret, const struct setup *setup, const struct deviations *deviations)
{
	mistakes_find(ret, setup);
	for (size_t i = 0; i < deviations->count; i++) {
		const struct deviation *one = deviations->at[i];
		if (is_met(one, setup))
			found(ret, FINDING_DEVIATION, one->name, text_copy(one->because),
			      one->workaround ? text_copy(one->workaround) : NULL);
	}
}
