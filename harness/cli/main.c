#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static const struct subcommand {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *about;
} subcommands[] = {
	{ "run", command_run, "run cases on the running kernel" },
	{ "matrix", command_matrix, "run cases on many kernels, in QEMU" },
	{ "merge", command_merge, "put results of kernels, machines and shards into one table" },
	{ "bisect", command_bisect, "find the neighbouring kernels between which a verdict changes" },
	{ "list", command_list, "list cases and cells" },
	{ "check", command_check, "check topology and case files" },
	{ "judge", command_judge, "judge kept traces again" },
	{ "report", command_report, "show results as a table, a page, KTAP, TAP or JUnit" },
	{ "plan", command_plan, "print a cell's lab as a shell script" },
	{ "verdicts", command_verdicts, "print the verdicts of results, to compare runs" },
};

static void print_help(FILE *out)
{
	fputs("usage: hopcheck SUBCOMMAND [OPTION]...\n\n"
	      "Reproduces and regression-tests how Linux treats SRv6 TCP traffic when offloads are on.\n\n",
	      out);
	for (size_t i = 0; i < COUNT(subcommands); i++)
		fprintf(out, "  %-8s %s\n", subcommands[i].name, subcommands[i].about);
	fputs("\n`hopcheck SUBCOMMAND --help` tells more, `hopcheck --version` the version.\n", out);
}

/* ip lies where an ordinary user's PATH on Debian does not lead. */
static void find_tools(void)
{
	const char *path = getenv("PATH");
	owned_text wider = text_format("%s%s/usr/sbin:/sbin", path ? path : "/usr/bin:/bin", ":");

	setenv("PATH", wider, 1);
}

/* A failed write is an error; EPIPE is not: the reader had enough. */
static int finish(int code)
{
	if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE || code != EXIT_OK)
		return code;
	fprintf(stderr, "hopcheck: cannot write: %s\n", strerror(errno));
	return EXIT_BROKEN;
}

/* A file that took the number of a closed one would get what is printed; writing to this fails, as it should. */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/", O_PATH); /* the lowest number that is free */
}

static void *json_memory(size_t size)
{
	return must(malloc(size ? size : 1));
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	hold_standard_descriptors();
	json_set_alloc_funcs(json_memory, free);
	if (getpid() == 1 && strcmp(argv[0], "/init") == 0)
		guest_main();
	signal(SIGXFSZ, SIG_IGN); /* a limit of file sizes is an error of that write */
	signal(SIGPIPE, SIG_IGN); /* a reader that goes away must not leave a run half told: writes fail instead */
	find_tools();
	report_program(argv[0]);
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		puts("hopcheck " HOPCHECK_VERSION);
		return EXIT_OK;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		print_help(stdout);
		return EXIT_OK;
	}
	for (size_t i = 0; i < COUNT(subcommands); i++)
		if (strcmp(name, subcommands[i].name) == 0)
			return finish(subcommands[i].run(argc - 1, argv + 1));
	if (argc > 1) {
		struct nearest nearest = { .word = name };
		for (size_t i = 0; i < COUNT(subcommands); i++)
			nearest_try(&nearest, subcommands[i].name);
		fprintf(stderr, "hopcheck: no subcommand '%s'%s\n", name, nearest_hint(&nearest).text);
	}
	print_help(stderr);
	return EXIT_USAGE;
}
