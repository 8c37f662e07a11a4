/* Searching a topology for what goes wrong, without a list of cases. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "stop.h"
#include "sweeping.h"

/* What all sweeps of a call have in common. */
struct sweeps {
	const struct options *options;
	char *cases;      /* the directory of cases */
	json_t *document; /* the state; NULL: none is kept */
	struct report_style style;
	size_t finds, unnamed, written, broken;
	bool cut_short;
};

static bool is_file(const char *path)
{
	return access(path, R_OK) == 0;
}

/* What an operand names. */
struct swept {
	struct topology *own; /* a topology that was read */
	struct suite suite;   /* a case, with its topology */
	const struct testcase *testcase;
	const struct topology *topology;
};

static void swept_clear(struct swept *swept)
{
	topology_free(swept->own);
	suite_free(&swept->suite);
}

static int take_case(struct swept *swept, const struct sweeps *sweeps, char *name, struct error *err)
{
	swept->suite.directory = sweeps->cases;
	if (suite_read(&swept->suite, &name, 1, err) < 0)
		return -1;
	swept->testcase = swept->suite.cases[0].testcase;
	swept->topology = swept->suite.cases[0].topologies[0];
	return 0;
}

static int take_topology(struct swept *swept, const char *path, struct error *err)
{
	int read = topology_read(&swept->own, path, err);

	swept->topology = swept->own;
	return read;
}

/* A file is a topology's where its first key says so. */
static bool is_of_topology(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[256];
	bool is = false;

	while (file && !is && fgets(line, sizeof line, file))
		is = strncmp(line, "nodes:", strlen("nodes:")) == 0;
	if (file)
		fclose(file);
	return is;
}

/* A topology beside the cases, a case of that name, or a file of either. */
static int swept_read(struct swept *swept, const struct sweeps *sweeps, char *name, struct error *err)
{
	owned_text beside = text_format("%s/../topologies/%s.yaml", sweeps->cases, name);
	owned_text known = text_format("%s/%s.yaml", sweeps->cases, name);

	if (strchr(name, '/') || strstr(name, ".yaml"))
		return is_of_topology(name) ? take_topology(swept, name, err) : take_case(swept, sweeps, name, err);
	if (is_file(beside))
		return take_topology(swept, beside, err);
	if (is_file(known))
		return take_case(swept, sweeps, name, err);
	return fail(err, "no topology '%s' in %s/../topologies, and no case of that name; a file is written as ./%s",
	            name, sweeps->cases, name);
}

/* ---- what is said */

static char *coverage_text(const struct sweeping *sweeping)
{
	const struct cover_count count = cover_counted_ran(sweeping->cover);
	static const char *const tuples[] = { "rows", "values", "pairs", "triples", "quadruples" };
	const double part = count.possible ? 100.0 * (double)count.covered / (double)count.possible : 100;

	return text_format("%.1f %% of %llu %s",
	                   count.covered == count.possible ? 100
	                   : part > 99.9                   ? 99.9
	                                                   : part,
	                   (unsigned long long)count.possible, tuples[sweeping->strength]);
}

static void progress(void *context, const struct sweeping *sweeping)
{
	const struct sweeps *sweeps = context;
	owned_text coverage = coverage_text(sweeping);

	if (sweeps->options->quiet || !sweeps->style.terminal)
		return;
	fprintf(stderr, "\r\033[K%s: %zu rows, %zu wrong, %zu find%s, %s", sweeping_name(sweeping), sweeping->rows,
	        sweeping->wrong, sweeping->finds.count, sweeping->finds.count == 1 ? "" : "s", coverage);
	fflush(stderr);
}

static void end_progress(const struct sweeps *sweeps)
{
	if (!sweeps->options->quiet && sweeps->style.terminal)
		fputs("\r\033[K", stderr);
}

/* How it was called, for case files: what gives the same rows. */
static char *call_text(const struct sweeping *sweeping)
{
	owned_text strength =
	        sweeping->strength == COVER_ALL ? text_copy("--all") : text_format("--strength %u", sweeping->strength);

	return text_format("hopcheck sweep %s %s --seed %llu", sweeping_name(sweeping), strength,
	                   (unsigned long long)sweeping->seed);
}

