#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feature.h"

/* Small enough that two workers share a case, large enough that building a lab pays off. */
#define BATCH_CELLS 24

static bool is_file(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static char *shipped_directory(void)
{
	owned_text beside = text_format("%s/../cases", program_directory());
	char *real = realpath(beside, NULL);

	return real ? real : take(beside);
}

char *suite_cases_directory(const struct suite *suite)
{
	if (suite->directory)
		return text_copy(suite->directory);
	return is_directory("cases") ? text_copy("cases") : shipped_directory();
}

char *suite_shadowed(const struct suite *suite)
{
	owned_text shipped = shipped_directory();
	owned_text here = suite->directory || !is_directory("cases") ? NULL : realpath("cases", NULL);

	if (!here || !is_directory(shipped) || strcmp(here, shipped) == 0)
		return NULL;
	return take(shipped);
}

/* Read once for all cases of a directory. Their errors are reported once; rows that need one report it again. */
static const struct deviations *deviations_beside(struct suite *suite, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	owned_text directory = slash ? text_format("%.*s", (int)(slash - path), path) : text_copy(".");

	for (size_t i = 0; i < suite->deviation_count; i++)
		if (strcmp(suite->deviations[i]->directory, directory) == 0)
			return &suite->deviations[i]->deviations;
	struct suite_deviations *read = zalloc(sizeof *read);
	read->directory = take(directory);
	deviations_read(&read->deviations, *read->directory ? read->directory : "/", err);
	*PUSH(suite->deviations, suite->deviation_count) = read;
	return &read->deviations;
}

static int read_case(struct suite *suite, const char *path, struct error *err)
{
	const struct deviations *deviations = deviations_beside(suite, path, err);
	struct suite_case *one = PUSH(suite->cases, suite->case_count);

	if (testcase_read(&one->testcase, &one->topologies, path, deviations, err) == 0)
		return 0;
	suite->case_count--;
	return -1;
}

static int read_named(struct suite *suite, const char *directory, const char *name, struct error *err)
{
	owned_text path = text_format("%s/%s.yaml", directory, name);

	/* A bare name is a case's, whatever lies in the current directory. */
	bool bare = !strchr(name, '/') && !strstr(name, ".yaml");
	if (!bare && is_file(name))
		return read_case(suite, name, err);
	if (bare && is_file(path))
		return read_case(suite, path, err);
	owned_text shipped = bare ? suite_shadowed(suite) : NULL;
	owned_text there = shipped ? text_format("%s/%s.yaml", shipped, name) : NULL;
	if (there && is_file(there))
		return fail(err, "no case '%s' in ./cases; %s has it: `--cases %s` takes those", name, shipped,
		            shipped);
	if (bare)
		return fail(err, "no case '%s' in %s; `hopcheck list` names the cases, and a file is written as ./%s",
		            name, directory, name);
	return fail(err, "%s: no such file", name);
}

static int read_all(struct suite *suite, const char *directory, struct error *err)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, file_is_yaml, alphasort);

	if (count < 0)
		return fail(err, "%s: %s; name a case file, or run where the cases lie", directory, strerror(errno));
	suite->lenient = true;
	for (int i = 0; i < count; i++) {
		owned_text path = text_format("%s/%s", directory, entries[i]->d_name);
		read_case(suite, path, &suite->left_out);
		free(entries[i]);
	}
	free(entries);
	if (count == 0)
		return fail(err, "%s: no case file (*.yaml)", directory);
	if (!suite->case_count) {
		*err = suite->left_out;
		suite->left_out = (struct error){ 0 };
		return -1;
	}
	return 0;
}

int suite_read(struct suite *suite, char *const *names, size_t name_count, struct error *err)
{
	owned_text directory = suite_cases_directory(suite);

	suite->pool = pool_new();
	if (!name_count)
		return read_all(suite, directory, err);
	for (size_t i = 0; i < name_count; i++)
		read_named(suite, directory, names[i], err);
	return err->count ? -1 : 0;
}

void suite_forget_known(struct suite *suite)
{
	for (size_t c = 0; c < suite->case_count; c++) {
		struct testcase *testcase = suite->cases[c].testcase;
		for (size_t i = 0; i < testcase->known_count; i++) {
			free(testcase->known[i].kernel);
			testcase->known[i].kernel = text_copy("<0");
		}
	}
}

void suite_for_this_kernel(struct suite *suite)
{
	struct features features = { 0 };

	features_look_at_version(&features);
	memcpy(suite->version, features.version, sizeof suite->version);
}

bool cell_is_chosen(const struct testcase *testcase, size_t cell, const struct only *only, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool holds = false;
		for (size_t a = 0; a < testcase->axis_count; a++)
			if (strcmp(testcase->axes[a].name, only[i].axis) == 0)
				holds = strcmp(testcase->axes[a].values[cell_choice(testcase, cell, a)].label,
				               only[i].value) == 0;
		if (!holds)
			return false;
	}
	return true;
}

static bool any_case_has(const struct suite *suite, const struct only *only, bool *axis_known, struct nearest *nearest)
{
	struct nearest value = { .word = only->value };

	*nearest = (struct nearest){ .word = only->axis };
	for (size_t c = 0; c < suite->case_count; c++) {
		const struct testcase *testcase = suite->cases[c].testcase;
		for (size_t a = 0; a < testcase->axis_count; a++) {
			const struct axis *axis = &testcase->axes[a];
			nearest_try(nearest, axis->name);
			if (strcmp(axis->name, only->axis) != 0)
				continue;
			*axis_known = true;
			for (size_t v = 0; v < axis->value_count; v++) {
				nearest_try(&value, axis->values[v].label);
				if (strcmp(axis->values[v].label, only->value) == 0)
					return true;
			}
		}
	}
	if (*axis_known)
		*nearest = value;
	return false;
}

