/* outputs.c: the options by which subcommands take what is to be made of results. */
#ifndef HOPCHECK_OUTPUTS_H
#define HOPCHECK_OUTPUTS_H

#include "file.h"
#include "run.h"

struct outputs {
	const char *path[FORMATS]; /* - is standard output; NULL: not wanted */
	enum exit_style exit_style;
};

/* Numbers of the options, clear of letters and of a subcommand's own. */
enum { OPTION_FORMAT = 512, OPTION_EXIT_STYLE = OPTION_FORMAT + FORMATS };
/* Rows for getopt_long(3). */
#define OUTPUT_OPTIONS                                                                                                 \
	{ "ktap", required_argument, NULL, OPTION_FORMAT + FORMAT_KTAP },                                              \
	        { "tap", required_argument, NULL, OPTION_FORMAT + FORMAT_TAP },                                        \
	        { "junit", required_argument, NULL, OPTION_FORMAT + FORMAT_JUNIT },                                    \
	        { "html", required_argument, NULL, OPTION_FORMAT + FORMAT_HTML },                                      \
	{                                                                                                              \
		"exit-style", required_argument, NULL, OPTION_EXIT_STYLE                                               \
	}
/* And their lines of a help text. */
#define OUTPUT_HELP                                                                                                    \
	"  --ktap FILE        KTAP for kernel CI: cells as subtests of their case (- for standard output)\n"           \
	"  --tap FILE         TAP 13, a line a cell\n"                                                                 \
	"  --junit FILE       JUnit XML\n"                                                                             \
	"  --html FILE        one page that needs nothing else: the table, every cell with its evidence\n"             \
	"  --exit-style WORD  ksft: exit codes as the kernel's selftests have them, 0 pass, 1 fail, 4 skip;\n"         \
	"                     bisect: for `git bisect run`, 0 good, 1 bad, 125 cannot tell\n"

/* Takes one option; false: it is none of these. What is wrong with it goes to err. */
bool outputs_option(struct outputs *outputs, int option, const char *argument, struct error *err);
unsigned outputs_to_stdout(const struct outputs *outputs); /* how many want standard output */
/* The same as claims, for files_check(). */
void outputs_claim(const struct outputs *outputs, struct file_claim claims[FORMATS]);
/* Writes them all; EXIT_OK, or EXIT_BROKEN once what failed is said. */
int outputs_write(const struct outputs *outputs, const json_t *runs);

#endif
