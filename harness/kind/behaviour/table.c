/* Every behaviour, by the word that iproute2 and RFC 8986 have for it. */
#include <string.h>

#include "parts.h"

const struct behaviour *const behaviour_table[] = {
	&end, &end_x, &end_t, &end_dx6, &end_dx4, &end_dt6, &end_dt4, &end_dt46, &end_b6, &end_b6_encaps, NULL,
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
