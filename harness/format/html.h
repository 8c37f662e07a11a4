/* Shared by the files of the HTML output. */
#ifndef HOPCHECK_REPORT_HTML_H
#define HOPCHECK_REPORT_HTML_H

#include "format.h"

/* The files of html/, each ended by a NUL. */
extern const char html_page[], html_style[];
extern const char html_script_data[], html_script_matrix[], html_script_found[], html_script_filter[],
        html_script_topology[], html_script_detail[], html_script_page[];
extern const char *const html_scripts[]; /* ends with NULL */

/* Writes the runs as the page takes them: what many cells have in common stands there once; nothing in it can end the
 * script element that it stands in.
 *
 *   {"hopcheck": VERSION, "kernels": [{"label", "release", and what there is of the kernel's other members;
 *                                          "partial": a sentence}],
 *    "fields": ["why", ...], "pool": [VALUE, ...],
 *    "cases": [{"name", "cells": [{"axes": {}, "results": [RESULT or null, one a kernel]}]}]}
 *
 * RESULT is [outcome, ms, REF or null for each of the fields]; REF is an index into the pool. In pooled hops, counters,
 * journeys and commands, too, parts are REFs; html/data.js puts them together again. */
void html_data(FILE *out, const struct results *results);

#endif
