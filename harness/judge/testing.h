/* How tests of this room say which outcome evidence comes to. */
#ifndef HOPCHECK_JUDGE_TESTING_H
#define HOPCHECK_JUDGE_TESTING_H

#include "../../tests/scene.h"

static inline void comes_out(const struct scene *scene, const char *release, enum outcome outcome, const char *why)
{
	owned(judgement) judgement = scene_judge(scene, &(struct circumstances){ .release = release });

	if (judgement->outcome != outcome || (why && !strstr(judgement->why, why)))
		print_message("%s: %s\n", word_of(outcome_words, (int)judgement->outcome), judgement->why);
	assert_int_equal(judgement->outcome, outcome);
	if (why)
		assert_non_null(strstr(judgement->why, why));
	assert_int_equal(!judgement->verdict, outcome == OUTCOME_SKIP || outcome == OUTCOME_BROKEN);
}

#endif
