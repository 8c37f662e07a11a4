#include <string.h>

#include "parts.h"

const struct machine *const machine_table[MACHINES + 1] = { &machine_kvm, &machine_tcg, &machine_uml, NULL };

int machine_find(const char *word)
{
	for (int row = 0; machine_table[row]; row++)
		if (strcmp(machine_table[row]->word, word) == 0)
			return row;
	return -1;
}
