/* The bundle room's own. */
#ifndef HOPCHECK_BUNDLE_INTERNAL_H
#define HOPCHECK_BUNDLE_INTERNAL_H

#include "bundle.h"

/* assets.c: the parts of scripts that are the same in each, files of script/. */
extern const char script_alone[], script_kselftest[], script_common[], script_finish[], script_python[];

/* script_lab.c: the lab, a line of shell a line of the plan. */
void script_lab(char **text, const struct plan *plan, enum script_style style);
void script_beside(char **text, const struct plan *plan, enum script_style style); /* the lines of the cell alone */
/* Whether a line of the cell waits until the program holds TAP devices. */
bool script_waits(const struct plan *plan, const struct command *line);
/* How a script calls a node's namespace: its name, or with SCRIPT_KSELFTEST a variable. Caller frees. */
char *script_node(const struct plan *plan, size_t node, enum script_style style);
/* Why no script can have this lab; NULL: one can. Caller frees. */
char *script_lacks(const struct plan *plan);

/* script_cell.c: the cell as the script's program reads it. NULL and err: its packets cannot be made. New reference. */
json_t *script_cell(const struct plan *plan, const struct result *result, struct error *err);

#endif
