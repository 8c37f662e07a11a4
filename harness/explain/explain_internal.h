/* Private to the explain room: what its files hand to each other. */
#ifndef HOPCHECK_EXPLAIN_INTERNAL_H
#define HOPCHECK_EXPLAIN_INTERNAL_H

#include "explain.h"

/* A choice of a toggle other than the cell's, tried alone. */
struct alternative {
	size_t toggle, choice;
	enum alternative_does {
		DOES_KEEP,   /* the same deviation */
		DOES_CURE,   /* right */
		DOES_OTHER,  /* wrong in another way */
		DOES_UNTOLD, /* it cannot be set here, or there was no time */
	} does;
	const struct result *result; /* NULL: none */
};

/* Variants that are tried together, and what they own. */
struct tries {
	struct variant *variants;
	size_t count;
};

struct explainer {
	const struct suite *suite;
	const struct suite_cell *cell;
	const struct explain_options *options;
	struct trials trials;
	struct plan *plan;
	struct space *space;
	struct signature signature; /* of the cell itself, as a trial */
	const struct result *base;  /* the same */
	struct alternative *alternatives;
	size_t alternative_count;
	struct explanation *out;
	struct error *err;
	/* smaller.c: what is laid over the cell for the smallest one, and which toggles may not matter there. */
	struct smaller {
		struct topology *topology; /* NULL: the cell's */
		struct setting segments, size[2];
		bool has_segments;
		size_t size_count;
	} smaller;
};

/* ---- tries.c */
/* Adds a variant: `choices` by toggle of the space, 0 the cell's own, NULL: all are; then `more` settings. What the
 * kernel turns off with another setting is said with it: tso with tx. */
void try_add(const struct explainer *explainer, struct tries *tries, const size_t *choices,
             const struct setting *const *more, size_t more_count, const struct topology *topology);
/* Runs them. False: there is no time left, or a signal came, and what was not run is TRIAL_UNTRIED; or err is set. */
bool tries_run(struct explainer *explainer, struct tries *tries);
void tries_clear(struct tries *tries);
#define owned_tries __attribute__((cleanup(tries_clear))) struct tries
/* What a variant that ran does to the cell's deviation. */
enum alternative_does variant_does(const struct explainer *explainer, const struct variant *variant);
bool time_is_up(const struct explainer *explainer);
void say_progress(const struct explainer *explainer, const char *format, ...) PRINTF_LIKE(2, 3);

/* ---- alone.c: every toggle alone. */
bool alternatives_try(struct explainer *explainer);
const struct alternative *alternative_of(const struct explainer *explainer, size_t toggle, enum alternative_does does);
/* What is kept of trials that run from here on, until its end; NULL: no directory could be made. */
char *keep_begin(struct explainer *explainer);
void keep_end(struct explainer *explainer, char *directory);
/* ---- least.c, cures.c, advice.c, smaller.c, place.c: parts of the explanation; false as tries_run(). */
bool least_find(struct explainer *explainer);
bool cures_tell(struct explainer *explainer);
bool advices_try(struct explainer *explainer, const char *workaround);
bool smaller_find(struct explainer *explainer);
void smaller_clear(struct smaller *smaller);
/* The variant of the smallest cell that was found. */
void smaller_add(const struct explainer *explainer, struct tries *tries, const struct setting *more);
bool place_find(struct explainer *explainer);

#endif
