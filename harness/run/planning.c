/* Planning a suite: whether every cell can be planned, and which cells share a lab. Few plans are kept: a hundred
 * thousand would take gigabytes. */
#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* Of plan_size: some 30 MB of plans. */
#define PLAN_SIZE_KEPT 65536

static const struct topology *topology_of_cell(const struct suite_case *one, size_t cell)
{
	const struct testcase *testcase = one->testcase;

	for (size_t a = 0; a < testcase->axis_count; a++) {
		const struct axis_value *value = &testcase->axes[a].values[cell_choice(testcase, cell, a)];
		for (size_t s = 0; s < value->setting_count; s++)
			if (value->settings[s].kind == SET_TOPOLOGY)
				for (size_t t = 0; t < testcase->topology_count; t++)
					if (strcmp(testcase->topologies[t], value->settings[s].text) == 0)
						return one->topologies[t];
	}
	return one->topologies[0];
}

int suite_plan_cell(struct plan **ret, const struct suite *suite, const struct suite_cell *cell, struct error *err)
{
	const struct suite_case *one = &suite->cases[cell->case_index];

	return plan_make(ret, one->testcase, topology_of_cell(one, cell->cell), cell->cell, suite->version, err);
}

const struct plan *suite_cell_plan(struct plan **made, const struct suite *suite, const struct suite_cell *cell,
                                   struct error *err)
{
	if (cell->plan)
		return cell->plan;
	return suite_plan_cell(made, suite, cell, err) < 0 ? NULL : *made;
}

/* Settings that no line of the lab depends on: numbers and octets of packets, and offloads. */
static bool changes_no_line(const struct axis *axis)
{
	for (size_t v = 0; v < axis->value_count; v++)
		for (size_t s = 0; s < axis->values[v].setting_count; s++) {
			const struct setting *setting = &axis->values[v].settings[s];
			if (setting->kind == SET_OFFLOAD)
				continue;
			if (setting->kind != SET_TRAFFIC ||
			    (setting->field->type != FIELD_SIZE && setting->field->type != FIELD_NUMBER &&
			     setting->field->type != FIELD_FLAGS && setting->field->type != FIELD_HEX))
				return false;
		}
	return true;
}

/* Equal for cells whose plans have the same lines; below the number of cells. */
static size_t lines_of(const struct testcase *testcase, size_t cell)
{
	size_t lines = 0;

	for (size_t a = 0; a < testcase->axis_count; a++)
		if (!changes_no_line(&testcase->axes[a]))
			lines = lines * testcase->axes[a].value_count + cell_choice(testcase, cell, a);
	return lines;
}

/* Removes the cells of cases that are left out. */
static void drop_left_out(struct suite *suite)
{
	size_t kept = 0;

	for (size_t i = 0; i < suite->cell_count; i++) {
		if (!suite->cases[suite->cells[i].case_index].left_out)
			suite->cells[kept++] = suite->cells[i];
		else
			plan_free(suite->cells[i].plan);
	}
	suite->cell_count = kept;
}

static const char *route_of(const struct plan *plan)
{
	for (size_t i = 0; i < plan->cell_command_count; i++)
		if (plan->cell_commands[i].tool == TOOL_IP)
			return plan->cell_commands[i].text;
	return "";
}

/* Labs with equal hashes are batched as one, but still built separately: the current lab is compared by its whole key.
 */
static uint64_t hash(const char *text)
{
	return digest_add(DIGEST_START, text, strlen(text));
}

/* A suite while it is planned. */
struct planning {
	struct suite *suite;
	size_t *line_cell; /* 1 + a planned cell of the current case with the same lines; 0: none yet */
	size_t of_case, first_lab;
	size_t *lab_index; /* by hash, open addresses: 1 + a lab of the case */
	size_t lab_slots;
};

static void index_lab(struct planning *planning, size_t lab)
{
	size_t slot = planning->suite->labs[lab].key & (planning->lab_slots - 1);

	while (planning->lab_index[slot])
		slot = (slot + 1) & (planning->lab_slots - 1);
	planning->lab_index[slot] = 1 + lab;
}

static void grow_index(struct planning *planning)
{
	size_t count = planning->suite->lab_count - planning->first_lab;

	if (2 * (count + 1) < planning->lab_slots)
		return;
	free(planning->lab_index);
	planning->lab_slots = planning->lab_slots ? 2 * planning->lab_slots : 64;
	planning->lab_index = zalloc(planning->lab_slots * sizeof *planning->lab_index);
	for (size_t lab = planning->first_lab; lab < planning->suite->lab_count; lab++)
		index_lab(planning, lab);
}

