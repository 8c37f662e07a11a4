/* The options of all subcommands: a row each makes the help, the parsing and the completion. */
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "cover.h"

/* How messages name it: as it is mostly typed. */
static const char *row_name(const struct option_row *row, char into[64])
{
	if (row->letter)
		snprintf(into, 64, "-%c", row->letter);
	else
		snprintf(into, 64, "--%s", row->name);
	return into;
}

#define FIELD(type) (*(type *)(void *)((char *)options + row->at))

static void take_text(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	(void)err;
	FIELD(const char *) = text;
}

static void take_flag(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	(void)text;
	(void)err;
	FIELD(bool) = true;
}

static void take_again(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	(void)text;
	(void)err;
	FIELD(unsigned)++;
}

static long number(const struct option_row *row, const char *text, struct error *err)
{
	char *end, name[64];
	long value = strtol(text, &end, 10);

	if (*end || !*text || value < row->least || value > row->most)
		fail(err, "%s %s: a number from %ld to %ld", row_name(row, name), text, row->least, row->most);
	return value;
}

static void take_number(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	FIELD(unsigned) = (unsigned)number(row, text, err);
}

static void take_seconds(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	FIELD(double) = (double)number(row, text, err);
}

static void take_kernel(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	(void)row;
	(void)err;
	*PUSH(options->kernels, options->kernel_count) = text;
}

static void take_only(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	char *equals = strchr(text, '=');

	(void)row;
	if (!equals || equals == text || !equals[1]) {
		fail(err, "--only %s: write AXIS=VALUE, as in --only mode=inline", text);
		return;
	}
	*equals = 0;
	struct selection *selection = &options->selection;
	*PUSH(selection->only, selection->only_count) = (struct only){ text, equals + 1 };
}

static void take_shard(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	char end;

	(void)row;
	if (sscanf(text, "%zu/%zu%c", &options->shard, &options->shards, &end) != 2 || options->shard < 1 ||
	    options->shard > options->shards || options->shards > 10000)
		fail(err, "--shard %s: write I/N, as in --shard 1/4", text);
}

static bool take_word(const struct word *words, const char *option, const char *text, int *value, struct error *err)
{
	if (word_value(words, text, value))
		return true;
	owned_text list = word_list(words);
	fail(err, "--%s %s: %s", option, text, list);
	return false;
}

static void take_accelerator(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	int found = machine_find(text);
	owned_text words = NULL;

	for (size_t i = 0; i < MACHINES; i++)
		text_append(&words, "%s%s", i ? ", " : "", machine_table[i]->word);
	if (found < 0)
		fail(err, "--%s %s: %s", row->name, text, words);
	else
		options->fleet.machine = machine_table[found];
}

static void take_exit_style(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	int value;

	if (take_word(exit_style_words, row->name, text, &value, err))
		options->outputs.exit_rules.style = (enum exit_style)value;
}

static void take_accepted(struct options *options, const struct option_row *row, char *text, struct error *err)
{
	struct exit_rules *rules = &options->outputs.exit_rules;

	(void)row;
	(void)err;
	*PUSH(rules->accepted, rules->accepted_count) = text;
}

#define AT(member) offsetof(struct options, member)
enum {
	MADE = 1 << COMMAND_RUN | 1 << COMMAND_MATRIX | 1 << COMMAND_MERGE | 1 << COMMAND_REPORT,
	TABLES = 1 << COMMAND_MATRIX | 1 << COMMAND_MERGE,
	GUESTS = 1 << COMMAND_MATRIX | 1 << COMMAND_BISECT,
	BOOTS = GUESTS | 1 << COMMAND_EXPLAIN | 1 << COMMAND_SWEEP,
	CHOOSES = 1 << COMMAND_RUN | 1 << COMMAND_MATRIX | 1 << COMMAND_BISECT | 1 << COMMAND_EXPLAIN |
	          1 << COMMAND_LIST | 1 << COMMAND_JUDGE | 1 << COMMAND_PLAN | 1 << COMMAND_BUNDLE,
	CASES = CHOOSES | 1 << COMMAND_SWEEP,
	RUNS = 1 << COMMAND_RUN | 1 << COMMAND_MATRIX,
};
#define TEXT(option, argument, member) 0, option, argument, take_text, AT(member), 0, 0
#define FLAG(option, member)           0, option, NULL, take_flag, AT(member), 0, 0