static void say_find(const struct find *find, const char *path)
{
	static const char *const again[] = { [FIND_NEW] = "not looked at again",
		                             [FIND_AGAIN] = "again when run again",
		                             [FIND_ONCE] = "not again when run again",
		                             [FIND_UNKNOWN] = "not looked at again" };

	printf("\n%s\n  rows   %zu, the first is %zu; %s\n", find->what, find->rows, find->first, again[find->state]);
	printf("  %s  %s\n", find->least ? "least" : "row  ", find->least ? find->least : find->sets);
	if (find->control)
		printf("  plain  the same is right in plain mode\n");
	printf("  why    %s\n", find->why);
	printf("  like   %s\n", find->named ? find->named : "no named deviation");
	if (path)
		printf("  case   %s\n", path);
}

static void say_sum(const struct sweeping *sweeping)
{
	owned_text coverage = coverage_text(sweeping);
	owned_text call = call_text(sweeping);

	printf("%s: %zu rows: %zu right, %zu wrong, %zu skipped, %zu broken; %s; %zu find%s%s\n", call, sweeping->rows,
	       sweeping->right, sweeping->wrong, sweeping->skipped, sweeping->broken, coverage, sweeping->finds.count,
	       sweeping->finds.count == 1 ? "" : "s", sweeping->complete ? "" : "; not complete");
	if (sweeping->skip)
		printf("  skipped, as %s\n", sweeping->skip);
}

/* ---- one sweep */

static int write_find(struct sweeping *sweeping, const struct find *find, const struct sweeps *sweeps, char **path,
                      struct error *err)
{
	owned_text call = call_text(sweeping);

	if (!sweeps->options->sweep.write || !find->least || find->state != FIND_AGAIN || stop_signal())
		return 0;
	return find_write(path, sweeping, find, sweeps->options->sweep.write, call, err);
}

static int tell(struct sweeping *sweeping, struct sweeps *sweeps, struct error *err)
{
	end_progress(sweeps);
	say_sum(sweeping);
	for (size_t i = 0; i < sweeping->finds.count; i++) {
		const struct find *find = &sweeping->finds.at[i];
		owned_text path = NULL;
		if (write_find(sweeping, find, sweeps, &path, err) < 0)
			return -1;
		say_find(find, path);
		sweeps->unnamed += !find->named;
		sweeps->written += path != NULL;
	}
	printf("\n");
	sweeps->finds += sweeping->finds.count;
	sweeps->broken += sweeping->broken;
	sweeps->cut_short |= !sweeping->complete;
	return 0;
}

static int save(const struct sweeps *sweeps, const struct sweeping *sweeping, struct error *err)
{
	/* Of one that ended before the first rows were tried nothing is kept. */
	if (!sweeps->document || !sweeping->cover || strchr(sweeping->marks, '-'))
		return 0;
	sweeping_save(sweeps->document, sweeping);
	return file_write(sweeps->options->sweep.resume, json_writer, sweeps->document, err);
}

static int go_on(struct sweeping *sweeping, const struct sweeps *sweeps, struct error *err)
{
	bool failed = false;

	if (sweeping_start(sweeping, err) < 0 ||
	    (sweeps->document && sweeping_resume(sweeping, sweeps->document, err) < 0))
		return -1;
	while (!sweeping->ended && sweeping_step(sweeping, &failed, err))
		if (save(sweeps, sweeping, err) < 0)
			return -1;
	sweeping->runner.deadline = 0; /* what was found is still looked at */
	if (failed || (!stop_signal() && sweeping_examine(sweeping, err) < 0))
		return -1;
	return save(sweeps, sweeping, err);
}