void suite_add(struct suite *suite, size_t case_index, size_t number)
{
	*PUSH(suite->cells, suite->cell_count) =
	        (struct suite_cell){ .case_index = (unsigned)case_index, .cell = number };
}

const struct testcase *suite_testcase(const struct suite *suite, const struct suite_cell *cell)
{
	return suite->cases[cell->case_index].testcase;
}

const struct suite_lab *suite_lab(const struct suite *suite, const struct suite_cell *cell)
{
	return &suite->labs[cell->lab];
}

/* A flow is run with those before it, and with all that run at once with one of them. */
static bool chosen_for_flow(const struct testcase *testcase, size_t cell, const struct only *only, size_t count)
{
	const size_t first = cell_at_once(testcase, cell).first;
	const size_t end = first + testcase_flows(testcase) - cell_flow(testcase, first);

	for (size_t one = first; one < end; one++)
		if (cell_is_chosen(testcase, one, only, count))
			return true;
	return false;
}

int suite_choose(struct suite *suite, const struct only *only, size_t only_count, struct error *err)
{
	for (size_t i = 0; i < only_count; i++) {
		bool axis_known = false;
		struct nearest nearest;
		if (any_case_has(suite, &only[i], &axis_known, &nearest))
			continue;
		fail(err, "--only %s=%s: no case here has such %s%s; `hopcheck list -v` shows the axes", only[i].axis,
		     only[i].value, axis_known ? "a value" : "an axis", nearest_hint(&nearest).text);
	}
	if (err->count)
		return -1;
	for (size_t c = 0; c < suite->case_count; c++)
		for (size_t n = 0; n < testcase_cells(suite->cases[c].testcase); n++)
			if (chosen_for_flow(suite->cases[c].testcase, n, only, only_count))
				suite_add(suite, c, n);
	return 0;
}

/* By case and lab, so that labs serve many cells; then by route, which costs more to change than offloads; then so that
 * few offloads change from one to the next: each waits for the kernel's network lock, and GRO for grace periods. */
static int by_lab(const void *a, const void *b, void *context)
{
	const struct suite *suite = context;
	const struct suite_cell *x = &suite->cells[*(const size_t *)a], *y = &suite->cells[*(const size_t *)b];

	if (x->lab != y->lab)
		return x->lab < y->lab ? -1 : 1;
	if (suite_testcase(suite, x)->flows)
		return x->cell < y->cell ? -1 : x->cell > y->cell;
	if (x->route != y->route)
		return x->route < y->route ? -1 : 1;
	const size_t first = cell_rank(suite_testcase(suite, x), x->cell),
	             other = cell_rank(suite_testcase(suite, y), y->cell);
	return first < other ? -1 : first > other;
}

void suite_batch(struct suite *suite, bool fresh)
{
	size_t *order = zalloc(suite->cell_count * sizeof *order);
	unsigned last = 0;

	for (size_t i = 0; i < suite->cell_count; i++)
		order[i] = i;
	qsort_r(order, suite->cell_count, sizeof *order, by_lab, suite);
	for (size_t i = 0; i < suite->cell_count; i++) {
		unsigned lab = suite->cells[order[i]].lab;
		struct batch *batch = suite->batch_count ? &suite->batches[suite->batch_count - 1] : NULL;
		const bool follows =
		        cell_flow(suite_testcase(suite, &suite->cells[order[i]]), suite->cells[order[i]].cell);
		if (!batch || last != lab || (!follows && (fresh || batch->count >= BATCH_CELLS)))
			batch = PUSH(suite->batches, suite->batch_count);
		*PUSH(batch->cells, batch->count) = order[i];
		last = lab;
	}
	free(order);
}

void suite_add_topologies(const struct suite *suite, struct run *run)
{
	bool *used = zalloc(suite->lab_count * sizeof *used);

	run->topologies.at = pool_keep(suite->pool, "", 0);
	for (size_t i = 0; i < suite->cell_count; i++)
		used[suite->cells[i].lab] = true;
	for (size_t i = 0; i < suite->lab_count; i++)
		if (used[i])
			run_add_topology(suite->pool, run, suite->labs[i].topology);
	free(used);
}

char *suite_cell_name(const struct suite *suite, size_t cell)
{
	const struct suite_cell *one = &suite->cells[cell];
	const struct testcase *testcase = suite->cases[one->case_index].testcase;
	owned_text axes = cell_text(testcase, one->cell);

	return text_format("%s%s%s", testcase->name, *axes ? " " : "", axes);
}

void suite_free(struct suite *suite)
{
	for (size_t i = 0; i < suite->batch_count; i++)
		free(suite->batches[i].cells);
	for (size_t i = 0; i < suite->case_count; i++) {
		for (size_t t = 0; t < suite->cases[i].testcase->topology_count; t++)
			topology_free(suite->cases[i].topologies[t]);
		free(suite->cases[i].topologies);
		testcase_free(suite->cases[i].testcase);
	}
	for (size_t i = 0; i < suite->cell_count; i++)
		plan_free(suite->cells[i].plan);
	free(suite->cells);
	free(suite->labs);
	free(suite->batches);
	pool_free(suite->pool);
	for (size_t i = 0; i < suite->deviation_count; i++) {
		deviations_clear(&suite->deviations[i]->deviations);
		free(suite->deviations[i]->directory);
		free(suite->deviations[i]);
	}
	free(suite->deviations);
	free(suite->cases);
}