static const struct option_row rows[] = {
	{ 1 << COMMAND_BISECT, TEXT("good", "KERNEL", good), "a kernel before the change" },
	{ 1 << COMMAND_BISECT, TEXT("bad", "KERNEL", bad), "a kernel after the change" },
	{ 1 << COMMAND_SWEEP, 0, "strength", "N", take_number, AT(sweep.strength), 1, COVER_STRENGTH_MOST,
	  "any N values meet in some row: 2 takes seconds, 3 some minutes (default: 3)" },
	{ 1 << COMMAND_SWEEP, FLAG("all", sweep.all),
	  "every row that there is, in an order that the seed gives; see --budget" },
	{ 1 << COMMAND_SWEEP, 0, "seed", "N", take_number, AT(sweep.seed), 0, 1000000000,
	  "which of many such rows: equal seeds give equal rows (default: 1)" },
	{ 1 << COMMAND_SWEEP, 0, "budget", "SECONDS", take_seconds, AT(sweep.budget), 1, 1000000,
	  "begin no row after this time; what was found by then is still looked at" },
	{ 1 << COMMAND_SWEEP, TEXT("resume", "FILE", sweep.resume),
	  "go on where an earlier sweep of the same topologies, strength and seed ended; FILE is made where\n"
	  "there is none, and kept up to date" },
	{ 1 << COMMAND_SWEEP, TEXT("write", "DIR", sweep.write),
	  "write each find that happens again as a case with its topology, DIR/cases/sweep-*.yaml" },
	{ 1 << COMMAND_SWEEP, 0, "kernel", "KERNEL", take_kernel, 0, 0, 0,
	  "in a guest with this kernel, as `hopcheck matrix` takes it, instead of on this one; given several\n"
	  "times, what differs between them is a find" },
	{ 1 << COMMAND_MATRIX, 0, "kernel", "KERNEL", take_kernel, 0, 0, 0,
	  "add a kernel: a label or version that scripts/kernels.sh knows (6.12), or\n"
	  "[LABEL=]PATH[,MODULES]: a bzImage, or a kernel tree's build directory; MODULES is what\n"
	  "`make modules_install INSTALL_MOD_PATH=` was given. Default: all of the file `kernels`" },
	{ 1 << COMMAND_DOCTOR, TEXT("netns", "NAME", netns),
	  "look at this network namespace (of `ip netns`, or a path), instead of the machine and the\n"
	  "current one" },
	{ 1 << COMMAND_DOCTOR, TEXT("cases", "DIR", cases),
	  "take the known deviations from this directory of cases (default: as for run)" },
	{ 1 << COMMAND_DOCTOR, TEXT("json", "FILE", json), "write what is found as JSON (- for standard output)" },
	{ 1 << COMMAND_EXPLAIN, TEXT("results", "FILE", results),
	  "explain a cell of a results file, by its number there, counted from 0" },
	{ 1 << COMMAND_EXPLAIN, 0, "budget", "SECONDS", take_seconds, AT(budget), 1, 100000,
	  "look no longer than this, guests not counted (default: 10)" },
	{ 1 << COMMAND_EXPLAIN, 0, "kernel", "KERNEL", take_kernel, 0, 0, 0,
	  "also tell whether it happens on this kernel, as `hopcheck matrix` takes it; may be given\n"
	  "several times" },
	{ CASES, TEXT("cases", "DIR", cases),
	  "take cases from this directory (default: ./cases, or if there is none, those that came with\n"
	  "the program)" },
	{ CHOOSES, 0, "only", "AXIS=VALUE", take_only, 0, 0, 0,
	  "only cells with this value; if given several times, all must match" },
	{ 1 << COMMAND_BUNDLE, TEXT("results", "FILE", results),
	  "results in which CELL is a number, counted from 0; the report tells on which of their kernels the\n"
	  "cell is right" },
	{ 1 << COMMAND_BUNDLE, FLAG("kselftest", kselftest),
	  "also the script as a test of the kernel's tools/testing/selftests/net" },
	{ RUNS, FLAG("no-known", selection.no_known), "count documented deviations as FAIL, for bisecting" },
	{ 1 << COMMAND_RUN | 1 << COMMAND_EXPLAIN | 1 << COMMAND_SWEEP, 'j', "jobs", "N", take_number, AT(workers), 1,
	  256, "N workers at a time (default: the number of CPUs)" },
	{ GUESTS, 'j', "jobs", "N", take_number, AT(fleet.guests), 1, 64,
	  "N guests at a time (default: the number of CPUs)" },
	{ 1 << COMMAND_RUN, FLAG("fresh", fresh),
	  "build a new lab for every cell, instead of one for all that can share it" },
	{ 1 << COMMAND_RUN, FLAG("ip", by_ip),
	  "let `ip` apply the lines of labs, a process a node, instead of asking the kernel directly" },
	{ 1 << COMMAND_RUN, FLAG("no-drop-events", no_drop_events),
	  "do not trace which packets the kernel drops and why" },
	{ BOOTS, 0, "accel", "kvm|tcg|uml", take_accelerator, 0, 0, 0,
	  "run guests this way, without a trial (default: KVM if a guest comes up with it, else TCG)" },
	{ BOOTS, 0, "timeout", "SECONDS", take_seconds, AT(fleet.timeout), 1, 1000000,
	  "end a guest after this time (default: 600)" },
	{ BOOTS, 0, "silence", "SECONDS", take_seconds, AT(fleet.silence), 1, 1000000,
	  "end a guest that says nothing for this time (default: 120)" },
	{ BOOTS, 0, "memory", "MIB", take_number, AT(fleet.memory), 128, 1048576, "memory of a guest (default: 1024)" },
	{ BOOTS, TEXT("qemu", "PATH", fleet.qemu), "QEMU to run (default: qemu-system-x86_64)" },
	{ BOOTS, TEXT("append", "WORDS", fleet.append), "words to append to the kernels' command lines" },
	{ 1 << COMMAND_MATRIX, 0, "shard", "I/N", take_shard, 0, 0, 0,
	  "only the I-th of N parts of the cells; `hopcheck merge` puts the parts together" },
	{ 1 << COMMAND_REPORT, FLAG("table", table), "print the table too, besides files" },
	{ RUNS | TABLES | 1 << COMMAND_JUDGE, TEXT("json", "FILE", json),
	  "write all results as JSON (- for standard output)" },
	{ 1 << COMMAND_BISECT, TEXT("json", "FILE", json), "write the results of all kernels that were tried" },
	{ 1 << COMMAND_EXPLAIN, TEXT("json", "FILE", json), "write what was found as JSON (- for standard output)" },
	{ 1 << COMMAND_PCAP, TEXT("json", "FILE", json), "write all packets as JSON (- for standard output)" },
	{ 1 << COMMAND_PCAP, 0, "mtu", "OCTETS", take_number, AT(mtu), 68, 65535,
	  "the MTU of the links: a packet with a whole checksum that is larger has a fault" },
	{ TABLES, TEXT("brief", "FILE", brief), "the same without the evidence: small enough to keep beside the code" },
	{ TABLES, TEXT("markdown", "FILE", markdown), "write the table as Markdown (- for standard output)" },
	{ MADE, TEXT("ktap", "FILE", outputs.path[FORMAT_KTAP]),
	  "KTAP for kernel CI: cells as subtests of their case (- for standard output)" },
	{ MADE, TEXT("tap", "FILE", outputs.path[FORMAT_TAP]), "TAP 13, one line per cell" },
	{ MADE, TEXT("junit", "FILE", outputs.path[FORMAT_JUNIT]), "JUnit XML" },
	{ MADE, TEXT("html", "FILE", outputs.path[FORMAT_HTML]),
	  "one self-contained page: the table, and every cell with its evidence" },
	{ MADE, 0, "exit-style", "WORD", take_exit_style, 0, 0, 0,
	  "ksft: exit codes of the kernel selftests, 0 pass, 1 fail, 4 skip;\n"
	  "bisect: for `git bisect run`, 0 good, 1 bad, 125 cannot tell" },
	{ MADE, FLAG("strict", outputs.exit_rules.strict),
	  "a FIXED counts as a FAIL in the exit code, and so does a SKIP that is not accepted" },
	{ MADE, 0, "accept-skip", "PATTERN", take_accepted, 0, 0, 0,
	  "with --strict: cells that may be SKIP, by the name of their case or by case and axes, as\n"
	  "'nic-*' or 'flavors list=*psp*'; may be given several times" },
	{ TABLES, TEXT("against", "FILE", against),
	  "list what differs from the results of an earlier run; what had a verdict there and is SKIP or\n"
	  "missing now counts as a FAIL" },
	{ 1 << COMMAND_RUN, TEXT("keep", "DIR", keep),
	  "keep every cell's packets (trace.pcapng) and trace.json in DIR/CASE-NUMBER/" },
	{ 1 << COMMAND_MATRIX, TEXT("keep", "DIR", keep),
	  "keep failing cells' captures and the consoles in DIR/LABEL/" },
	{ TABLES, FLAG("cells", cells), "one row per cell instead of one per case" },
	{ 1 << COMMAND_RUN, FLAG("stages", stages), "print where the time went" },
	{ 1 << COMMAND_MATRIX, TEXT("fault", "KIND:CELL", fleet.fault),
	  "for tests of hopcheck: panic, hang, warn or warn-once before cell number CELL" },
	{ RUNS | TABLES, 'q', "quiet", NULL, take_flag, AT(quiet), 0, 0,
	  "print no progress and no table, only write files and set the exit code" },
	{ 1 << COMMAND_BISECT | 1 << COMMAND_SWEEP, 'q', "quiet", NULL, take_flag, AT(quiet), 0, 0, "no progress" },
	{ 1 << COMMAND_EXPLAIN, 'q', "quiet", NULL, take_flag, AT(quiet), 0, 0,
	  "print nothing, only write files and set the exit code" },
	{ 1 << COMMAND_PCAP, TEXT("make-case", "DIR", make_case),
	  "write a topology and a case for each flow into DIR, which replay it:\n"
	  "`hopcheck run --cases DIR/cases`" },
	{ 1 << COMMAND_PCAP, 'q', "quiet", NULL, take_flag, AT(quiet), 0, 0,
	  "only set the exit code, and write files" },
	{ 1 << COMMAND_PCAP, 'v', "verbose", NULL, take_again, AT(verbose), 0, 0,
	  "every packet of long flows too; -vv: also each header" },
	{ 1 << COMMAND_RUN | 1 << COMMAND_JUDGE, 'v', "verbose", NULL, take_again, AT(verbose), 0, 0,
	  "list every cell; packet ladders of all cells if there are at most 8, else of each FAIL.\n"
	  "-vv: also each cell's evidence, and ladders of KNOWN and FIXED" },
	{ 1 << COMMAND_REPORT, 'v', "verbose", NULL, take_again, AT(verbose), 0, 0,
	  "list every cell; -vv: also each cell's evidence (results of one kernel)" },
	{ 1 << COMMAND_LIST, 'v', "verbose", NULL, take_again, AT(verbose), 0, 0,
	  "also the axes and their values; -vv: every cell" },
	{ ~0u, 'h', "help", NULL, take_flag, AT(help), 0, 0, "this text" },
};

