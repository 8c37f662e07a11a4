/* Differences, one by one and as a text. */
#include <stdlib.h>
#include <string.h>

#include "difference.h"

void differ(struct differences *differences, const char *what, const char *expected, const char *saw)
{
	const size_t length = strlen(what);

	text_append(&differences->text, "%sexpected %s%s, saw %s", differences->text ? "; " : "", what, expected, saw);
	*PUSH(differences->at, differences->count) =
	        (struct mismatch){ text_format("%.*s", (int)(length ? length - 1 : 0), what), text_copy(expected),
		                   text_copy(saw) };
}

void differences_clear(struct differences *differences)
{
	for (size_t i = 0; i < differences->count; i++) {
		free(differences->at[i].what);
		free(differences->at[i].expected);
		free(differences->at[i].saw);
	}
	free(differences->at);
	free(differences->text);
	*differences = (struct differences){ 0 };
}
