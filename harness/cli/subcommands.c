/* The subcommands, in the order of the help. */
#include "cli.h"

const struct subcommand *const subcommands[COMMANDS] = {
	&subcommand_run,     &subcommand_matrix,   &subcommand_merge,  &subcommand_bisect,
	&subcommand_explain, &subcommand_sweep,    &subcommand_list,   &subcommand_check,
	&subcommand_judge,   &subcommand_report,   &subcommand_plan,   &subcommand_bundle,
	&subcommand_pcap,    &subcommand_verdicts, &subcommand_doctor, &subcommand_completion,
};
