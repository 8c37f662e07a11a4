/* The doctor room's own. */
#ifndef HOPCHECK_DOCTOR_DOCTOR_H
#define HOPCHECK_DOCTOR_DOCTOR_H

#include "setup.h"

/* thing.c: questions about a set-up. */
const char *thing_fact(const struct setup_thing *thing, const char *key); /* "": it has none */
/* The prefix that a route or an address names, "fc00::1/128 table 100". False: none. */
bool thing_prefix(struct prefix *ret, const struct setup_thing *thing);
/* What a line of `ip -6 route` calls it, for messages: "fc00:1::100 (End.DT6)"; caller frees. */
char *thing_text(const struct setup_thing *thing);
/* Calls `each` for every thing of a kind. */
#define FOR_THINGS(setup, wanted, thing)                                                                               \
	for (const struct setup_thing *thing = (setup)->things; thing < (setup)->things + (setup)->count; thing++)     \
		if (thing->kind == (wanted))

/* Appends a finding; takes ownership of text and remedy. */
void found(struct findings *findings, enum finding_kind kind, const char *name, char *text, char *remedy);
/* mistakes.c */
void mistakes_find(struct findings *ret, const struct setup *setup);
/* met.c: whether the set-up has this of met_words, or a SID of such a behaviour or flavor. */
bool setup_has(const struct setup *setup, const char *word);

#endif
