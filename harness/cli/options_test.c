/* What options set, and the messages about those that are not accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* Behind our headers: its fail() is a macro. */
#include <cmocka.h>
#include <getopt.h>

#define WORDS_MOST 20

/* A command line's words, as main() has them; caller frees. */
static char *split(const char *line, char *words[WORDS_MOST], int *count)
{
	char *text = text_copy(line), *rest = NULL;

	*count = 0;
	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		words[(*count)++] = word;
	words[*count] = NULL;
	return text;
}

static int read_line(struct options *options, const struct subcommand *subcommand, char **words, int count)
{
	optind = 0; /* getopt_long(3): start again */
	return options_read(options, subcommand, count, words);
}

/* What goes to standard error meanwhile; caller frees. */
static char *said_of(const struct subcommand *subcommand, const char *line)
{
	char *words[WORDS_MOST], *text = zalloc(4096);
	FILE *file = tmpfile();
	int count, before = dup(STDERR_FILENO);
	owned_text held = split(line, words, &count);
	struct options options = { 0 };

	assert_non_null(file);
	dup2(fileno(file), STDERR_FILENO);
	int code = read_line(&options, subcommand, words, count);
	dup2(before, STDERR_FILENO);
	close(before);
	assert_int_equal(code, EXIT_USAGE);
	rewind(file);
	text[fread(text, 1, 4095, file)] = 0;
	fclose(file);
	return text;
}

static void refused(void **state)
{
	static const struct {
		const struct subcommand *subcommand;
		const char *line, *message;
	} rows[] = {
		{ &subcommand_run, "run --jsno x", "unknown option '--jsno' (did you mean '--json'?)\n" },
		{ &subcommand_run, "run --frehs", "unknown option '--frehs' (did you mean '--fresh'?)\n" },
		{ &subcommand_run, "run --nothing-like-it", "unknown option '--nothing-like-it'\n" },
		{ &subcommand_run, "run --shard 1/2", "unknown option '--shard'\n" }, /* matrix has it */
		{ &subcommand_run, "run --k", "option '--k' is ambiguous: --ktap, --keep\n" },
		{ &subcommand_run, "run -x", "unknown option '-x'\n" },
		{ &subcommand_run, "run --json", "--json: an argument is missing: FILE\n" },
		{ &subcommand_run, "run --fresh=1", "--fresh takes no argument\n" },
		{ &subcommand_run, "run -j 0", "-j 0: a number from 1 to 256\n" },
		{ &subcommand_run, "run -j 257", "-j 257: a number from 1 to 256\n" },
		{ &subcommand_run, "run -j 4x", "-j 4x: a number from 1 to 256\n" },
		{ &subcommand_run, "run --only mode", "--only mode: write AXIS=VALUE" },
		{ &subcommand_run, "run --only =inline", "--only =inline: write AXIS=VALUE" },
		{ &subcommand_matrix, "matrix --shard 3/2", "--shard 3/2: write I/N" },
		{ &subcommand_matrix, "matrix --shard 1/2x", "--shard 1/2x: write I/N" },
		{ &subcommand_matrix, "matrix --accel xen", "--accel xen: kvm, tcg, uml\n" },
		{ &subcommand_run, "run --exit-style x", "--exit-style x: " },
		{ &subcommand_list, "list --json x", "unknown option '--json'\n" },
		{ &subcommand_completion, "completion bash", "completion: expected no operand, got 1\n" },
		{ &subcommand_verdicts, "verdicts", "verdicts: nothing named; expected " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		owned_text said = said_of(rows[i].subcommand, rows[i].line);
		owned_text usage = text_format("usage: hopcheck %s", rows[i].subcommand->name);
		if (!strstr(said, rows[i].message))
			print_error("'%s' is not in: %s", rows[i].message, said);
		assert_non_null(strstr(said, rows[i].message));
		assert_non_null(strstr(said, usage));
	}
}

static void taken(void **state)
{
	char *words[WORDS_MOST];
	struct options options = { 0 };
	int count;
	owned_text held = split("run -vv -j 7 --only mode=inline --only a.b=1 --json out case -q", words, &count);

	(void)state;
	assert_int_equal(read_line(&options, &subcommand_run, words, count), -1);
	assert_int_equal(options.verbose, 2);
	assert_int_equal(options.workers, 7);
	assert_int_equal(options.selection.only_count, 2);
	assert_string_equal(options.selection.only[0].axis, "mode");
	assert_string_equal(options.selection.only[1].value, "1");
	assert_string_equal(options.json, "out");
	assert_true(options.quiet && options.fleet.quiet); /* also behind an operand */
	assert_int_equal(options.operand_count, 1);
	assert_string_equal(options.operands[0], "case");
	free(options.selection.only);
}

/* The same letter is another number there. */
static void taken_by_matrix(void **state)
{
	char *words[WORDS_MOST];
	struct options options = { 0 };
	int count;
	owned_text held = split("matrix -j 3 --shard 2/4 --kernel 6.1 --kernel 6.12 --accel tcg", words, &count);

	(void)state;
	assert_int_equal(read_line(&options, &subcommand_matrix, words, count), -1);
	assert_int_equal(options.fleet.guests, 3);
	assert_int_equal(options.workers, 0);
	assert_int_equal(options.shard, 2);
	assert_int_equal(options.shards, 4);
	assert_int_equal(options.kernel_count, 2);
	assert_string_equal(options.kernels[1], "6.12");
	assert_string_equal(options.fleet.machine->word, "tcg");
	free(options.kernels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused),
		cmocka_unit_test(taken),
		cmocka_unit_test(taken_by_matrix),
	};

	return cmocka_run_group_tests_name("cli: options", tests, NULL, NULL);
}