size_t option_rows(const struct option_row *into[OPTION_ROWS], const struct subcommand *subcommand)
{
	size_t count = 0;

	_Static_assert(COUNT(rows) <= OPTION_ROWS, "room for every row");
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].takers & 1u << subcommand->command)
			into[count++] = &rows[i];
	return count;
}

/* ---- what getopt_long(3) wants: a row's number stands for its option */
enum { FIRST_ROW = 256 };

struct table {
	const struct option_row *rows[OPTION_ROWS];
	size_t count;
	struct option names[OPTION_ROWS + 1];
	char letters[2 * OPTION_ROWS + 2];
};

static struct table table_of(const struct subcommand *subcommand)
{
	struct table table = { .letters = ":" };
	size_t used = 1;

	table.count = option_rows(table.rows, subcommand);
	for (size_t i = 0; i < table.count; i++) {
		const struct option_row *row = table.rows[i];
		int has_argument = row->argument ? required_argument : no_argument;
		table.names[i] = (struct option){ row->name, has_argument, NULL, FIRST_ROW + (int)i };
		if (row->letter)
			table.letters[used++] = row->letter;
		if (row->letter && row->argument)
			table.letters[used++] = ':';
	}
	return table;
}

static const struct option_row *row_of(const struct table *table, int option)
{
	for (size_t i = 0; i < table->count; i++)
		if (option == FIRST_ROW + (int)i || (option && option == table->rows[i]->letter))
			return table->rows[i];
	return NULL;
}