/* The lab of a plan: one that another cell of the case runs in, or a new one. */
static unsigned lab_of(struct planning *planning, const struct plan *plan, const struct topology *topology)
{
	struct suite *suite = planning->suite;
	uint64_t key = hash(plan->key);

	grow_index(planning);
	for (size_t slot = key & (planning->lab_slots - 1); planning->lab_index[slot];
	     slot = (slot + 1) & (planning->lab_slots - 1))
		if (suite->labs[planning->lab_index[slot] - 1].key == key)
			return (unsigned)(planning->lab_index[slot] - 1);
	struct suite_lab *lab = PUSH(suite->labs, suite->lab_count);
	*lab = (struct suite_lab){ .key = key,
		                   .topology = topology,
		                   .nodes = plan->topology->node_count,
		                   .lent = links_are_lent(plan->topology) };
	nic_count(lab->pairs, plan->topology);
	index_lab(planning, suite->lab_count - 1);
	return (unsigned)(suite->lab_count - 1);
}

static void begin_case(struct planning *planning, size_t case_index)
{
	free(planning->line_cell);
	free(take(planning->lab_index));
	planning->line_cell =
	        zalloc(testcase_cells(planning->suite->cases[case_index].testcase) * sizeof *planning->line_cell);
	planning->lab_slots = 0;
	planning->of_case = case_index;
	planning->first_lab = planning->suite->lab_count;
}

/* The plans of a small suite are kept: workers inherit them by fork(), and need not make them again. */
static void keep_plan(struct suite *suite, struct suite_cell *cell, struct plan **plan)
{
	size_t nodes = (*plan)->topology->node_count, size = nodes * nodes;

	if (suite->plan_size + size > PLAN_SIZE_KEPT)
		return;
	suite->plan_size += size;
	cell->plan = take(*plan);
}

/* Flows that follow each other are in one lab. */
static int check_flow(const struct suite *suite, size_t index, struct error *err)
{
	const struct suite_cell *cell = &suite->cells[index], *before = cell - 1;
	const struct testcase *testcase = suite_testcase(suite, cell);

	if (!cell_flow(testcase, cell->cell) || !index || before->case_index != cell->case_index ||
	    before->cell + 1 != cell->cell || before->lab == cell->lab)
		return 0;
	owned_text text = cell_text(testcase, cell->cell);
	return fail(err, "case %s: %s: its lab has other lines than that of the flow before it; flows share a lab",
	            testcase->name, text);
}

static int plan_cell(struct planning *planning, size_t index, struct error *err)
{
	struct suite *suite = planning->suite;
	struct suite_cell *cell = &suite->cells[index];
	const struct suite_case *one = &suite->cases[cell->case_index];
	const struct topology *topology = topology_of_cell(one, cell->cell);
	owned(plan) plan = NULL;

	if (planning->of_case != cell->case_index)
		begin_case(planning, cell->case_index);
	size_t *alike = &planning->line_cell[lines_of(one->testcase, cell->cell)];
	if (*alike) {
		cell->lab = suite->cells[*alike - 1].lab;
		cell->route = suite->cells[*alike - 1].route;
		return plan_check(one->testcase, topology, cell->cell, err) < 0 ? -1 : check_flow(suite, index, err);
	}
	if (suite_plan_cell(&plan, suite, cell, err) < 0)
		return -1;
	cell->lab = lab_of(planning, plan, topology);
	cell->route = hash(route_of(plan));
	*alike = 1 + index;
	keep_plan(suite, cell, &plan);
	return check_flow(suite, index, err);
}

/* If the whole directory was asked for, a case that cannot be planned is left out. */
static int plan_cells(struct planning *planning, struct error *err)
{
	struct suite *suite = planning->suite;
	struct error *into = suite->lenient ? &suite->left_out : err;

	for (size_t i = 0; i < suite->cell_count; i++) {
		struct suite_case *one = &suite->cases[suite->cells[i].case_index];
		if (one->left_out || plan_cell(planning, i, into) == 0)
			continue;
		if (!suite->lenient)
			return -1;
		one->left_out = true;
	}
	drop_left_out(suite);
	return 0;
}

int suite_plan(struct suite *suite, struct error *err)
{
	struct planning planning = { .suite = suite, .of_case = NOT_FOUND };
	int result = plan_cells(&planning, err);

	free(planning.line_cell);
	free(planning.lab_index);
	return result;
}
