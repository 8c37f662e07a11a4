/* For tests each of which begins with a scene of its own: `s`, made before it and freed behind it. */
#ifndef HOPCHECK_TESTS_SCENE_EACH_H
#define HOPCHECK_TESTS_SCENE_EACH_H

#include "scene.h"

static struct scene s;

static inline int scene_each_start(void **state)
{
	(void)state;
	scene_start(&s);
	return 0;
}

static inline int scene_each_end(void **state)
{
	(void)state;
	scene_end(&s);
	return 0;
}

#define SCENE_TEST(test) cmocka_unit_test_setup_teardown(test, scene_each_start, scene_each_end)

#endif