/* `text` is "--" and a name that getopt_long(3) refused: unknown, or a prefix of several. */
static void refuse_name(const struct table *table, const char *text, struct error *err)
{
	struct nearest nearest = { .word = text + 2 };
	char *list = text_copy("");
	size_t begun = 0;

	for (size_t i = 0; i < table->count; i++) {
		const char *name = table->rows[i]->name;
		nearest_try(&nearest, name);
		if (strncmp(name, text + 2, strlen(text + 2)) == 0)
			text_append(&list, "%s--%s", begun++ ? ", " : "", name);
	}
	owned_text hint = nearest.best ? text_format(" (did you mean '--%s'?)", nearest.best) : text_copy("");
	if (begun > 1)
		fail(err, "option '%s' is ambiguous: %s", text, list);
	else
		fail(err, "unknown option '%s'%s", text, hint);
	free(list);
}

/* What getopt_long() did not take; `text` is the word where it stopped. */
static void refuse(const struct table *table, int option, const char *text, struct error *err)
{
	const struct option_row *row = row_of(table, optopt);
	char name[64];

	if (row && option == ':')
		fail(err, "%s: an argument is missing: %s", row_name(row, name), row->argument);
	else if (row)
		fail(err, "%s takes no argument", row_name(row, name));
	else if (optopt)
		fail(err, "unknown option '-%c'", optopt);
	else
		refuse_name(table, text, err);
}

