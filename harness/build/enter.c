/* Entering a node's network namespace and leaving it. */
#include <sched.h>
#include <stdlib.h>

#include "build_internal.h"

void lab_enter(const struct lab *lab, size_t node)
{
	int to = node == NOT_FOUND ? lab->home : node == MACHINE ? lab->machine : lab->namespaces[node];

	if (setns(to, CLONE_NEWNET) < 0)
		abort(); /* setns() to an open namespace of our own does not fail; continuing would act on another
		            namespace */
}
