#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "stop.h"

static void print_help(FILE *out)
{
	fputs("usage: hopcheck SUBCOMMAND [OPTION]...\n\n"
	      "Reproduces and regression-tests how Linux treats SRv6 TCP traffic when offloads are on.\n\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", subcommands[i]->name, subcommands[i]->about);
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
	say_error("cannot write: %s", strerror(errno));
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

static int run_subcommand(const struct subcommand *subcommand, int argc, char **argv)
{
	struct options options = { .workers = (unsigned)sysconf(_SC_NPROCESSORS_ONLN),
		                   .budget = 10,
		                   .fleet = FLEET_DEFAULTS,
		                   .sweep = { .strength = 3, .seed = 1 },
		                   .all = subcommands };
	owned_text command = command_text(argc, argv); /* before options are split and sorted */
	int code = options_read(&options, subcommand, argc, argv);

	options.command = command;
	if (code < 0)
		code = stop_exit_code(subcommand->run(&options));
	options_clear(&options);
	return code;
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
	result_program(argv[0]);
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		puts("hopcheck " HOPCHECK_VERSION);
		return EXIT_OK;
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		print_help(stdout);
		return EXIT_OK;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(name, subcommands[i]->name) == 0)
			return finish(run_subcommand(subcommands[i], argc - 1, argv + 1));
	if (argc > 1) {
		struct nearest nearest = { .word = name };
		for (size_t i = 0; i < COMMANDS; i++)
			nearest_try(&nearest, subcommands[i]->name);
		say_error("no subcommand '%s'%s", name, nearest_hint(&nearest).text);
	}
	print_help(stderr);
	return EXIT_USAGE;
}