static int refuse_operands(const struct subcommand *subcommand, size_t count, struct error *err)
{
	if (count < subcommand->least)
		return fail(err, "%s: nothing named; expected %s", subcommand->name, subcommand->operands);
	if (count > subcommand->most)
		return fail(err, "%s: expected %s, got %zu", subcommand->name,
		            *subcommand->operands ? subcommand->operands : "no operand", count);
	return 0;
}

static void print_usage_line(FILE *out, const struct subcommand *subcommand, size_t rows_taken)
{
	fprintf(out, "usage: hopcheck %s%s%s%s\n", subcommand->name, rows_taken > 1 ? " [OPTION]..." : "",
	        *subcommand->operands ? " " : "", subcommand->operands);
}

int options_read(struct options *options, const struct subcommand *subcommand, int argc, char **argv)
{
	struct table table = table_of(subcommand);
	struct error err = { 0 };

	opterr = 0;
	for (int option; (option = getopt_long(argc, argv, table.letters, table.names, NULL)) != -1;) {
		const struct option_row *row = row_of(&table, option);
		if (row)
			row->taker(options, row, optarg, &err);
		else
			refuse(&table, option, argv[optind - 1], &err);
		if (options->help) {
			print_usage(stdout, subcommand);
			return EXIT_OK;
		}
	}
	options->operands = argv + optind;
	options->operand_count = (size_t)(argc - optind);
	options->fleet.quiet = options->quiet;
	options->fleet.keep = options->keep;
	if (options->outputs.exit_rules.accepted_count && !options->outputs.exit_rules.strict)
		fail(&err, "--accept-skip: it goes with --strict");
	if (!err.count && refuse_operands(subcommand, options->operand_count, &err) == 0)
		return -1;
	say_errors(&err);
	print_usage_line(stderr, subcommand, table.count);
	fprintf(stderr, "`hopcheck %s --help` lists the options\n", subcommand->name);
	return EXIT_USAGE;
}

/* ---- help */
static void print_row(FILE *out, const struct option_row *row)
{
	enum { COLUMN = 23 };
	char left[96];
	int width = snprintf(left, sizeof left, "%s%.1s%s--%s%s%s", row->letter ? "-" : "",
	                     row->letter ? (const char[]){ row->letter, 0 } : "", row->letter ? ", " : "", row->name,
	                     row->argument ? " " : "", row->argument ? row->argument : "");

	fprintf(out, "  %-*s", COLUMN - 3, left);
	if (width > COLUMN - 3)
		fprintf(out, "\n%*s", COLUMN - 1, "");
	for (const char *line = row->help, *end; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		fprintf(out, "%s%.*s\n", line == row->help ? " " : "                       ", (int)(end - line), line);
	}
}

void print_usage(FILE *out, const struct subcommand *subcommand)
{
	const struct option_row *taken[OPTION_ROWS];
	size_t count = option_rows(taken, subcommand);

	print_usage_line(out, subcommand, count);
	fprintf(out, "\n%s\n", subcommand->text);
	for (size_t i = 0; i < count; i++)
		print_row(out, taken[i]);
	if (subcommand->codes)
		fprintf(out, "\nExit codes: %s\n", subcommand->codes);
}

void options_clear(struct options *options)
{
	free(options->selection.only);
	free(options->outputs.exit_rules.accepted);
	free(options->kernels);
}
