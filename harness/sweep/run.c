#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drops.h"
#include "rowrun.h"
#include "stop.h"
#include "sweep.h"

#define CASE_ROWS 8 /* a plan looks at all of its case, so that small cases are planned fast */

static int write_text(FILE *out, const void *value, struct error *err)
{
	(void)err;
	fputs(value, out);
	return 0;
}

static int copy_file(const char *from, const char *to, struct error *err)
{
	uint8_t *octets = NULL;
	size_t length;

	if (file_read(&octets, &length, from, 1 << 20, err) < 0)
		return -1;
	int put = file_put(to, write_text, octets, err);
	free(octets);
	return put;
}

int rows_open(struct rows_runner *runner, struct error *err)
{
	const char *temporary = getenv("TMPDIR");

	runner->directory = text_format("%s/hopcheck-sweep-XXXXXX", temporary && *temporary ? temporary : "/tmp");
	if (!mkdtemp(runner->directory)) {
		fail(err, "%s: %s; TMPDIR can name another place", runner->directory, strerror(errno));
		free(take(runner->directory));
		return -1;
	}
	owned_text cases = text_format("%s/cases", runner->directory);
	owned_text topologies = text_format("%s/topologies", runner->directory);
	owned_text topology = text_format("%s/%s.yaml", topologies, runner->topology->name);
	owned_text beside = text_format("%s/deviations", cases);
	owned_text known = runner->deviations ? text_format("%s/deviations", runner->deviations) : NULL;
	owned_text real = known ? realpath(known, NULL) : NULL;
	if (mkdir(cases, 0700) < 0 || mkdir(topologies, 0700) < 0 || (real && symlink(real, beside) < 0))
		return fail(err, "%s: %s", runner->directory, strerror(errno));
	return copy_file(runner->topology->file, topology, err);
}

void rows_close(struct rows_runner *runner)
{
	if (runner->directory)
		files_remove(runner->directory);
	free(take(runner->directory));
	kernel_facts_free(runner->facts);
	runner->facts = NULL;
}

/* ---- rows to a suite */

static int write_cases(const struct rows_runner *runner, const char *name, char *const *sets, size_t count,
                       size_t first, char ***paths, size_t *path_count, struct error *err)
{
	for (size_t done = 0; done < count; done += CASE_ROWS) {
		const size_t rows = count - done < CASE_ROWS ? count - done : CASE_ROWS;
		owned_text case_name = text_format("%s-%zu", name, first + done);
		owned_text text = sweep_case_text(runner->topology, case_name, sets + done, rows, first + done);
		char *path = text_format("%s/cases/%s.yaml", runner->directory, case_name);
		*PUSH(*paths, *path_count) = path;
		if (file_put(path, write_text, text, err) < 0)
			return -1;
	}
	return 0;
}

/* Of the rows of a case that can be planned the cells; of others why not. */
static void choose_cells(struct rows_ran *ran)
{
	struct suite *suite = &ran->suite;
	size_t row = 0;

	for (size_t c = 0; c < suite->case_count; c++)
		for (size_t n = 0; n < testcase_cells(suite->cases[c].testcase); n++, row++) {
			struct error refused = { 0 };
			owned(plan) plan = NULL;
			if (plan_make(&plan, suite->cases[c].testcase, suite->cases[c].topologies[0], n, suite->version,
			              &refused) < 0)
				ran->why[row] = text_copy(error_line(&refused));
			else
				suite_add(suite, c, n);
		}
}

static size_t row_of(const struct suite_cell *cell)
{
	return cell->case_index * (size_t)CASE_ROWS + cell->cell;
}

static void finished(void *context, struct suite_cell *cell)
{
	const struct rows_runner *runner = context;

	if (runner->finished)
		runner->finished(runner->context, cell->result);
}

static int run_here(struct rows_ran *ran, struct rows_runner *runner, struct error *err)
{
	struct suite *suite = &ran->suite;
	struct stages stages = { 0 };

	if (!runner->looked) {
		features_look(&runner->features);
		runner->facts = features_look_at_drops(&runner->features, false);
		runner->looked = true;
	}
	struct workers_options options = { .count = runner->workers,
		                           .keep_at = -1,
		                           .facts = runner->facts,
		                           .features_are_tried = runner->tried,
		                           .deadline = runner->deadline,
		                           .finished = finished,
		                           .context = runner };
	if (limits_check(suite, runner->workers, err) < 0)
		return -1;
	int done = workers_run(suite, &options, &runner->features, &stages, err);
	runner->tried |= done == 0 && !stop_signal();
	for (size_t i = 0; i < suite->cell_count; i++)
		ran->results[row_of(&suite->cells[i])] = suite->cells[i].result;
	ran->kernels = 1;
	*PUSH(ran->labels, (size_t){ 0 }) = text_copy(runner->features.release);
	return stop_signal() ? 0 : done;
}

static int run_in_guests(struct rows_ran *ran, struct rows_runner *runner, struct error *err)
{
	struct fleet_kernel *kernels = NULL;
	struct suite *suite = &ran->suite;
	size_t count = 0;
	bool complete = true;

	if (kernels_find(&kernels, &count, runner->kernels, runner->kernel_count, &complete, err) < 0)
		return -1;
	ran->kernels = count;
	free(ran->results);
	ran->results = zalloc(ran->count * count * sizeof *ran->results + 1);
	int done = complete ? fleet_run(kernels, count, suite, runner->fleet, err)
	                    : fail(err, "some of the kernels could not be fetched, see above");
	for (size_t k = 0, labels = 0; k < count; k++) {
		*PUSH(ran->labels, labels) = text_copy(kernels[k].kernel.label);
		for (size_t i = 0; kernels[k].results && i < suite->cell_count; i++)
			ran->results[row_of(&suite->cells[i]) * count + k] = kernels[k].results[i];
		fleet_kernel_clear(&kernels[k]);
	}
	free(kernels);
	return stop_signal() ? 0 : done;
}

int rows_run(struct rows_ran *ran, struct rows_runner *runner, const char *name, char *const *sets, size_t count,
             size_t first, struct error *err)
{
	char **paths = NULL;
	size_t path_count = 0;

	*ran = (struct rows_ran){ .count = count,
		                  .results = zalloc(count * sizeof *ran->results + 1),
		                  .why = zalloc(count * sizeof *ran->why + 1) };
	suite_for_this_kernel(&ran->suite);
	if (runner->kernel_count) /* they may be newer or older */
		ran->suite.version[0] = 0;
	int done = write_cases(runner, name, sets, count, first, &paths, &path_count, err);
	if (done == 0)
		done = suite_read(&ran->suite, paths, path_count, err);
	if (done == 0) {
		choose_cells(ran);
		done = suite_plan(&ran->suite, err);
	}
	if (done == 0 && ran->suite.cell_count) {
		suite_batch(&ran->suite, false);
		done = runner->kernel_count ? run_in_guests(ran, runner, err) : run_here(ran, runner, err);
	}
	for (size_t i = 0; i < path_count; i++) {
		unlink(paths[i]);
		free(paths[i]);
	}
	free(paths);
	return done;
}

void rows_clear(struct rows_ran *ran)
{
	for (size_t i = 0; i < ran->count && ran->why; i++)
		free(ran->why[i]);
	for (size_t i = 0; i < ran->kernels && ran->labels; i++)
		free(ran->labels[i]);
	free(ran->why);
	free(ran->labels);
	free(ran->results);
	suite_free(&ran->suite);
	*ran = (struct rows_ran){ 0 };
}
