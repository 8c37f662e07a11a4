/* Every behaviour, by the word that iproute2 and RFC 8986 have for it. */
#include <string.h>

#include "behaviour.h"

#define ROW(row) extern const struct behaviour row;
#include "rows.h"
#undef ROW
#define ROW(row) &row,
const struct behaviour *const behaviour_table[] = {
#include "rows.h"
	NULL,
};

int behaviour_find(const char *word)
{
	for (int row = 0; behaviour_table[row]; row++)
		if (strcmp(behaviour_table[row]->word, word) == 0)
			return row;
	return -1;
}

int behaviour_of_action(unsigned action)
{
	for (int row = 0; behaviour_table[row]; row++)
		if (behaviour_table[row]->action == action)
			return row;
	return -1;
}
