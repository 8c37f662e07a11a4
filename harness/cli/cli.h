/* Subcommands, their options, and what is made of results. */
#ifndef HOPCHECK_CLI_CLI_H
#define HOPCHECK_CLI_CLI_H

#include <stdio.h>

#include "file.h"
#include "fleet.h"
#include "report.h"

enum exit_code { EXIT_OK, EXIT_FAIL, EXIT_USAGE, EXIT_BROKEN, EXIT_NOTHING };

/* ---- NAME.c: subcommands, and the table of them in subcommands.c. */
enum command_id {
	COMMAND_RUN,
	COMMAND_MATRIX,
	COMMAND_MERGE,
	COMMAND_BISECT,
	COMMAND_EXPLAIN,
	COMMAND_SWEEP,
	COMMAND_LIST,
	COMMAND_CHECK,
	COMMAND_JUDGE,
	COMMAND_REPORT,
	COMMAND_PLAN,
	COMMAND_BUNDLE,
	COMMAND_PCAP,
	COMMAND_VERDICTS,
	COMMAND_DOCTOR,
	COMMAND_COMPLETION,
	COMMANDS
};

/* The end of exit codes, of those that tell what is there when a signal comes. */
#define SIGNAL_CODES                                                                                                   \
	"\n130 (SIGINT, ^C), 129 (SIGHUP), 143 (SIGTERM): a signal ended it; the results so far are written, as "      \
	"partial."

struct options;
struct subcommand {
	enum command_id command;
	const char *name;
	const char *about;                   /* in the list of subcommands */
	const char *operands;                /* in the usage: "[CASE]..."; "": none */
	size_t least, most;                  /* operands */
	const char *text;                    /* of the help: lines, each ended by '\n' */
	const char *codes;                   /* exit codes, of the help; NULL: nothing to tell */
	int (*run)(struct options *options); /* gives the exit code */
};
extern const struct subcommand subcommand_run, subcommand_matrix, subcommand_merge, subcommand_bisect,
        subcommand_explain, subcommand_sweep, subcommand_list, subcommand_check, subcommand_judge, subcommand_report,
        subcommand_plan, subcommand_bundle, subcommand_pcap, subcommand_verdicts, subcommand_doctor,
        subcommand_completion;
extern const struct subcommand *const subcommands[COMMANDS]; /* in the order of the help */

/* ---- options.c: one table of all options. What a subcommand does not take stays as it was. */
struct selection {
	struct only *only;
	size_t only_count;
	bool no_known;
};

struct outputs {
	const char *path[FORMATS]; /* - is standard output; NULL: not wanted */
	struct exit_rules exit_rules;
};

struct options {
	char **operands;
	size_t operand_count;
	const char *command;                 /* as it was typed */
	const struct subcommand *const *all; /* COMMANDS of them, for their completion */
	struct selection selection;
	struct outputs outputs;
	const char *cases;                                    /* a directory, or NULL */
	const char *netns;                                    /* a network namespace's name, or NULL: the current one */
	const char *json, *brief, *markdown, *against, *keep; /* paths, or NULL */
	bool help, quiet, cells, table, fresh, by_ip, no_drop_events, stages;
	unsigned verbose; /* how often -v was given */
	unsigned workers;
	unsigned mtu;          /* 0: not known */
	const char *make_case; /* a directory, or NULL */
	struct fleet_options fleet;
	const char **kernels;
	size_t kernel_count;
	const char *good, *bad;
	const char *results;      /* a file that a cell is taken from; NULL: it is chosen */
	double budget;            /* s of a search */
	size_t shard, shards;     /* shards: 0 when all is run */
	bool kselftest, unpacked; /* unpacked: the operand came from a bundle */
	bool runs_cases;          /* operands are cases, and none means all */
	struct {
		unsigned strength, seed;
		bool all;
		double budget;              /* s; 0: none */
		const char *resume, *write; /* a file, a directory, or NULL */
	} sweep;
};

