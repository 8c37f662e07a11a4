/* Bundles: a cell for somebody who does not have hopcheck. Its script, its mail, and the archive of both with its
 * files. */
#ifndef HOPCHECK_BUNDLE_H
#define HOPCHECK_BUNDLE_H

#include "crafted.h"
#include "result.h"

/* What a script is for: a person at a terminal, or the kernel's selftests. */
enum script_style { SCRIPT_ALONE, SCRIPT_KSELFTEST };

/* A shell script that builds a cell's lab, plays its traffic, and compares what became of it with the row of `expect`
 * that counted when the result was made: exit code 0 right, 1 wrong, 4 cannot tell. Pure; caller frees. */
char *script_text(const struct plan *plan, const struct result *result, enum script_style style);

#endif
