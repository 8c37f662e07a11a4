/* The outputs: each writes all runs; write errors show in ferror(out). */
#ifndef HOPCHECK_FORMAT_FORMAT_H
#define HOPCHECK_FORMAT_FORMAT_H

#include "report.h"

void write_ktap(FILE *out, const struct results *results);
void write_tap(FILE *out, const struct results *results);
void write_junit(FILE *out, const struct results *results);
void write_html(FILE *out, const struct results *results);

#endif