struct option_row {
	unsigned takers;             /* bits, by enum command_id */
	char letter;                 /* 0: none */
	const char *name, *argument; /* argument: its name in the help; NULL: it takes none */
	void (*taker)(struct options *options, const struct option_row *row, char *text, struct error *err);
	size_t at;        /* in struct options: what is filled */
	long least, most; /* of a number */
	const char *help; /* lines parted by '\n' */
};
enum { OPTION_ROWS = 64 };
/* The rows of a subcommand, in the order of the help; gives how many. */
size_t option_rows(const struct option_row *into[OPTION_ROWS], const struct subcommand *subcommand);
/* argv starts with the subcommand's name. -1: go on; else the exit code, once help is printed or what is wrong is said.
 */
int options_read(struct options *options, const struct subcommand *subcommand, int argc, char **argv);
void options_clear(struct options *options);
void print_usage(FILE *out, const struct subcommand *subcommand);

/* ---- say_error.c: what goes to standard error. */
/* Every message on a line: one about a place in a file begins with FILE:LINE:COLUMN, as a compiler's, each other with
 * "hopcheck: ". */
void say_errors(const struct error *err);
void say_error(const char *format, ...) PRINTF_LIKE(1, 2); /* one message */
void say_nothing_told(void);                               /* a signal came before there was anything to tell */

/* ---- selection.c: the cells that were asked for. Operands from the `first` are names of cases. */
int selection_plan(struct options *options, size_t first,
                   struct suite *suite); /* reads, plans; or says why: EXIT_USAGE */
/* The same without plans: each cell's is made where it is needed. */
int selection_choose(struct options *options, size_t first, struct suite *suite);

/* The first operand is a cell's number in results, counted from 0, kernel after kernel: it becomes that cell's case,
 * and its values are selected. -1 and err: there is no such cell. The texts stay the results'. */
int selection_by_number(struct options *options, const struct results *results, struct error *err);

int selection_is_empty(void); /* no cell was chosen: says so; EXIT_NOTHING */

/* The exit code of a subcommand that went on without some files of the cases directory: EXIT_USAGE, unless a signal or
 * an exit style has one of its own. */
int selection_code(const struct suite *suite, int code);

/* ---- embed.c */
/* Has a run of a suite with it what somebody else needs to run its cells again: the cases, topologies and deviations,
 * and scripts of the cells that deviate. What cannot be read is left out. */
void run_embed(const struct suite *suite, struct run *run);

/* ---- tool_versions.c: what the tools of scripts call themselves, lines; caller frees. */
char *tool_versions(void);

/* ---- unbundle.c: `run FILE.tar.gz` */
bool is_bundle(const char *operand);
/* Puts the files that `run` needs of the bundle, an operand that must be the only one, below a new directory, and makes
 * its case the operand, and its cell the only one. EXIT_OK, or EXIT_USAGE once said; in both cases bundle_leave() ends
 * it, and removes the directory. */
int bundle_enter(struct options *options, size_t operand, char **dir);
void bundle_leave(struct options *options, char **dir); /* *dir NULL: there is nothing to do */

/* ---- run.c: the results that a suite's cells have, as a run; of the suite's pool. */
struct run *run_of(const struct suite *suite, const struct features *features);

/* ---- outputs.c: what is made of results. */
/* - is stdout; no path: nothing is written. EXIT_OK, or EXIT_BROKEN once said. */
int write_document(const char *path, file_writer *write, const void *document);
unsigned outputs_to_stdout(const struct outputs *outputs); /* how many want standard output */
/* The same as claims, for files_check(). */
void outputs_claim(const struct outputs *outputs, struct file_claim claims[FORMATS]);
/* Writes them all; EXIT_OK, or EXIT_BROKEN once what failed is said. */
int outputs_write(const struct outputs *outputs, const struct results *results);

/* ---- pcap_case.c */
struct capture;
/* Writes a topology and a case for each flow that can be replayed, below a directory, and says so: EXIT_OK, or
 * EXIT_BROKEN once what failed is said. */
int make_cases(FILE *out, const char *dir, struct capture *capture, unsigned mtu);

/* ---- matrix_output.c: where results of many kernels go. */
char *command_text(int argc, char *const *argv); /* as a person would type it; caller frees */
int matrix_outputs_check(const struct options *options, struct error *err);
int matrix_report(const struct options *options, const struct results *results); /* the exit code */

#endif