static int sweep_one(struct sweeps *sweeps, const struct swept *swept, double deadline, struct error *err)
{
	const struct options *options = sweeps->options;
	struct fleet_options fleet = options->fleet;
	struct sweeping sweeping = { .topology = swept->topology,
		                     .testcase = swept->testcase,
		                     .strength = options->sweep.all ? COVER_ALL : options->sweep.strength,
		                     .seed = options->sweep.seed,
		                     .runner = { .deviations = sweeps->cases,
		                                 .workers = options->workers,
		                                 .deadline = deadline,
		                                 .kernels = options->kernels,
		                                 .kernel_count = options->kernel_count,
		                                 .fleet = &fleet },
		                     .progress = progress,
		                     .context = sweeps };

	fleet.quiet = true;
	int done = go_on(&sweeping, sweeps, err);
	if (sweeping.cover && done == 0)
		done = tell(&sweeping, sweeps, err);
	sweeping_clear(&sweeping);
	return done;
}

/* ---- all of them */

static int read_state(struct sweeps *sweeps, struct error *err)
{
	const char *path = sweeps->options->sweep.resume;

	if (!path)
		return 0;
	sweeps->document = is_file(path) ? json_read(path, 0, err) : json_object();
	if (sweeps->document && !json_is_object(sweeps->document))
		return fail(err, "%s: it is no state of a sweep", path);
	return sweeps->document ? 0 : -1;
}

static int sweep_all(struct sweeps *sweeps, struct error *err)
{
	const struct options *options = sweeps->options;
	const double end = options->sweep.budget > 0 ? clock_ms() + 1000 * options->sweep.budget : 0;

	for (size_t i = 0; i < options->operand_count && !stop_signal(); i++) {
		struct swept swept = { 0 };
		if (swept_read(&swept, sweeps, options->operands[i], err) < 0) {
			swept_clear(&swept);
			return EXIT_USAGE;
		}
		/* What is left, shared by those that are left. */
		const double now = clock_ms(), left = end > now ? end - now : 1;
		const double deadline = end > 0 ? now + left / (double)(options->operand_count - i) : 0;
		const int done = sweep_one(sweeps, &swept, deadline, err);
		swept_clear(&swept);
		if (done < 0)
			return EXIT_BROKEN;
	}
	return sweeps->unnamed ? EXIT_FAIL : sweeps->broken ? EXIT_BROKEN : EXIT_OK;
}

static int command(struct options *options)
{
	struct suite directory = { .directory = options->cases };
	struct sweeps sweeps = { .options = options, .style = report_style_of(stderr) };
	struct error err = { 0 };
	const struct file_claim claims[] = { { "resume", options->sweep.resume, false },
		                             { "write", options->sweep.write, true } };
	int code = EXIT_USAGE;

	sweeps.cases = suite_cases_directory(&directory);
	stop_catch();
	if (files_check(claims, COUNT(claims), &err) == 0 && read_state(&sweeps, &err) == 0)
		code = sweep_all(&sweeps, &err);
	end_progress(&sweeps);
	say_errors(&err);
	if (code != EXIT_USAGE && !options->quiet && sweeps.written)
		printf("%zu case%s written to %s/cases\n", sweeps.written, sweeps.written == 1 ? "" : "s",
		       options->sweep.write);
	json_decref(sweeps.document);
	free(sweeps.cases);
	return code;
}

const struct subcommand subcommand_sweep = {
	.command = COMMAND_SWEEP,
	.name = "sweep",
	.about = "search a topology, or around a case, for what goes wrong without a list",
	.operands = "TOPOLOGY|CASE...",
	.least = 1,
	.most = SIZE_MAX,
	.text = "Varies all that a topology lets traffic be, so that any two or three values meet in some row: ways "
	        "and\n"
	        "segment lists that the standards deliver, modes, traffic, packet fields, MTUs, and all offloads of "
	        "all\n"
	        "ports. All must be delivered as sent, and no invariant broken. What goes wrong in the same way is "
	        "one\n"
	        "find; each is run again, and the least settings with which it happens are looked for.\n"
	        "TOPOLOGY is a name in topologies/ or a file; so is CASE in cases/, whose axes are varied with the\n"
	        "offloads, models and MTUs that it leaves open. A name of both is the topology's.\n",
	.codes = "0 nothing was found but what looks like named deviations; 1 something else; 2 wrong usage or a bad\n"
	         "file; 3 the harness or the machine failed." SIGNAL_CODES,
	.run = command,
};
