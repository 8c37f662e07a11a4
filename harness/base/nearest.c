/* The word that was meant, for messages about one that is not known. */
#include <stdio.h>
#include <string.h>

#include "base.h"

#define WORD_LIMIT 31

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap neighbours) between two words. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_LIMIT + 1];
	size_t m = strlen(a), n = strlen(b);

	if (m > WORD_LIMIT || n > WORD_LIMIT)
		return WORD_LIMIT;
	for (unsigned j = 0; j <= n; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= m; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
		row[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], second[j - 2] + 1);
		}
	}
	return rows[m % 3][n];
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
	unsigned d = distance(nearest->word, candidate);

	if (d <= 2 && 2 * d <= strlen(nearest->word) && (!nearest->best || d < nearest->distance)) {
		nearest->best = candidate;
		nearest->distance = d;
	}
}

struct hint nearest_hint(const struct nearest *nearest)
{
	struct hint hint = { "" };

	if (nearest->best)
		snprintf(hint.text, sizeof hint.text, " (did you mean '%s'?)", nearest->best);
	return hint;
}
