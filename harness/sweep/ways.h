/* Ways: who sends to whom, by which segments, and who pushes them. */
#ifndef HOPCHECK_SWEEP_WAYS_H
#define HOPCHECK_SWEEP_WAYS_H

#include "mode.h"
#include "sweep_internal.h"

struct way_choice {
	size_t from, to, headend; /* nodes; headend: NOT_FOUND: the sender itself */
	struct address destination;
	struct address list[SWEEP_LENGTH];
	size_t count;
	unsigned kernel, crafted; /* modes in which all is delivered: bits 1 << enum mode */
};
struct ways {
	struct way_choice *at;
	size_t count;
	size_t tried, right; /* in a mode, of those that were looked at */
};
/* All that a topology has, up to some thousand, and which of their modes deliver; then of them SWEEP_WAYS that have
 * most SIDs, and most of them behind each other. Returns 0, or -1 and a message. */
int ways_make(struct ways *ways, const struct topology *topology, struct error *err);
void ways_clear(struct ways *ways);
/* "from: src, to: ..."; and what goes with a list, "headend: ..., segments: [...]", NULL: nothing. Callers free. */
char *way_ends(const struct way_choice *way, const struct topology *topology);
char *way_list(const struct way_choice *way, const struct topology *topology);
char *way_word(const struct way_choice *way, const struct topology *topology); /* "src-dst:fc00:1::100"; caller frees */

#endif
