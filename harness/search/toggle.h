/* Private to the search room: toggles, while a space is made. */
#ifndef HOPCHECK_SEARCH_TOGGLE_H
#define HOPCHECK_SEARCH_TOGGLE_H

#include "search.h"

/* One more, without choices; it owns the key. It stays where it is until the next one is added. */
struct toggle *toggle_add(struct space *space, enum toggle_kind kind, char *key);
/* A choice with a setting like this one, whose names are copied; it owns the word. Gives the setting, to be filled in;
 * NULL: such a choice is there already. */
struct setting *choice_add(struct toggle *toggle, const struct setting *like, char *word);
/* The same for a number, as it is or as one of these words. */
void choice_number(struct toggle *toggle, const struct setting *like, const struct word *words, long number);
/* The last one is complete: if it has no other choice than the cell's, it is no toggle. */
void toggle_end(struct space *space);
void toggle_clear(struct toggle *toggle);

/* space_traffic.c: those of the traffic. */
void traffic_toggles(struct space *space, const struct plan *plan);

#endif
