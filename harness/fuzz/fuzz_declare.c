/* Any octets as a topology and as a case: neither may crash, leak or take long; what is accepted can be copied,
 * counted, shown and planned. Cases find the shipped topologies, so that the shipped cases are seeds. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "testcase.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char fixed[] = "topology: t\n"
                            "nodes: {src: {}, r1: {sids: {\"fc00:1::100\": End}}, dst: {addresses: [\"fc00:d::1\"]}}\n"
                            "links: [{ends: [src.b0, r1.a0], kind: nic-model}, {ends: [r1.b0, dst.a0]}]\n";

static struct {
	struct topology *at[256];
	size_t count;
} shipped;

/* Any other name is that of `fixed`. */
static const struct topology *find(void *context, const char *name)
{
	struct error err = { 0 };

	if (strcmp(name, "none") == 0)
		return NULL;
	for (size_t i = 0; i < shipped.count; i++)
		if (strcmp(shipped.at[i]->name, name) == 0)
			return shipped.at[i];
	owned_text path = text_format("topologies/%s.yaml", name);
	if (strchr(name, '/') || shipped.count == COUNT(shipped.at) ||
	    topology_read(&shipped.at[shipped.count], path, &err) < 0)
		return context;
	return shipped.at[shipped.count++];
}

static void as_topology(struct bytes text)
{
	owned(topology) topology = NULL;
	struct error err = { 0 };

	if (topology_parse(&topology, "fuzz.yaml", text, &err) < 0) {
		assert(!topology && err.count > 0);
		return;
	}
	owned(topology) copy = topology_copy(topology);
	assert(copy->node_count == topology->node_count && err.count == 0);
}

static void as_plan(const struct testcase *testcase, const struct topology *topology, size_t cell)
{
	owned(plan) plan = NULL;
	struct error err = { 0 };
	int made = plan_make(&plan, testcase, topology, cell, NULL, &err);

	assert((made == 0) == (plan != NULL) && (made < 0) == (err.count > 0));
	owned_text script = plan ? plan_script(plan) : NULL;
	assert(!plan || *script);
}

static void as_case(struct bytes text, struct topology *topology)
{
	owned(testcase) testcase = NULL;
	struct error err = { 0 };

	if (testcase_parse(&testcase, "fuzz.yaml", text, find, topology, NULL, &err) < 0) {
		assert(!testcase && err.count > 0);
		return;
	}
	size_t cells = testcase_cells(testcase);
	assert(cells > 0 && cells <= 100000 && testcase->topology_count > 0);
	const struct expectation *last = &testcase->expect[testcase->expect_count - 1];
	owned_text shown = cell_text(testcase, cells - 1);
	assert((testcase->axis_count > 0) == (*shown != 0));
	assert(conditions_hold(testcase, last->conditions, last->condition_count, cells - 1));
	const struct topology *first = find(topology, testcase->topologies[0]);
	as_plan(testcase, first, 0);
	as_plan(testcase, first, cells - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct topology *topology;
	struct error err = { 0 };

	if (!topology &&
	    topology_parse(&topology, "t.yaml", (struct bytes){ (const uint8_t *)fixed, sizeof fixed - 1 }, &err))
		abort();
	as_topology((struct bytes){ data, size });
	as_case((struct bytes){ data, size }, topology);
	return 0;
}
