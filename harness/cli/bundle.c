/* A cell for somebody who does not have hopcheck. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#include "bundle.h"
#include "cli.h"
#include "drops.h"
#include "stop.h"

#define YAML_MOST    ((size_t)1 << 20)
#define CAPTURE_MOST ((size_t)64 << 20)
#define CONFIG_MOST  ((size_t)1 << 20)

/* What is there once the cell has run. */
struct handed {
	const struct suite *suite;
	const struct suite_cell *cell;
	const struct features *features;
	const struct results *other; /* of --results; NULL: none */
	const char *kept;            /* a directory with its trace */
	bool kselftest;
};

/* One worker runs it, with all of its packets' way. */
static int run_cell(struct suite *suite, struct features *features, const char *keep, struct error *err)
{
	struct workers_options workers = { .count = 1, .keep = keep, .ladders = LADDERS_ALL };
	struct stages stages = { 0 };

	workers.keep_at = directory_open(keep, err);
	if (workers.keep_at < 0)
		return -1;
	stop_catch();
	features_look(features);
	owned(kernel_facts) facts = features_look_at_drops(features, false);
	workers.facts = facts;
	suite_batch(suite, false);
	int result = workers_run(suite, &workers, features, &stages, err);
	close(workers.keep_at);
	return result;
}

static int add_declared(struct bundle *bundle, const char *directory, const char *path, struct error *err)
{
	owned_text name = text_format("%s/%s", directory, base_of(path));

	if (!bundle_name_is_good(name))
		return fail(err, "%s: the file's name cannot be one of a bundle", path);
	return bundle_find(bundle, name) ? 0 : bundle_add_file(bundle, name, path, YAML_MOST, err);
}

/* The case, the topologies that it names, and the deviations that its rows name. */
static int add_case(struct bundle *bundle, const struct suite_case *one, struct error *err)
{
	const struct testcase *testcase = one->testcase;
	int result = add_declared(bundle, "cases", testcase->file, err);

	for (size_t i = 0; i < testcase->topology_count && result == 0; i++)
		result = add_declared(bundle, "topologies", one->topologies[i]->file, err);
	for (size_t i = 0; i < testcase->known_count && result == 0; i++)
		if (testcase->known[i].deviation)
			result = add_declared(bundle, "cases/deviations", testcase->known[i].deviation->file, err);
	return result;
}

/* Of the running kernel, where it tells it. */
static void add_config(struct bundle *bundle)
{
	struct utsname name;

	uname(&name);
	owned_text boot = text_format("/boot/config-%s", name.release);
	const char *const paths[] = { "/proc/config.gz", boot };
	for (size_t i = 0; i < COUNT(paths); i++) {
		gzFile file = gzopen(paths[i], "rb"); /* reads what is not compressed too */
		uint8_t *text = zalloc(CONFIG_MOST);
		int length = file ? gzread(file, text, CONFIG_MOST) : 0;
		if (file)
			gzclose(file);
		if (length > 0) {
			bundle_add(bundle, "kernel.config", text, (size_t)length);
			return;
		}
		free(text);
	}
}

static int add_trace(struct bundle *bundle, const struct handed *handed, struct error *err)
{
	static const char *const files[] = { "trace.pcapng", "trace.json" };
	const struct testcase *testcase = suite_testcase(handed->suite, handed->cell);
	json_t *kernel = features_json(handed->features);
	int result = bundle_add_written(bundle, "kernel.json", json_writer, kernel, err);

	json_decref(kernel);
	for (size_t i = 0; i < COUNT(files) && result == 0; i++) {
		owned_text name = text_format("%s-%zu/%s", testcase->name, handed->cell->cell, files[i]);
		owned_text path = text_format("%s/%s", handed->kept, name);
		if (access(path, F_OK) == 0)
			result = bundle_add_file(bundle, name, path, CAPTURE_MOST, err);
	}
	return result;
}

/* Its ladder as the mail has it: no colours, and letters that every reader has. */
static char *ladder_text(const struct handed *handed, const struct run *run)
{
	const struct report_style style = { .width = 72 };
	const struct result *result = handed->cell->result;
	char *text = NULL;
	size_t length = 0;
	FILE *out = must(open_memstream(&text, &length));

	report_ladder(out, style, handed->suite->pool, result, topology_called(run, said(result->topology)));
	fclose(out);
	/* Behind the cell and its sentence, which the mail has already. */
	char *drawing = strstr(text + strspn(text, "\n"), "\n\n");
	if (drawing)
		memmove(text, drawing + 2, strlen(drawing + 2) + 1);
	return text;
}

/* As those of tools/testing/selftests/net are called. */
static char *selftest_name(const char *name)
{
	char *file = text_format("srv6_%s_test.sh", name);

	for (char *c = file; *c; c++)
		if (*c == '-')
			*c = '_';
	return file;
}

