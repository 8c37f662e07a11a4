/* What subcommands share: the options that several take, and what is made of results. */
#ifndef HOPCHECK_CLI_CLI_H
#define HOPCHECK_CLI_CLI_H

#include "file.h"
#include "fleet.h"
#include "report.h"

/* ---- subcommands: argv starts behind the subcommand's name; return the exit code. */
int command_run(int argc, char **argv);
int command_list(int argc, char **argv);
int command_check(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_judge(int argc, char **argv);
int command_report(int argc, char **argv);
int command_verdicts(int argc, char **argv);
int command_matrix(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_bisect(int argc, char **argv);

enum exit_code { EXIT_OK, EXIT_FAIL, EXIT_USAGE, EXIT_BROKEN, EXIT_NOTHING };

/* options.c: options that several subcommands take. */
struct selection {
	struct only *only;
	size_t only_count;
	char **names;
	size_t name_count;
	int no_known; /* --no-known */
};
bool selection_only(struct selection *selection, char *argument, struct error *err); /* splits AXIS=VALUE */
int selection_plan(const struct selection *selection, struct suite *suite); /* reads, plans; or says why: EXIT_USAGE */
/* The same without plans: each cell's is made where it is needed. */
int selection_choose(const struct selection *selection, struct suite *suite);
void selection_free(struct selection *selection);
int write_json(const char *path, json_t *document); /* - is stdout; EXIT_OK, or EXIT_BROKEN once said */
int write_results(const char *path, json_t *kernel, json_t *topologies, json_t *cells);
/* A number of an option's; what is none goes to err. */
long option_number(const char *option, const char *text, long least, long most, struct error *err);

/* ---- outputs.c: the options by which subcommands take what is to be made of results. */
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

/* ---- fleet_options.c: the options by which subcommands say how guests are run. */
/* Numbers of the options, clear of letters, of outputs' and of a subcommand's own. */
enum { OPTION_ACCEL = 768, OPTION_TIMEOUT, OPTION_SILENCE, OPTION_MEMORY, OPTION_APPEND, OPTION_QEMU };
/* Rows for getopt_long(3), besides -j and -q. */
#define FLEET_OPTIONS                                                                                                  \
	{ "accel", required_argument, NULL, OPTION_ACCEL }, { "timeout", required_argument, NULL, OPTION_TIMEOUT },    \
	        { "silence", required_argument, NULL, OPTION_SILENCE },                                                \
	        { "memory", required_argument, NULL, OPTION_MEMORY },                                                  \
	        { "qemu", required_argument, NULL, OPTION_QEMU },                                                      \
	{                                                                                                              \
		"append", required_argument, NULL, OPTION_APPEND                                                       \
	}
/* And their lines of a help text. */
#define FLEET_HELP                                                                                                     \
	"  -j N               N guests at a time (default: the number of CPUs)\n"                                      \
	"  --accel kvm|tcg    no trial: this one (default: KVM when a guest comes up with it, else TCG)\n"             \
	"  --timeout SECONDS  no guest lives longer (default: 600)\n"                                                  \
	"  --silence SECONDS  a guest that says nothing for so long hangs (default: 120)\n"                            \
	"  --memory MIB       of a guest (default: 1024)\n"                                                            \
	"  --qemu PATH        this QEMU (default: qemu-system-x86_64)\n"                                               \
	"  --append WORDS     more words for the kernels' command lines\n"
/* Takes one option; false: it is none of these. What is wrong with it goes to err. */
bool fleet_option(struct fleet_options *options, int option, const char *text, struct error *err);

/* ---- matrix_output.c: where results of many kernels go. Paths may be NULL, and "-" is standard output. */
struct matrix_output {
	const char *json, *brief, *markdown, *against;
	const char *command; /* that made them */
	struct outputs outputs;
	bool cells, quiet;
};
char *command_text(int argc, char *const *argv); /* as a person would type it; caller frees */
int matrix_outputs_check(const struct matrix_output *output, const char *keep, struct error *err);
int matrix_report(const struct matrix_output *output, const json_t *runs); /* the exit code */

#endif
