/* A script for bash's completion, from the tables of subcommands and options. */
#include <string.h>

#include "cli.h"

static void print_words(const struct subcommand *subcommand)
{
	const struct option_row *rows[OPTION_ROWS];
	size_t count = option_rows(rows, subcommand);

	printf("\t%s) words='", subcommand->name);
	for (size_t i = 0; i < count; i++)
		printf("%s--%s", i ? " " : "", rows[i]->name);
	printf("' ;;\n");
}

static int command(struct options *options)
{
	puts("# bash completion for hopcheck: `source <(hopcheck completion)`, or keep it as\n"
	     "# /usr/share/bash-completion/completions/hopcheck\n"
	     "_hopcheck() {\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} words=''\n"
	     "\tCOMPREPLY=()\n"
	     "\tcase ${COMP_WORDS[1]} in");
	for (size_t i = 0; i < COMMANDS; i++)
		print_words(options->all[i]);
	puts("\tesac\n"
	     "\tif [ \"$COMP_CWORD\" = 1 ]; then\n"
	     "\t\twords='--help --version'");
	printf("\t\twords=\"$words");
	for (size_t i = 0; i < COMMANDS; i++)
		printf(" %s", options->all[i]->name);
	puts("\"\n"
	     "\telif [ \"${word:0:1}\" != - ]; then\n"
	     "\t\tcase ${COMP_WORDS[1]} in\n"
	     "\t\tmatrix | run | bisect | explain | list | plan | judge)\n"
	     "\t\t\twords=$(\"${COMP_WORDS[0]}\" list 2>/dev/null | sed '$d; s/ .*//') ;;\n"
	     "\t\t*) words='' ;;\n"
	     "\t\tesac\n"
	     "\tfi\n"
	     "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
	     "}\n"
	     "complete -o default -F _hopcheck hopcheck");
	return EXIT_OK;
}

const struct subcommand subcommand_completion = {
	.command = COMMAND_COMPLETION,
	.name = "completion",
	.about = "print a script for bash's completion",
	.operands = "",
	.text = "Prints a script by which bash completes subcommands, options and names of cases:\n"
	        "`source <(hopcheck completion)`.\n",
	.run = command,
};