static void add_texts(struct bundle *bundle, const struct handed *handed, const struct plan *plan,
                      const struct run *run)
{
	const struct result *result = handed->cell->result;
	owned_text ladder = ladder_text(handed, run);
	owned_text tools = tool_versions();
	owned_text script = script_text(plan, result, SCRIPT_ALONE);
	const struct mail mail = { plan, result, run->kernel, ladder, tools, handed->other, "reproduce.sh" };
	owned_text report = mail_text(&mail);

	bundle_add_text(bundle, "report.txt", report);
	bundle_add_text(bundle, "reproduce.sh", script);
	bundle->files[bundle->count - 1].runs = true;
	if (!handed->kselftest)
		return;
	owned_text selftest = script_text(plan, result, SCRIPT_KSELFTEST);
	owned_text name = selftest_name(plan->testcase->name);
	bundle_add_text(bundle, name, selftest);
	bundle->files[bundle->count - 1].runs = true;
}

static int add_all(struct bundle *bundle, const struct handed *handed, struct error *err)
{
	const struct suite *suite = handed->suite;
	owned(plan) made = NULL;
	const struct plan *plan = suite_cell_plan(&made, suite, handed->cell, err);
	struct run *run = run_of(suite, handed->features);

	if (!plan)
		return -1;
	run_embed(suite, run);
	bundle->name = text_copy(suite_testcase(suite, handed->cell)->name);
	add_texts(bundle, handed, plan, run);
	if (bundle_add_written(bundle, "results.json", run_writer, run, err) < 0 ||
	    add_case(bundle, &suite->cases[handed->cell->case_index], err) < 0 || add_trace(bundle, handed, err) < 0)
		return -1;
	add_config(bundle);
	return 0;
}

static int bundle_into(const struct handed *handed, const char *to, struct error *err)
{
	owned_bundle bundle = { 0 };

	if (add_all(&bundle, handed, err) < 0)
		return -1;
	return is_bundle(to) ? file_write(to, bundle_archive, &bundle, err) : bundle_put(&bundle, NULL, to, err);
}

/* The one that was asked for; other flows run in its lab, before it and at once with it. */
static const struct suite_cell *the_cell(const struct suite *suite, const struct selection *selection)
{
	const struct suite_cell *found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < suite->cell_count; i++) {
		const struct suite_cell *cell = &suite->cells[i];
		if (!cell_is_chosen(suite_testcase(suite, cell), cell->cell, selection->only, selection->only_count))
			continue;
		found = cell;
		count++;
	}
	if (count == 1)
		return found;
	owned_text first = suite_cell_name(suite, 0);
	say_error("%zu cells fit; name one with --only AXIS=VALUE, such as %s", count, first);
	return NULL;
}

static int bundle(struct options *options, struct suite *suite, const struct results *other, const char *to)
{
	const char *tmp = getenv("TMPDIR");
	owned_text kept = text_format("%s/hopcheck.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	struct features features = { 0 };
	struct error err = { 0 };
	const struct handed handed = { suite,     the_cell(suite, &options->selection),
		                       &features, other,
		                       kept,      options->kselftest };
	int code = EXIT_BROKEN;

	if (!handed.cell)
		return EXIT_USAGE;
	if (files_check(&(struct file_claim){ "bundle", to, !is_bundle(to) }, 1, &err) < 0)
		code = EXIT_USAGE;
	else if (!mkdtemp(kept))
		fail(&err, "%s: %m", kept);
	else {
		if (run_cell(suite, &features, kept, &err) == 0 && !stop_signal() && handed.cell->result &&
		    bundle_into(&handed, to, &err) == 0)
			code = EXIT_OK;
		files_remove(kept);
	}
	say_errors(&err);
	return code;
}

static int command(struct options *options)
{
	const char *to = options->operands[1];
	owned(pool) pool = pool_new();
	struct results other = { .pool = pool };
	struct suite suite = { 0 };
	struct error err = { 0 };

	options->operand_count = 1;
	if (options->results &&
	    (results_read(&other, options->results, &err) < 0 ||
	     (isdigit((unsigned char)options->operands[0][0]) && selection_by_number(options, &other, &err) < 0))) {
		say_errors(&err);
		return EXIT_USAGE;
	}
	suite_for_this_kernel(&suite);
	int code = selection_plan(options, 0, &suite);
	if (code == EXIT_OK)
		code = suite.cell_count ? bundle(options, &suite, options->results ? &other : NULL, to)
		                        : selection_is_empty();
	suite_free(&suite);
	return code;
}

const struct subcommand subcommand_bundle = {
	.command = COMMAND_BUNDLE,
	.name = "bundle",
	.about = "hand a cell over to somebody without hopcheck",
	.operands = "CELL DIRECTORY|FILE.tar.gz",
	.least = 2,
	.most = 2,
	.text = "Runs one cell, and writes what somebody needs to see the same: reproduce.sh, a shell script that\n"
	        "builds the lab, plays the traffic and says whether what became of it is right; report.txt, a mail\n"
	        "for a maintainer; the case and its topologies, results, captures and the kernel's configuration.\n"
	        "CELL is a case with --only, or with --results the number of a cell there.\n"
	        "`hopcheck run FILE.tar.gz` runs it again elsewhere.\n",
	.codes = "0 written; 2 wrong usage or a bad file; 3 the harness or the machine failed; 4 no such cell.",
	.run = command,
};
